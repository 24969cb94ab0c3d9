"""The year plan of a station: settings, rules, wishes about turns.

While a plan is a draft all of it may change, by whoever runs the station. Drafting
(stations.services.drafting) works out days and turns; stations.drafts reads them;
stations.workflow_plans publishes the plan, and changes what is published.

All of them raise PermissionDenied, WrongState (published already, Overtaken) or
RuleViolation with `field`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.timezone import localdate, now

from areas.services import policy_at
from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import (
    HolidayManner,
    PlanStatus,
    RuleKind,
    StationStatus,
)
from stations.models import PlanPair, PlanRule, PlanWish, ReceptionPlan, Station
from stations.planning.rules import clean_rrule, dates_of

YEARS_AHEAD = 2
MOST_A_DAY, MOST_A_YEAR, MOST_SEED = 20, 366, 2_000_000_000
MOST_RULES, MOST_DATES, MOST_PERIODS = 10, 366, 20
SETTINGS = (*("per_day", "least", "most", "mixes_levels", "not_twice_running", "seed"),)


@transaction.atomic
def create_plan(
    station: Station, *, actor: Any, year: int, **settings: Any
) -> ReceptionPlan:
    """A plan without rules, of this year or one of the next two.

    `settings`: per_day, least, most (None: no end), mixes_levels, not_twice_running,
    seed. No `least`: what the policy asks of a deputy a year.
    """
    if not may.runs(actor, station):
        raise PermissionDenied
    if station.status != StationStatus.ACTIVE:
        raise WrongState(f"{station.name}现在不在用，不能做计划。")
    this = localdate().year
    if not this <= year <= this + YEARS_AHEAD:
        raise RuleViolation(
            f"只能做 {this} 至 {this + YEARS_AHEAD} 年的计划。", field="year"
        )
    start = max(localdate(), dt.date(year, 1, 1))
    usual = {"least": policy_at(station.area_id, start).deputy_receptions}
    if (settings.get("most") or MOST_A_YEAR) < usual["least"]:
        usual["least"] = settings["most"]
    values = _checked(usual | settings)
    try:
        with transaction.atomic():
            plan = ReceptionPlan.objects.create(station=station, year=year, **values)
    except IntegrityError as twice:
        raise RuleViolation("这一站这一年已有计划。", field="year") from twice
    record("create", plan, actor=actor, label="新建年度计划", now_=plan.status)
    return plan


@transaction.atomic
def edit_plan(
    plan: ReceptionPlan, *, actor: Any, version: int, **settings: Any
) -> ReceptionPlan:
    """Change settings (those of create_plan); `version` is the one that was shown."""
    held = {name: getattr(plan, name) for name in SETTINGS}
    values = _checked(held | settings)
    changes = {name: value for name, value in values.items() if held[name] != value}
    if not changes:
        _check_may(plan, actor)
        return plan
    _claim_draft(plan, actor, version=version, **changes)
    told = {name: [str(held[name]), str(value)] for name, value in changes.items()}
    record("edit", plan, actor=actor, label="修改年度计划", data={"changes": told})
    return plan


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise TypeError(f"no settings: {', '.join(sorted(unknown))}")
    for name, label, low, high in (
        ("per_day", "每次代表人数", 1, MOST_A_DAY),
        ("least", "每人每年至少", 0, MOST_A_YEAR),
        ("most", "每人每年至多", 1, MOST_A_YEAR),
        ("seed", "排班号", 0, MOST_SEED),
    ):
        value = settings.get(name)
        if value is not None:
            _check_number(value, label, name, low, high)
        elif name in settings and name != "most":
            raise RuleViolation(f"请填写{label}。", field=name)
    _check_limits(settings.get("least"), settings.get("most"))
    return settings


def _check_number(value: int, label: str, field: str, low: int, high: int) -> None:
    if not low <= value <= high:
        raise RuleViolation(f"{label}应是 {low} 至 {high}。", field=field)


def _check_limits(least: int | None, most: int | None) -> None:
    if least is not None and most is not None and most < least:
        raise RuleViolation("每人至多次数不能少于至少次数。", field="most")


def _check_may(plan: ReceptionPlan, actor: Any) -> None:
    if not may.runs(actor, plan.station):
        raise PermissionDenied
    if plan.status != PlanStatus.DRAFT:
        raise WrongState("计划已经公布，只能换班、改期或取消。")


def _claim_draft(
    plan: ReceptionPlan, actor: Any, *, version: int | None = None, **changes: Any
) -> None:
    """Hold the plan until commit and count its version on; refuse a published one."""
    _check_may(plan, actor)
    same = ReceptionPlan.objects.filter(pk=plan.pk, status=PlanStatus.DRAFT)
    if version is not None:
        same = same.filter(version=version)
    if not same.update(version=F("version") + 1, updated_at=now(), **changes):
        raise Overtaken("别人刚刚改过或公布了这份计划，请刷新后再看。")
    plan.refresh_from_db(fields=["version", "updated_at", *changes])


# --- rules ----------------------------------------------------------------------------


@transaction.atomic
def set_rules(
    plan: ReceptionPlan, *, actor: Any, rules: list[dict[str, Any]]
) -> list[PlanRule]:
    """Replace all rules of the plan.

    Each rule: kind, starts_at, ends_at and, all optional, place, topic, per_day (None:
    the plan's), manner; `rrule` unless kind is FREE (stations.planning.rules writes it:
    monthly_rule, weekly_rule, nth_weekday_rule; parts_of reads it back for a form),
    `dates` (list of date) if it is FREE. Field of a violation: `rules-<n>-<name>`,
    n from 0.
    """
    if not rules:
        raise RuleViolation("请至少写一条接待规则。", field="rules")
    if len(rules) > MOST_RULES:
        raise RuleViolation(f"一份计划最多 {MOST_RULES} 条规则。", field="rules")
    checked = [_rule(number, plan, facts) for number, facts in enumerate(rules)]
    if sum(count for _, count in checked) > MOST_DATES:
        raise RuleViolation(f"一年最多接待 {MOST_DATES} 次。", field="rules")
    _claim_draft(plan, actor)
    plan.rules.all().delete()
    made = PlanRule.objects.bulk_create([rule for rule, _ in checked])
    told = [str(rule) for rule in made]
    record("set_rules", plan, actor=actor, label="接待规则", data={"rules": told})
    return made


def _rule(
    number: int, plan: ReceptionPlan, facts: dict[str, Any]
) -> tuple[PlanRule, int]:
    """The rule, not saved, and on how many days of the year it falls."""
    try:
        rule = PlanRule(plan=plan, **_rule_facts(dict(facts), plan.year))
    except RuleViolation as wrong:
        name = wrong.field or "kind"
        raise RuleViolation(str(wrong), field=f"rules-{number}-{name}") from wrong
    if rule.kind == RuleKind.FREE:
        return rule, len(rule.dates)
    return rule, len(dates_of(rule.rrule, plan.year))


def _rule_facts(facts: dict[str, Any], year: int) -> dict[str, Any]:
    for field, label, known in (
        ("kind", "方式", RuleKind.values),
        ("manner", "遇休息日", HolidayManner.values),
    ):
        if facts.get(field, HolidayManner.NEXT) not in known:
            raise RuleViolation(f"没有这一种{label}。", field=field)
    if facts["ends_at"] <= facts["starts_at"]:
        raise RuleViolation("结束时间须晚于开始时间。", field="ends_at")
    for field, label in (("place", "地点"), ("topic", "主题")):
        facts[field] = one_line(
            facts.get(field) or "", label=label, field=field, longest=200
        )
    if facts.get("per_day") is not None:
        _check_number(facts["per_day"], "每次代表人数", "per_day", 1, MOST_A_DAY)
    if facts["kind"] == RuleKind.FREE:
        facts["rrule"] = ""
        facts["dates"] = _free_dates(facts.get("dates") or (), year)
    else:
        facts["dates"] = []
        facts["rrule"] = clean_rrule(facts.get("rrule") or "")
        if not dates_of(facts["rrule"], year):
            raise RuleViolation("这条规则一年里没有一天。", field="rrule")
    return facts


def _free_dates(dates: Iterable[dt.date], year: int) -> list[str]:
    found = sorted(set(dates))
    if not found:
        raise RuleViolation("请写明日期。", field="dates")
    if len(found) > MOST_DATES:
        raise RuleViolation(f"最多 {MOST_DATES} 个日期。", field="dates")
    if any(day.year != year for day in found):
        raise RuleViolation(f"日期应在 {year} 年。", field="dates")
    return [day.isoformat() for day in found]


# --- wishes ---------------------------------------------------------------------------


@transaction.atomic
def set_wish(
    plan: ReceptionPlan,
    deputy: Deputy,
    *,
    actor: Any,
    off_weekdays: Sequence[int] = (),
    off_periods: Sequence[tuple[dt.date, dt.date]] = (),
    least: int | None = None,
    most: int | None = None,
    note: str = "",
) -> PlanWish:
    """What holds for one deputy of the station; replaces what held before.

    Weekdays count from Monday = 0; periods include both their days.
    """
    if not set(off_weekdays) <= set(range(7)):
        raise RuleViolation("没有这样的星期。", field="off_weekdays")
    if len(off_periods) > MOST_PERIODS or any(a > b for a, b in off_periods):
        raise RuleViolation("时段的结束不能早于开始。", field="off_periods")
    for field, label, value in (("least", "至少", least), ("most", "至多", most)):
        if value is not None:
            _check_number(value, label, field, 0, MOST_A_YEAR)
    _check_limits(least, most)
    _check_stationed(plan, deputy, "deputy")
    _claim_draft(plan, actor)
    wish, _ = PlanWish.objects.update_or_create(
        plan=plan,
        deputy=deputy,
        defaults={
            "off_weekdays": sorted(set(off_weekdays)),
            "off_periods": [
                [first.isoformat(), last.isoformat()]
                for first, last in sorted(off_periods)
            ],
            "least": least,
            "most": most,
            "note": one_line(note, label="说明", field="note", longest=100),
        },
    )
    record("set_wish", plan, actor=actor, label="排班要求", note=deputy.name)
    return wish


@transaction.atomic
def drop_wish(plan: ReceptionPlan, deputy: Deputy, *, actor: Any) -> None:
    """Nothing special holds for the deputy any more; without a wish nothing happens."""
    _claim_draft(plan, actor)
    if plan.wishes.filter(deputy=deputy).delete()[0]:
        record("drop_wish", plan, actor=actor, label="撤销排班要求", note=deputy.name)


@transaction.atomic
def set_pair(
    plan: ReceptionPlan,
    first: Deputy,
    second: Deputy,
    *,
    actor: Any,
    together: bool,
) -> PlanPair:
    """These two sit together (a turn of one is a turn of both), or never meet."""
    if first.pk == second.pk:
        raise RuleViolation("请选两位不同的代表。", field="second")
    _check_stationed(plan, first, "first")
    _check_stationed(plan, second, "second")
    _claim_draft(plan, actor)
    low, high = sorted((first, second), key=lambda one: one.pk)
    pair, _ = PlanPair.objects.update_or_create(
        plan=plan, first=low, second=high, defaults={"together": together}
    )
    note = f"{low.name}、{high.name}{'同班' if together else '不同班'}"
    record("set_pair", plan, actor=actor, label="搭班要求", note=note)
    return pair


@transaction.atomic
def drop_pair(plan: ReceptionPlan, pair: PlanPair, *, actor: Any) -> None:
    """Take the pair back; one of another plan is refused (field `pair`)."""
    if pair.plan_id != plan.pk:
        raise RuleViolation("这不是本计划的搭班要求。", field="pair")
    _claim_draft(plan, actor)
    note = f"{pair.first.name}、{pair.second.name}"
    pair.delete()
    record("drop_pair", plan, actor=actor, label="撤销搭班要求", note=note)


def _check_stationed(plan: ReceptionPlan, deputy: Deputy, field: str) -> None:
    if deputy.pk not in _stationed(plan.station, plan.year):
        raise RuleViolation(f"{deputy.name}这一年不驻本站。", field=field)


def _stationed(station: Station, year: int) -> set[int]:
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    here = station.stationings.filter(starts_on__lt=after)
    here = here.filter(Q(ends_on=None) | Q(ends_on__gt=first))
    return set(here.values_list("deputy", flat=True))


@transaction.atomic
def copy_plan(plan: ReceptionPlan, *, actor: Any, year: int) -> ReceptionPlan:
    """A new plan for another year with the same settings, rules, wishes and pairs.

    Free dates and periods off are of their year and stay behind, and so do wishes of
    deputies who have left the station.
    """
    settings = {name: getattr(plan, name) for name in SETTINGS}
    made = create_plan(plan.station, actor=actor, year=year, **settings)
    here = _stationed(plan.station, year)
    rules = list(plan.rules.exclude(kind=RuleKind.FREE))
    wishes = list(plan.wishes.filter(deputy__in=here))
    pairs = list(plan.pairs.filter(first__in=here, second__in=here))
    rows: tuple[Any, ...] = (*rules, *wishes, *pairs)
    for row in rows:
        row.pk, row.plan = None, made
    for wish in wishes:
        wish.off_periods = []
    PlanRule.objects.bulk_create(rules)
    PlanWish.objects.bulk_create(wishes)
    PlanPair.objects.bulk_create(pairs)
    record("copy", made, actor=actor, label="沿用计划", note=str(plan))
    return made
