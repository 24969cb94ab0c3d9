"""Logging what visitors said: one line, one visit, however often it is sent."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate, localtime, make_aware, now

from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import (
    OPEN_DAYS,
    Channel,
    DayStatus,
    DutyState,
    Outcome,
)
from stations.models import ReceptionDay, Station, Visit
from stations.services.visit_facts import (
    AMENDABLE,
    LATER,
    as_amended,
    check_outcome,
    checked,
    known,
    say_who_helped,
)
from stations.signals import visit_changed
from stations.snapshots import visit_facts

MOST_HEARING = 30  # deputies who hear one visit
YEARS_BACK = 2  # older paper registers are imported, not logged


def log_visit(
    station: Station,
    *,
    actor: Any,
    key: uuid.UUID | str,
    words: str,
    day: ReceptionDay | None = None,
    channel: str = Channel.STATION,
    visited_at: dt.datetime | None = None,
    heard_by: Iterable[Deputy] = (),
    area: Any = None,
    **facts: Any,
) -> Visit:
    """Log one visitor or party; the same `key` again answers the visit already there.

    `facts`: visitor_name, visitor_contact, party_size, category, outcome, answer,
    referred_to, sex, age_band, home, request, source; is_assisted with helper_name and
    helper_relation when somebody else speaks for the visitor. `actor` is None for the
    public, who write online only.
    Nobody named in `heard_by`: the deputies ticked as present on the day heard it.
    Raises PermissionDenied, RuleViolation with its field, WrongState on a closed day.
    """
    _check_logger(actor, station, channel)
    key = _uuid(key)
    if earlier := _logged(key, station, actor):
        return earlier
    asked = {"words": words, "channel": channel, "area": area or station.area}
    values = checked(asked | known(facts), station)
    say_who_helped(values, actor)
    values["visited_at"] = _moment(visited_at, day)
    deputies = _with_logger(_hearing(heard_by), actor, station)
    check_outcome(values.get("outcome", Outcome.OPEN), values)
    try:
        with transaction.atomic():
            if day is not None:
                _claim_open(day, station)
                deputies = deputies or _present(day)
            visit = Visit.objects.create(
                station=station, day=day, key=key, recorded_by=actor, **values
            )
            visit.heard_by.set(deputies)
            _tell("log", visit, actor=actor, label="登记来访", before=None)
    except IntegrityError:
        # The same line arrived twice at once; the other one won.
        if earlier := _logged(key, station, actor):
            return earlier
        raise
    return visit


@transaction.atomic
def amend_visit(
    visit: Visit, *, actor: Any, version: int, reason: str = "", **changes: Any
) -> Visit:
    """Change a logged visit, if nobody changed it since `version`.

    Changes: those of AMENDABLE. Once its day is closed only the outcome, the answer,
    the referral and the category may change: the register is a document by then.
    Anything else is a correction (更正), by who runs the station and for a `reason`,
    which the register shows.
    What is the same as before is no change; without any the visit stays as it is.
    `actor` None (the system) may amend only what the public wrote.
    """
    unknown = set(changes) - AMENDABLE
    if unknown:
        raise TypeError(f"cannot amend {', '.join(sorted(unknown))}")
    _check_amender(actor, visit)
    changes = {k: v for k, v in changes.items() if _differs(visit, k, v)}
    if not changes:
        return visit
    corrects = False
    if visit.day and set(changes) - LATER:
        corrects = _claim_or_correct(visit.day, actor, reason)
    before, was, changed = visit_facts(visit), visit.outcome, sorted(changes)
    deputies, moment = changes.pop("heard_by", None), changes.pop("visited_at", None)
    values = checked(changes, visit.station)
    if moment is not None:
        values["visited_at"] = _moment(moment, visit.day)
    check_outcome(values.get("outcome"), as_amended(visit, values))
    if {"is_assisted", "helper_name", "helper_relation"} & values.keys():
        _say_helper_again(visit, values, actor)
    same = Visit.objects.filter(pk=visit.pk, version=version)
    if not same.update(**values, version=version + 1, updated_at=now()):
        raise Overtaken("这一行刚刚被别人改过，请刷新后再改。")
    if deputies is not None:
        visit.heard_by.set(_hearing(deputies))
    visit.refresh_from_db()
    verb, label = ("correct", "更正登记") if corrects else ("amend", "修改来访登记")
    note = _reason(reason) if corrects else ""
    _tell(
        verb,
        visit,
        actor=actor,
        label=label,
        before=before,
        was=was,
        data={"fields": changed},
        note=note,
    )
    return visit


def _say_helper_again(visit: Visit, values: dict[str, Any], actor: Any) -> None:
    names = ("is_assisted", "helper_name", "helper_relation")
    said = {name: getattr(visit, name) for name in names} | values
    say_who_helped(said, actor)
    values |= {name: said[name] for name in names}


def _reason(text: str) -> str:
    return one_line(text, label="更正原因", field="reason", longest=200, required=True)


def _claim_or_correct(day: ReceptionDay, actor: Any, reason: str) -> bool:
    """Whether this corrects a closed register; holds the day's row until commit."""
    held = ReceptionDay.objects.filter(pk=day.pk, status=DayStatus.HELD)
    if not reason or not held.exists():
        _claim_open(day, day.station)
        return False
    if not may.runs(actor, day.station):
        raise PermissionDenied
    return bool(held.update(updated_at=now()))


@transaction.atomic
def claim_visit(visit: Visit, *, version: int) -> None:
    """Take the visit's next version for a change made above it: the matter it joins.

    Raises Overtaken if somebody changed the visit since `version`.
    """
    same = Visit.objects.filter(pk=visit.pk, version=version)
    if not same.update(version=F("version") + 1, updated_at=now()):
        raise Overtaken("这一行刚刚被别人改过，请刷新后再改。")
    visit.refresh_from_db(fields=["version", "updated_at"])


@transaction.atomic
def reveal_contact(visit: Visit, *, actor: Any, reason: str) -> str:
    """The visitor's contact in clear; who asked and why stays in the trail for ever."""
    if not may.may_reveal(actor, visit):
        raise PermissionDenied
    reason = one_line(
        reason, label="查看原因", field="reason", longest=200, required=True
    )
    record("reveal_contact", visit, actor=actor, label="查看联系方式", note=reason)
    return visit.visitor_contact


def _check_logger(actor: Any, station: Station, channel: str) -> None:
    if actor is None:
        if channel != Channel.ONLINE or not station.is_public:
            raise PermissionDenied
    elif not (may.may_log(actor, station) or may.may_send(actor, station)):
        raise PermissionDenied


def _check_amender(actor: Any, visit: Visit) -> None:
    if actor is None and visit.recorded_by_id is None:
        return
    if actor is None or not may.may_amend(actor, visit):
        raise PermissionDenied


def _differs(visit: Visit, name: str, value: Any) -> bool:
    """Whether this would change the visit; forms know moments to the minute only."""
    if name == "heard_by":
        heard = visit.heard_by.values_list("pk", flat=True)
        return {deputy.pk for deputy in value} != set(heard)
    held = getattr(visit, name)
    if name == "visited_at" and value is not None:
        aware = make_aware(value) if value.tzinfo is None else value
        return aware.replace(second=0, microsecond=0) != held.replace(
            second=0, microsecond=0
        )
    return bool(held != value)


def _uuid(key: uuid.UUID | str) -> uuid.UUID:
    try:
        return key if isinstance(key, uuid.UUID) else uuid.UUID(str(key))
    except ValueError as error:
        raise RuleViolation("这一行的标识无效，请刷新页面。", field="key") from error


def _logged(key: uuid.UUID, station: Station, actor: Any) -> Visit | None:
    """The visit of this key, unless it is somebody else's (then the key is refused)."""
    visit = Visit.objects.filter(key=key).first()
    if visit is None:
        return None
    public = actor is None and visit.recorded_by_id is not None
    if visit.station_id != station.pk or public:
        raise RuleViolation("这一行的标识已被使用，请刷新页面。", field="key")
    return visit


def _moment(given: dt.datetime | None, day: ReceptionDay | None) -> dt.datetime:
    """When it was; by default now, or the beginning of an earlier reception day."""
    today = localdate()
    if day is not None and day.date > today:
        raise RuleViolation("接待日还没有到，不能登记来访。", field="day")
    if given is None:
        if day is None or day.date == today:
            return now()
        return make_aware(dt.datetime.combine(day.date, day.starts_at))
    moment = make_aware(given) if given.tzinfo is None else given
    if moment > now():
        raise RuleViolation("来访时间不能晚于现在。", field="visited_at")
    if moment < now() - dt.timedelta(days=366 * YEARS_BACK):
        raise RuleViolation("来访时间不能早于两年前。", field="visited_at")
    if day is not None and localtime(moment).date() != day.date:
        raise RuleViolation("来访时间须在接待日当天。", field="visited_at")
    return moment


def _hearing(deputies: Iterable[Deputy]) -> list[Deputy]:
    found = list(deputies)
    if len(found) > MOST_HEARING:
        raise RuleViolation(f"听取的代表最多 {MOST_HEARING} 名。", field="heard_by")
    return found


def _with_logger(deputies: list[Deputy], actor: Any, station: Station) -> list[Deputy]:
    """A deputy who logs for himself is one of those who heard it."""
    if actor is None or not actor.deputy_id or may.runs(actor, station):
        return deputies
    if any(deputy.pk == actor.deputy_id for deputy in deputies):
        return deputies
    return [actor.deputy, *deputies]


def _present(day: ReceptionDay) -> list[Deputy]:
    return list(
        Deputy.objects.filter(duties__day=day, duties__state=DutyState.ATTENDED)
    )


def _claim_open(day: ReceptionDay, station: Station) -> None:
    """Holds the day's row until commit: no line slips into a closed register."""
    if day.station_id != station.pk:
        raise RuleViolation("这一接待日不属于本站。", field="day")
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.update(updated_at=now()):
        raise WrongState("这次接待已经结束或取消，登记表不能再改。")


def _tell(
    verb: str,
    visit: Visit,
    *,
    actor: Any,
    label: str,
    before: dict[str, Any] | None,
    was: str = "",
    data: dict[str, Any] | None = None,
    note: str = "",
) -> None:
    """The line of the trail (nothing personal in it), and the figures' signal."""
    record(
        verb,
        visit,
        actor=actor,
        label=label,
        was=was,
        now_=visit.outcome,
        note=note,
        data=data or {"station": visit.station_id, "channel": visit.channel},
    )
    visit_changed.send(Visit, before=before, after=visit_facts(visit))
