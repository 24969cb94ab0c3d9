"""What the lists of areas and units can be narrowed by."""

import django_filters as filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q, QuerySet

from areas.choices import UnitKind
from areas.models import Area, Category, Unit

TOO_LONG = MaxLengthValidator(50, "搜索词不超过 50 字。")


class AreaFilter(filters.FilterSet):
    """By a part of the name, or the beginning of the code."""

    q = filters.CharFilter(
        label="名称或代码",
        method="search",
        validators=[TOO_LONG],
        widget=forms.TextInput({"type": "search"}),
    )

    class Meta:
        model = Area
        fields: tuple[str, ...] = ()

    def search(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(Q(name__icontains=value) | Q(code__startswith=value))


class UnitFilter(filters.FilterSet):
    """By a part of a name, kind, usual category, and whether it is in use."""

    q = filters.CharFilter(
        label="名称",
        method="search",
        validators=[TOO_LONG],
        widget=forms.TextInput({"type": "search"}),
    )
    kind = filters.ChoiceFilter(
        label="类型", choices=UnitKind.choices, empty_label="全部"
    )
    category = filters.ModelChoiceFilter(
        label="常办类别",
        field_name="categories",
        queryset=Category.objects.order_by("code"),
        empty_label="全部类别",
    )
    state = filters.ChoiceFilter(
        label="状态",
        method="in_state",
        choices=[("off", "已停用"), ("all", "全部")],
        empty_label="在用",
    )

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()

    def search(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(
            Q(name__icontains=value)
            | Q(short_name__icontains=value)
            | Q(aliases__icontains=value)
        )

    def in_state(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(is_active=False) if value == "off" else found

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Units in use unless the address asks for others."""
        found = super().filter_queryset(queryset)
        return (
            found
            if self.form.cleaned_data.get("state")
            else found.filter(is_active=True)
        )
