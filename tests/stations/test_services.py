"""Stations and reception days by hand: limits, rights, and what the trail keeps."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from proposals.models import Proposal
from stations.choices import StationStatus
from stations.models import ReceptionDay, Station
from stations.services import (
    create_day,
    create_station,
    edit_day,
    edit_station,
    end_stationing,
    station_deputy,
)
from stations.snapshots import day_facts
from tests.factories import AreaFactory, DayFactory, DeputyFactory, StationFactory

NEXT = localdate() + dt.timedelta(days=14)


@pytest.fixture
def plan(station, station_staff):
    def planned(**facts):
        asked = {"date": NEXT, "starts_at": dt.time(9), "ends_at": dt.time(11)}
        return create_day(station, actor=station_staff, **(asked | facts))

    return planned


def test_create_station_is_for_the_own_area(town, other_county, officer, station_staff):
    with pytest.raises(PermissionDenied):
        create_station(other_county, actor=officer, name="站", code="A1")
    with pytest.raises(PermissionDenied):
        create_station(town, actor=station_staff, name="站", code="A1")

    station = create_station(town, actor=officer, name="站", code="a1-x")

    assert (station.code, station.is_public) == ("A1-X", True)
    assert history_of(station).get().verb == "create"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "-A"}, "code"),
        ({"kind": "castle"}, "kind"),
        ({"status": "gone"}, "status"),
        ({"phone": "问张三"}, "phone"),
        ({"longitude": "72.9"}, "longitude"),
        ({"latitude": "54.1"}, "latitude"),
        ({"opened_on": dt.date(1900, 1, 1)}, "opened_on"),
        ({"opened_on": localdate() + dt.timedelta(days=1)}, "opened_on"),
    ],
)
def test_create_station_refuses_what_breaks_a_rule(town, officer, facts, field):
    with pytest.raises(RuleViolation) as refused:
        create_station(town, actor=officer, **({"name": "站", "code": "A1"} | facts))

    assert refused.value.field == field
    assert Station.objects.count() == 0


def test_create_station_refuses_a_code_in_use(station, town, officer):
    with pytest.raises(RuleViolation) as refused:
        create_station(town, actor=officer, name="站", code="wf")

    assert refused.value.field == "code"


def test_create_station_refuses_unknown_facts(town, officer):
    with pytest.raises(TypeError):
        create_station(town, actor=officer, name="站", code="A1", slug="mine")


def test_edit_station_by_its_staff_is_limited(station, station_staff, stranger):
    edit_station(station, actor=station_staff, phone="110", name=station.name)

    with pytest.raises(PermissionDenied):
        edit_station(station, actor=station_staff, name="我的站")
    with pytest.raises(PermissionDenied):
        edit_station(station, actor=stranger, phone="120")
    station.refresh_from_db()
    assert (station.phone, station.name) == ("110", "文峰社区代表联络站")


def test_edit_station_without_a_change_leaves_no_line(station, officer):
    edit_station(station, actor=officer, name=station.name)

    assert not history_of(station).exists()


def test_edit_station_keeps_a_code_that_numbers_matters(station, town, officer):
    edit_station(station, actor=officer, code="WF2")
    Proposal.objects.create(
        kind="opinion", title="题", text="文", area=town, station=station
    )

    with pytest.raises(RuleViolation) as refused:
        edit_station(station, actor=officer, code="WF3")

    assert refused.value.field == "code"


def test_edit_station_refuses_a_code_in_use(station, town, officer):
    StationFactory(area=town, code="TAKEN")

    with pytest.raises(RuleViolation) as refused:
        edit_station(station, actor=officer, code="taken")

    assert refused.value.field == "code"


def test_edit_station_stays_in_the_own_area(station, township, officer, county):
    elsewhere = AreaFactory(code="420802003", name="龙泉街道", parent=county)

    with pytest.raises(RuleViolation) as refused:
        edit_station(station, actor=township, area=elsewhere)
    edit_station(station, actor=officer, area=elsewhere)

    assert refused.value.field == "area"
    station.refresh_from_db()
    assert station.town_code == "420802003"


def test_edit_station_takes_and_drops_a_parent(station, town, officer):
    home = StationFactory(area=town, kind="home")
    edit_station(station, actor=officer, parent=home, longitude="112.2041234")

    with pytest.raises(RuleViolation):
        edit_station(home, actor=officer, parent=station)
    edit_station(station, actor=officer, parent=None, longitude="")

    station.refresh_from_db()
    assert (station.parent, station.longitude) == (None, None)


def test_station_deputy_refuses(station, deputy, town, station_staff, officer):
    with pytest.raises(PermissionDenied):
        station_deputy(station, deputy, actor=station_staff, starts_on=localdate())
    for person, day, field in (
        (deputy, dt.date(1800, 1, 1), "starts_on"),
        (deputy, dt.date(3000, 1, 1), "starts_on"),
        (DeputyFactory(area=town), localdate(), "deputy"),
    ):
        with pytest.raises(RuleViolation) as refused:
            station_deputy(station, person, actor=officer, starts_on=day)
        assert refused.value.field == field


def test_station_deputy_twice_at_once_is_refused(station, deputy, officer, monkeypatch):
    station_deputy(station, deputy, actor=officer, starts_on=dt.date(2024, 1, 1))

    def lost(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr("stations.models.Stationing.objects.create", lost)
    with pytest.raises(RuleViolation):
        station_deputy(station, deputy, actor=officer, starts_on=localdate())
    station.stationings.update(ends_on=dt.date(2025, 1, 1))
    with pytest.raises(RuleViolation):
        station_deputy(station, deputy, actor=officer, starts_on=localdate())


def test_end_stationing_happens_once(station, deputy, officer, station_staff):
    row = station_deputy(station, deputy, actor=officer, starts_on=dt.date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        end_stationing(row, actor=station_staff, ends_on=localdate())

    end_stationing(row, actor=officer, ends_on=localdate())

    with pytest.raises(RuleViolation):
        end_stationing(row, actor=officer, ends_on=localdate())
    assert not station.stationings.on(localdate()).exists()


def test_create_day_takes_the_place_of_the_station(plan, station):
    station.venue, station.address = "", "中心路 18 号"

    assert plan().place == "中心路 18 号"


def test_create_day_refuses_strangers_and_paused_stations(plan, station, handler):
    with pytest.raises(PermissionDenied):
        create_day(
            station,
            actor=handler,
            date=NEXT,
            starts_at=dt.time(9),
            ends_at=dt.time(11),
        )
    station.status = StationStatus.PAUSED
    with pytest.raises(WrongState):
        plan()


def test_create_day_with_a_deputy_without_seat_plans_nothing(plan, town):
    with pytest.raises(RuleViolation) as refused:
        plan(deputies=[DeputyFactory(area=town)])

    assert refused.value.field == "deputy"
    assert ReceptionDay.objects.count() == 0


def test_edit_day_changes_what_differs(plan, station_staff):
    day = plan()

    edit_day(day, actor=station_staff, version=0, date=NEXT, topic="防汛")

    assert (day.topic, day.version) == ("防汛", 1)
    assert history_of(day).last().data == {"changes": {"topic": ["", "防汛"]}}
    edit_day(day, actor=station_staff, version=0, topic="防汛")
    assert day.version == 1


@pytest.mark.parametrize("status", ["held", "cancelled"])
def test_edit_day_is_refused_on_a_closed_day(station, station_staff, status):
    day = DayFactory(station=station, status=status)

    with pytest.raises(WrongState):
        edit_day(day, actor=station_staff, version=0, topic="改")


def test_edit_day_refuses(plan, station_staff, handler, station):
    day = plan()
    DayFactory(station=station, date=NEXT, starts_at=dt.time(14), ends_at=dt.time(15))

    with pytest.raises(PermissionDenied):
        edit_day(day, actor=handler, version=0, topic="改")
    with pytest.raises(TypeError):
        edit_day(day, actor=station_staff, version=0, status="held")
    with pytest.raises(Overtaken):
        edit_day(day, actor=station_staff, version=7, topic="改")
    for change, field in (
        ({"ends_at": dt.time(8)}, "ends_at"),
        ({"starts_at": dt.time(14), "ends_at": dt.time(16)}, "date"),
    ):
        with pytest.raises(RuleViolation) as refused:
            edit_day(day, actor=station_staff, version=0, **change)
        assert refused.value.field == field


def test_edit_day_keeps_an_announced_day_in_the_future(station, station_staff):
    day = DayFactory(station=station, status="announced")

    with pytest.raises(RuleViolation) as refused:
        edit_day(
            day,
            actor=station_staff,
            version=0,
            date=localdate() - dt.timedelta(days=1),
        )

    assert refused.value.field == "date"


def test_day_facts_count_only_held_days(day):
    assert day_facts(day) is None
