"""Reading stations, reception days and visits."""

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Count,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Left

from accounts.choices import Role
from areas.choices import Level
from areas.querysets import PlacedQuerySet, under
from stations.choices import DayStatus, StationStatus

SEEING_ROLES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP, Role.CLIENT)


def seen_stations(user: Any, prefix: str = "") -> Q:
    """Rows of the stations this person works with: by area, staffed or stationed."""
    own = Q(**{f"{prefix}pk__in": user.station_ids()})
    seen = under(user.area_codes(*SEEING_ROLES), prefix=prefix) | own
    if user.deputy_id:
        seen |= Q(**{f"{prefix}county_code": user.deputy.area_id[:6]})
    return seen


def _rows(name: str) -> Any:
    """The manager of a model of this app; models.py imports this file."""
    return apps.get_model("stations", name)._default_manager


class StationQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Stations this person works with; the public sees `public()` instead."""
        return self.filter(seen_stations(user))

    def for_list(self, on: dt.date) -> Self:
        """With deputies stationed and the next reception: no query per row."""
        stationed = _rows("Stationing").on(on).filter(station=OuterRef("pk"))
        coming = _rows("ReceptionDay").coming(on).filter(station=OuterRef("pk"))
        deputies = stationed.order_by().values("station").annotate(n=Count("pk"))
        return self.select_related("area", "host").annotate(
            deputy_count=Coalesce(Subquery(deputies.values("n")), 0),
            next_on=Subquery(coming.values("date")[:1]),
        )

    def public(self) -> Self:
        """Stations that anybody may look up."""
        return self.filter(is_public=True, status=StationStatus.ACTIVE)

    def found_by(self, words: str) -> Self:
        """By name, address, or the name of a town or village there; town by town."""
        found = self
        for word in words.split():
            places = apps.get_model("areas", "Area")._default_manager.filter(
                name__icontains=word, level__gte=Level.TOWN
            )
            towns = places.annotate(town=Left("code", 9)).values("town")
            found = found.filter(
                Q(name__icontains=word)
                | Q(address__icontains=word)
                | Q(town_code__in=towns)
            )
        return found.order_by("town_code", "name", "id")


class DayQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(seen_stations(user, "station__"))

    def public(self, *, ended: bool = False) -> Self:
        """Announced days of public stations; on request also those ended or off."""
        here = {"is_public": True, "status": StationStatus.ACTIVE}
        rows = self.filter(**{f"station__{name}": held for name, held in here.items()})
        if ended:
            return rows.filter(notice_number__isnull=False)
        return rows.filter(status=DayStatus.ANNOUNCED)

    def coming(self, on: dt.date) -> Self:
        """From this day on, neither held nor cancelled, nearest first."""
        return self.filter(
            date__gte=on, status__in=(DayStatus.PLANNED, DayStatus.ANNOUNCED)
        ).order_by("date", "starts_at", "id")

    def of_deputy(self, deputy_id: int | None) -> Self:
        """Days on which this deputy is, or was, on duty."""
        return self.filter(pk__in=_rows("Duty").filter(deputy=deputy_id).values("day"))

    def for_list(self) -> Self:
        """With deputies on duty, visits and visitors: no query per row."""
        duties = _rows("Duty").select_related("deputy").order_by("id")
        return (
            self.select_related("station")
            .prefetch_related(Prefetch("duties", duties, to_attr="listed_duties"))
            .annotate(
                visit_count=_of_day(Count("pk")),
                visitor_count=_of_day(Sum("party_size")),
            )
        )


def _of_day(figure: Any) -> Any:
    """A figure over the visits of the row's day, worked out for shown rows only."""
    visits = _rows("Visit").filter(day=OuterRef("pk")).order_by().values("day")
    return Coalesce(Subquery(visits.annotate(n=figure).values("n")), 0)


class VisitQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Visits at the stations one staffs or oversees, and those one heard."""
        seen = under(user.area_codes(*SEEING_ROLES)) | Q(
            station_id__in=user.station_ids()
        )
        if user.deputy_id:
            hearing = apps.get_model("stations", "Visit").heard_by.through
            heard = hearing._default_manager.filter(deputy=user.deputy_id)
            seen |= Q(pk__in=heard.values("visit"))
        return self.filter(seen)

    def for_list(self) -> Self:
        """With station, category and day: no query per row."""
        return self.select_related("station", "category", "day")

    def with_matters(self) -> Self:
        """With the matters they became, as a list shows them."""
        matters = apps.get_model("proposals", "Proposal")._default_manager
        shown = matters.only("number", "title", "status").order_by("id")
        return self.prefetch_related(Prefetch("proposals", shown))


class PlanQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Plans of the stations one works with."""
        return self.filter(seen_stations(user, "station__"))


class ChecklistQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the whole installation, and of areas around or under one's own."""
        codes = user.area_codes(*SEEING_ROLES)
        codes += [grant.area_code for grant in user.held if grant.station_id]
        around = {code[:n] for code in codes for n in (2, 4, 6, 9, 12)}
        seen = Q(area=None) | Q(area__in=around)
        for code in codes:
            seen |= Q(area__code__startswith=code)
        return self.filter(seen)


class CheckQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Checks of the stations one oversees, watches or staffs; not for deputies."""
        seen = under(user.area_codes(*SEEING_ROLES), prefix="station__")
        return self.filter(seen | Q(station__in=user.station_ids()))

    def for_list(self) -> Self:
        """With points and people: no query per row."""
        marks = _rows("CheckMark").filter(check_of=OuterRef("pk")).order_by()
        sums = marks.values("check_of")
        return self.select_related(
            "station", "checklist", "checked_by", "confirmed_by"
        ).annotate(
            points=Coalesce(Subquery(sums.annotate(n=Sum("score")).values("n")), 0),
            out_of=Coalesce(Subquery(sums.annotate(n=Sum("out_of")).values("n")), 0),
        )


class CodeQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Codes of the stations and deputies one may know of."""
        deputies = apps.get_model("deputies", "Deputy")._default_manager
        seen = seen_stations(user, "station__")
        return self.filter(seen | Q(deputy__in=deputies.visible_to(user).values("pk")))

    def open(self) -> Self:
        return self.filter(revoked_at=None)


class BookingQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Bookings at the stations one staffs or oversees."""
        seen = under(user.area_codes(*SEEING_ROLES), prefix="day__station__")
        return self.filter(seen | Q(day__station__in=user.station_ids()))


class SheetQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Sheets of the stations one staffs or oversees."""
        seen = under(user.area_codes(*SEEING_ROLES), prefix="station__")
        return self.filter(seen | Q(station__in=user.station_ids()))
