"""Planning activities, changing them while they are to come, and inviting deputies."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import is_naive, localdate, make_aware, now

from activities import permissions as may
from activities.choices import (
    OWN_ANSWERS,
    SEEN_ON_THE_DAY,
    ActivityKind,
    ActivityStatus,
    Invited,
    TakingPart,
)
from activities.mails import invite as send_invitations
from activities.mails import mute, tell_moved, unmute
from activities.models import Activity, Attendance
from areas.models import Area
from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import cleaned, one_line
from deputies.models import Deputy, Group
from stations.models import Station

DAYS_BACK, DAYS_AHEAD = 731, 731  # entered late from paper; planned a year ahead
MOST_INVITED = 500
LONGEST_TEXT = 5000
LINES = {
    "title": ("主题", 120, True),
    "place": ("地点", 200, True),
    "organiser": ("组织单位", 100, False),
    "target": ("对象", 200, False),
    "speaker": ("主讲人", 100, False),
}


@transaction.atomic
def plan_activity(
    area: Area,
    *,
    actor: Any,
    kind: str,
    station: Station | None = None,
    group: Group | None = None,
    invited: str = Invited.NOBODY,
    deputies: Iterable[Deputy] = (),
    **facts: Any,
) -> Activity:
    """Plan an activity, or enter one that has been; `area` holds without a station.

    `facts`: title, place, starts_at, ends_at, organiser, target, speaker, agenda.
    `invited` invites a whole station or group besides `deputies`.
    """
    if not may.may_plan_at(actor, station, area.code):
        raise PermissionDenied
    values = _checked({"kind": kind, "organiser": "", **facts})
    activity = Activity.objects.create(
        area=station.area if station else area,
        station=station,
        group=group,
        recorded_by=actor,
        **values,
    )
    record("plan", activity, actor=actor, label="安排活动", now_=activity.status)
    everybody = {deputy.pk: deputy for deputy in deputies}
    everybody |= {d.pk: d for d in _whole(activity, invited)}
    _invite(activity, list(everybody.values()))
    return activity


@transaction.atomic
def edit_activity(
    activity: Activity, *, actor: Any, version: int, **changes: Any
) -> Activity:
    """Change what was planned; those who know another time or place are told."""
    if not may.runs(actor, activity):
        raise PermissionDenied
    values = _checked(changes)
    values = {k: v for k, v in values.items() if getattr(activity, k) != v}
    if not values:
        return activity
    starts, ends = (
        values.get(name, getattr(activity, name)) for name in ("starts_at", "ends_at")
    )
    _check_hours(starts, ends)
    claim(activity, version, only={"status": ActivityStatus.PLANNED}, **values)
    data = {"fields": sorted(values)}
    record("edit", activity, actor=actor, label="修改活动", data=data)
    if {"starts_at", "place"} & set(values):
        tell_moved(activity)
    return activity


@transaction.atomic
def invite(activity: Activity, deputy: Deputy, *, actor: Any) -> None:
    """One more deputy; nobody is invited twice."""
    if not may.may_record(actor, activity):
        raise PermissionDenied
    if activity.attendances.filter(deputy=deputy).exists():
        raise RuleViolation(f"{deputy.name}已在名单里。", field="deputy")
    _invite(activity, [deputy])
    record("invite", activity, actor=actor, label="邀请代表", note=deputy.name)


@transaction.atomic
def drop(activity: Activity, deputy: Deputy, *, actor: Any) -> None:
    """Take an invitation back; once held, only corrections of the record are left."""
    if not may.runs(actor, activity):
        raise PermissionDenied
    if activity.status != ActivityStatus.PLANNED:
        raise WrongState("活动已经开展或取消，名单不能再减。")
    gone, _ = activity.attendances.filter(deputy=deputy).delete()
    if gone:
        mute(activity, deputy)
        record("drop", activity, actor=actor, label="撤下代表", note=deputy.name)


@transaction.atomic
def set_attendance(
    activity: Activity, deputy: Deputy, state: str, *, actor: Any
) -> None:
    """Say how it stands with a deputy; himself he may ask for leave, or take it back.

    Raises PermissionDenied, WrongState once the record is closed, RuleViolation.
    """
    runs = may.runs(actor, activity)
    own = may.may_answer(actor, activity, deputy.pk)
    if not (own or runs):
        raise PermissionDenied
    if state not in TakingPart.values:
        raise RuleViolation("没有这一种参加状态。", field="state")
    own = own and state in OWN_ANSWERS
    if not (own or runs):
        raise PermissionDenied
    if own and activity.status != ActivityStatus.PLANNED:
        raise WrongState("活动已经开展或取消，不能再请假。")
    if state in SEEN_ON_THE_DAY and not activity.has_begun:
        raise RuleViolation("活动日还没有到，不能登记到会。", field="state")
    claim(activity, activity.version)
    held = activity.attendances.filter(deputy=deputy)
    if not held.update(state=state):
        raise RuleViolation(f"{deputy.name}不在名单里。", field="state")
    if state == TakingPart.ON_LEAVE:
        mute(activity, deputy)
    elif state == TakingPart.INVITED:
        unmute(activity, deputy)
    note = f"{deputy.name}：{TakingPart(state).label}"
    record("set_attendance", activity, actor=actor, label="参加情况", note=note)


def claim(
    activity: Activity,
    version: int,
    only: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    """Take the next version, and hold the row until commit.

    Raises WrongState when it is cancelled or reviewed, Overtaken if it changed.
    """
    open_ = Activity.objects.filter(pk=activity.pk, reviewed_by=None)
    open_ = open_.exclude(status=ActivityStatus.CANCELLED).filter(**(only or {}))
    same = open_.filter(version=version)
    if not same.update(**values, version=version + 1, updated_at=now()):
        if open_.exists():
            raise Overtaken("别人刚刚改过，请刷新后再改。")
        raise WrongState("活动已经开展、取消或审核，不能再改。")
    activity.version = version + 1
    for name, value in values.items():
        setattr(activity, name, value)


def _whole(activity: Activity, invited: str) -> Iterable[Deputy]:
    """The deputies of the station or group who hold a seat on that day."""
    on = localdate(activity.starts_at)
    active = Deputy.objects.active(on)
    if invited == Invited.STATION and activity.station:
        here = activity.station.stationings.on(on).values("deputy")
        return active.filter(pk__in=here)
    if invited == Invited.GROUP and activity.group:
        members = activity.group.memberships.on(on).values("deputy")
        return active.filter(pk__in=members)
    return ()


def _invite(activity: Activity, deputies: list[Deputy]) -> None:
    if activity.attendances.count() + len(deputies) > MOST_INVITED:
        raise RuleViolation(f"一次活动最多邀请 {MOST_INVITED} 名代表。", field="deputy")
    rows = [Attendance(activity=activity, deputy=deputy) for deputy in deputies]
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    if activity.status == ActivityStatus.PLANNED:
        send_invitations(activity, deputies)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values as columns, each within its limits."""
    found = dict(values)
    if "kind" in found and found["kind"] not in ActivityKind.values:
        raise RuleViolation("没有这一种活动。", field="kind")
    for field, (label, longest, needed) in LINES.items():
        if field in found:
            found[field] = one_line(
                found[field] or "",
                label=label,
                field=field,
                longest=longest,
                required=needed,
            )
    if "agenda" in found:
        found["agenda"] = cleaned(
            found["agenda"] or "", label="议程", field="agenda", longest=LONGEST_TEXT
        )
    for field in ("starts_at", "ends_at"):
        if found.get(field) is not None and is_naive(found[field]):
            found[field] = make_aware(found[field])
    if "starts_at" in found:
        _check_near(found["starts_at"])
        _check_hours(found["starts_at"], found.get("ends_at"))
    return found


def _check_near(moment: dt.datetime) -> None:
    day = localdate(moment)
    first = localdate() - dt.timedelta(days=DAYS_BACK)
    last = localdate() + dt.timedelta(days=DAYS_AHEAD)
    if not first <= day <= last:
        raise RuleViolation("日期须在前后两年以内。", field="starts_at")


def _check_hours(starts: dt.datetime, ends: dt.datetime | None) -> None:
    if ends is not None and ends <= starts:
        raise RuleViolation("结束时间须晚于开始时间。", field="ends_at")
    if ends is not None and ends - starts > dt.timedelta(days=31):
        raise RuleViolation("一次活动最长一个月。", field="ends_at")
