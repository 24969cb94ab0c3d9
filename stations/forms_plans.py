"""What the pages of year plans ask for."""

import datetime as dt
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from common.errors import Overtaken, RuleViolation, WrongState
from common.forms import DateField, PickMany, RuleForm
from deputies.models import Deputy
from stations.choices import NOT_RECEIVING, PlanStatus, StationStatus
from stations.forms_rules import WEEKDAYS, RuleForms, rule_rows
from stations.models import PlanPair, PlanWish, ReceptionDay, ReceptionPlan, Station
from stations.permissions import runs
from stations.services.drafting import draft
from stations.services.plans import (
    copy_plan,
    create_plan,
    edit_plan,
    set_pair,
    set_rules,
    set_wish,
)
from stations.workflow_plans import move_day

YEARS_AHEAD = 2
OFF_PERIODS = 3  # of a deputy; more are rare, and the weekdays say the rest


def plan_years() -> list[tuple[int, str]]:
    """The years for which one may plan now."""
    this = localdate().year
    return [(year, f"{year}年") for year in range(this, this + YEARS_AHEAD + 1)]


def usual_year() -> int:
    """From October on one plans the next year."""
    today = localdate()
    return today.year + (today.month >= 10)


def deputies_of(station: Station, year: int) -> QuerySet[Deputy]:
    """Those stationed here at any time of the year, by name."""
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    here = station.stationings.filter(starts_on__lt=after)
    here = here.filter(Q(ends_on=None) | Q(ends_on__gt=first))
    return Deputy.objects.filter(pk__in=here.values("deputy")).order_by("name", "id")


class PlanSettings(RuleForm):
    """How many sit on a day, how often one comes, what is avoided."""

    per_day = forms.IntegerField(label="每次几名代表", initial=2)
    least = forms.IntegerField(
        label="每人每年至少几次",
        required=False,
        help_text="不填就按期限规则；0 是不要求。",
    )
    most = forms.IntegerField(
        label="每人每年至多几次", required=False, help_text="不填就不限。"
    )
    mixes_levels = forms.BooleanField(
        label="各级代表搭配着排", required=False, initial=True
    )
    not_twice_running = forms.BooleanField(
        label="同一人不连着排两次", required=False, initial=True
    )

    SETTINGS = ("per_day", "least", "most", "mixes_levels", "not_twice_running")

    def settings(self) -> dict[str, Any]:
        asked = {name: self.cleaned_data[name] for name in self.SETTINGS}
        if asked["least"] is None:
            del asked["least"]
        return asked


class RuledForm(PlanSettings):
    """Settings and rules in one form; the rules are the formset `rules`."""

    def __init__(
        self, data: Any, *, year: int, rows: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        form_kwargs = {"year": year}
        initial = None if data is not None else rows
        self.rules: Any = RuleForms(
            data, prefix="rules", initial=initial, form_kwargs=form_kwargs
        )

    def is_valid(self) -> bool:
        own = super().is_valid()
        return self.rules.is_valid() and own

    def carry_out(self, *, actor: Any) -> bool:
        try:
            with transaction.atomic():
                self.do(actor)
        except RuleViolation as refused:
            if not self.rules.refuse(refused):
                field = refused.field if refused.field in self.fields else None
                self.add_error(field, str(refused))
            return False
        except WrongState as refused:
            self.add_error(None, str(refused))
            return False
        return True


class PlanCreateForm(RuledForm):
    """A station's plan of a year, from rules."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    field_order = ("year", *PlanSettings.SETTINGS)

    def __init__(self, data: Any, *, station: Station, year: int) -> None:
        last = station.plans.filter(year__lt=year).order_by("-year").first()
        initial = {"year": year}
        if last is not None:
            initial |= {name: getattr(last, name) for name in self.SETTINGS}
        super().__init__(data, year=year, rows=rule_rows(last), initial=initial)
        self.station, self.plan = station, None
        self.fields["year"].choices = plan_years()

    def do(self, actor: Any) -> None:
        year = self.cleaned_data["year"]
        plan = create_plan(self.station, actor=actor, year=year, **self.settings())
        set_rules(plan, actor=actor, rules=self.rules.rules())
        (self.plan,) = draft([plan], actor=actor)


class PlanEditForm(RuledForm):
    """Other settings or rules for a plan that is still a draft; it is drafted anew."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plan: ReceptionPlan) -> None:
        initial = {name: getattr(plan, name) for name in self.SETTINGS}
        initial["version"] = plan.version
        super().__init__(data, year=plan.year, rows=rule_rows(plan), initial=initial)
        self.plan = plan

    def do(self, actor: Any) -> None:
        version = self.cleaned_data["version"]
        if version != self.plan.version:
            raise Overtaken("别人刚刚改过这份计划，请刷新后再改。")
        edited = edit_plan(self.plan, actor=actor, version=version, **self.settings())
        set_rules(edited, actor=actor, rules=self.rules.rules())
        edited.refresh_from_db()
        draft([edited], actor=actor)


HOW = [
    ("copy", "有上一年计划的照上一年，没有的按下面的规则"),
    ("rule", "全部按下面的规则"),
]


class ManyPlansForm(RuledForm):
    """The plans of many stations in one go; published ones are left alone."""

    how = forms.ChoiceField(
        label="怎么排", choices=HOW, widget=forms.RadioSelect, initial="copy"
    )
    stations = PickMany(
        Station.objects.none(),
        label="哪些站",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个站。"},
    )

    def __init__(self, data: Any, *, actor: Any, year: int) -> None:
        super().__init__(data, year=year, rows=rule_rows(None))
        self.for_year = year
        open_ = stations_to_plan(actor, year)
        self.fields["stations"].queryset = open_
        self.initial["stations"] = open_

    def do(self, actor: Any) -> None:
        stations = list(self.cleaned_data["stations"])
        latest = self._latest(stations)
        plans = [self._plan(one, latest.get(one.pk), actor) for one in stations]
        draft(plans, actor=actor)

    def _latest(self, stations: list[Station]) -> dict[int, ReceptionPlan]:
        """The newest plan of each station, of this year or before."""
        rows = ReceptionPlan.objects.filter(
            station__in=stations, year__lte=self.for_year
        )
        return {plan.station_id: plan for plan in rows.order_by("year")}

    def _plan(
        self, station: Station, last: ReceptionPlan | None, actor: Any
    ) -> ReceptionPlan:
        own = last is not None and last.year == self.for_year
        copies = self.cleaned_data["how"] == "copy"
        if last is not None and copies:
            return last if own else copy_plan(last, actor=actor, year=self.for_year)
        if last is not None and own:
            plan = edit_plan(last, actor=actor, version=last.version, **self.settings())
        else:
            plan = create_plan(
                station, actor=actor, year=self.for_year, **self.settings()
            )
        set_rules(plan, actor=actor, rules=self.rules.rules())
        return plan


def stations_to_plan(actor: Any, year: int) -> QuerySet[Station]:
    """Stations this person runs that have no published plan of the year."""
    seen = Station.objects.visible_to(actor).filter(status=StationStatus.ACTIVE)
    seen = seen.exclude(kind__in=NOT_RECEIVING).exclude(
        plans__in=ReceptionPlan.objects.filter(year=year, status=PlanStatus.PUBLISHED)
    )
    own = [station.pk for station in seen if runs(actor, station)]
    return seen.filter(pk__in=own).order_by("town_code", "name", "id")


class WishForm(RuleForm):
    """What holds for one deputy: days off, fewest and most turns."""

    off_weekdays = forms.TypedMultipleChoiceField(
        label="不排星期几",
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    least = forms.IntegerField(label="至少几次", required=False)
    most = forms.IntegerField(label="至多几次", required=False)
    note = forms.CharField(label="说明", required=False, help_text="如“7 月外出学习”。")

    def __init__(
        self, data: Any, *, plan: ReceptionPlan, deputy: Deputy, wish: PlanWish | None
    ) -> None:
        held: dict[str, Any] = {}
        if wish is not None:
            names = ("off_weekdays", "least", "most", "note")
            held = {name: getattr(wish, name) for name in names}
            for n, (first, last) in enumerate(wish.off_periods[:OFF_PERIODS], start=1):
                held |= {f"from_{n}": first, f"to_{n}": last}
        super().__init__(data, initial=held)
        self.plan, self.deputy = plan, deputy
        for n in range(1, OFF_PERIODS + 1):
            self.fields[f"from_{n}"] = DateField(
                label=f"不排时段{n} 自", required=False
            )
            self.fields[f"to_{n}"] = DateField(label="至", required=False)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or {}
        periods = []
        for n in range(1, OFF_PERIODS + 1):
            first, last = found.get(f"from_{n}"), found.get(f"to_{n}")
            if not (first or last):
                continue
            if first and last and last < first:
                self.add_error(f"to_{n}", "结束日不能早于开始日。")
            periods.append((first or last, last or first))
        found["off_periods"] = periods
        return found

    def do(self, actor: Any) -> None:
        names = ("off_weekdays", "off_periods", "least", "most", "note")
        asked = {name: self.cleaned_data[name] for name in names}
        set_wish(self.plan, self.deputy, actor=actor, **asked)


class PairForm(RuleForm):
    """Two deputies who sit together, or never meet."""

    first = forms.ModelChoiceField(Deputy.objects.none(), label="代表")
    second = forms.ModelChoiceField(Deputy.objects.none(), label="和谁")
    together = forms.TypedChoiceField(
        label="怎么排",
        choices=[("yes", "排在一起"), ("no", "不排在一起")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )

    def __init__(self, data: Any, *, plan: ReceptionPlan) -> None:
        super().__init__(data)
        self.plan = plan
        here = deputies_of(plan.station, plan.year)
        self.fields["first"].queryset = here
        self.fields["second"].queryset = here

    def do(self, actor: Any) -> None:
        asked = self.cleaned_data
        self.pair: PlanPair = set_pair(
            self.plan,
            asked["first"],
            asked["second"],
            actor=actor,
            together=asked["together"],
        )


class MoveForm(RuleForm):
    """Another date for a reception, and why."""

    date = DateField(label="改到哪一天")
    reason = forms.CharField(
        label="改期原因", help_text="会告诉值班代表，如“与区人代会冲突”。"
    )

    def __init__(self, data: Any, *, day: ReceptionDay) -> None:
        super().__init__(data, initial={"date": day.date})
        self.day = day

    def do(self, actor: Any) -> None:
        move_day(self.day, actor=actor, **self.cleaned_data)
