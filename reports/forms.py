"""The conditions of figures, the same for the dashboard, its rows, exports and REST."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localdate

from areas.models import Area, Category, Unit
from common.forms import MonthField
from proposals.choices import Kind
from reports.counting import first_of
from reports.questions import Question, month_after
from reports.scopes import figures_scope, home_area
from stations.models import Station

PERIODS = (
    ("year", "今年"),
    ("12m", "近十二个月"),
    ("month", "本月"),
    ("custom", "自选"),
)


class FiguresForm(forms.Form):
    """Place, period, kind, category, station, unit; answers a Question when valid.

    A wrong value is an error of its field; what was left out has its default: one's
    own area, this year, everything.
    """

    area = forms.CharField(label="地区", required=False, max_length=15)
    period = forms.ChoiceField(label="时间", choices=PERIODS, required=False)
    kind = forms.ChoiceField(
        label="类型", choices=[("", "全部类型"), *Kind.choices], required=False
    )
    category = forms.IntegerField(label="类别", required=False, min_value=0)
    station = forms.IntegerField(label="联络站", required=False, min_value=0)
    unit = forms.IntegerField(label="承办单位", required=False, min_value=0)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.scope = user, figures_scope(user)
        # `from` is no name in Python, but the right word in an address.
        self.fields["from"] = MonthField(label="自", required=False)
        self.fields["to"] = MonthField(label="至", required=False)

    def reachable(self) -> tuple[str, ...]:
        """Codes of the areas within which one may ask."""
        if self.scope.stations or self.scope.units:
            return (*self.scope.areas, home_area(self.user))
        return self.scope.areas

    def clean_area(self) -> str:
        code = self.cleaned_data["area"].strip()
        bases = self.reachable()
        if not code:
            return bases[0] if len(bases) == 1 else ""
        within = any(code.startswith(base) for base in bases)
        if not within or not Area.objects.filter(pk=code).exists():
            raise forms.ValidationError("没有这个地区，或不在您的范围内。")
        return code

    def clean_category(self) -> tuple[int, ...]:
        key = self.cleaned_data["category"]
        if key is None:
            return ()
        if key == 0:
            return (0,)
        found = (
            Category.objects.filter(pk=key) if _fits(key) else Category.objects.none()
        )
        if not found.exists():
            raise forms.ValidationError("没有这个类别。")
        children = Category.objects.filter(parent=key).order_by("pk")
        return (key, *children.values_list("pk", flat=True))

    def clean_station(self) -> int | None:
        return self._key("station", Station.objects.all(), "没有这个联络站。")

    def clean_unit(self) -> int | None:
        return self._key("unit", Unit.objects.all(), "没有这个承办单位。")

    def _key(self, name: str, rows: Any, refusal: str) -> int | None:
        key = self.cleaned_data[name]
        if key and not (_fits(key) and rows.filter(pk=key).exists()):
            raise forms.ValidationError(refusal)
        return key

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if {"from", "to"} & self.errors.keys():
            return found
        start, last = self._months(found)
        if last < start:
            self.add_error("to", "结束月份不能早于开始月份。")
        found["months"] = (start, month_after(last))
        return found

    def _months(self, found: dict[str, Any]) -> tuple[dt.date, dt.date]:
        """First and last month; months named in the address go before the period."""
        present = first_of(localdate())
        start, last = found.get("from"), found.get("to")
        if start or last:
            last = last or max(present, start)
            return start or last.replace(month=1), last
        if found.get("period") == "12m":
            return month_after(present, -11), present
        if found.get("period") == "month":
            return present, present
        return present.replace(month=1), present

    def question(self) -> Question:
        """What is asked; call when valid."""
        asked = self.cleaned_data
        starts_on, ends_on = asked["months"]
        return Question(
            starts_on=starts_on,
            ends_on=ends_on,
            cutoff=localdate(),
            scope=self.scope,
            area=asked["area"],
            kind=asked["kind"],
            categories=asked["category"],
            station=asked["station"],
            unit=asked["unit"],
        )


class DashboardForm(FiguresForm):
    """The same with choices to pick from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = Category.objects.filter(parent=None).values_list("pk", "name")
        self.fields["area"].widget = forms.Select(choices=self._areas())
        self.fields["category"].widget = forms.Select(
            choices=[("", "全部类别"), *headings]
        )
        for name in ("station", "unit"):
            self.fields[name].widget = forms.HiddenInput()

    def _areas(self) -> list[tuple[str, str]]:
        bases = self.reachable()
        rows = Area.objects.filter(pk__in=bases) | Area.objects.filter(parent__in=bases)
        chosen = [(area.pk, area.name) for area in rows.order_by("code")]
        return chosen if len(bases) == 1 else [("", "全部"), *chosen]


def _fits(key: int) -> bool:
    """Whether a database takes this number as a key."""
    return key < 2**63


def address(question: Question, **more: Any) -> str:
    """The question as the query of an address; FiguresForm reads it back."""
    query = QueryDict(mutable=True)
    said = {
        "area": question.area,
        "from": f"{question.starts_on:%Y-%m}",
        "to": f"{month_after(question.ends_on, -1):%Y-%m}",
        "kind": question.kind,
        "category": question.categories[0] if question.categories else "",
        "station": question.station,
        "unit": question.unit,
    }
    query.update({k: str(v) for k, v in (said | more).items() if v not in ("", None)})
    return query.urlencode()
