"""Over all stations: the calendar of the month, and who needs a hand."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import make_aware

from areas.models import Policy
from stations.choices import DayStatus, PlanStatus, StationKind
from stations.models import ReceptionPlan
from tests.factories import AreaFactory, DayFactory, StationFactory, VisitFactory

CALENDAR = reverse("stations:county_calendar")
QUIET = reverse("stations:quiet_list")
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


def ago(days):
    return TODAY - dt.timedelta(days=days)


def cells(answer):
    return {c.date: c for week in answer.context["weeks"] for c in week if c.is_inside}


def names(answer):
    return [hand.station.name for hand in answer.context["hands"]]


# --- the calendar -----------------------------------------------------------------


def test_calendar_shows_the_days_of_the_month(office, station):
    day = DayFactory(station=station, date=dt.date(2026, 10, 8))
    DayFactory(station=station, date=dt.date(2026, 11, 5))

    answer = office.get(CALENDAR, {"month": "2026-10"})

    shown = {date: c.days for date, c in cells(answer).items() if c.days}
    assert shown == {day.date: [day]}
    assert len(cells(answer)) == 31


def test_calendar_knows_rest_days_and_days_made_up_for(office):
    shown = cells(office.get(CALENDAR, {"month": "2026-10"}))

    assert shown[dt.date(2026, 10, 3)].is_off
    assert not shown[dt.date(2026, 10, 8)].is_off


def test_calendar_names_a_few_and_counts_the_rest(office, station):
    date = dt.date(2026, 11, 5)
    for place in StationFactory.create_batch(8, area=station.area):
        DayFactory(station=place, date=date)
    DayFactory(station=station, date=date, status=DayStatus.CANCELLED)

    answer = office.get(CALENDAR)

    cell = cells(answer)[date]
    assert (len(cell.days), cell.count, cell.all_count, cell.more) == (5, 8, 9, 4)
    assert answer.context["totals"] == {"receptions": 8, "days": 1}
    assert "还有 4 次" in answer.content.decode()


def test_calendar_link_to_the_rest_opens_exactly_that_day(office, station):
    for place in StationFactory.create_batch(7, area=station.area):
        DayFactory(station=place, date=dt.date(2026, 11, 5))
    DayFactory(station=station, date=dt.date(2026, 11, 6))
    query = {"when": "", "since": "2026-11-05", "until": "2026-11-05"}

    answer = office.get(reverse("stations:day_list"), query)

    assert answer.context["page"].count == 7


def test_calendar_narrows_to_a_town(office, station, county):
    other = AreaFactory(code="420802003", name="龙泉街道", parent=county)
    DayFactory(station=station, date=dt.date(2026, 11, 5))
    there = StationFactory(area=other)
    day = DayFactory(station=there, date=dt.date(2026, 11, 6))

    answer = office.get(CALENDAR, {"town": other.pk})

    assert [c.days for c in cells(answer).values() if c.days] == [[day]]


def test_calendar_holds_no_station_of_another_county(sign_in, stranger, day):
    answer = sign_in(stranger).get(CALENDAR)

    assert not any(cell.days for cell in cells(answer).values())


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "9999-01"},
        {"month": "昨天"},
        {"town": "9" * 40},
        {"town": "420804001"},
    ],
)
def test_calendar_refuses_what_makes_no_sense(office, query):
    assert office.get(CALENDAR, query).status_code == 422


@pytest.mark.parametrize("many", [1, 3, 30])
def test_calendar_costs_the_same_for_many(
    office, station, many, django_assert_num_queries
):
    for place in StationFactory.create_batch(many, area=station.area):
        DayFactory(station=place, date=dt.date(2026, 11, 5))
    office.get(CALENDAR)

    with django_assert_num_queries(8):
        office.get(CALENDAR)


# --- stations that need a hand ----------------------------------------------------


def lively(station):
    """Held lately, with a day to come."""
    DayFactory(station=station, date=ago(10), status=DayStatus.HELD)
    DayFactory(station=station, date=TODAY + dt.timedelta(days=14))


def test_quiet_leaves_out_stations_that_do_well(office, station):
    lively(station)

    answer = office.get(QUIET)

    assert names(answer) == []
    assert "各站都在正常接待" in answer.content.decode()


def test_quiet_names_a_station_without_any_act(office, station):
    DayFactory(station=station, date=ago(90), status=DayStatus.HELD)
    DayFactory(station=station, date=TODAY + dt.timedelta(days=3))

    answer = office.get(QUIET)

    hand = answer.context["hands"][0]
    assert hand.lacks == ["90 天没有接待、也没有来访登记"]
    assert (hand.last_on, hand.days_since) == (ago(90), 90)


def test_quiet_counts_a_visit_as_an_act(office, station):
    DayFactory(station=station, date=ago(90), status=DayStatus.HELD)
    DayFactory(station=station, date=TODAY + dt.timedelta(days=3))
    VisitFactory(
        station=station,
        visited_at=make_aware(dt.datetime.combine(ago(5), dt.time(10))),
    )

    assert names(office.get(QUIET)) == []


def test_quiet_goes_by_the_days_of_the_policy(office, station, county):
    DayFactory(station=station, date=ago(40), status=DayStatus.HELD)
    DayFactory(station=station, date=TODAY + dt.timedelta(days=3))
    Policy.objects.create(
        area_code=county.pk, effective_from=dt.date(2026, 1, 1), quiet_days=30
    )

    assert names(office.get(QUIET)) == [station.name]


def test_quiet_says_when_nothing_is_arranged_or_closed(office, station):
    day = DayFactory(station=station, date=ago(3), status=DayStatus.ANNOUNCED)

    hand = office.get(QUIET).context["hands"][0]

    assert hand.lacks == [
        "还没有接待或来访的记录",
        "往后没有安排接待日",
        "有 1 次接待过了还没有登记结果",
    ]
    assert [act["label"] for act in hand.acts] == [
        "补登结果",
        "安排接待日",
        "排年度计划",
    ]
    assert hand.acts[0]["url"] == day.get_absolute_url()


def test_quiet_leads_to_the_plan_of_the_year(office, station):
    plan = ReceptionPlan.objects.create(
        station=station, year=2026, status=PlanStatus.PUBLISHED
    )

    acts = office.get(QUIET).context["hands"][0].acts

    urls = {act["label"]: act["url"] for act in acts}
    assert urls["看计划"] == plan.get_absolute_url()
    assert "排年度计划" not in urls


def test_quiet_offers_the_telephone(office, station):
    station.phone = "0724-234 5678"
    station.save()

    answer = office.get(QUIET)

    assert answer.context["hands"][0].acts[-1]["url"] == "tel:07242345678"


def test_quiet_offers_a_leader_no_page_he_may_not_open(sign_in, leader, station):
    hand = sign_in(leader).get(QUIET).context["hands"][0]

    assert hand.acts == []


def test_quiet_figures_open_exactly_their_rows(office, station):
    DayFactory(station=station, date=ago(90), status=DayStatus.HELD)
    DayFactory(
        station=station,
        date=ago(60),
        status=DayStatus.CANCELLED,
        cancel_reason="防汛值守",
    )
    DayFactory(station=station, date=ago(5), status=DayStatus.ANNOUNCED)
    DayFactory(station=station, date=ago(400), status=DayStatus.HELD)

    answer = office.get(QUIET)

    line = answer.context["hands"][0]
    place = line.station
    assert (place.planned, place.held, place.cancelled) == (3, 1, 1)
    assert [day.cancel_reason for day in line.reasons] == ["防汛值守"]
    query = {
        "when": "",
        "station": station.pk,
        "since": answer.context["since"].isoformat(),
        "until": TODAY.isoformat(),
    }
    days = reverse("stations:day_list")
    assert office.get(days, query).context["page"].count == 3
    held = office.get(days, query | {"status": "held"})
    assert held.context["page"].count == 1


def test_quiet_expects_no_receptions_of_online_stations(office, station):
    station.kind = StationKind.ONLINE
    station.save()

    assert names(office.get(QUIET)) == []


def test_quiet_is_in_no_order_of_merit(office, station):
    lively(station)
    StationFactory(area=station.area, name="乙站")
    late = StationFactory(area=station.area, name="甲站")
    DayFactory(station=late, date=ago(300), status=DayStatus.HELD)

    assert names(office.get(QUIET)) == sorted(["乙站", "甲站"])


@pytest.mark.parametrize("many", [1, 3, 25])
def test_quiet_costs_the_same_for_many(
    office, station, many, django_assert_num_queries
):
    for place in StationFactory.create_batch(many, area=station.area):
        DayFactory(station=place, date=ago(70), status=DayStatus.CANCELLED)
    office.get(QUIET)

    with django_assert_num_queries(11):
        office.get(QUIET)


# --- who has them -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "calendar", "quiet"),
    [
        ("officer", 200, 200),
        ("leader", 200, 200),
        ("township", 200, 200),
        ("station_staff", 200, 403),
        ("deputy_user", 200, 403),
        ("handler", 403, 403),
        ("coordinator", 403, 403),
        ("sys_admin", 403, 403),
    ],
)
def test_pages_over_all_stations_by_role(sign_in, request, role, calendar, quiet):
    browser = sign_in(request.getfixturevalue(role))

    found = (browser.get(CALENDAR).status_code, browser.get(QUIET).status_code)

    assert found == (calendar, quiet)
