"""Rules and the receptions they give: for any year, rule and calendar."""

import datetime as dt
import time
from calendar import monthrange

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from areas.calendar import SpecialDay, WorkingCalendar
from areas.choices import DayKind
from common.errors import RuleViolation
from stations.choices import HolidayManner, RuleKind
from stations.planning.rules import (
    clean_rrule,
    dates_of,
    monthly_rule,
    nth_weekday_rule,
    parts_of,
    spoken_rule,
    weekly_rule,
)
from stations.planning.shifting import Rule, receptions_of, shifted

NINE, ELEVEN = dt.time(9), dt.time(11)
SOON = settings(deadline=None, max_examples=80)
YEARS = st.integers(1990, 2120)
MONTHS = st.lists(st.integers(1, 12), max_size=6, unique=True).map(sorted)
MONTHLY = st.tuples(
    st.lists(st.integers(1, 31), min_size=1, max_size=4, unique=True), MONTHS
)
WEEKLY = st.tuples(
    st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True).map(sorted),
    st.integers(1, 8),
)
NTH = st.tuples(
    st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True),
    st.integers(0, 6),
    MONTHS,
)
RULES = (
    MONTHLY.map(lambda one: (RuleKind.MONTHLY, monthly_rule(*one)))
    | WEEKLY.map(lambda one: (RuleKind.WEEKLY, weekly_rule(*one)))
    | NTH.map(lambda one: (RuleKind.NTH_WEEKDAY, nth_weekday_rule(*one)))
)


@st.composite
def calendars(draw, year):
    """A year with some holidays and make-up workdays, or without any table."""
    days = {}
    for number in draw(st.sets(st.integers(0, 364), max_size=40)):
        day = dt.date(year, 1, 1) + dt.timedelta(days=number)
        kind = DayKind.WORKDAY if day.weekday() >= 5 else DayKind.HOLIDAY
        days[day] = SpecialDay(kind, "节日", draw(st.booleans()))
    return WorkingCalendar(days)


@st.composite
def planned_years(draw):
    year = draw(YEARS)
    rules = []
    for kind, rrule in draw(st.lists(RULES, min_size=1, max_size=3)):
        hour = draw(st.sampled_from([8, 9, 14]))
        manner = draw(st.sampled_from(HolidayManner.values))
        hours = {"starts_at": dt.time(hour), "ends_at": dt.time(hour + 2)}
        rules.append(Rule(kind=kind, rrule=rrule, manner=manner, **hours))
    return year, rules, draw(calendars(year))


# --- rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "rrule", "spoken", "count", "first"),
    [
        ("monthly", monthly_rule([5]), "每月5日", 12, (1, 5)),
        (
            "monthly",
            monthly_rule([15], [1, 3, 5, 7, 9, 11]),
            "单月15日",
            6,
            (1, 15),
        ),
        ("weekly", weekly_rule([0]), "每周星期一", 52, (1, 5)),
        (
            "nth_weekday",
            nth_weekday_rule([2, 4], 5),
            "每月第2、4个星期六",
            24,
            (1, 10),
        ),
        ("monthly", monthly_rule([-1]), "每月最后一日", 12, (1, 31)),
        (
            "nth_weekday",
            nth_weekday_rule([-1], 4, [6, 12]),
            "6、12月最后一个星期五",
            2,
            (6, 26),
        ),
    ],
)
def test_usual_rules_say_what_they_mean(kind, rrule, spoken, count, first):
    dates = dates_of(rrule, 2026)

    assert spoken_rule(kind, rrule) == spoken
    assert (len(dates), dates[0]) == (count, dt.date(2026, *first))


@SOON
@given(MONTHLY, WEEKLY, NTH)
def test_parts_of_reads_back_what_a_form_wrote(monthly, weekly, nth):
    days, months = monthly
    ordinals, weekday, of = nth

    assert parts_of("monthly", monthly_rule(days, months)) == {
        "days": days,
        "months": months,
    }
    assert parts_of("weekly", weekly_rule(*weekly)) == {
        "weekdays": weekly[0],
        "every": weekly[1],
    }
    assert parts_of("nth_weekday", nth_weekday_rule(ordinals, weekday, of)) == {
        "ordinals": ordinals,
        "weekday": weekday,
        "months": of,
    }


@SOON
@given(YEARS, MONTHLY)
def test_dates_of_a_monthly_rule_are_those_days_and_no_others(year, parts):
    days, months = parts

    found = dates_of(monthly_rule(days, months), year)

    assert found == [
        dt.date(year, month, day)
        for month in months or range(1, 13)
        for day in sorted(days)
        if day <= monthrange(year, month)[1]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "每月5日",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;BYDAY=MO",
        "FREQ=MONTHLY",
        "FREQ=WEEKLY",
        "FREQ=YEARLY;BYMONTH=3",
        "FREQ=WEEKLY;BYMONTHDAY=5",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=5;BYMONTHDAY=6",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;BYSECOND=1",
        "DTSTART:19000101\nRRULE:FREQ=DAILY",
        "FREQ=MONTHLY;BYMONTHDAY=٥",
        "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 90),
        "FREQ=DAILY;" + "X" * 300,
        "FREQ=DAILY\x00",
    ],
)
def test_clean_rrule_refuses_in_chinese(text):
    with pytest.raises(RuleViolation, match="规则不能用") as refused:
        clean_rrule(text)

    assert refused.value.field == "rrule"


@SOON
@given(st.text(max_size=60), YEARS)
def test_dates_of_bears_any_text(text, year):
    try:
        found = dates_of(text, year)
    except RuleViolation:
        return
    assert len(found) <= 366


PART = st.sampled_from(
    [
        *("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "INTERVAL=3"),
        *("BYDAY=MO,SU", "BYDAY=5FR", "BYDAY=-1SA", "BYMONTH=2", "BYMONTHDAY=30"),
        *("BYMONTHDAY=-1,29", "BYSETPOS=-1", "BYSETPOS=366", "COUNT=7"),
    ]
)


@SOON
@given(st.lists(PART, max_size=5), YEARS)
def test_dates_of_is_bounded_and_within_the_year(parts, year):
    text, begun = ";".join(parts), time.perf_counter()
    try:
        found = dates_of(text, year)
    except RuleViolation:
        return

    assert time.perf_counter() - begun < 5
    assert found == sorted(set(found))
    assert all(day.year == year for day in found)


# --- receptions -----------------------------------------------------------------------


@SOON
@given(planned_years())
def test_receptions_are_in_the_year_apart_and_explained(asked):
    year, rules, calendar = asked

    found = receptions_of(rules, year, calendar)

    seen = []
    for slot in found.slots:
        assert slot.date.year == slot.planned_on.year == year
        assert slot.date == slot.planned_on or slot.explanation
        clash = [
            one
            for one in seen
            if one.date == slot.date
            and one.starts_at < slot.ends_at
            and slot.starts_at < one.ends_at
        ]
        assert clash == []
        seen.append(slot)
    asked_for = sum(len(dates_of(rule.rrule, year)) for rule in rules)
    assert len(found.slots) + len(found.dropped) == asked_for
    assert all(slot.is_provisional == slot_may_change(slot, calendar) for slot in seen)
    assert not any(slot.is_provisional for slot in seen) or found.warnings


def slot_may_change(slot, calendar):
    return calendar.may_change(slot.date) or calendar.may_change(slot.planned_on)


@SOON
@given(planned_years(), st.sampled_from(HolidayManner.values))
def test_shifted_keeps_to_the_manner(asked, manner):
    year, rules, calendar = asked
    for day in dates_of(rules[0].rrule, year):
        to, why = shifted(day, manner, calendar)

        if calendar.is_workday(day):
            assert to == day
        elif manner == HolidayManner.KEEP:
            assert (to, "照常" in why) == (day, True)
        elif manner == HolidayManner.SKIP:
            assert (to, bool(why)) == (None, True)
        else:
            assert to is not None
            assert calendar.is_workday(to)
            turned = "改为" in why
            later = (manner == HolidayManner.NEXT) != turned
            assert (to > day) == later
            between = range(1, abs((to - day).days))
            step = 1 if later else -1
            days = [day + dt.timedelta(days=n * step) for n in between]
            assert not any(calendar.is_workday(one) for one in days)


def calendar_of(*holidays, workdays=()):
    named = SpecialDay(DayKind.HOLIDAY, "元旦")
    made_up = SpecialDay(DayKind.WORKDAY, "元旦")
    return WorkingCalendar(
        dict.fromkeys(holidays, named) | dict.fromkeys(workdays, made_up)
    )


def free(*days, **facts):
    return Rule(RuleKind.FREE, NINE, ELEVEN, dates=days, **facts)


def test_a_shift_out_of_the_year_goes_the_other_way():
    last = dt.date(2027, 12, 31)
    calendar = calendar_of(last)

    (slot,) = receptions_of([free(last)], 2027, calendar).slots

    assert slot.date == dt.date(2027, 12, 30)
    assert slot.explanation == (
        "顺延会到下一年，改为提前：12月31日是元旦放假，提前到 12月30日（星期四）。"
    )


def test_weekends_the_rule_names_are_meant():
    rule = Rule(RuleKind.NTH_WEEKDAY, NINE, ELEVEN, rrule=nth_weekday_rule([2, 4], 5))

    found = receptions_of([rule], 2026, calendar_of(dt.date(2026, 1, 10)))

    assert {slot.date.weekday() for slot in found.slots[1:]} == {5}
    assert found.slots[0].date == dt.date(2026, 1, 12)


def test_two_rules_on_one_day_and_hour_are_one_and_it_is_said():
    day = dt.date(2026, 3, 5)

    found = receptions_of([free(day), free(day)], 2026, calendar_of(day))

    assert len(found.slots) == len(found.dropped) == 1
    assert "合为一次" in found.dropped[0]


def test_a_shifted_day_joins_the_one_that_is_there_already():
    holiday, next_day = dt.date(2026, 3, 5), dt.date(2026, 3, 6)

    found = receptions_of([free(holiday, next_day)], 2026, calendar_of(holiday))

    (slot,) = found.slots
    assert (slot.date, slot.planned_on) == (next_day, next_day)
    assert "顺延到 3月6日" in slot.explanation


def test_receptions_beside_what_stands_are_not_planned_again():
    day = dt.date(2026, 3, 5)
    taken = [(day, dt.time(10), dt.time(12))]

    found = receptions_of([free(day)], 2026, calendar_of(), taken=taken)

    assert found.slots == []
    assert "不再重复" in found.dropped[0]


def test_a_made_up_workday_is_worked():
    day = dt.date(2026, 1, 4)

    (slot,) = receptions_of(
        [
            Rule(
                RuleKind.MONTHLY,
                NINE,
                ELEVEN,
                rrule="FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=4",
            )
        ],
        2026,
        calendar_of(workdays=[day]),
    ).slots

    assert (slot.date, "调休上班日" in slot.explanation) == (day, True)
