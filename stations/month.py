"""A month of all stations in weeks: what the county calendar shows."""

import datetime as dt
from calendar import Calendar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from areas.calendar import WorkingCalendar
from stations.choices import DayStatus
from stations.models import ReceptionDay

MOST_A_DAY = 5  # named in one cell; the rest is one click away


@dataclass
class DayCell:
    """One day of the month: whether it is worked, and the receptions on it."""

    date: dt.date
    is_inside: bool
    is_off: bool
    is_makeup: bool
    is_today: bool
    days: list[ReceptionDay] = field(default_factory=list)
    count: int = 0  # without cancelled ones
    all_count: int = 0

    @property
    def weekday(self) -> str:
        return "一二三四五六日"[self.date.weekday()]

    @property
    def more(self) -> int:
        return self.all_count - len(self.days)


def weeks_of(
    found: QuerySet, month: dt.date, calendar: WorkingCalendar, today: dt.date
) -> list[list[DayCell]]:
    """The weeks of the month (Monday first) with these reception days: two queries."""
    weeks = [
        [_cell(day, month, calendar, today) for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]
    cells = {cell.date: cell for week in weeks for cell in week if cell.is_inside}
    inside = found.filter(date__range=(min(cells), max(cells)))
    for day in _named(inside):
        cells[day.date].days.append(day)
    for row in inside.order_by().values("date", "status").annotate(n=Count("pk")):
        cell = cells[row["date"]]
        cell.all_count += row["n"]
        if row["status"] != DayStatus.CANCELLED:
            cell.count += row["n"]
    return weeks


def _named(inside: QuerySet) -> QuerySet:
    """The first few of each day, however many stations receive on it."""
    order = (F("starts_at").asc(), F("station__town_code").asc(), F("pk").asc())
    place = Window(RowNumber(), partition_by=F("date"), order_by=order)
    ranked = inside.select_related("station").annotate(nth=place)
    return ranked.filter(nth__lte=MOST_A_DAY).order_by("date", "nth")


def _cell(
    day: dt.date, month: dt.date, calendar: WorkingCalendar, today: dt.date
) -> DayCell:
    is_off = not calendar.is_workday(day)
    return DayCell(
        date=day,
        is_inside=day.month == month.month,
        is_off=is_off,
        is_makeup=not is_off and day.weekday() >= 5,
        is_today=day == today,
    )


def totals(weeks: list[list[DayCell]]) -> dict[str, Any]:
    """How many receptions the month has, and on how many days."""
    counts = [cell.count for week in weeks for cell in week if cell.count]
    return {"receptions": sum(counts), "days": len(counts)}
