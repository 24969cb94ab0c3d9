"""Which deadlines hold where and when, and setting new ones."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from areas import permissions as may
from areas.models import Area, Policy
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

# The columns that people set; the others say where and when they hold.
FIELDS = {
    field.name: field
    for field in Policy._meta.concrete_fields
    if field.name not in {"id", "area_code", "effective_from", "note"}
}
RULES = tuple(FIELDS)
# 代表法第五十一条: within three months, at the latest six for complex matters.
MOST_MONTHS = {"reply_months": 3, "complex_months": 6}
ONE_A_DAY = "这一天已有一版规则。"


def policy_at(area_code: str, on: dt.date) -> Policy:
    """The rules in force at an area on a day; if none are set the defaults, unsaved."""
    held: Policy | None = Policy.objects.holding(area_code, on)
    return held or Policy(effective_from=dt.date(2026, 1, 1), note="系统默认")


@transaction.atomic
def set_policy(
    area: Area, *, actor: Any, effective_from: dt.date, note: str = "", **rules: int
) -> Policy:
    """Lay down the rules of an area from a day on; earlier versions stay.

    Rules not given are taken over from the version that would hold on that day.
    Dates already counted stay: a deadline is counted when its period begins.
    """
    if not may.is_office_of(actor, area.pk):
        raise PermissionDenied
    if effective_from < localdate():
        raise RuleViolation("施行日不能早于今天。", field="effective_from")
    before = policy_at(area.pk, effective_from)
    values = {name: getattr(before, name) for name in RULES} | rules
    check_rules(values)
    moved = {
        name: [getattr(before, name), value]
        for name, value in values.items()
        if getattr(before, name) != value
    }
    if not moved and before.area_code == area.pk:
        raise RuleViolation("与那天施行的规则完全相同，不用另立一版。")
    policy = Policy(area_code=area.pk, effective_from=effective_from, **values)
    policy.note = one_line(note, label="依据", field="note", longest=200)
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        raise RuleViolation(ONE_A_DAY, field="effective_from") from error
    record(
        "set_policy",
        policy,
        actor=actor,
        label="修改期限规则",
        note=f"{area}，{effective_from} 起施行",
        data={"area": area.pk, "changed": moved},
    )
    return policy


def check_rules(values: dict[str, int]) -> None:
    """Raises RuleViolation for what the law or plain sense forbids."""
    for name, most in MOST_MONTHS.items():
        if values[name] > most:
            raise RuleViolation(
                f"不得超过 {most} 个月（代表法第五十一条）。", field=name
            )
    if values["reply_months"] > values["complex_months"]:
        raise RuleViolation("不应短于一般答复期限。", field="complex_months")
    if values["warn_red_days"] > values["warn_yellow_days"]:
        raise RuleViolation("不应早于“将到期提醒”。", field="warn_red_days")


@dataclass(frozen=True)
class Version:
    """One version of the rules, and what it changed: label, before, after."""

    policy: Policy
    place: str
    is_to_come: bool
    changes: list[tuple[str, str, str]]


def versions_of(area_code: str, today: dt.date) -> list[Version]:
    """All versions set for an area or above it, newest first, each with its changes.

    Each is compared with the one before it of the same area (the first with the
    defaults).
    """
    places = [area_code[:n] for n in (0, 2, 4, 6, 9) if n <= len(area_code)]
    rows = Policy.objects.filter(area_code__in=places).order_by("effective_from", "id")
    names = dict(Area.objects.filter(pk__in=places).values_list("pk", "name"))
    before: dict[str, Policy] = {}
    found = []
    for row in rows:
        old = before.get(row.area_code, Policy())
        place = names.get(row.area_code, "全部地区")
        is_to_come = row.effective_from > today
        found.append(Version(row, place, is_to_come, _changes(old, row)))
        before[row.area_code] = row
    return found[::-1]


def _changes(old: Policy, new: Policy) -> list[tuple[str, str, str]]:
    return [
        (told_rule(name, 0)["label"], str(getattr(old, name)), str(getattr(new, name)))
        for name in RULES
        if getattr(old, name) != getattr(new, name)
    ]


UNIT_SIGNS = (("_wd", "个工作日"), ("_months", "个月"), ("_days", "天"))


def told_rule(name: str, value: int) -> dict[str, Any]:
    """A rule as a page shows it: name, label, value, unit, source."""
    field = FIELDS[name]
    unit = next((word for end, word in UNIT_SIGNS if name.endswith(end)), "次")
    label = str(field.verbose_name).split("（")[0]
    return {
        "name": name,
        "label": label,
        "value": value,
        "unit": unit,
        "source": field.help_text,
    }
