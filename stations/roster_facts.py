"""What the turns of a year are worked out from, read from the database at once.

A constant number of queries for any number of plans, deputies and rules.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from areas.calendar import WorkingCalendar, working_calendar
from deputies.choices import MandateStatus
from deputies.models import Deputy, Mandate
from stations.choices import NOT_COMING, DayStatus, PlanStatus
from stations.models import (
    Duty,
    PlanPair,
    PlanRule,
    PlanWish,
    ReceptionDay,
    ReceptionPlan,
    Stationing,
)
from stations.planning.board import Period
from stations.planning.shifting import Rule
from stations.seats import seat_word

LOOK_BACK = dt.timedelta(days=100)  # for who sat the time before the first reception
Hours = tuple[dt.date, dt.time, dt.time]


@dataclass
class Facts:
    """By plan, station or deputy; `duties` and `drafted` are turns that stand."""

    year: int
    calendar: WorkingCalendar
    rules: dict[int, list[PlanRule]] = field(default_factory=dict)
    pairs: dict[int, list[PlanPair]] = field(default_factory=dict)
    wishes: dict[int, list[PlanWish]] = field(default_factory=dict)  # by deputy
    own_wishes: dict[int, list[PlanWish]] = field(default_factory=dict)  # by plan
    spans: dict[int, dict[int, list[Period]]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    levels: dict[int, str] = field(default_factory=dict)
    duties: dict[int, list[tuple[dt.date, int]]] = field(default_factory=dict)
    sat: dict[int, dict[dt.date, set[int]]] = field(default_factory=dict)
    taken: dict[int, list[Hours]] = field(default_factory=dict)


def rule_of(rule: PlanRule, plan: ReceptionPlan) -> Rule:
    """The rule as the engine takes it."""
    return Rule(
        kind=rule.kind,
        starts_at=rule.starts_at,
        ends_at=rule.ends_at,
        rrule=rule.rrule,
        dates=[dt.date.fromisoformat(day) for day in rule.dates],
        place=rule.place,
        topic=rule.topic,
        per_day=rule.per_day or plan.per_day,
        manner=rule.manner,
    )


def read_facts(plans: Sequence[ReceptionPlan]) -> Facts:
    """All that concerns these plans of one year."""
    year, keys = plans[0].year, [plan.pk for plan in plans]
    stations = [plan.station_id for plan in plans]
    facts = Facts(year, working_calendar())
    facts.rules = _by(PlanRule.objects.filter(plan__in=keys).order_by("pk"), "plan_id")
    facts.pairs = _by(PlanPair.objects.filter(plan__in=keys).order_by("pk"), "plan_id")
    _read_people(facts, stations)
    people = list(facts.names)
    wishes = PlanWish.objects.filter(plan__year=year, deputy__in=people).order_by("pk")
    facts.wishes = _by(wishes, "deputy_id")
    own = set(keys)
    facts.own_wishes = _by((w for w in wishes if w.plan_id in own), "plan_id")
    _read_turns(facts, stations, people)
    _read_drafts(facts, own, people)
    return facts


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)


def _read_people(facts: Facts, stations: Sequence[int]) -> None:
    """Who belongs to which station on which days of the year, with a seat."""
    within = _in_year(facts.year)
    stationed = Stationing.objects.filter(within, station__in=stations)
    rows = list(stationed.order_by("pk").values_list("station", "deputy", *PERIOD))
    people = {deputy for _, deputy, _, _ in rows}
    seats = Mandate.objects.filter(within, deputy__in=people)
    seats = seats.filter(status=MandateStatus.ACTIVE).order_by("level", "pk")
    held: dict[int, list[Period]] = defaultdict(list)
    for seat in seats.select_related("term__congress__area"):
        held[seat.deputy_id].append((seat.starts_on, seat.ends_on))
        facts.levels.setdefault(seat.deputy_id, seat_word(seat))
    for station, deputy, start, end in rows:
        common = [both for one in held[deputy] if (both := _overlap((start, end), one))]
        spans = facts.spans.setdefault(station, {})
        if common:
            spans.setdefault(deputy, []).extend(common)
    known = Deputy.objects.filter(pk__in=people)
    facts.names = dict(known.values_list("pk", "name"))


PERIOD = ("starts_on", "ends_on")


def _in_year(year: int) -> Q:
    starts = Q(starts_on__lt=dt.date(year + 1, 1, 1))
    return starts & (Q(ends_on=None) | Q(ends_on__gt=dt.date(year, 1, 1)))


def _overlap(one: Period, other: Period) -> Period | None:
    start = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start < end else None


def _read_turns(facts: Facts, stations: Sequence[int], people: Sequence[int]) -> None:
    """Real reception days: turns that stand, hours that are taken, who sat before."""
    first, after = dt.date(facts.year, 1, 1), dt.date(facts.year + 1, 1, 1)
    days = ReceptionDay.objects.filter(station__in=stations)
    days = days.filter(date__gte=first, date__lt=after)
    for day in days.only("station_id", "date", "starts_at", "ends_at"):
        hours = (day.date, day.starts_at, day.ends_at)
        facts.taken.setdefault(day.station_id, []).append(hours)
    duties = (
        Duty.objects.filter(
            Q(deputy__in=people) | Q(day__station__in=stations),
            day__date__gte=first - LOOK_BACK,
            day__date__lt=after,
        )
        .exclude(day__status=DayStatus.CANCELLED)
        .exclude(state__in=NOT_COMING)
    )
    for deputy, date, station in duties.values_list(
        "deputy", "day__date", "day__station"
    ):
        facts.sat.setdefault(station, {}).setdefault(date, set()).add(deputy)
        if date >= first:
            facts.duties.setdefault(deputy, []).append((date, station))


def _read_drafts(facts: Facts, own: set[int], people: Sequence[int]) -> None:
    """Turns that other stations have drafted for these deputies, not yet published."""
    linked = Stationing.objects.filter(_in_year(facts.year), deputy__in=people)
    others = ReceptionPlan.objects.filter(
        year=facts.year,
        status=PlanStatus.DRAFT,
        drafted_at__isnull=False,
        station__in=linked.values("station"),
    ).exclude(pk__in=own)
    known = set(people)
    for station, draft in others.order_by("pk").values_list("station", "draft"):
        for day in draft.get("days", ()):
            date = dt.date.fromisoformat(day["date"])
            for deputy in known.intersection(day["deputies"]):
                facts.duties.setdefault(deputy, []).append((date, station))


def fingerprint(plan: ReceptionPlan, facts: Facts) -> str:
    """Changes when a draft of this plan may not be what it would be now."""
    spans = facts.spans.get(plan.station_id, {})
    own = [
        *([plan.per_day, plan.least, plan.most, plan.mixes_levels],),
        *([plan.not_twice_running, plan.year],),
        [_plain(rule) for rule in facts.rules.get(plan.pk, ())],
        [_plain(wish) for wish in facts.own_wishes.get(plan.pk, ())],
        [_plain(pair) for pair in facts.pairs.get(plan.pk, ())],
        sorted(spans.items()),
        facts.calendar.table_of(plan.year),
    ]
    text = json.dumps(own, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(row: Any) -> list[str]:
    """All columns but the key: rules are replaced as a whole, often by the same."""
    fields = [one for one in row._meta.concrete_fields if one.name != "id"]
    return [str(one.value_from_object(row)) for one in fields]
