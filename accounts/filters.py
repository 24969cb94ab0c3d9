"""What the list of users and the audit trail can be narrowed by."""

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils.timezone import make_aware

from accounts.choices import Role
from accounts.models import User
from accounts.querysets import UserQuerySet
from audit.models import Event, EventQuerySet
from common.forms import DateField

STATES = (("on", "启用"), ("off", "停用"))


def _word(label: str, longest: int = 50) -> dict[str, Any]:
    return {
        "label": label,
        "validators": [MaxLengthValidator(longest, f"{label}不超过 {longest} 字。")],
        "widget": forms.TextInput({"type": "search"}),
    }


class UserFilter(filters.FilterSet):
    """By name, account or telephone; by role held today; by state."""

    q = filters.CharFilter(method="by_word", **_word("姓名、账号或电话"))
    role = filters.ChoiceFilter(
        label="身份", method="by_role", choices=Role.choices, empty_label="全部身份"
    )
    state = filters.ChoiceFilter(
        label="状态", method="by_state", choices=STATES, empty_label="全部"
    )

    class Meta:
        model = User
        fields = ()

    def by_word(self, found: UserQuerySet, name: str, value: str) -> UserQuerySet:
        word = value.strip()
        return found.filter(
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(phone__icontains=word)
        )

    def by_role(self, found: UserQuerySet, name: str, value: str) -> UserQuerySet:
        return found.holding(value)

    def by_state(self, found: UserQuerySet, name: str, value: str) -> UserQuerySet:
        return found.filter(is_active=value == "on")


class DayFilter(filters.Filter):
    """A day, with the same field as all dates of the pages."""

    field_class = DateField


def _midnight(day: dt.date) -> dt.datetime:
    return make_aware(dt.datetime.combine(day, dt.time.min))


class EventFilter(filters.FilterSet):
    """By person, by deed and by day (both days included)."""

    who = filters.CharFilter(
        field_name="actor_name", lookup_expr="icontains", **_word("操作人")
    )
    deed = filters.CharFilter(method="by_deed", **_word("动作", 40))
    first = DayFilter(label="从", method="by_first")
    last = DayFilter(label="到", method="by_last")

    class Meta:
        model = Event
        fields = ()

    def by_deed(self, found: EventQuerySet, name: str, value: str) -> EventQuerySet:
        """The English verb, or the Chinese word that stands in the trail."""
        word = value.strip()
        return found.filter(Q(verb=word) | Q(label=word))

    def by_first(self, found: EventQuerySet, name: str, day: dt.date) -> EventQuerySet:
        return found.filter(at__gte=_midnight(day))

    def by_last(self, found: EventQuerySet, name: str, day: dt.date) -> EventQuerySet:
        return found.filter(at__lt=_midnight(day + dt.timedelta(days=1)))
