"""Counting periods by the law and by the State Council's yearly holiday notice.

Start day: not counted (民法典第二百零一条). Months: the same day-number of the last
month, or its last day (第二百零二条). A last day on a rest day moves to the next
working day (第二百零三条). Days named 调休上班 in the notice are working days.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple

from areas.choices import DayKind
from areas.models import CalendarDay

WEEKDAYS = "一二三四五六日"
LONGEST_MONTHS = 6  # 代表法第五十一条: no answer may take longer
NEAR_HOLIDAY = 14  # days; so far around a holiday the yearly notice has moved others


class SpecialDay(NamedTuple):
    """A day that is not what its weekday says; `name` is the holiday behind it."""

    kind: str
    name: str = ""
    is_provisional: bool = False


@dataclass(frozen=True)
class Counted:
    """The day a period ends, and the sentences that say why."""

    day: dt.date
    explanation: list[str]


class WorkingCalendar:
    """Answers which days are worked; years it knows nothing of have plain weekends."""

    def __init__(self, days: Mapping[dt.date, SpecialDay]) -> None:
        self._days = days
        self._years = {day.year for day in days}
        self._provisional = {d.year for d, day in days.items() if day.is_provisional}

    def is_workday(self, day: dt.date) -> bool:
        special = self._days.get(day)
        if special is None:
            return day.weekday() < 5
        return special.kind == DayKind.WORKDAY

    def add_workdays(self, start: dt.date, n: int) -> Counted:
        """The n-th working day after `start`; n must be positive."""
        _check(n)
        day, left = start, n
        while left:
            day += dt.timedelta(days=1)
            left -= self.is_workday(day)
        steps = [
            _not_counted(start),
            *self._passed(start, day),
            f"第 {n} 个工作日是{_full(day)}（{_weekday(day)}）。",
            *self._reservations(start, day),
        ]
        return Counted(day, steps)

    def add_months(self, start: dt.date, n: int) -> Counted:
        """The last day of a period of n calendar months; n must be positive."""
        _check(n)
        last, has_own = _months_later(start, n)
        end = f"最后一日是{_full(last)}"
        if not has_own:
            end = f"到期月没有 {start.day} 日，以月末日{_full(last)}为最后一日"
        moved = self.next_workday(last)
        steps = [
            _not_counted(start),
            f"期限 {n} 个月，{end}（民法典第二百零二条）。",
            *moved.explanation,
        ]
        return Counted(moved.day, steps)

    def next_workday(self, day: dt.date) -> Counted:
        """The day itself when it is worked, else the first worked day after it."""
        end = day
        while not self.is_workday(end):
            end += dt.timedelta(days=1)
        if end == day:
            what = "是工作日"
            if day in self._days:
                what = f"是调休上班日{_named(self._days[day].name)}"
            step = f"{_short(day)}（{_weekday(day)}）{what}，不顺延。"
        else:
            rest = "，".join(self._rests(day, end))
            step = (
                f"{rest}，顺延到 {_short(end)}（{_weekday(end)}）"
                "（民法典第二百零三条）。"
            )
        return Counted(end, [step, *self._reservations(day, end)])

    def nearest_workday(self, day: dt.date, *, back: bool = False) -> Counted:
        """The day itself when it is worked, else the first worked day after or before.

        For what is planned rather than counted: no article is cited, and a day that is
        worked needs no word, unless it is a weekend made up for a holiday.
        """
        end, step = day, dt.timedelta(days=-1 if back else 1)
        while not self.is_workday(end):
            end += step
        if end == day:
            special = self._days.get(day)
            if special is None or day.weekday() < 5:
                return Counted(day, [])
            said = f"{_spoken(day)}是调休上班日{_named(special.name)}，照常。"
            return Counted(day, [said])
        first, last = (end - step, day - step) if back else (day, end)
        rest = "，".join(self._rests(first, last))
        way = "提前" if back else "顺延"
        made_up = "，是调休上班日" if end.weekday() >= 5 else ""
        return Counted(end, [f"{rest}，{way}到 {_spoken(end)}{made_up}。"])

    def rest_of(self, day: dt.date) -> str:
        """Why this day is not worked: 10月1日是国庆节放假; "" when it is."""
        return "".join(
            self._rests(day, day + dt.timedelta(days=not self.is_workday(day)))
        )

    def is_holiday(self, day: dt.date) -> bool:
        """Off by the table of holidays, not merely a weekend."""
        return day in self._days and not self.is_workday(day)

    def is_known(self, year: int) -> bool:
        """Whether the published table of the year is entered."""
        return year in self._years and year not in self._provisional

    def table_of(self, year: int) -> list[tuple[dt.date, SpecialDay]]:
        """The special days of the year in their order."""
        return sorted((d, one) for d, one in self._days.items() if d.year == year)

    def may_change(self, day: dt.date) -> bool:
        """Whether the published table, still to come, may make another day of it.

        A provisional table has the statutory holidays; the notice moves days around
        them. A year without any table may change as a whole.
        """
        if self.is_known(day.year):
            return False
        near = range(-NEAR_HOLIDAY, NEAR_HOLIDAY + 1)
        around = (self._days.get(day + dt.timedelta(days=n)) for n in near)
        drafts = any(one.is_provisional for one in around if one)
        return drafts or day.year not in self._years

    def doubts(self, years: Iterable[int]) -> list[str]:
        """A sentence for each year whose table is missing or provisional."""
        return _doubts(self._doubtful(years))

    def warning(self, on: dt.date) -> str:
        """What a person should know who counts from this day; empty when all is known.

        Looks as far ahead as the longest period reaches.
        """
        furthest = _months_later(on, LONGEST_MONTHS)[0].year
        return "".join(_doubts(self._doubtful(range(on.year, furthest + 1))))

    def _doubtful(self, years: Iterable[int]) -> Iterator[tuple[int, bool]]:
        """The years without a published table, and whether they have a draft."""
        for year in years:
            if year in self._provisional:
                yield year, True
            elif year not in self._years:
                yield year, False

    def _reservations(self, start: dt.date, end: dt.date) -> list[str]:
        return _doubts(self._doubtful(range(start.year, end.year + 1)))

    def _passed(self, start: dt.date, end: dt.date) -> list[str]:
        """What lay between and was not counted, or was although a weekend."""
        plain, made_up = 0, []
        day = start + dt.timedelta(days=1)
        while day <= end:
            special = self._days.get(day)
            if special is None:
                plain += day.weekday() >= 5
            elif special.kind == DayKind.WORKDAY:
                made_up.append((day, special.name))
            day += dt.timedelta(days=1)
        said = [f"{rest}，不计入。" for rest in self._holidays(start, end)]
        if plain:
            said.append(f"其间周末 {plain} 天不计入。")
        return said + [
            f"{_short(day)}（{_weekday(day)}）调休上班{_named(name)}，计入。"
            for day, name in made_up
        ]

    def _holidays(self, start: dt.date, end: dt.date) -> Iterator[str]:
        """The holidays after `start` up to `end`, one text a run of days."""
        day = start + dt.timedelta(days=1)
        while day <= end:
            run = self._run(day, end, named=True)
            if run:
                yield self._told(run)
                day = run[-1]
            day += dt.timedelta(days=1)

    def _rests(self, day: dt.date, end: dt.date) -> Iterator[str]:
        """All rest days from `day` to before `end`, weekends and holidays apart."""
        while day < end:
            last = end - dt.timedelta(days=1)
            run = self._run(day, last, named=True) or self._run(day, last, named=False)
            yield self._told(run)
            day = run[-1] + dt.timedelta(days=1)

    def _run(self, day: dt.date, last: dt.date, *, named: bool) -> list[dt.date]:
        """The neighbouring rest days from `day` on that are (not) a holiday's."""
        run: list[dt.date] = []
        while day <= last and not self.is_workday(day) and (day in self._days) == named:
            run.append(day)
            day += dt.timedelta(days=1)
        return run

    def _told(self, run: list[dt.date]) -> str:
        days = _short(run[0])
        if len(run) > 1:
            days += f"至{_short(run[-1])}"
        if run[0] not in self._days:
            return f"{days}是周末"
        names = dict.fromkeys(
            name for day in run for name in self._days[day].name.split("、") if name
        )
        return f"{days}是{'、'.join(names) or '节假日'}放假"


_kept: ContextVar[WorkingCalendar | None] = ContextVar("_kept", default=None)


@contextmanager
def one_calendar() -> Iterator[WorkingCalendar]:
    """Within it the calendar is read once only, for those who count by the thousand."""
    calendar = working_calendar()
    token = _kept.set(calendar)
    try:
        yield calendar
    finally:
        _kept.reset(token)


def working_calendar() -> WorkingCalendar:
    """The calendar as the table has it now, in one query."""
    if kept := _kept.get():
        return kept
    rows = CalendarDay.objects.values_list("day", "kind", "name", "is_provisional")
    return WorkingCalendar(
        {day: SpecialDay(kind, name, draft) for day, kind, name, draft in rows}
    )


def calendar_warning(on: dt.date) -> str:
    """`WorkingCalendar.warning` for the health page and the officer's first page."""
    return working_calendar().warning(on)


def _check(n: int) -> None:
    if n < 1:
        raise ValueError("a period has at least one day or month")


def _months_later(start: dt.date, n: int) -> tuple[dt.date, bool]:
    """The last day n months on, and whether that month has the start's day-number."""
    months = start.year * 12 + start.month - 1 + n
    year, month = divmod(months, 12)
    length = monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, length)), start.day <= length


def _doubts(years: Iterable[tuple[int, bool]]) -> list[str]:
    return [
        f"{year}年的放假安排还没有正式公布，暂按法定节日计算。"
        if has_draft
        else f"{year}年的放假安排还没有录入，暂按双休日计算。"
        for year, has_draft in years
    ]


def _not_counted(start: dt.date) -> str:
    return f"{_full(start)}起算，当日不计入（民法典第二百零一条）。"


def _named(name: str) -> str:
    return f"（{name}）" if name else ""


def _short(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _full(day: dt.date) -> str:
    return f"{day.year}年{_short(day)}"


def _spoken(day: dt.date) -> str:
    return f"{_short(day)}（{_weekday(day)}）"


def _weekday(day: dt.date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"
