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
from common.crypto import digest
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import cleaned, normal_contact, one_line
from deputies.choices import Sex
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import (
    OPEN_DAYS,
    AgeBand,
    Channel,
    DutyState,
    Outcome,
    ReferredTo,
)
from stations.models import ReceptionDay, Station, Visit
from stations.signals import visit_changed
from stations.snapshots import visit_facts

LONGEST_WORDS = 5000
LONGEST_ANSWER = 2000
MOST_HEARING = 30  # deputies who hear one visit
YEARS_BACK = 2  # older paper registers are imported, not logged

# What may still be settled when the register of the day is closed.
LATER = frozenset({"outcome", "answer", "referred_to", "category"})
AMENDABLE = LATER | {
    *("words", "visitor_name", "visitor_contact", "party_size", "area", "sex"),
    *("age_band", "channel", "visited_at", "heard_by"),
}
CHOSEN = {
    "channel": (Channel, "来访方式"),
    "outcome": (Outcome, "办理方式"),
    "referred_to": (ReferredTo, "引导去处"),
    "sex": (Sex, "性别"),
    "age_band": (AgeBand, "年龄段"),
}


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
    referred_to, sex, age_band. `actor` is None for the public, who write online only.
    Nobody named in `heard_by`: the deputies ticked as present on the day heard it.
    Raises PermissionDenied, RuleViolation with its field, WrongState on a closed day.
    """
    _check_logger(actor, station, channel)
    key = _uuid(key)
    if earlier := _logged(key, station, actor):
        return earlier
    asked = {"words": words, "channel": channel, "area": area or station.area}
    values = _checked(asked | _known(facts), station)
    values["visited_at"] = _moment(visited_at, day)
    deputies = _with_logger(_hearing(heard_by), actor, station)
    _check_outcome(values.get("outcome", Outcome.OPEN), values)
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
def amend_visit(visit: Visit, *, actor: Any, version: int, **changes: Any) -> Visit:
    """Change a logged visit, if nobody changed it since `version`.

    Changes: those of AMENDABLE. Once its day is closed only the outcome, the answer,
    the referral and the category may change: the register is a document by then.
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
    if visit.day and set(changes) - LATER:
        _claim_open(visit.day, visit.station)
    before, was, changed = visit_facts(visit), visit.outcome, sorted(changes)
    deputies, moment = changes.pop("heard_by", None), changes.pop("visited_at", None)
    values = _checked(changes, visit.station)
    if moment is not None:
        values["visited_at"] = _moment(moment, visit.day)
    _check_outcome(values.get("outcome"), _as_amended(visit, values))
    same = Visit.objects.filter(pk=visit.pk, version=version)
    if not same.update(**values, version=version + 1, updated_at=now()):
        raise Overtaken("这一行刚刚被别人改过，请刷新后再改。")
    if deputies is not None:
        visit.heard_by.set(_hearing(deputies))
    visit.refresh_from_db()
    label, data = "修改来访登记", {"fields": changed}
    _tell("amend", visit, actor=actor, label=label, before=before, was=was, data=data)
    return visit


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
    elif not may.may_log(actor, station):
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


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - AMENDABLE
    if unknown:
        raise TypeError(f"unknown facts {', '.join(sorted(unknown))}")
    return facts


def _checked(values: dict[str, Any], station: Station) -> dict[str, Any]:
    """The values as columns, each within its limits."""
    found = dict(values)
    for field, (choices, label) in CHOSEN.items():
        if found.get(field) and found[field] not in choices.values:
            raise RuleViolation(f"没有这一种{label}。", field=field)
    for field, label, longest, needed in (
        ("words", "反映的内容", LONGEST_WORDS, True),
        ("answer", "当场答复", LONGEST_ANSWER, False),
    ):
        if field in found:
            found[field] = cleaned(
                found[field] or "",
                label=label,
                field=field,
                longest=longest,
                required=needed,
            )
    if "visitor_name" in found:
        found["visitor_name"] = one_line(
            found["visitor_name"], label="来访人", field="visitor_name", longest=50
        )
    if "visitor_contact" in found:
        contact = one_line(
            found["visitor_contact"],
            label="联系方式",
            field="visitor_contact",
            longest=50,
        )
        found["visitor_contact"] = contact
        found["contact_digest"] = digest(normal_contact(contact))
    if "party_size" in found:
        found["party_size"] = _party(found["party_size"])
    area = found.get("area")
    if area is not None and not area.code.startswith(station.area_id[:6]):
        raise RuleViolation("请选择本县（市、区）内的地方。", field="area")
    return found


def _party(size: Any) -> int:
    try:
        number = int(size)
    except (TypeError, ValueError) as error:
        raise RuleViolation("人数请填数字。", field="party_size") from error
    if not 1 <= number <= 999:
        raise RuleViolation("人数须在 1 到 999 之间。", field="party_size")
    return number


def _check_outcome(outcome: str | None, values: dict[str, Any]) -> None:
    """Answered on the spot says what; referred says where: the form is complete."""
    if outcome == Outcome.ANSWERED and not values.get("answer"):
        raise RuleViolation("当场答复的，请写下怎么答复的。", field="answer")
    if outcome == Outcome.REFERRED and not values.get("referred_to"):
        raise RuleViolation("引导他处的，请选择去处。", field="referred_to")


def _as_amended(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    held = {"answer": visit.answer, "referred_to": visit.referred_to}
    return held | values


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
) -> None:
    """The line of the trail (nothing personal in it), and the figures' signal."""
    record(
        verb,
        visit,
        actor=actor,
        label=label,
        was=was,
        now_=visit.outcome,
        data=data or {"station": visit.station_id, "channel": visit.channel},
    )
    visit_changed.send(Visit, before=before, after=visit_facts(visit))
