"""Entering reception days and changing them while they are still to come."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import OPEN_DAYS, DayStatus, DutyState, StationStatus
from stations.mails import tell_moved, tell_of_calls
from stations.models import ReceptionDay, Station
from stations.slots import follow_move
from stations.workflow import set_duty

DAYS_BACK, DAYS_AHEAD = 731, 731  # entered late from paper; planned a year ahead
EDITABLE = frozenset({"date", "starts_at", "ends_at", "place", "topic"})


@transaction.atomic
def create_day(
    station: Station,
    *,
    actor: Any,
    date: dt.date,
    starts_at: dt.time,
    ends_at: dt.time,
    place: str = "",
    topic: str = "",
    deputies: Iterable[Deputy] = (),
) -> ReceptionDay:
    """Plan a reception day, with its deputies invited; no place: the station's own."""
    if not may.runs(actor, station):
        raise PermissionDenied
    if station.status != StationStatus.ACTIVE:
        raise WrongState(f"{station.name}现在不在用，不能安排接待日。")
    values = _checked(
        {
            "date": date,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place": place or station.venue or station.address or station.name,
            "topic": topic,
        }
    )
    _check_hours(starts_at, ends_at)
    try:
        with transaction.atomic():
            day = ReceptionDay.objects.create(station=station, **values)
    except IntegrityError as twice:
        raise _twice() from twice
    record("create", day, actor=actor, label="安排接待日", now_=day.status)
    for deputy in deputies:
        set_duty(day, deputy, DutyState.INVITED, actor=actor)
    return day


@transaction.atomic
def edit_day(
    day: ReceptionDay, *, actor: Any, version: int, **changes: Any
) -> ReceptionDay:
    """Change a day that is still to be held; a held one is a document.

    The date of a day in a published plan changes by stations.workflow_plans.move_day.
    Whoever was told of the day hears of another time or place.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise TypeError(f"cannot edit {', '.join(sorted(unknown))}")
    if not may.runs_day(actor, day):
        raise PermissionDenied
    if day.status not in OPEN_DAYS:
        raise WrongState("这次接待已经结束或取消，不能再改。")
    values = _checked(changes)
    values = {k: v for k, v in values.items() if getattr(day, k) != v}
    if not values:
        return day
    if "date" in values and day.plan_id is not None:
        raise RuleViolation("计划里的接待日请用“改期”，写明原因。", field="date")
    announced = day.status == DayStatus.ANNOUNCED
    if announced and values.get("date", day.date) < localdate():
        raise RuleViolation("已公告的接待日不能改到今天以前。", field="date")
    _check_hours(
        values.get("starts_at", day.starts_at), values.get("ends_at", day.ends_at)
    )
    was = {name: str(getattr(day, name)) for name in values}
    was_starts_at = day.starts_at
    _write(day, version, values | _moved(day, values))
    day.refresh_from_db()
    told = {name: [was[name], str(value)] for name, value in values.items()}
    record("edit", day, actor=actor, label="修改接待日", data={"changes": told})
    if values.keys() - {"topic"}:
        tell_moved(day)
        tell_of_calls(day, follow_move(day, was_starts_at=was_starts_at))
    return day


def _write(day: ReceptionDay, version: int, values: dict[str, Any]) -> None:
    """Change the row, unless somebody else did since this version."""
    same = ReceptionDay.objects.filter(pk=day.pk, version=version, status__in=OPEN_DAYS)
    try:
        with transaction.atomic():
            moved = same.update(**values, version=version + 1, updated_at=now())
    except IntegrityError as twice:
        raise _twice() from twice
    if not moved:
        raise Overtaken("别人刚刚改过这一接待日，请刷新后再改。")


def _moved(day: ReceptionDay, values: dict[str, Any]) -> dict[str, Any]:
    """The date first announced, when an announced day moves: its notice says so."""
    if day.status != DayStatus.ANNOUNCED or "date" not in values:
        return {}
    return {"moved_from": day.moved_from or day.date}


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "date" in found:
        _check_date(found["date"])
    for field, label, longest, needed in (
        ("place", "地点", 200, True),
        ("topic", "主题", 200, False),
    ):
        if field in found:
            found[field] = one_line(
                found[field], label=label, field=field, longest=longest, required=needed
            )
    return found


def _check_date(date: dt.date) -> None:
    first = localdate() - dt.timedelta(days=DAYS_BACK)
    last = localdate() + dt.timedelta(days=DAYS_AHEAD)
    if not first <= date <= last:
        raise RuleViolation("接待日应在前后两年以内，请检查年份。", field="date")


def _check_hours(starts_at: dt.time, ends_at: dt.time) -> None:
    if ends_at <= starts_at:
        raise RuleViolation("结束时间须晚于开始时间。", field="ends_at")


def _twice() -> RuleViolation:
    return RuleViolation("这一站在这一时间已有接待日。", field="date")
