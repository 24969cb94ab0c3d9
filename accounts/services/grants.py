"""Roles: given for a place and a time, and ended."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from accounts import permissions as may
from accounts.choices import AREA_ROLES, PLATFORM_ROLES, UNIT_ROLES, Role
from accounts.models import Grant, User
from accounts.services.people import create_user, ensure_not_last
from areas.models import Area, Unit
from audit.services import record
from common.errors import RuleViolation

FIRST_YEAR, LAST_YEAR = 1980, 2100


def grant(
    user: User,
    *,
    actor: User | None,
    role: str,
    area: Area | None = None,
    station: Any = None,
    unit: Unit | None = None,
    is_head: bool = False,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Grant:
    """Give a role for a place, from a day (today) until a day (`ends_on`, without it).

    Nobody gives one to themselves. The three administrators are three people, and
    none of them has a part in the matters (三员分立, GB/T 22239). `actor` is None for
    the system itself.
    """
    if actor is not None and not may.grant_to(actor, user):
        raise PermissionDenied
    row = _row(user, role, area, station, unit)
    row.is_head = is_head and role == Role.STATION
    row.starts_on, row.ends_on = starts_on or localdate(), ends_on
    return _give(row, actor=actor)


@transaction.atomic
def open_account(
    *,
    actor: User,
    username: str,
    name: str,
    role: str,
    phone: str = "",
    area: Area | None = None,
    station: Any = None,
    unit: Unit | None = None,
    is_head: bool = False,
    deputy: Any = None,
) -> tuple[User, str]:
    """Account and first role in one, as an office does for its own area.

    A deputy's account is tied to the deputy, who must have none yet; a REST client's
    has no password. Answers the account and its initial password.
    """
    user, password = create_user(
        actor=actor,
        username=username,
        name=name,
        phone=phone,
        has_password=role != Role.CLIENT,
    )
    if role == Role.DEPUTY:
        area = _tie(user, deputy)
    row = _row(user, role, area, station, unit)
    row.is_head = is_head and role == Role.STATION
    _give(row, actor=actor)
    return user, password


def _tie(user: User, deputy: Any) -> Area:
    """Make the account that of a deputy; answers where the deputy is looked after."""
    if deputy is None:
        raise RuleViolation("请选择代表。", field="deputy")
    free = type(deputy)._base_manager.filter(pk=deputy.pk, user=None)
    if not free.update(user=user):
        raise RuleViolation("这位代表已经有账号。", field="deputy")
    area: Area = deputy.area
    return area


def _row(user: User, role: str, area: Any, station: Any, unit: Any) -> Grant:
    """A grant with the one place that its role is held for."""
    row = Grant(user=user, role=role, starts_on=localdate())
    if role == Role.STATION:
        row.station = station
    elif role in UNIT_ROLES:
        row.unit = unit
    elif role in (*AREA_ROLES, Role.DEPUTY):
        row.area = area
    return row


@transaction.atomic
def _give(row: Grant, *, actor: User | None) -> Grant:
    # Takes the row's lock, so that of two grants at once the second sees the first.
    User.objects.filter(pk=row.user_id).update(is_active=F("is_active"))
    _ensure_it_is_sound(row)
    if actor is not None and not may.grant_role(actor, row.role, row.area_code):
        if row.role in may.roles_to_give(actor):
            raise RuleViolation("请选择本地区的地方。", field=_field_of(row, ""))
        raise PermissionDenied
    row.save()
    data = {"role": row.role, "place": row.place_name, "grant": row.pk}
    record("grant", row.user, actor=actor, label="授权", note=_said(row), data=data)
    for known in ("held", "belongings"):
        row.user.__dict__.pop(known, None)
    return row


def _said(row: Grant) -> str:
    return f"{row.get_role_display()} {row.place_name}".strip()


def _ensure_it_is_sound(row: Grant) -> None:
    for field in ("starts_on", "ends_on"):
        day = getattr(row, field)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            text = f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。"
            raise RuleViolation(text, field=field)
    try:
        row.validate_constraints()
    except ValidationError as wrong:
        text = "".join(wrong.messages)
        raise RuleViolation(text, field=_field_of(row, text)) from wrong
    others = list(row.user.grants.over(row.starts_on, row.ends_on))
    _ensure_apart(row, others)
    for other in others:
        if _what(other) == _what(row):
            raise RuleViolation("这一身份在这段时间里已经有了。", field="role")


def _field_of(row: Grant, text: str) -> str:
    if "结束日" in text:
        return "ends_on"
    if row.role == Role.STATION:
        return "station"
    return "unit" if row.role in UNIT_ROLES else "area"


def _ensure_apart(row: Grant, others: list[Grant]) -> None:
    """Administrators of the platform hold one such role, and no other."""
    for other in others:
        if row.role in PLATFORM_ROLES and other.role in PLATFORM_ROLES:
            if row.role != other.role:
                text = "系统、安全、审计三种管理员不能由同一人担任。"
                raise RuleViolation(text, field="role")
        elif row.role in PLATFORM_ROLES or other.role in PLATFORM_ROLES:
            text = "平台管理员不接触业务，不能同时有业务身份。"
            raise RuleViolation(text, field="role")


def _what(row: Grant) -> tuple[object, ...]:
    return row.role, row.area_id, row.station_id, row.unit_id


@transaction.atomic
def end_grant(row: Grant, *, actor: User, on: dt.date | None = None) -> None:
    """End a grant: `on` (today) is the first day without it.

    One that would begin on that day or later is taken back altogether.
    """
    if not may.end_grant(actor, row):
        raise PermissionDenied
    day = on or localdate()
    if row.ends_on and row.ends_on <= localdate():
        raise RuleViolation("这项授权已经结束。")
    if day < localdate():
        raise RuleViolation("结束日不能早于今天。", field="on")
    if row.ends_on and day > row.ends_on:
        raise RuleViolation("这项授权在那之前已经结束。", field="on")
    if row.role in PLATFORM_ROLES and row.holds_on(localdate()):
        ensure_not_last(row.role, without=row.user)
    data = {"role": row.role, "place": row.place_name, "grant": row.pk}
    note = _said(row)
    record("end_grant", row.user, actor=actor, label="收回授权", note=note, data=data)
    if day <= row.starts_on:
        row.delete()
    else:
        row.ends_on = day
        row.save(update_fields=["ends_on"])
