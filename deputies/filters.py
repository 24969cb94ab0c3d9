"""What lists of deputies and groups can be narrowed by; pages and REST share it."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate

from areas.choices import CongressLevel, Level
from areas.models import Area
from common.search import folded
from deputies.choices import GroupKind, SeatState
from deputies.models import Deputy, Group, Mandate
from deputies.querysets import DeputyQuerySet, MandateQuerySet, seen_codes


def towns_of(request: HttpRequest | None) -> QuerySet[Area]:
    """Counties and towns that hold deputies this person may know of."""
    if request is None:
        return Area.objects.none()
    return places_under(seen_codes(request.user))


def places_under(codes: set[str]) -> QuerySet[Area]:
    """The counties and towns in these areas; for a province only its counties."""
    is_wide = any(len(code) < 6 for code in codes)
    levels = [Level.COUNTY] if is_wide else [Level.COUNTY, Level.TOWN]
    found = Area.objects.none()
    for code in sorted(codes):
        found = found | Area.objects.under(code)
    return found.filter(level__in=levels).order_by("code")


def groups_of(request: HttpRequest | None) -> QuerySet[Group]:
    if request is None:
        return Group.objects.none()
    return Group.objects.visible_to(request.user).filter(is_active=True)


class DeputyFilter(filters.FilterSet):
    """By level and state of the seat (the same seat), place, group and name."""

    q = filters.CharFilter(
        label="姓名",
        method="by_name",
        validators=[MaxLengthValidator(50, "姓名不超过 50 字。")],
        widget=forms.TextInput({"type": "search"}),
    )
    level = filters.ChoiceFilter(
        label="层级",
        method="by_seat",
        choices=CongressLevel.choices,
        empty_label="全部层级",
    )
    state = filters.ChoiceFilter(
        label="状态",
        method="by_seat",
        choices=[*SeatState.choices, ("all", "全部")],
        empty_label=None,
    )
    area = filters.ModelChoiceFilter(
        label="地区", method="by_area", queryset=towns_of, empty_label="全部地区"
    )
    group = filters.ModelChoiceFilter(
        label="小组", method="by_group", queryset=groups_of, empty_label="全部小组"
    )

    class Meta:
        model = Deputy
        fields = ()

    def by_name(self, found: DeputyQuerySet, name: str, value: str) -> DeputyQuerySet:
        return found.named(folded(value))

    def by_area(self, found: DeputyQuerySet, name: str, value: Area) -> DeputyQuerySet:
        return found.under(value.pk)

    def by_group(
        self, found: DeputyQuerySet, name: str, value: Group
    ) -> DeputyQuerySet:
        return found.in_group(value, localdate())

    def by_seat(self, found: DeputyQuerySet, name: str, value: Any) -> DeputyQuerySet:
        """Left to filter_queryset: level and state are asked of the same seat."""
        return found

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found.with_seat(
            localdate(), level=self.seat_level, state=self.seat_state
        )

    @property
    def seat_level(self) -> int | None:
        level = self.form.cleaned_data.get("level")
        return int(level) if level else None

    @property
    def seat_state(self) -> str:
        state = self.form.cleaned_data.get("state") or ""
        return "" if state == "all" else state

    def seats(self) -> MandateQuerySet:
        """The seats that are meant: those of the persons found, of level and state.

        Without a state all seats, also those that are over.
        """
        seats = Mandate.objects.filter(deputy__in=self.qs.order_by().values("pk"))
        if self.seat_level:
            seats = seats.filter(level=self.seat_level)
        return seats.in_state(self.seat_state, localdate())


class GroupFilter(filters.FilterSet):
    """By kind, place and name."""

    q = filters.CharFilter(
        label="名称",
        field_name="name",
        lookup_expr="icontains",
        validators=[MaxLengthValidator(50, "名称不超过 50 字。")],
        widget=forms.TextInput({"type": "search"}),
    )
    kind = filters.ChoiceFilter(
        label="类型", choices=GroupKind.choices, empty_label="全部类型"
    )
    area = filters.ModelChoiceFilter(
        label="地区", method="by_area", queryset=towns_of, empty_label="全部地区"
    )
    is_active = filters.BooleanFilter(
        label="在用",
        widget=forms.Select(
            choices=[("", "全部"), ("true", "在用"), ("false", "停用")]
        ),
    )

    class Meta:
        model = Group
        fields = ()

    def by_area(self, found: Any, name: str, value: Area) -> Any:
        return found.under(value.pk)
