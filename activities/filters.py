"""What the list of activities, its file and its REST list can be narrowed by."""

import datetime as dt

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from activities.choices import ActivityKind, ActivityStatus
from activities.models import Activity
from stations.filters import DateFilter, ScopedFilter
from stations.models import Station

MINE = [("mine", "邀请我的")]


def first_moment(day: dt.date) -> dt.datetime:
    """The first moment of a day in China; a bound that an index can seek to."""
    return make_aware(dt.datetime.combine(day, dt.time.min))


class ActivityFilter(ScopedFilter):
    """By words of the title, place or organiser; kind, status, station, days."""

    q = filters.CharFilter(label="主题、地点或组织单位", method="named", max_length=100)
    kind = filters.ChoiceFilter(
        label="类型", choices=ActivityKind.choices, empty_label="全部"
    )
    whose = filters.ChoiceFilter(
        label="参加", choices=MINE, method="by_person", empty_label="全部"
    )
    status = filters.ChoiceFilter(
        label="状态", choices=ActivityStatus.choices, empty_label="全部"
    )
    station = filters.ModelChoiceFilter(
        label="联络站", queryset=Station.objects.none(), empty_label="全部"
    )
    since = DateFilter(label="自", method="from_day")
    until = DateFilter(label="至", method="to_day")

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()

    def named(self, found: QuerySet, name: str, words: str) -> QuerySet:
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(place__icontains=word)
                | Q(organiser__icontains=word)
            )
        return found

    def by_person(self, found: QuerySet, name: str, whose: str) -> QuerySet:
        deputy = getattr(getattr(self.request, "user", None), "deputy_id", None)
        return found.of_deputy(deputy)  # type: ignore[attr-defined]

    def from_day(self, found: QuerySet, name: str, day: dt.date) -> QuerySet:
        return found.filter(starts_at__gte=first_moment(day))

    def to_day(self, found: QuerySet, name: str, day: dt.date) -> QuerySet:
        return found.filter(starts_at__lt=first_moment(day + dt.timedelta(days=1)))
