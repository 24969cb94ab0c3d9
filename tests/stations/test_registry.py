"""Venues, villages served, closing, staff: the services of the registry."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import RuleViolation, WrongState
from stations.choices import DayStatus, StationStatus
from stations.services import (
    close_station,
    edit_station,
    serve,
    station_deputies,
    station_deputy,
)
from tests.factories import (
    AreaFactory,
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
)


@pytest.fixture
def guest(town, station):
    return StationFactory(area=town, name="立法联系点", code="LF", host=station)


@pytest.fixture
def seated(town):
    return [MandateFactory(deputy=DeputyFactory(area=town)).deputy for _ in range(3)]


def test_guest_shows_the_address_hours_and_point_of_its_venue(station, guest):
    station.address, station.hours = "文峰路 1 号", "工作日"
    station.longitude, station.latitude = 112.2, 31.0

    assert guest.shown_address == "文峰路 1 号"
    assert guest.shown_hours == "工作日"
    assert guest.point == (112.2, 31.0)


def test_guest_keeps_what_is_its_own(station, guest):
    station.address, guest.address = "文峰路 1 号", "文峰路 2 号"

    assert guest.shown_address == "文峰路 2 号"


def test_edit_sets_a_station_in_another_ones_venue(officer, town, station):
    other = StationFactory(area=town)

    edit_station(other, actor=officer, host=station)

    other.refresh_from_db()
    assert other.host == station


def test_edit_refuses_a_venue_that_is_a_guest_itself(officer, town, guest):
    with pytest.raises(RuleViolation) as refused:
        edit_station(StationFactory(area=town), actor=officer, host=guest)

    assert refused.value.field == "host"


def test_edit_refuses_to_move_a_venue_with_guests(officer, town, station, guest):
    with pytest.raises(RuleViolation):
        edit_station(station, actor=officer, host=StationFactory(area=town))


def test_edit_refuses_a_closed_venue_and_one_of_another_county(
    officer, town, other_county
):
    row = StationFactory(area=town)
    for host in (
        StationFactory(area=town, status="closed"),
        StationFactory(area=other_county),
        row,
    ):
        with pytest.raises(RuleViolation) as refused:
            edit_station(row, actor=officer, host=host)
        assert refused.value.field == "host"


@pytest.mark.parametrize("minutes", [-1, 241])
def test_edit_refuses_a_slot_of_any_other_length(officer, station, minutes):
    with pytest.raises(RuleViolation) as refused:
        edit_station(station, actor=officer, slot_minutes=minutes)

    assert refused.value.field == "slot_minutes"


def test_serve_adds_and_drops_villages_with_one_line(officer, station, village, town):
    other = AreaFactory(code="420802002004", name="象山村", parent=town)
    serve(station, actor=officer, add=[village])

    serve(station, actor=officer, add=[other, village], drop=[village])

    assert list(station.serves.all()) == [other]
    last = history_of(station).last()
    assert (last.verb, last.note) == ("serve", "增加象山村；减去文峰社区")


def test_serve_that_changes_nothing_leaves_no_line(officer, station, village):
    serve(station, actor=officer, drop=[village])

    assert not history_of(station).exists()


def test_serve_refuses_a_town_and_a_village_of_another_county(officer, station, town):
    far = AreaFactory(code="420804001001", name="远村")
    for place in (town, far):
        with pytest.raises(RuleViolation) as refused:
            serve(station, actor=officer, add=[place])
        assert refused.value.field == "villages"


def test_serve_names_no_more_than_ten_villages(officer, station, town):
    villages = [
        AreaFactory(code=f"4208020021{n:02}", name=f"{n}村", parent=town)
        for n in range(12)
    ]

    serve(station, actor=officer, add=villages)

    assert history_of(station).last().note.endswith("等 12 个")


def test_serve_is_for_those_who_oversee(station_staff, station, village):
    with pytest.raises(PermissionDenied):
        serve(station, actor=station_staff, add=[village])


def test_serve_refuses_a_closed_station(officer, station, village):
    station.status = StationStatus.CLOSED

    with pytest.raises(RuleViolation):
        serve(station, actor=officer, add=[village])


def test_station_deputies_is_all_or_none(officer, station, seated):
    station_deputy(station, seated[2], actor=officer, starts_on=localdate())

    with pytest.raises(RuleViolation):
        station_deputies(station, seated, actor=officer, starts_on=localdate())

    assert station.stationings.count() == 1


def test_station_deputies_tells_how_many(officer, station, seated):
    count = station_deputies(station, seated, actor=officer, starts_on=localdate())

    assert count == station.stationings.count() == 3


def test_close_sends_its_deputies_to_another_station(officer, town, station, seated):
    other = StationFactory(area=town)
    station_deputies(station, seated, actor=officer, starts_on=dt.date(2026, 1, 1))
    station_deputy(other, seated[0], actor=officer, starts_on=dt.date(2026, 1, 1))

    close_station(station, actor=officer, reason="并入", moves_to=other)

    station.refresh_from_db()
    assert station.status == StationStatus.CLOSED
    assert not station.stationings.on(localdate()).exists()
    there = other.stationings.on(localdate()).values_list("deputy", flat=True)
    assert sorted(there) == sorted(row.pk for row in seated)
    assert history_of(station).filter(verb="close").get().note == "并入"


def test_close_ends_a_stationing_that_has_not_begun(officer, station, seated):
    station_deputy(
        station,
        seated[0],
        actor=officer,
        starts_on=localdate() + dt.timedelta(days=9),
    )

    close_station(station, actor=officer, reason="撤点")

    assert not station.stationings.filter(ends_on=None).exists()


@pytest.mark.parametrize("what", ["day", "child", "guest"])
def test_close_is_refused_while_something_hangs_on_it(officer, town, station, what):
    if what == "day":
        DayFactory(station=station, date=localdate(), status=DayStatus.PLANNED)
    elif what == "child":
        StationFactory(area=town, parent=station)
    else:
        StationFactory(area=town, host=station)

    with pytest.raises(RuleViolation, match="1 个"):
        close_station(station, actor=officer, reason="撤点")

    station.refresh_from_db()
    assert station.status == StationStatus.ACTIVE


def test_close_needs_a_reason_and_an_open_place_to_go(officer, town, station):
    closed = StationFactory(area=town, status="closed")
    for told in (
        {"reason": ""},
        {"reason": "撤点", "moves_to": closed},
        {"reason": "撤点", "moves_to": station},
    ):
        with pytest.raises(RuleViolation):
            close_station(station, actor=officer, **told)


def test_close_moves_nobody_into_the_area_of_others(
    officer, township, station, seated, county
):
    far = StationFactory(area=AreaFactory(code="420802003", parent=county))

    with pytest.raises(RuleViolation) as refused:
        close_station(station, actor=township, reason="撤点", moves_to=far)

    assert refused.value.field == "moves_to"


def test_close_twice_is_not_now(officer, station):
    close_station(station, actor=officer, reason="撤点")

    with pytest.raises(WrongState):
        close_station(station, actor=officer, reason="撤点")


def test_close_is_for_those_who_oversee(station_staff, station):
    with pytest.raises(PermissionDenied):
        close_station(station, actor=station_staff, reason="撤点")


def test_edit_does_not_close_but_opens_again(officer, station):
    with pytest.raises(RuleViolation) as refused:
        edit_station(station, actor=officer, status="closed")
    assert refused.value.field == "status"

    close_station(station, actor=officer, reason="撤点")
    edit_station(station, actor=officer, status="active")

    station.refresh_from_db()
    assert station.status == StationStatus.ACTIVE
