"""What lists of checks can be narrowed by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from areas.models import Area
from areas.querysets import under
from stations.choices import CheckStatus
from stations.filters import ScopedFilter
from stations.models import Checklist, Station, StationCheck


class CheckFilter(ScopedFilter):
    """By state, station, town and checklist."""

    status = filters.ChoiceFilter(
        label="状态", choices=CheckStatus.choices, empty_label="全部"
    )
    station = filters.ModelChoiceFilter(
        label="联络站", queryset=Station.objects.none(), empty_label="全部"
    )
    town = filters.ModelChoiceFilter(
        label="乡镇街道",
        method="at_town",
        queryset=Area.objects.none(),
        empty_label="全部",
    )
    checklist = filters.ModelChoiceFilter(
        label="标准", queryset=Checklist.objects.none(), empty_label="全部"
    )

    class Meta:
        model = StationCheck
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and self.request.user.is_authenticated:
            seen = Checklist.objects.visible_to(self.request.user)
            self.filters["checklist"].queryset = seen

    def at_town(self, found: QuerySet, name: str, town: Area | None) -> QuerySet:
        return found.filter(under([town.code], prefix="station__")) if town else found
