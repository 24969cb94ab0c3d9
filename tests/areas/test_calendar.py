"""Counting by 民法典第二百零一至二百零三条 over the published holiday tables."""

import datetime as dt

import pytest

from areas.calendar import (
    SpecialDay,
    WorkingCalendar,
    calendar_warning,
    working_calendar,
)
from areas.choices import DayKind
from areas.services import seed_calendar

D = dt.date


@pytest.fixture
def calendar(db) -> WorkingCalendar:
    seed_calendar(range(2024, 2028))
    return working_calendar()


def plain(*days: tuple[dt.date, SpecialDay]) -> WorkingCalendar:
    """A calendar that knows 2026 (by a holiday on a Thursday) and these days."""
    known = {D(2026, 1, 1): SpecialDay(DayKind.HOLIDAY, "元旦")}
    return WorkingCalendar(known | dict(days))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (D(2025, 1, 31), 3, D(2025, 4, 30)),
        (D(2025, 11, 30), 3, D(2026, 2, 28)),
        (D(2025, 7, 1), 3, D(2025, 10, 9)),
        (D(2023, 11, 29), 3, D(2024, 2, 29)),
        (D(2025, 12, 31), 6, D(2026, 6, 30)),
        (D(2026, 6, 15), 12, D(2027, 6, 15)),
        (D(2026, 5, 21), 6, D(2026, 11, 23)),
    ],
)
def test_add_months_ends_on_the_day_of_the_law(calendar, start, months, end):
    assert calendar.add_months(start, months).day == end


def test_add_months_says_why_a_month_has_no_such_day(calendar):
    counted = calendar.add_months(D(2025, 1, 31), 3)

    assert counted.explanation == [
        "2025年1月31日起算，当日不计入（民法典第二百零一条）。",
        "期限 3 个月，到期月没有 31 日，以月末日2025年4月30日为最后一日"
        "（民法典第二百零二条）。",
        "4月30日（星期三）是工作日，不顺延。",
    ]


def test_add_months_stays_on_a_saturday_that_is_worked(calendar):
    counted = calendar.add_months(D(2025, 11, 30), 3)

    assert counted.day.weekday() == 5
    assert counted.explanation[2] == "2月28日（星期六）是调休上班日（春节），不顺延。"


def test_add_months_moves_past_a_holiday_and_names_it(calendar):
    counted = calendar.add_months(D(2025, 7, 1), 3)

    assert counted.explanation == [
        "2025年7月1日起算，当日不计入（民法典第二百零一条）。",
        "期限 3 个月，最后一日是2025年10月1日（民法典第二百零二条）。",
        "10月1日至10月8日是国庆节、中秋节放假，顺延到 10月9日（星期四）"
        "（民法典第二百零三条）。",
    ]


def test_add_workdays_leaves_the_start_day_out():
    counted = plain().add_workdays(D(2026, 3, 2), 3)

    assert counted.day == D(2026, 3, 5)
    assert counted.explanation == [
        "2026年3月2日起算，当日不计入（民法典第二百零一条）。",
        "第 3 个工作日是2026年3月5日（星期四）。",
    ]


def test_add_workdays_counts_make_up_days_and_skips_holidays(calendar):
    counted = calendar.add_workdays(D(2026, 9, 18), 10)

    assert counted.day == D(2026, 10, 9)
    assert counted.explanation == [
        "2026年9月18日起算，当日不计入（民法典第二百零一条）。",
        "9月25日至9月27日是中秋节放假，不计入。",
        "10月1日至10月7日是国庆节放假，不计入。",
        "其间周末 1 天不计入。",
        "9月20日（星期日）调休上班（国庆节），计入。",
        "第 10 个工作日是2026年10月9日（星期五）。",
    ]


@pytest.mark.parametrize("n", [0, -1])
def test_add_workdays_refuses_an_empty_period(n):
    with pytest.raises(ValueError, match="at least one"):
        plain().add_workdays(D(2026, 3, 2), n)


def test_next_workday_names_weekend_and_holiday_apart():
    holiday = SpecialDay(DayKind.HOLIDAY, "端午节")
    counted = plain((D(2026, 6, 22), holiday)).next_workday(D(2026, 6, 20))

    assert counted.day == D(2026, 6, 23)
    assert counted.explanation == [
        "6月20日至6月21日是周末，6月22日是端午节放假，顺延到 6月23日（星期二）"
        "（民法典第二百零三条）。"
    ]


def test_add_months_warns_of_a_provisional_year(calendar):
    counted = calendar.add_months(D(2026, 11, 22), 6)

    assert counted.day == D(2027, 5, 24)
    assert counted.explanation[-1] == (
        "2027年的放假安排还没有正式公布，暂按法定节日计算。"
    )


def test_add_workdays_warns_of_a_year_that_is_missing():
    counted = plain().add_workdays(D(2026, 12, 30), 2)

    assert counted.day == D(2027, 1, 1)  # nobody has entered the holiday
    assert counted.explanation[-1] == "2027年的放假安排还没有录入，暂按双休日计算。"


@pytest.mark.parametrize(
    ("day", "back", "end", "why"),
    [
        (D(2026, 3, 5), False, D(2026, 3, 5), []),
        (
            D(2026, 3, 1),
            False,
            D(2026, 3, 2),
            ["3月1日是周末，顺延到 3月2日（星期一）。"],
        ),
        (
            D(2026, 10, 5),
            False,
            D(2026, 10, 8),
            ["10月5日至10月7日是国庆节放假，顺延到 10月8日（星期四）。"],
        ),
        (
            D(2026, 5, 2),
            True,
            D(2026, 4, 30),
            ["5月1日至5月2日是劳动节放假，提前到 4月30日（星期四）。"],
        ),
        (
            D(2026, 1, 2),
            False,
            D(2026, 1, 4),
            ["1月2日至1月3日是元旦放假，顺延到 1月4日（星期日），是调休上班日。"],
        ),
        (
            D(2026, 2, 28),
            False,
            D(2026, 2, 28),
            ["2月28日（星期六）是调休上班日（春节），照常。"],
        ),
    ],
)
def test_nearest_workday_says_why_the_day_is_another(calendar, day, back, end, why):
    found = calendar.nearest_workday(day, back=back)

    assert (found.day, found.explanation) == (end, why)


def test_rest_of_names_the_holiday_and_is_empty_on_workdays(calendar):
    assert calendar.rest_of(D(2026, 10, 1)) == "10月1日是国庆节放假"
    assert calendar.rest_of(D(2026, 3, 1)) == "3月1日是周末"
    assert calendar.rest_of(D(2026, 3, 5)) == ""


def test_may_change_is_near_the_holidays_of_a_provisional_year(calendar):
    assert calendar.is_known(2026)
    assert not calendar.is_known(2027)
    assert not calendar.may_change(D(2026, 10, 8))
    assert calendar.may_change(D(2027, 10, 8))
    assert not calendar.may_change(D(2027, 8, 5))


def test_may_change_is_a_whole_year_without_a_table():
    assert plain().may_change(D(2028, 8, 5))
    assert "还没有录入" in plain().doubts([2028])[0]


def test_working_calendar_takes_one_query(db, django_assert_num_queries):
    seed_calendar([2025, 2026])

    with django_assert_num_queries(1):
        known = working_calendar()
        known.add_months(D(2025, 7, 1), 3)


def test_calendar_warning_is_silent_while_all_is_published(calendar):
    assert calendar_warning(D(2026, 3, 1)) == ""


def test_calendar_warning_tells_of_next_year_in_time(calendar):
    said = "2027年的放假安排还没有正式公布，暂按法定节日计算。"

    assert calendar_warning(D(2026, 7, 1)) == said


def test_calendar_warning_tells_that_nothing_is_entered(db):
    assert calendar_warning(D(2026, 3, 1)) == (
        "2026年的放假安排还没有录入，暂按双休日计算。"
    )
