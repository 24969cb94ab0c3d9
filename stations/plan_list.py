"""One line a station in the list of year plans: how far it is, and what is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from stations import permissions as may
from stations.choices import DayStatus, PlanStatus
from stations.models import ReceptionPlan, Station


@dataclass(frozen=True)
class PlanRow:
    """A station and its plan of the year, if there is one this person may see."""

    station: Station
    plan: ReceptionPlan | None
    last: ReceptionPlan | None  # of the year before
    runs: bool
    days: int
    unmet: int  # wishes that gave way in the draft

    @property
    def is_published(self) -> bool:
        return self.plan is not None and self.plan.status == PlanStatus.PUBLISHED

    @property
    def is_ready(self) -> bool:
        """A draft that this person may publish."""
        return bool(self.runs and self.plan and not self.is_published and self.days)


def plan_rows(stations: Iterable[Any], user: Any, year: int) -> list[PlanRow]:
    """For stations one works with; a constant number of queries."""
    places = list(stations)
    standing = Count("days", filter=~Q(days__status=DayStatus.CANCELLED))
    plans = ReceptionPlan.objects.filter(
        station__in=[place.pk for place in places], year__in=(year, year - 1)
    ).annotate(day_count=standing)
    found = {(plan.station_id, plan.year): plan for plan in plans}
    return [_row(place, found, user, year) for place in places]


def _row(place: Any, found: dict[Any, Any], user: Any, year: int) -> PlanRow:
    plan = found.get((place.pk, year))
    if plan is not None:
        plan.station = place
        plan = plan if may.may_see_plan(user, plan) else None
    drafted = plan.draft if plan is not None else {}
    published = plan is not None and plan.status == PlanStatus.PUBLISHED
    days = plan.day_count if published else len(drafted.get("days", ()))
    return PlanRow(
        station=place,
        plan=plan,
        last=found.get((place.pk, year - 1)),
        runs=may.runs(user, place),
        days=days,
        unmet=0 if published else len(drafted.get("given_way", ())),
    )
