"""Announcing by the system: what is due, once, and told to the station's people."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from areas.models import Policy
from audit.services import history_of
from notices.models import Notice
from stations import workflow
from stations.models import Duty, ReceptionDay
from stations.tasks import announce_coming_days
from tests.factories import DayFactory, DeputyFactory, MandateFactory


@pytest.fixture
def coming(station, deputy, station_staff):
    """A function: a day so many days ahead, with a deputy on duty."""

    def made(days, state="invited", **more):
        date = localdate() + dt.timedelta(days=days)
        day = DayFactory(station=station, date=date, **more)
        Duty.objects.create(day=day, deputy=deputy, state=state)
        return day

    return made


def status(day):
    day.refresh_from_db()
    return day.status


def told():
    rows = Notice.objects.filter(kind="reception_staff").order_by("id")
    return [(row.recipient.name, row.title.split("：")[0]) for row in rows]


@pytest.mark.parametrize(
    ("days", "then"),
    [(4, "planned"), (3, "announced"), (1, "announced"), (0, "planned")],
)
def test_announces_three_days_ahead(coming, days, then):
    day = coming(days)

    announce_coming_days()

    assert status(day) == then


def test_announces_as_the_system_and_numbers_the_notice(coming):
    day = coming(3)

    announce_coming_days()

    event = history_of(day).get()
    assert (event.verb, event.actor, event.actor_name) == ("announce", None, "系统")
    day.refresh_from_db()
    assert (day.notice_year, day.notice_number) == (localdate().year, 1)


def test_announces_as_far_ahead_as_the_policy_says(coming, county):
    Policy.objects.create(
        area_code=county.pk, effective_from=dt.date(2020, 1, 1), announce_days=10
    )
    day = coming(10)

    announce_coming_days()

    assert status(day) == "announced"


def test_run_thrice_announces_once_and_tells_once(coming, station_staff):
    day = coming(2)

    for _ in range(3):
        announce_coming_days()

    assert history_of(day).count() == 1
    assert told() == [("何雨晴", "已自动公告，请打印张贴")]


@pytest.mark.parametrize(
    ("made", "title"),
    [
        ({"state": "on_leave"}, "还没有值班代表，没有自动公告"),
        ({"is_provisional": True}, "日期是暂定的，没有自动公告"),
    ],
)
def test_what_cannot_be_announced_is_told_once(coming, station_staff, made, title):
    day = coming(3, **made)

    announce_coming_days()
    announce_coming_days()

    assert status(day) == "planned"
    assert told() == [("何雨晴", title)]


def test_day_gets_announced_once_somebody_is_put_on(coming, deputy, station_staff):
    day = coming(3, state="on_leave")
    announce_coming_days()

    workflow.set_duty(day, deputy, "confirmed", actor=station_staff)
    announce_coming_days()

    assert status(day) == "announced"


def test_without_staff_the_township_is_told(station, township):
    DayFactory(station=station, date=localdate() + dt.timedelta(days=2))

    announce_coming_days()

    assert told() == [("主席", "还没有值班代表，没有自动公告")]


@pytest.mark.parametrize("change", [{"is_public": False}, {"status": "paused"}])
def test_stations_that_are_not_public_are_left_alone(coming, station, change):
    day = coming(2)
    type(station).objects.filter(pk=station.pk).update(**change)

    announce_coming_days()

    assert status(day) == "planned"
    assert told() == []


def test_one_announced_in_the_same_moment_holds_up_no_other(
    coming, station, deputy, station_staff
):
    taken, other = coming(2), coming(3)
    # Somebody else was quicker, after the round had read its days.
    ReceptionDay.objects.filter(pk=taken.pk).update(version=5)
    workflow.announce(ReceptionDay.objects.get(pk=taken.pk), actor=station_staff)

    announce_coming_days()

    assert status(other) == "announced"
    assert other.notice_number == 2


def test_queries_grow_with_what_is_announced_only(
    station, town, django_assert_max_num_queries
):
    """Days further off than the policy reaches cost nothing each."""
    for number in range(20):
        day = DayFactory(
            station=station, date=localdate() + dt.timedelta(days=10 + number)
        )
        seat = MandateFactory(deputy=DeputyFactory(area=town))
        Duty.objects.create(day=day, deputy=seat.deputy)

    with django_assert_max_num_queries(3):
        announce_coming_days()


# --- the days left to people --------------------------------------------------------


def test_list_names_the_days_that_wait_and_why(browser, coming, station):
    held_up = coming(3, is_provisional=True)
    empty = DayFactory(station=station, date=localdate() + dt.timedelta(days=1))
    coming(4)  # not due yet

    shown = browser.get("/receptions/")

    assert [(day, day.waits_for) for day in shown.context["due"]] == [
        (empty, "还没有值班代表"),
        (held_up, "日期是暂定的，请核对"),
    ]
    assert "该公告了" in shown.content.decode()


def test_list_says_nothing_when_nothing_waits(browser, coming):
    coming(3)
    announce_coming_days()

    assert "该公告了" not in browser.get("/receptions/").content.decode()


@pytest.mark.parametrize("who", ["leader", "deputy_user"])
def test_list_does_not_ask_those_who_may_not_announce(request, sign_in, coming, who):
    coming(1)

    shown = sign_in(request.getfixturevalue(who)).get("/receptions/")

    assert shown.context["due"] == []


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_asks_a_fixed_number_of_queries(
    browser, station, town, count, django_assert_max_num_queries
):
    for number in range(count):
        DayFactory(station=station, date=localdate(), starts_at=dt.time(1, number))

    with django_assert_max_num_queries(20):
        browser.get("/receptions/")
