"""What the list, the export and the REST list can be narrowed by: one set for all."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from areas.models import Area, Category, Unit
from areas.querysets import under
from proposals.choices import Kind, Satisfaction, Status
from proposals.models import Proposal, ResultClass
from stations.models import Station


def _of_counties(user: Any) -> Q:
    """Units of the counties in which somebody holds a role; deputies: of their own."""
    places = [g.area or (g.station or g.unit) for g in user.held]
    codes = {getattr(place, "area_id", None) or place.pk for place in places if place}
    if user.deputy_id:
        codes.add(user.deputy.area_id)
    found = Q(pk__in=())
    for code in {code[:6] for code in codes}:
        found |= Q(area__code__startswith=code)
    return found


ORIGINS = [("imported", "旧台账"), ("own", "系统登记")]
WHEN = [("overdue", "已逾期"), ("soon", "将到期"), ("open", "在办")]


class ProposalFilter(filters.FilterSet):
    """Search words, kind, status, lateness, place, station, unit, category, days."""

    q = filters.CharFilter(label="搜索", method="search", max_length=100)
    kind = filters.ChoiceFilter(label="类型", choices=Kind.choices)
    status = filters.MultipleChoiceFilter(label="状态", choices=Status.choices)
    when = filters.ChoiceFilter(label="期限", choices=WHEN, method="by_date")
    area = filters.CharFilter(label="地区", method="in_area", max_length=15)
    station = filters.ModelChoiceFilter(label="联络站", queryset=Station.objects.none())
    unit = filters.ModelChoiceFilter(label="承办单位", queryset=Unit.objects.none())
    category = filters.ModelChoiceFilter(
        label="类别", queryset=Category.objects.filter(is_active=True)
    )
    result = filters.ModelChoiceFilter(label="结果", queryset=ResultClass.objects.all())
    satisfaction = filters.ChoiceFilter(label="满意度", choices=Satisfaction.choices)
    origin = filters.ChoiceFilter(label="来源", choices=ORIGINS, method="by_origin")
    since = filters.DateFilter(
        label="自",
        field_name="created_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = filters.DateFilter(
        label="至",
        field_name="created_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = user or getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return
        seen = Station.objects.visible_to(user)
        self.filters["station"].queryset = seen
        self.filters["unit"].queryset = Unit.objects.filter(
            _of_counties(user), is_active=True
        )

    def search(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.search(value)  # type: ignore[attr-defined]

    def by_date(self, found: QuerySet, name: str, value: str) -> QuerySet:
        today = localdate()
        if value == "overdue":
            return found.overdue(today)  # type: ignore[attr-defined]
        if value == "soon":
            return found.due_soon(today, 15)  # type: ignore[attr-defined]
        return found.open()  # type: ignore[attr-defined]

    def by_origin(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(is_imported=value == "imported")

    def in_area(self, found: QuerySet, name: str, value: str) -> QuerySet:
        if not Area.objects.filter(pk=value).exists():
            return found.none()
        return found.filter(under([value]))
