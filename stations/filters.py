"""What lists, exports and REST lists can be narrowed by: one set for all of them."""

import datetime as dt
import re
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, make_aware

from areas.choices import Level
from areas.models import Area, Category
from areas.querysets import under
from common.crypto import digest
from common.forms import DateField
from common.texts import normal_contact
from stations.choices import (
    Channel,
    DayStatus,
    Outcome,
    StationKind,
    StationStatus,
)
from stations.models import ReceptionDay, Station, Visit

NUMBER = re.compile(r"[\d\s+\-()（）]{7,}")
WHEN = [("coming", "将来"), ("past", "过去")]
ORIGINS = [("imported", "旧台账"), ("own", "系统登记")]
MINE = [("mine", "有我值班")]


class DateFilter(filters.DateFilter):
    """A day as typed or picked, between sensible years."""

    field_class = DateField


class ScopedFilter(filters.FilterSet):
    """Offers only the stations and towns that the asking person works with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return
        if not user.deputy_id:
            self.filters.pop("whose", None)
        seen = Station.objects.visible_to(user)
        if "station" in self.filters:
            self.filters["station"].queryset = seen.order_by("name", "id")
        if "town" in self.filters:
            codes = seen.values("town_code")
            towns = Area.objects.filter(level=Level.TOWN, code__in=codes)
            self.filters["town"].queryset = towns.order_by("code")

    def in_town(self, found: QuerySet, name: str, town: Area | None) -> QuerySet:
        return found.filter(under([town.code])) if town else found


class StationFilter(ScopedFilter):
    """By words in name, address or code; by kind, town and status."""

    q = filters.CharFilter(label="名称、地址或站码", method="named", max_length=100)
    kind = filters.ChoiceFilter(
        label="类型", choices=StationKind.choices, empty_label="全部"
    )
    town = filters.ModelChoiceFilter(
        label="乡镇街道",
        method="in_town",
        queryset=Area.objects.none(),
        empty_label="全部",
    )
    status = filters.ChoiceFilter(
        label="状态", choices=StationStatus.choices, empty_label="全部"
    )

    class Meta:
        model = Station
        fields: tuple[str, ...] = ()

    def named(self, found: QuerySet, name: str, words: str) -> QuerySet:
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(address__icontains=word)
                | Q(code__iexact=word)
            )
        return found


class DayFilter(ScopedFilter):
    """By time, station, status and days; for a deputy, by his own duties."""

    when = filters.ChoiceFilter(
        label="时间", choices=WHEN, method="by_time", empty_label="全部"
    )
    whose = filters.ChoiceFilter(
        label="值班", choices=MINE, method="by_person", empty_label="全部"
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
    status = filters.ChoiceFilter(
        label="状态", choices=DayStatus.choices, empty_label="全部"
    )
    since = DateFilter(label="自", field_name="date", lookup_expr="gte")
    until = DateFilter(label="至", field_name="date", lookup_expr="lte")

    class Meta:
        model = ReceptionDay
        fields: tuple[str, ...] = ()

    def by_time(self, found: QuerySet, name: str, when: str) -> QuerySet:
        today = localdate()
        if when == "coming":
            return found.filter(date__gte=today)
        return found.filter(date__lt=today)

    def at_town(self, found: QuerySet, name: str, town: Area | None) -> QuerySet:
        return found.filter(under([town.code], prefix="station__")) if town else found

    def by_person(self, found: QuerySet, name: str, whose: str) -> QuerySet:
        deputy = getattr(getattr(self.request, "user", None), "deputy_id", None)
        return found.of_deputy(deputy)  # type: ignore[attr-defined]


class VisitFilter(ScopedFilter):
    """By words said or a whole contact; station, outcome, channel, category, days."""

    q = filters.CharFilter(label="原话，或完整电话", method="said", max_length=100)
    station = filters.ModelChoiceFilter(
        label="联络站", queryset=Station.objects.none(), empty_label="全部"
    )
    outcome = filters.ChoiceFilter(
        label="怎么办", choices=Outcome.choices, empty_label="全部"
    )
    channel = filters.ChoiceFilter(
        label="方式", choices=Channel.choices, empty_label="全部"
    )
    category = filters.ModelChoiceFilter(
        label="类别",
        queryset=Category.objects.filter(is_active=True),
        empty_label="全部",
    )
    origin = filters.ChoiceFilter(
        label="来源", choices=ORIGINS, method="by_origin", empty_label="全部"
    )
    since = DateFilter(label="自", method="from_day")
    until = DateFilter(label="至", method="to_day")

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def said(self, found: QuerySet, name: str, words: str) -> QuerySet:
        """A whole number is looked up by its digest: contacts lie encrypted."""
        if NUMBER.fullmatch(words):
            return found.filter(contact_digest=digest(normal_contact(words)))
        for word in words.split():
            found = found.filter(words__icontains=word)
        return found

    def by_origin(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(is_imported=value == "imported")

    def from_day(self, found: QuerySet, name: str, day: dt.date) -> QuerySet:
        return found.filter(visited_at__gte=_midnight(day))

    def to_day(self, found: QuerySet, name: str, day: dt.date) -> QuerySet:
        return found.filter(visited_at__lt=_midnight(day + dt.timedelta(days=1)))


def _midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day in China; a bound that an index can seek to."""
    return make_aware(dt.datetime.combine(day, dt.time.min))
