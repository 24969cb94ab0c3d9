"""What the page of a year plan shows: twelve months, every reception, who, and why.

Reads a draft and a published plan alike.
"""

import datetime as dt
from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from areas.calendar import WorkingCalendar
from deputies.models import Deputy
from stations.choices import (
    NOT_COMING,
    OPEN_DAYS,
    DayStatus,
    DutyState,
    PlanStatus,
    RuleKind,
)
from stations.drafts import Draft, Turns
from stations.models import Duty, PlanRule, ReceptionDay, ReceptionPlan
from stations.planning.rules import spoken_rule

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Turn:
    """One deputy on one reception."""

    deputy: Deputy
    levels: str = ""
    state: str = ""
    instead_of: Deputy | None = None
    may_swap: bool = False

    @property
    def is_away(self) -> bool:
        return self.state in NOT_COMING


@dataclass(frozen=True)
class Line:
    """One reception of the year, drafted or real."""

    date: dt.date
    planned_on: dt.date
    starts_at: dt.time
    ends_at: dt.time
    place: str
    topic: str
    note: str
    is_provisional: bool
    turns: list[Turn]
    wanted: int = 0
    day: ReceptionDay | None = None

    @property
    def is_shifted(self) -> bool:
        return self.date != self.planned_on

    @property
    def is_cancelled(self) -> bool:
        return self.day is not None and self.day.status == DayStatus.CANCELLED

    @property
    def is_held(self) -> bool:
        return self.day is not None and self.day.status == DayStatus.HELD

    @property
    def is_short(self) -> bool:
        return len(self.turns) < self.wanted

    @property
    def missing(self) -> int:
        return self.wanted - len(self.turns)

    @property
    def may_change(self) -> bool:
        """Whether the reception may still be moved."""
        return self.day is not None and self.day.status in OPEN_DAYS

    @property
    def anchor(self) -> str:
        return f"day-{self.date:%m%d}"

    @property
    def url(self) -> str:
        return self.day.get_absolute_url() if self.day else f"#{self.anchor}"


def draft_lines(draft: Draft, usual_place: str) -> list[Line]:
    """The receptions of a draft, in order; without a place at the usual one."""
    levels = {turns.deputy.pk: turns.levels for turns in draft.fairness}
    return [
        Line(
            date=day.date,
            planned_on=day.planned_on,
            starts_at=day.starts_at,
            ends_at=day.ends_at,
            place=day.place or usual_place,
            topic=day.topic,
            note=day.explanation,
            is_provisional=day.is_provisional,
            turns=[Turn(one, levels.get(one.pk, "")) for one in day.deputies],
            wanted=day.wanted,
        )
        for day in draft.days
    ]


def published_lines(days: Any, fairness: Iterable[Turns], today: dt.date) -> list[Line]:
    """The reception days of a plan as they now stand: two queries."""
    levels = {turns.deputy.pk: turns.levels for turns in fairness}
    duties = Duty.objects.select_related("deputy", "stands_in_for").order_by("id")
    found = days.select_related("station__area").prefetch_related(
        Prefetch("duties", duties, to_attr="listed_duties")
    )
    return [_line(day, levels, today) for day in found.order_by("date", "starts_at")]


def _line(day: Any, levels: dict[int, str], today: dt.date) -> Line:
    is_open = day.status in OPEN_DAYS and day.date > today
    return Line(
        date=day.date,
        planned_on=day.moved_from or day.planned_on or day.date,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        place=day.place,
        topic=day.topic,
        note=note_of(day),
        is_provisional=day.is_provisional,
        turns=[
            Turn(
                deputy=duty.deputy,
                levels=levels.get(duty.deputy_id, ""),
                state=duty.state,
                instead_of=duty.stands_in_for,
                may_swap=is_open and duty.state not in NOT_COMING,
            )
            for duty in day.listed_duties
        ],
        day=day,
    )


def note_of(day: Any) -> str:
    """Why the day is not where the rule put it, or why it is off."""
    said = [day.shift_note]
    if day.moved_reason:
        was = day.moved_from
        from_ = f"{was.month}月{was.day}日" if was else "原定日期"
        said.append(f"由{from_}改期：{day.moved_reason}。")
    if day.status == DayStatus.CANCELLED:
        said.append(f"已取消：{day.cancel_reason or '没有写原因'}。")
    return "".join(filter(None, said))


# --- the calendar -----------------------------------------------------------------


@dataclass
class Cell:
    """One day of the year in the calendar; `words` say it to screen readers."""

    date: dt.date
    kinds: list[str] = field(default_factory=list)
    url: str = ""
    words: str = ""
    is_struck: bool = False

    @property
    def css(self) -> str:
        return " ".join(self.kinds)


def months_of(
    year: int, lines: list[Line], calendar: WorkingCalendar, today: dt.date
) -> list[list[list[Cell | None]]]:
    """Twelve months of weeks, Monday first; None outside of the month."""
    held: dict[dt.date, list[Line]] = {}
    shifted: dict[dt.date, Line] = {}
    for line in lines:
        held.setdefault(line.date, []).append(line)
        if line.is_shifted:
            shifted[line.planned_on] = line
    return [
        [
            [
                _cell(day, held.get(day, []), shifted.get(day), calendar, today)
                if day.month == month
                else None
                for day in week
            ]
            for week in Calendar().monthdatescalendar(year, month)
        ]
        for month in MONTHS
    ]


def _cell(
    day: dt.date,
    here: list[Line],
    moved: Line | None,
    calendar: WorkingCalendar,
    today: dt.date,
) -> Cell:
    cell = Cell(day)
    if not calendar.is_workday(day):
        cell.kinds.append("off")
    elif day.weekday() >= 5:
        cell.kinds.append("makeup")
    standing = [line for line in here if not line.is_cancelled]
    if standing:
        kind, word = _kind(standing[0], today)
        cell.kinds.append(kind)
        if standing[0].is_provisional:
            cell.kinds.append("unsure")
            word += "，暂定"
        people = "、".join(one.deputy.name for one in standing[0].turns)
        cell.url, cell.words = standing[0].url, f"{word}：{people or '还没有排代表'}"
    elif moved or here:
        cell.kinds.append("from")
        cell.is_struck = True
        if moved:
            to = moved.date
            cell.url = f"#shift-{day:%m%d}"
            cell.words = f"原定，改到{to.month}月{to.day}日。{moved.note}"
        else:
            cell.url, cell.words = here[0].url, "已取消"
    return cell


def _kind(line: Line, today: dt.date) -> tuple[str, str]:
    if line.is_held:
        return "held", "已接待"
    if line.date == today:
        return "today", "今天接待"
    return "plan", "待接待"


# --- fairness ---------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One line of the fairness table with what the page adds to it."""

    turns: Turns
    came: int
    dots: list[tuple[int, str]]  # month and its class
    spoken: str  # the months in words
    next_line: Line | None


def shares_of(
    fairness: Iterable[Turns], lines: list[Line], today: dt.date
) -> list[Share]:
    """The fairness table, with who came, in which months, and the next turn."""
    own: dict[int, list[tuple[Line, Turn]]] = {}
    for line in lines:
        for turn in line.turns:
            if not (line.is_cancelled or turn.is_away):
                own.setdefault(turn.deputy.pk, []).append((line, turn))
    return [_share(turns, own.get(turns.deputy.pk, []), today) for turns in fairness]


def _share(turns: Turns, own: list[tuple[Line, Turn]], today: dt.date) -> Share:
    coming = [line for line, _ in own if not line.is_held and line.date >= today]
    ahead = {line.date.month for line in coming}
    dots = [(m, _dot(turns.months[m - 1], m in ahead)) for m in MONTHS]
    return Share(
        turns=turns,
        came=sum(turn.state == DutyState.ATTENDED for _, turn in own),
        dots=dots,
        spoken="、".join(f"{m}月" for m, css in dots if css) or "没有",
        next_line=coming[0] if coming else None,
    )


def _dot(count: int, is_ahead: bool) -> str:
    if not count:
        return ""
    return "next" if is_ahead else "on"


def spread_words(fairness: list[Turns]) -> str:
    """9 人 24 次，最多最少差 1 次."""
    if not fairness:
        return ""
    totals = [turns.total for turns in fairness]
    turns = sum(one.turns for one in fairness)
    gap = max(totals) - min(totals)
    evenly = "每人一样多" if not gap else f"最多最少差 {gap} 次"
    return f"{len(fairness)} 人 {turns} 人次，{evenly}"


# --- words ------------------------------------------------------------------------


def rule_words(rule: PlanRule, plan: ReceptionPlan) -> str:
    """每月5日，9:00–11:00，每次 2 名代表."""
    when = spoken_rule(rule.kind, rule.rrule)
    if rule.kind == RuleKind.FREE:
        when = f"自选 {len(rule.dates)} 个日子"
    hours = f"{rule.starts_at.hour}:{rule.starts_at:%M}–"
    hours += f"{rule.ends_at.hour}:{rule.ends_at:%M}"
    return f"{when}，{hours}，每次 {rule.per_day or plan.per_day} 名代表"


def is_published(plan: ReceptionPlan) -> bool:
    return plan.status == PlanStatus.PUBLISHED


def changes_of(plan: ReceptionPlan, lines: list[Line]) -> list[dict[str, Any]]:
    """What became different after publishing, newest day first."""
    found = []
    swaps = plan.swaps.select_related(
        "first", "second", "first_day", "second_day", "swapped_by"
    )
    for swap in swaps.order_by("-swapped_at", "-id"):
        one, other = swap.first_day.date, swap.second_day.date
        when = f"{one.month}月{one.day}日与{other.month}月{other.day}日互换"
        found.append(
            {
                "date": one,
                "title": f"{swap.first} ⇄ {swap.second}",
                "text": f"{when}，{swap.swapped_by or '系统'}登记",
                "url": reverse("stations:day_detail", args=[swap.first_day_id]),
            }
        )
    for line in lines:
        found += _changed(line)
    return sorted(found, key=lambda one: one["date"], reverse=True)


def _changed(line: Line) -> list[dict[str, Any]]:
    day, found = line.day, []
    if day is None:
        return []
    if day.moved_reason:
        found.append(("改期", note_of(day)))
    elif line.is_cancelled:
        found.append(("取消", day.cancel_reason or "没有写原因"))
    for turn in line.turns:
        if turn.instead_of:
            text = f"{turn.instead_of}请假，{turn.deputy}替班"
            found.append((f"{turn.instead_of} → {turn.deputy}", text))
    return [
        {"date": line.date, "title": title, "text": text, "url": line.url}
        for title, text in found
    ]
