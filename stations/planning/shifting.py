"""From rules to the receptions of a year: days off, collisions, the year's ends.

Each reception says why it is not on the day of its rule; each date that became no
reception says why not.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from areas.calendar import WEEKDAYS, WorkingCalendar
from stations.choices import HolidayManner, RuleKind
from stations.planning.rules import dates_of, weekends_named

LONGEST_EXPLANATION = 300


@dataclass(frozen=True)
class Rule:
    """When receptions are, as planned; `rrule` or, for picked days, `dates`."""

    kind: str
    starts_at: dt.time
    ends_at: dt.time
    rrule: str = ""
    dates: Sequence[dt.date] = ()
    place: str = ""
    topic: str = ""
    per_day: int = 2
    manner: str = HolidayManner.NEXT


@dataclass(frozen=True)
class Slot:
    """One reception: `planned_on` is the day of the rule, `date` the day it is."""

    date: dt.date
    planned_on: dt.date
    starts_at: dt.time
    ends_at: dt.time
    place: str = ""
    topic: str = ""
    wanted: int = 2
    explanation: str = ""
    is_provisional: bool = False


@dataclass
class Year:
    """The receptions in order, the dates that became none, doubts of the calendar."""

    slots: list[Slot] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def receptions_of(
    rules: Iterable[Rule],
    year: int,
    calendar: WorkingCalendar,
    *,
    not_before: dt.date | None = None,
    taken: Collection[tuple[dt.date, dt.time, dt.time]] = (),
) -> Year:
    """All receptions of these rules in this year.

    `not_before`: earlier days are left out, in one sentence. `taken`: receptions that
    stand already (day, from, to); none is planned beside them at the same time. Raises
    RuleViolation for a rule that cannot be read.
    """
    found = Year()
    planned = [slot for rule in rules for slot in _of_rule(rule, year, calendar, found)]
    late = [slot for slot in planned if not_before and slot.date < not_before]
    if late and not_before:
        found.dropped.append(f"{spoken_day(not_before)}以前的 {len(late)} 次不再安排。")
    # On one day and hour the reception whose own day it is stays, and its neighbour's
    # shifted one joins it.
    planned = [slot for slot in planned if slot not in late]
    planned.sort(key=lambda one: (one.date != one.planned_on, one.planned_on))
    for slot in planned:
        _place(slot, found, taken)
    found.slots.sort(key=lambda one: (one.date, one.starts_at))
    if any(slot.is_provisional for slot in planned):
        found.warnings += calendar.doubts([year])
    return found


def _of_rule(
    rule: Rule, year: int, calendar: WorkingCalendar, found: Year
) -> Iterator[Slot]:
    if rule.kind == RuleKind.FREE:
        dates = sorted({date for date in rule.dates if date.year == year})
    else:
        dates = dates_of(rule.rrule, year)
    meant = weekends_named(rule.kind, rule.rrule)
    for date in dates:
        moved, why = shifted(date, rule.manner, calendar, meant=meant)
        if moved is None:
            found.dropped.append(why)
            continue
        yield Slot(
            date=moved,
            planned_on=date,
            starts_at=rule.starts_at,
            ends_at=rule.ends_at,
            place=rule.place,
            topic=rule.topic,
            wanted=rule.per_day,
            explanation=why,
            is_provisional=calendar.may_change(date) or calendar.may_change(moved),
        )


def shifted(
    date: dt.date,
    manner: str,
    calendar: WorkingCalendar,
    *,
    meant: Collection[int] = (),
) -> tuple[dt.date | None, str]:
    """Where a planned day goes, and the sentence why ("" when it stays for no reason).

    `meant`: weekend days the rule asks for; for them only a holiday is a day off. A
    shift stays within the year: at its ends it goes the other way. None: no reception.
    """
    if calendar.is_workday(date):
        return date, "".join(calendar.nearest_workday(date).explanation)
    if date.weekday() in meant and not calendar.is_holiday(date):
        return date, ""
    if manner == HolidayManner.KEEP:
        return date, f"{calendar.rest_of(date)}，照常接待。"
    if manner == HolidayManner.SKIP:
        return None, f"{calendar.rest_of(date)}，这一次不安排。"
    back = manner == HolidayManner.PREVIOUS
    moved = calendar.nearest_workday(date, back=back)
    if moved.day.year == date.year:
        return moved.day, "".join(moved.explanation)
    other = calendar.nearest_workday(date, back=not back)
    if other.day.year != date.year:
        return None, f"{calendar.rest_of(date)}，全年没有工作日，不安排。"
    why = "提前会到上一年，改为顺延：" if back else "顺延会到下一年，改为提前："
    return other.day, why + "".join(other.explanation)


def _place(
    slot: Slot, found: Year, taken: Collection[tuple[dt.date, dt.time, dt.time]]
) -> None:
    """Add a reception, unless one at the same time has the place: then it is said."""
    for at, other in enumerate(found.slots):
        if other.date == slot.date and _overlap(slot, other.starts_at, other.ends_at):
            said = f"{_origin(slot)}当天同一时间已有接待，合为一次。"
            found.dropped.append(said)
            if slot.date != slot.planned_on:
                joined = (other.explanation + said)[:LONGEST_EXPLANATION]
                found.slots[at] = replace(other, explanation=joined)
            return
    for date, starts_at, ends_at in taken:
        if date == slot.date and _overlap(slot, starts_at, ends_at):
            found.dropped.append(f"{_origin(slot)}当天同一时间已安排接待，不再重复。")
            return
    found.slots.append(slot)


def _origin(slot: Slot) -> str:
    return slot.explanation or f"{spoken_day(slot.date)}："


def _overlap(slot: Slot, starts_at: dt.time, ends_at: dt.time) -> bool:
    return slot.starts_at < ends_at and starts_at < slot.ends_at


def spoken_day(day: dt.date) -> str:
    """3月5日（星期四）."""
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"
