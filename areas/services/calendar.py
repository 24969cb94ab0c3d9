"""Filling the working calendar from what the two packages know."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import holidays
from chinese_calendar.constants import Holiday
from chinese_calendar.constants import holidays as published_holidays
from chinese_calendar.constants import workdays as published_workdays
from django.core.exceptions import PermissionDenied
from django.db import transaction

from areas import permissions as may
from areas.choices import DayKind
from areas.models import CalendarDay
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

NAMES = {holiday.value: holiday.chinese for holiday in Holiday} | {
    # The package says 清明, 端午 and 中秋, and spells out the name of 2015's day.
    "Tomb-sweeping Day": "清明节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
PUBLISHED = range(
    min(published_holidays).year, max(published_holidays).year + 1
)  # 2004–2026 in chinesecalendar 1.11; a later release carries on

FIRST_YEAR, LAST_YEAR = 2004, 2100  # that people may enter days for


@transaction.atomic
def seed_calendar(years: Iterable[int]) -> int:
    """Enter the special days of these years; answers how many rows were added.

    A year that the State Council has published is entered as published and replaces
    a provisional one. Other years get their statutory days, marked provisional: the
    exchanged working days (调休) are not known before the notice. A year without
    provisional rows is left alone, because people may have corrected it.
    """
    wanted = sorted(set(years))
    held = CalendarDay.objects.filter(day__year__in=wanted)
    entered = {row.day.year for row in held}
    drafted = {row.day.year for row in held if row.is_provisional}
    before = len(held)
    for year in wanted:
        if year in PUBLISHED and (year in drafted or year not in entered):
            held.filter(day__year=year, is_provisional=True).delete()
            # Single days that people have settled already stay as they said.
            CalendarDay.objects.bulk_create(_published(year), ignore_conflicts=True)
        elif year not in PUBLISHED and year not in entered:
            CalendarDay.objects.bulk_create(_statutory(year))
    return held.all().count() - before


def _published(year: int) -> list[CalendarDay]:
    kinds = (
        (DayKind.HOLIDAY, published_holidays),
        (DayKind.WORKDAY, published_workdays),
    )
    return [
        CalendarDay(day=day, kind=kind, name=NAMES.get(name, ""))
        for kind, days in kinds
        for day, name in days.items()
        if day.year == year
    ]


def _statutory(year: int) -> list[CalendarDay]:
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    return [
        CalendarDay(
            day=day, kind=DayKind.HOLIDAY, name=_plain(name), is_provisional=True
        )
        for day, name in sorted(known.items())
    ]


def _plain(name: str) -> str:
    """春节（补假） → 春节; 中秋节; 国庆节 → 中秋节、国庆节."""
    parts = (part.split("（")[0].strip() for part in name.split(";"))
    return "、".join("春节" if part == "农历除夕" else part for part in parts)


def default_years(today: dt.date) -> range:
    """All published years, and the two years to come."""
    return range(PUBLISHED.start, today.year + 3)


@transaction.atomic
def set_day(day: dt.date, *, actor: Any, kind: str, name: str = "") -> CalendarDay:
    """Say that a day is a holiday or a make-up workday; it is then not provisional."""
    if not may.may_edit_calendar(actor):
        raise PermissionDenied
    name = one_line(name, label="节日", field="name", longest=50)
    row, _ = CalendarDay.objects.update_or_create(
        day=day, defaults={"kind": kind, "name": name, "is_provisional": False}
    )
    said = f"{day}：{row.get_kind_display()}{name}"
    record("set_day", None, actor=actor, label="修改工作日历", note=said)
    return row


@transaction.atomic
def clear_day(day: dt.date, *, actor: Any) -> None:
    """Say that a day is what its weekday says."""
    if not may.may_edit_calendar(actor):
        raise PermissionDenied
    if not CalendarDay.objects.filter(day=day).delete()[0]:
        raise RuleViolation("这一天本来就按星期几算。", field="day")
    record(
        "clear_day", None, actor=actor, label="修改工作日历", note=f"{day}：按星期几"
    )


@transaction.atomic
def settle_year(year: int, *, actor: Any) -> int:
    """Say that the days entered for a year are those of the published notice."""
    if not may.may_edit_calendar(actor):
        raise PermissionDenied
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleViolation(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    rows = CalendarDay.objects.filter(day__year=year, is_provisional=True)
    count = rows.update(is_provisional=False)
    if not count:
        raise RuleViolation(f"{year}年没有暂定的日子。")
    note = f"{year}年与公布的通知核对无误"
    record("settle_year", None, actor=actor, label="核定工作日历", note=note)
    return count
