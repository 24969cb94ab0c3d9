"""The rules of a year plan in a form: choose a kind, fill in only what it asks for."""

import datetime as dt
import re
from typing import Any

from django import forms

from common.errors import RuleViolation
from common.forms import TimeInput
from stations.choices import HolidayManner, RuleKind
from stations.models import PlanRule, ReceptionPlan
from stations.planning.rules import (
    clean_rrule,
    monthly_rule,
    nth_weekday_rule,
    parts_of,
    weekly_rule,
)
from stations.services.plans import MOST_RULES

MONTHS = [(m, f"{m}月") for m in range(1, 13)]
WEEKDAYS = [(n, f"星期{sign}") for n, sign in enumerate("一二三四五六日")]
ORDINALS = [(n, f"第{n}个") for n in range(1, 6)] + [(-1, "最后一个")]
EVERY = [(1, "每周"), (2, "每两周"), (3, "每三周"), (4, "每四周")]
DATE = re.compile(r"(?:(\d{4})\s*[-年./])?\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")
START, END = dt.time(9), dt.time(11)


def _many(label: str, choices: list[Any], help_text: str = "") -> Any:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class PlanRuleForm(forms.Form):
    """One rule. `rule()` is what set_rules takes; the year is that of the plan."""

    kind = forms.ChoiceField(
        label="怎么定日子",
        choices=RuleKind.choices,
        widget=forms.RadioSelect,
        initial=RuleKind.MONTHLY,
    )
    days = forms.CharField(
        label="几日",
        required=False,
        max_length=100,
        help_text="如 5；几个日子用逗号分开，如 5，20；每月最后一天写“末”。",
    )
    weekdays = _many("星期几", WEEKDAYS)
    every = forms.TypedChoiceField(
        label="隔多久", choices=EVERY, coerce=int, required=False, initial=1
    )
    ordinals = _many("第几个", ORDINALS)
    weekday = forms.TypedChoiceField(
        label="星期几", choices=WEEKDAYS, coerce=int, required=False, initial=0
    )
    months = _many("哪几个月", MONTHS, "不选就是每个月。")
    dates = forms.CharField(
        label="日期",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如 3月5日，6月18日，9月9日；一行一个也可以。",
    )
    rrule = forms.CharField(
        label="RRULE",
        required=False,
        max_length=200,
        help_text="按 RFC 5545 写，如 FREQ=MONTHLY;BYDAY=2SA,4SA。",
    )
    starts_at = forms.TimeField(label="开始", widget=TimeInput, initial=START)
    ends_at = forms.TimeField(label="结束", widget=TimeInput, initial=END)
    per_day = forms.IntegerField(
        label="每次几名代表", required=False, help_text="不填就按整个计划的。"
    )
    manner = forms.ChoiceField(
        label="遇休息日", choices=HolidayManner.choices, initial=HolidayManner.NEXT
    )
    place = forms.CharField(
        label="地点", required=False, help_text="不填就是本站场所。", max_length=200
    )
    topic = forms.CharField(label="主题", required=False, max_length=200)

    def __init__(self, *args: Any, year: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        for name in {*ASKED.values(), "every", "weekday"}:
            self.fields[name].is_asked = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        found = super().clean() or {}
        if self.errors or found.get("DELETE"):
            return found
        try:
            found["rrule"] = self._written(found)
        except RuleViolation as refused:
            field = {"rrule": ASKED[found["kind"]]}.get(refused.field, refused.field)
            self.add_error(field, str(refused))
        return found

    def _written(self, asked: dict[str, Any]) -> str:
        """The rule as RRULE; "" for picked dates."""
        kind, months = asked["kind"], asked["months"]
        needed = ASKED[kind]
        if not asked[needed]:
            raise RuleViolation(MISSING[kind], field=needed)
        if kind == RuleKind.FREE:
            asked["dates"] = self._dates(asked["dates"])
            return ""
        if kind == RuleKind.MONTHLY:
            return clean_rrule(monthly_rule(_days(asked["days"]), months))
        if kind == RuleKind.WEEKLY:
            return weekly_rule(asked["weekdays"], asked["every"] or 1)
        if kind == RuleKind.NTH_WEEKDAY:
            weekday = asked["weekday"] or 0
            return nth_weekday_rule(asked["ordinals"], weekday, months)
        return clean_rrule(asked["rrule"])

    def _dates(self, text: str) -> list[dt.date]:
        """The days written in a text; what is no day is refused."""
        found, rest = [], DATE.sub(" ", text)
        if re.search(r"\d", rest):
            raise RuleViolation("请写成 3月5日 这样的日期。", field="dates")
        for year, month, day in DATE.findall(text):
            try:
                whole = int(year) if year else self.year or dt.MINYEAR
                found.append(dt.date(whole, int(month), int(day)))
            except ValueError as wrong:
                said = f"没有{month}月{day}日这一天。"
                raise RuleViolation(said, field="dates") from wrong
        return sorted(set(found))

    def rule(self) -> dict[str, Any]:
        """What set_rules takes; call when valid."""
        asked = self.cleaned_data
        names = ("kind", "starts_at", "ends_at", "place", "topic", "per_day", "manner")
        rule = {name: asked[name] for name in names}
        if asked["kind"] == RuleKind.FREE:
            return rule | {"dates": asked["dates"]}
        return rule | {"rrule": asked["rrule"]}


# What each kind cannot do without, and how to ask for it.
ASKED = {
    RuleKind.MONTHLY: "days",
    RuleKind.WEEKLY: "weekdays",
    RuleKind.NTH_WEEKDAY: "ordinals",
    RuleKind.FREE: "dates",
    RuleKind.RRULE: "rrule",
}
MISSING = {
    RuleKind.MONTHLY: "请写每月几日。",
    RuleKind.WEEKLY: "请选星期几。",
    RuleKind.NTH_WEEKDAY: "请选第几个。",
    RuleKind.FREE: "请写日期。",
    RuleKind.RRULE: "请写规则。",
}


def _days(text: str) -> list[int]:
    """5，20，末 as numbers; -1 is the last day."""
    found = []
    for word in re.split(r"[\s,，、;；]+", text.strip()):
        plain = word.removesuffix("日").removesuffix("号")
        if plain in ("末", "月末", "最后一天"):
            plain = "-1"
        if not re.fullmatch(r"-?\d{1,2}", plain, re.ASCII):
            raise RuleViolation("请写 1 到 31 的数，用逗号分开。", field="days")
        found.append(int(plain))
    return found


def row_of(rule: PlanRule) -> dict[str, Any]:
    """A rule of a plan as the form shows it; what no form can say is an RRULE."""
    names = ("starts_at", "ends_at", "place", "topic", "per_day", "manner")
    row = {name: getattr(rule, name) for name in names}
    if rule.kind == RuleKind.FREE:
        days = [dt.date.fromisoformat(day) for day in rule.dates]
        said = "，".join(f"{day.month}月{day.day}日" for day in days)
        return row | {"kind": rule.kind, "dates": said}
    parts = parts_of(rule.kind, rule.rrule)
    if not parts or rule.kind == RuleKind.RRULE:
        return row | {"kind": RuleKind.RRULE, "rrule": rule.rrule}
    if "days" in parts:
        parts["days"] = "，".join("末" if n == -1 else str(n) for n in parts["days"])
    return row | {"kind": rule.kind} | parts


class RuleSet(forms.BaseFormSet):
    """All rules of a plan."""

    def rules(self) -> list[dict[str, Any]]:
        """What set_rules takes; call when valid."""
        return [form.rule() for form in self.kept()]

    def kept(self) -> list[Any]:
        """Without those to be deleted, and those added and left as they came."""
        asked = [form for form in self.forms if form.cleaned_data]
        return [form for form in asked if not form.cleaned_data.get("DELETE")]

    def refuse(self, refused: RuleViolation) -> bool:
        """A refusal `rules-<n>-<name>` goes beside its field; False if it is none."""
        found = re.fullmatch(r"rules-(\d+)-(\w+)", refused.field or "")
        kept = self.kept()
        if not found or int(found[1]) >= len(kept):
            return False
        form = kept[int(found[1])]
        name = found[2]
        if name == "rrule":
            name = ASKED[form.cleaned_data["kind"]]
        form.add_error(name if name in form.fields else None, str(refused))
        return True


RuleForms = forms.formset_factory(
    PlanRuleForm,
    formset=RuleSet,
    extra=0,
    min_num=1,
    max_num=MOST_RULES,
    absolute_max=MOST_RULES,
    validate_min=True,
    validate_max=True,
    can_delete=True,
    can_delete_extra=True,
)


def rule_rows(plan: ReceptionPlan | None) -> list[dict[str, Any]]:
    """The rules of a plan for a form; without any the usual one (每月 5 日)."""
    rules = list(plan.rules.order_by("pk")) if plan else []
    return [row_of(rule) for rule in rules] or [{"kind": RuleKind.MONTHLY, "days": "5"}]


def one_more(data: Any) -> Any:
    """The typed forms with an empty one behind; as many as there may be."""
    more = data.copy()
    total = more.get("rules-TOTAL_FORMS", "0")
    count = int(total) if total.isdecimal() and len(total) < 4 else 0
    if count < MOST_RULES:
        more["rules-TOTAL_FORMS"] = str(count + 1)
        more[f"rules-{count}-kind"] = RuleKind.MONTHLY.value
        more[f"rules-{count}-starts_at"] = f"{START:%H:%M}"
        more[f"rules-{count}-ends_at"] = f"{END:%H:%M}"
        more[f"rules-{count}-every"] = "1"
        more[f"rules-{count}-weekday"] = "0"
        more[f"rules-{count}-manner"] = HolidayManner.NEXT.value
    return more
