"""Writing deputy groups and who is in them, from when until when."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area
from audit.models import Event
from audit.services import record
from common.errors import RuleViolation
from deputies import permissions as may
from deputies.choices import GroupRole
from deputies.models import Deputy, Group, Membership
from deputies.services.saving import changed, labels_of, plain, save_within_rules

MOST_VICES = 2  # 组长 1 人, 副组长 1–2 人, as in 重庆 and 北京


@transaction.atomic
def create_group(*, actor: User, area: Area, name: str, **facts: Any) -> Group:
    """Form a group of an area."""
    if not may.may_keep_area(actor, area):
        raise PermissionDenied
    group = Group(area=area, **plain({"name": name, **facts}))
    save_within_rules(group)
    record("create", group, actor=actor, label="建立代表小组")
    return group


@transaction.atomic
def edit_group(group: Group, *, actor: User, **facts: Any) -> Event | None:
    """Change facts of a group; None if nothing changed.

    Taking it out of use ends the memberships that are open.
    """
    if not may.may_edit_group(actor, group):
        raise PermissionDenied
    if "area" in facts and not may.may_keep_area(actor, facts["area"]):
        raise RuleViolation("您不管理这个地区的小组。", field="area")
    before = changed(group, plain(facts))
    if not before:
        return None
    save_within_rules(group, only=list(before))
    if before.get("is_active"):
        for member in group.memberships.filter(ends_on=None):
            _end(member, localdate())
    return record(
        "edit",
        group,
        actor=actor,
        label="修改代表小组",
        note=labels_of(group, before),
        data={name: str(value) for name, value in before.items()},
    )


@transaction.atomic
def add_member(
    group: Group,
    *,
    actor: User,
    deputy: Deputy,
    role: str = GroupRole.MEMBER,
    starts_on: dt.date | None = None,
) -> Membership:
    """Take a deputy into a group; as its leader they follow the former one."""
    _check(actor, group, deputy)
    if not group.is_active:
        raise RuleViolation("这个小组已停用。", field="group")
    starts_on = starts_on or localdate()
    _check_day(starts_on, "starts_on")
    if not deputy.mandates.in_state("active", starts_on).exists():
        text = "该代表这一天没有在任的代表资格，不能编入小组。"
        raise RuleViolation(text, field="deputy")
    _check_overlap(group, deputy, starts_on)
    _make_room(group, role, starts_on)
    member = Membership(group=group, deputy=deputy, role=role, starts_on=starts_on)
    save_within_rules(member)
    label = f"编入小组（{member.get_role_display()}）"
    _told("add_member", member, actor=actor, label=label, day=starts_on)
    return member


@transaction.atomic
def end_membership(
    member: Membership, *, actor: User, ends_on: dt.date | None = None
) -> Event:
    """A deputy leaves a group; `ends_on` is the first day without."""
    _check(actor, member.group, member.deputy)
    if member.ends_on is not None:
        raise RuleViolation("该代表已不在组内。")
    ends_on = ends_on or localdate()
    _check_day(ends_on, "ends_on")
    if ends_on < member.starts_on:
        raise RuleViolation("退出日不能早于加入日。", field="ends_on")
    _end(member, ends_on)
    return _told("end_membership", member, actor=actor, label="退出小组", day=ends_on)


@transaction.atomic
def set_role(
    member: Membership, *, actor: User, role: str, on: dt.date | None = None
) -> Membership:
    """Give a member another role from a day on; a new leader follows the former one.

    The former time stays on record: it ends that day and a new one begins.
    """
    _check(actor, member.group, member.deputy)
    if member.ends_on is not None:
        raise RuleViolation("该代表已不在组内。")
    on = on or localdate()
    _check_day(on, "starts_on")
    if on < member.starts_on:
        raise RuleViolation("不能早于该代表加入小组的日子。", field="starts_on")
    if role == member.role:
        return member
    _make_room(member.group, role, on)
    changed_member = _turn(member, role, on)
    label = f"改任{changed_member.get_role_display()}"
    _told("set_role", changed_member, actor=actor, label=label, day=on)
    return changed_member


def set_leader(
    member: Membership, *, actor: User, on: dt.date | None = None
) -> Membership:
    """Make a member the leader; the former leader steps down the same day."""
    return set_role(member, actor=actor, role=GroupRole.LEADER, on=on)


def _check(actor: User, group: Group, deputy: Deputy) -> None:
    if not (may.may_edit_group(actor, group) and may.may_group(actor, deputy)):
        raise PermissionDenied


def _check_day(day: dt.date, field: str) -> None:
    if day > localdate():
        raise RuleViolation("不能晚于今天，到那天再办。", field=field)


def _check_overlap(group: Group, deputy: Deputy, starts_on: dt.date) -> None:
    times = group.memberships.filter(deputy=deputy)
    if times.filter(ends_on=None).exists():
        raise RuleViolation("该代表已在组内。", field="deputy")
    if times.filter(ends_on__gt=starts_on).exists():
        raise RuleViolation("该代表那天还在组内，请改加入日。", field="starts_on")


def _make_room(group: Group, role: str, on: dt.date) -> None:
    """One leader: the former becomes a member that day. Two vice leaders at most."""
    held = group.memberships.filter(ends_on=None, role=role)
    if role == GroupRole.VICE and held.count() >= MOST_VICES:
        raise RuleViolation(f"副组长不超过 {MOST_VICES} 名。", field="role")
    if role == GroupRole.LEADER:
        for former in held:
            if on < former.starts_on:
                text = f"现任组长从 {former.starts_on} 起任职，不能早于这一天。"
                raise RuleViolation(text, field="starts_on")
            _turn(former, GroupRole.MEMBER, on)


def _turn(member: Membership, role: str, on: dt.date) -> Membership:
    """The member in another role; a time that began the same day is just corrected."""
    if member.starts_on == on:
        member.role = role
        member.save(update_fields=["role"])
        return member
    _end(member, on)
    fresh = Membership(
        group=member.group, deputy=member.deputy, role=role, starts_on=on
    )
    save_within_rules(fresh)
    return fresh


def _end(member: Membership, ends_on: dt.date) -> None:
    """Close the time; one that would last no day is taken back."""
    if ends_on <= member.starts_on:
        member.delete()
        return
    member.ends_on = ends_on
    save_within_rules(member, only=["ends_on"])


def _told(
    verb: str, member: Membership, *, actor: User, label: str, day: dt.date
) -> Event:
    """One line in the story of the group; it names the deputy and the day."""
    return record(
        verb,
        member.group,
        actor=actor,
        label=label,
        note=str(member.deputy),
        data={"deputy": member.deputy_id, "role": member.role, "day": day.isoformat()},
    )
