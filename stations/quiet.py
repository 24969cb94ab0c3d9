"""Which stations need a hand: what is missing there, and what to do about it.

Meant for those who can help: no order by merit, nothing that compares.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate

from areas.models import Policy
from areas.querysets import under
from stations import permissions as may
from stations.choices import (
    NOT_RECEIVING,
    OPEN_DAYS,
    DayStatus,
    PlanStatus,
    StationStatus,
)
from stations.models import ReceptionDay, ReceptionPlan, Visit

LOOK_BACK = 365  # days over which planned is set against held


def since(today: dt.date) -> dt.date:
    """The first day of the period that the figures are of; the last is today."""
    return today - dt.timedelta(days=LOOK_BACK)


def receiving(stations: QuerySet) -> QuerySet:
    """The stations in use of which receptions are expected."""
    active = stations.filter(status=StationStatus.ACTIVE)
    return active.exclude(kind__in=NOT_RECEIVING)


def needing_a_hand(stations: QuerySet, today: dt.date) -> QuerySet:
    """Those where something is missing: long quiet, nothing planned, not closed."""
    visits = Visit.objects.filter(station=OuterRef("pk"), is_imported=False)
    held = ReceptionDay.objects.filter(date__lte=today, status=DayStatus.HELD)
    coming = ReceptionDay.objects.filter(date__gte=today, status__in=OPEN_DAYS)
    found = receiving(stations).annotate(
        quiet_since=_quiet_since(today),
        last_held_on=_of(held, Max("date")),
        last_visit_at=_of(visits, Max("visited_at")),
        next_on=_of(coming, Min("date")),
        waiting=Coalesce(_of(_unclosed(today), Count("pk")), 0),
    )
    return found.filter(_is_quiet() | Q(next_on=None) | Q(waiting__gt=0))


def with_facts(needing: QuerySet, today: dt.date) -> QuerySet:
    """For the shown ones: planned, held, cancelled and why; no query a row."""
    due = ReceptionDay.objects.filter(date__range=(since(today), today))
    cancelled = due.filter(status=DayStatus.CANCELLED)
    untold = (cancelled | _unclosed(today)).order_by("-date", "-id")
    plans = ReceptionPlan.objects.filter(station=OuterRef("pk"), year=today.year)
    plans = plans.filter(status=PlanStatus.PUBLISHED)
    return (
        needing.select_related("area")
        .annotate(
            planned=Coalesce(_of(due, Count("pk")), 0),
            held=Coalesce(_of(due.filter(status=DayStatus.HELD), Count("pk")), 0),
            cancelled=Coalesce(_of(cancelled, Count("pk")), 0),
            plan_id=Subquery(plans.values("pk")[:1]),
        )
        .prefetch_related(Prefetch("days", untold, to_attr="untold"))
    )


def _unclosed(today: dt.date) -> QuerySet:
    """Days of the period gone by that nobody closed or called off."""
    days = ReceptionDay.objects.filter(status__in=OPEN_DAYS)
    return days.filter(date__gte=since(today), date__lt=today)


def _of(rows: QuerySet, figure: Any) -> Subquery:
    """A figure over rows of the station in question."""
    own = rows.filter(station=OuterRef("pk")).order_by().values("station")
    return Subquery(own.annotate(figure_=figure).values("figure_"))


def _quiet_since(today: dt.date) -> Case:
    """Per station: without any act from this day on it is quiet (久未活动提示)."""
    usual = Policy().quiet_days
    cases = []
    for policy in Policy.objects.newest(today):
        if policy.area_code:
            day = Value(today - dt.timedelta(days=policy.quiet_days))
            cases.append(When(under([policy.area_code]), then=day))
        else:
            usual = policy.quiet_days
    day = Value(today - dt.timedelta(days=usual))
    return Case(*cases, default=day, output_field=DateField())


def _is_quiet() -> Q:
    """No reception held and nobody heard; a station newly opened is not quiet yet."""
    held = Q(last_held_on=None) | Q(last_held_on__lt=F("quiet_since"))
    heard = Q(last_visit_at=None) | Q(last_visit_at__date__lt=F("quiet_since"))
    return held & heard & (Q(opened_on=None) | Q(opened_on__lt=F("quiet_since")))


@dataclass(frozen=True)
class Hand:
    """One station: what is missing, what was, and what one could do now."""

    station: Any
    lacks: list[str]
    last_on: dt.date | None
    days_since: int
    reasons: list[ReceptionDay]  # cancelled days, the newest first
    acts: list[dict[str, str]]


def hand_for(station: Any, user: Any, today: dt.date) -> Hand:
    """Of a station from `with_facts`."""
    seen = station.last_visit_at and localdate(station.last_visit_at)
    last_on = max(filter(None, (station.last_held_on, seen)), default=None)
    days_since = (today - last_on).days if last_on else 0
    untold = station.untold
    unclosed = [day for day in untold if day.status != DayStatus.CANCELLED]
    return Hand(
        station=station,
        lacks=_lacks(station, unclosed, last_on, days_since),
        last_on=last_on,
        days_since=days_since,
        reasons=[day for day in untold if day.status == DayStatus.CANCELLED][:3],
        acts=_acts(station, unclosed, user),
    )


def _lacks(
    station: Any, unclosed: list[Any], last_on: dt.date | None, days_since: int
) -> list[str]:
    said = []
    if last_on is None:
        said.append("还没有接待或来访的记录")
    elif last_on < station.quiet_since:
        said.append(f"{days_since} 天没有接待、也没有来访登记")
    if station.next_on is None:
        said.append("往后没有安排接待日")
    if unclosed:
        said.append(f"有 {len(unclosed)} 次接待过了还没有登记结果")
    return said


def _acts(station: Any, unclosed: list[Any], user: Any) -> list[dict[str, str]]:
    """The help at hand, the most useful first."""
    acts = []
    runs = may.runs(user, station)
    if unclosed and runs:
        url = unclosed[-1].get_absolute_url()
        acts.append({"label": "补登结果", "url": url, "icon": "check2-circle"})
    if station.next_on is None and runs:
        url = reverse("stations:day_create", args=[station.pk])
        acts.append({"label": "安排接待日", "url": url, "icon": "calendar-plus"})
    if station.plan_id:
        url = reverse("stations:plan_detail", args=[station.plan_id])
        acts.append({"label": "看计划", "url": url, "icon": "calendar2-range"})
    elif station.next_on is None and runs:
        url = reverse("stations:plan_create", args=[station.pk])
        acts.append({"label": "排年度计划", "url": url, "icon": "calendar2-range"})
    if station.phone:
        number = "".join(sign for sign in station.phone if sign in "+0123456789")
        label = f"打电话 {station.phone}"
        acts.append({"label": label, "url": f"tel:{number}", "icon": "telephone"})
    return acts
