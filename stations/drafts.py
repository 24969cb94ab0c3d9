"""Reading the draft of a year plan, and how fairly turns are shared."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from deputies.models import Deputy
from stations.choices import NOT_COMING, DayStatus
from stations.models import (
    Duty,
    PlanPair,
    PlanWish,
    ReceptionDay,
    ReceptionPlan,
    Stationing,
)
from stations.planning.reasons import WISHES
from stations.roster_facts import Facts, fingerprint, read_facts
from stations.seats import seat_words, with_seats


@dataclass(frozen=True)
class PlannedDay:
    """A reception of the draft; `deputies` may be fewer than `wanted` (it is said)."""

    date: dt.date
    planned_on: dt.date  # what the rule said
    explanation: str  # why the date is another, or what else is to be known; often ""
    is_provisional: bool  # the holiday table of the year is not final
    starts_at: dt.time
    ends_at: dt.time
    place: str
    topic: str
    wanted: int
    deputies: list[Deputy]

    @property
    def is_shifted(self) -> bool:
        return self.date != self.planned_on


@dataclass(frozen=True)
class Turns:
    """One line of the fairness table."""

    deputy: Deputy
    levels: str  # seats in words: 市、区代表
    turns: int  # here, in the year
    elsewhere: int  # others of the same year: at other stations, or before the plan
    months: list[int]  # turns here, January first: twelve figures
    least: int  # wanted of this deputy, all stations together
    most: int | None

    @property
    def total(self) -> int:
        return self.turns + self.elsewhere

    @property
    def is_short(self) -> bool:
        return self.total < self.least

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.total > self.most


@dataclass(frozen=True)
class GivenWay:
    """A wish that could not be met, and the sentence that says why."""

    wish: str  # of stations.planning.reasons.WISHES: "together", "least", "per_day" …
    label: str  # the same in Chinese
    sentence: str
    date: dt.date | None = None


@dataclass(frozen=True)
class Draft:
    """All of it, days in order; `is_stale`: what it was made from has changed since."""

    days: list[PlannedDay]
    fairness: list[Turns]
    given_way: list[GivenWay]
    dropped: list[str]  # dates of the rules that became no reception, and why
    warnings: list[str]  # of the calendar
    is_stale: bool


@dataclass(frozen=True)
class Substitute:
    """Somebody who could come instead."""

    deputy: Deputy
    levels: str
    turns: int  # in the year, all stations
    is_stationed: bool


def draft_of(plan: ReceptionPlan) -> Draft | None:
    """The stored draft; None when there is none yet. A constant number of queries."""
    kept = plan.draft
    if not kept:
        return None
    keys = {int(key) for key in kept["people"]}
    keys |= {key for day in kept["days"] for key in day["deputies"]}
    people = _known(keys, _seen_on(plan))
    return Draft(
        days=[_planned_day(day, people) for day in kept["days"]],
        fairness=_drafted_turns(kept, people),
        given_way=[_given_way(*one) for one in kept["given_way"]],
        dropped=kept["dropped"],
        warnings=kept["warnings"],
        is_stale=is_stale(plan),
    )


def is_stale(plan: ReceptionPlan, facts: Facts | None = None) -> bool:
    """Whether rules, wishes, deputies or the calendar have changed since the draft.

    Also when a day of it has passed. `facts`: those of the plan, if they are known.
    """
    if plan.draft.get("of") != fingerprint(plan, facts or read_facts([plan])):
        return True
    first = min((day["date"] for day in plan.draft["days"]), default=None)
    return first is not None and first < localdate().isoformat()


def _seen_on(plan: ReceptionPlan) -> dt.date:
    """The day of which seats are told: today, or the first of a year to come."""
    return max(localdate(), dt.date(plan.year, 1, 1))


def _known(keys: Iterable[int], on: dt.date) -> dict[int, Deputy]:
    rows = Deputy.objects.filter(pk__in=set(keys)).prefetch_related(with_seats("", on))
    return {deputy.pk: deputy for deputy in rows}


def _planned_day(day: dict[str, Any], people: dict[int, Deputy]) -> PlannedDay:
    return PlannedDay(
        date=dt.date.fromisoformat(day["date"]),
        planned_on=dt.date.fromisoformat(day["planned_on"]),
        explanation=day["explanation"],
        is_provisional=day["is_provisional"],
        starts_at=dt.time.fromisoformat(day["starts_at"]),
        ends_at=dt.time.fromisoformat(day["ends_at"]),
        place=day["place"],
        topic=day["topic"],
        wanted=day["wanted"],
        deputies=[people[key] for key in day["deputies"] if key in people],
    )


def _given_way(wish: str, sentence: str, date: str | None) -> GivenWay:
    day = dt.date.fromisoformat(date) if date else None
    return GivenWay(wish, WISHES.get(wish, wish), sentence, day)


def _drafted_turns(kept: dict[str, Any], people: dict[int, Deputy]) -> list[Turns]:
    months: dict[int, list[int]] = defaultdict(lambda: [0] * 12)
    for day in kept["days"]:
        for key in day["deputies"]:
            months[key][int(day["date"][5:7]) - 1] += 1
    rows = [
        _turns(people[int(key)], months[int(key)], elsewhere, least, most)
        for key, (elsewhere, least, most) in kept["people"].items()
        if int(key) in people
    ]
    return _in_order(rows)


def _turns(
    deputy: Deputy, months: list[int], elsewhere: int, least: int, most: int | None
) -> Turns:
    return Turns(
        deputy=deputy,
        levels=seat_words(deputy),
        turns=sum(months),
        elsewhere=elsewhere,
        months=months,
        least=least,
        most=most,
    )


def _in_order(rows: list[Turns]) -> list[Turns]:
    """Most turns first."""
    return sorted(rows, key=lambda one: (-one.total, one.deputy.name, one.deputy.pk))


def fairness_of(plan: ReceptionPlan) -> list[Turns]:
    """The fairness table of a published plan, from the duties as they now stand."""
    asked = plan.draft.get("people", {})
    duties = _duties_of_year(plan.year)
    here = duties.filter(day__station=plan.station_id)
    keys = {int(key) for key in asked} | set(here.values_list("deputy", flat=True))
    months: dict[int, list[int]] = defaultdict(lambda: [0] * 12)
    elsewhere: Counter[int] = Counter()
    rows = duties.filter(deputy__in=keys)
    for key, station, date in rows.values_list("deputy", "day__station", "day__date"):
        if station == plan.station_id:
            months[key][date.month - 1] += 1
        else:
            elsewhere[key] += 1
    people = _known(keys, _seen_on(plan))
    found = []
    for key, deputy in people.items():
        _, least, most = asked.get(str(key), (0, 0, None))
        found.append(_turns(deputy, months[key], elsewhere[key], least, most))
    return _in_order(found)


def _duties_of_year(year: int) -> QuerySet[Duty]:
    """Turns of a year that were or will be done."""
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    days = Duty.objects.filter(day__date__gte=first, day__date__lt=after)
    days = days.exclude(day__status=DayStatus.CANCELLED)
    return days.exclude(state__in=NOT_COMING)


def suggest_substitutes(day: ReceptionDay, *, limit: int = 8) -> list[Substitute]:
    """Who could come instead on this day, fairest first.

    Deputies of the station with a seat on that day, not on duty or on leave then and
    not elsewhere at the same time; fewest turns of the year first. After them others
    of the same town or street.
    """
    here = Stationing.objects.on(day.date).filter(station=day.station_id)
    own = Q(pk__in=here.values("deputy"))
    near = Q(town_code=day.station.area_id[:9]) if day.station.town_code else own
    turns = _duties_of_year(day.date.year).filter(deputy=OuterRef("pk"))
    counted: Any = turns.order_by().values("deputy").annotate(n=Count("pk"))
    free = (
        Deputy.objects.active(day.date)
        .filter(own | near)
        .exclude(pk__in=busy_with(day).values("deputy"))
        .exclude(pk__in=_away(day))
        .annotate(turn_count=Coalesce(Subquery(counted.values("n")), 0))
    )
    ordered = free.order_by("turn_count", "name", "pk")
    seats = with_seats("", day.date)
    stationed = list(ordered.filter(own).prefetch_related(seats)[:limit])
    left = limit - len(stationed)
    others = list(ordered.exclude(own).prefetch_related(seats)[:left]) if left else []
    return [
        Substitute(one, seat_words(one), one.turn_count, is_here)
        for people, is_here in ((stationed, True), (others, False))
        for one in people
    ]


def busy_with(day: ReceptionDay) -> QuerySet[Duty]:
    """Duties of this day, and others of the same date at the same time."""
    same_time = Q(
        day__date=day.date,
        day__starts_at__lt=day.ends_at,
        day__ends_at__gt=day.starts_at,
    )
    others = same_time & ~Q(day__status=DayStatus.CANCELLED)
    others &= ~Q(state__in=NOT_COMING)
    return Duty.objects.filter(Q(day=day.pk) | others)


def _away(day: ReceptionDay) -> set[int]:
    """Who asked not to be put on that day, or not to meet one who is on duty."""
    if day.plan_id is None:
        return set()
    wishes = PlanWish.objects.filter(plan=day.plan_id)
    date = day.date.isoformat()
    away = {
        wish.deputy_id
        for wish in wishes
        if day.date.weekday() in wish.off_weekdays
        or any(first <= date <= last for first, last in wish.off_periods)
    }
    coming = set(
        day.duties.exclude(state__in=NOT_COMING).values_list("deputy", flat=True)
    )
    for pair in PlanPair.objects.filter(plan=day.plan_id, together=False):
        if pair.first_id in coming:
            away.add(pair.second_id)
        if pair.second_id in coming:
            away.add(pair.first_id)
    return away
