"""Reading activities: who may know of them, what a list shows."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from activities.choices import TakingPart
from areas.querysets import PlacedQuerySet, under
from stations.querysets import SEEING_ROLES


def _rows(name: str) -> Any:
    """The manager of a model of this app; models.py imports this file."""
    return apps.get_model("activities", name)._default_manager


def seen_activities(user: Any, prefix: str = "") -> Q:
    """Those of the areas one works for and stations one staffs; a deputy's own."""
    seen = under(user.area_codes(*SEEING_ROLES), prefix=prefix)
    seen |= Q(**{f"{prefix}station__in": user.station_ids()})
    if user.deputy_id:
        own = _rows("Attendance").filter(deputy=user.deputy_id).values("activity")
        seen |= Q(**{f"{prefix}pk__in": own})
    return seen


class ActivityQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(seen_activities(user))

    def of_deputy(self, deputy_id: int | None) -> Self:
        """Those to which this deputy was invited."""
        own = _rows("Attendance").filter(deputy=deputy_id).values("activity")
        return self.filter(pk__in=own)

    def for_list(self) -> Self:
        """With the station, and how many were invited and came: one query."""
        return self.select_related("station", "group").annotate(
            invited_count=_parts(), attended_count=_parts(state=TakingPart.ATTENDED)
        )

    def with_people(self) -> Self:
        """With deputies, guests, photos and matters: some queries for all rows."""
        parts = _rows("Attendance").select_related("deputy")
        matters = apps.get_model("proposals", "Proposal")._default_manager
        shown = matters.exclude(number="").only("number", "title").order_by("id")
        return self.select_related(
            "station", "group", "recorded_by", "reviewed_by"
        ).prefetch_related(
            Prefetch("attendances", parts.order_by("deputy__name", "id")),
            "guests",
            "files",
            "visits",
            Prefetch("visits__proposals", shown),
        )


def _parts(**where: Any) -> Any:
    """How many deputies of the row's activity, worked out for shown rows only."""
    parts = _rows("Attendance").filter(activity=OuterRef("pk"), **where)
    counted = parts.order_by().values("activity").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


class FileQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(seen_activities(user, "activity__"))
