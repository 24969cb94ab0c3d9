import datetime as dt
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from areas.choices import DayKind
from areas.models import CalendarDay, Category
from areas.services import seed_calendar, seed_categories
from areas.services.calendar import clear_day, set_day, settle_year
from audit.models import Event
from common.errors import RuleViolation

D = dt.date


def test_seed_calendar_enters_the_published_year(db):
    seed_calendar([2026])

    made_up = CalendarDay.objects.filter(kind=DayKind.WORKDAY)
    assert list(made_up.values_list("day", "name")) == [
        (D(2026, 1, 4), "元旦"),
        (D(2026, 2, 14), "春节"),
        (D(2026, 2, 28), "春节"),
        (D(2026, 5, 9), "劳动节"),
        (D(2026, 9, 20), "国庆节"),
        (D(2026, 10, 10), "国庆节"),
    ]
    assert CalendarDay.objects.filter(is_provisional=True).count() == 0


def test_seed_calendar_marks_a_year_to_come_provisional(db):
    seed_calendar([2027])

    days = CalendarDay.objects.filter(day__year=2027)
    assert set(days.values_list("is_provisional", flat=True)) == {True}
    assert days.get(day=D(2027, 1, 1)).name == "元旦"
    assert days.get(day=D(2027, 2, 5)).name == "春节"
    assert days.filter(kind=DayKind.WORKDAY).count() == 0


def test_seed_calendar_changes_nothing_the_second_time(db):
    first = seed_calendar([2026, 2027])
    before = list(CalendarDay.objects.values())

    assert first == len(before)
    assert seed_calendar([2026, 2027]) == 0
    assert list(CalendarDay.objects.values()) == before


def test_seed_calendar_keeps_what_people_corrected(officer):
    seed_calendar([2026])
    clear_day(D(2026, 10, 10), actor=officer)

    seed_calendar([2026])

    assert CalendarDay.objects.filter(day=D(2026, 10, 10)).count() == 0


def test_seed_calendar_replaces_a_draft_when_the_year_is_published(officer):
    CalendarDay.objects.create(
        day=D(2026, 3, 3), kind=DayKind.HOLIDAY, is_provisional=True
    )
    set_day(D(2026, 10, 10), actor=officer, kind=DayKind.HOLIDAY, name="校庆")

    seed_calendar([2026])

    assert CalendarDay.objects.filter(day=D(2026, 3, 3)).count() == 0
    assert CalendarDay.objects.get(day=D(2026, 10, 10)).name == "校庆"
    assert CalendarDay.objects.get(day=D(2026, 10, 1)).name == "国庆节"


def test_set_day_leaves_a_trail(officer):
    set_day(D(2027, 2, 13), actor=officer, kind=DayKind.WORKDAY, name="春节")

    assert Event.objects.get().note == "2027-02-13：调休上班春节"


def test_set_day_refuses_people_without_the_office(township):
    with pytest.raises(PermissionDenied):
        set_day(D(2027, 2, 13), actor=township, kind=DayKind.WORKDAY)

    assert CalendarDay.objects.count() == 0


def test_clear_day_refuses_an_ordinary_day(officer):
    with pytest.raises(RuleViolation, match="本来就按星期几算"):
        clear_day(D(2027, 3, 3), actor=officer)


def test_settle_year_ends_the_warning(officer):
    seed_calendar([2027])

    settle_year(2027, actor=officer)

    assert CalendarDay.objects.filter(is_provisional=True).count() == 0


@pytest.mark.parametrize("year", [1800, 2027, 99999])
def test_settle_year_refuses_a_year_without_draft(officer, year):
    with pytest.raises(RuleViolation):
        settle_year(year, actor=officer)


def test_seed_categories_enters_headings_and_children(db):
    seed_categories()

    headings = Category.objects.filter(parent=None).values_list("name", flat=True)
    assert list(headings) == [
        "财政经济",
        "农业农村",
        "城建环资",
        "教科文卫",
        "监察司法",
        "社会建设",
        "其他",
    ]
    drains = Category.objects.get(name="水利排涝")
    assert (drains.parent.name, drains.initials) == ("农业农村", "slpl")


def test_seed_categories_leaves_edited_ones_alone(db):
    seed_categories()
    Category.objects.filter(code="C03").update(name="静态交通", is_active=False)

    assert seed_categories() == 0

    changed = Category.objects.get(code="C03")
    assert (changed.name, changed.is_active) == ("静态交通", False)


def test_seed_command_may_run_twice(db):
    out = StringIO()

    call_command("seed", stdout=out)
    call_command("seed", stdout=out)

    first, second = out.getvalue().splitlines()
    assert first != second
    assert second == "工作日历新增 0 天，类别新增 0 个，检查标准新增 0 个。"
    assert CalendarDay.objects.filter(day__year=2026).count() > 30
