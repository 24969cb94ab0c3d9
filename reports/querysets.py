"""Reading reports."""

from typing import Any, Self

from django.db.models import Q, QuerySet

from accounts.choices import Role

READING_ROLES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP)


class ReportQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Reports of the areas one oversees and of the stations one staffs."""
        seen = Q(station__in=user.station_ids())
        for code in user.area_codes(*READING_ROLES):
            seen |= Q(area__code__startswith=code)
        return self.filter(seen)
