"""Voters' pages: no account, no script, nothing that is not public."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import localdate, now

from proposals.models import Proposal, ResultClass
from stations import workflow
from stations.models import ReceptionDay
from tests.factories import DayFactory, StationFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def voter():
    return Client()


@pytest.fixture
def announced(station, deputy, station_staff):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=5))
    workflow.set_duty(day, deputy, "invited", actor=station_staff)
    workflow.announce(day, actor=station_staff)
    return day


def found(voter, words):
    groups = voter.get("/p/", {"q": words}).context["groups"]
    return [station.name for group in groups for station in group["stations"]]


def test_find_lists_stations_town_by_town(voter, station, village):
    StationFactory(area=village, name="白石坡站")

    groups = voter.get("/p/").context["groups"]

    assert [group["name"] for group in groups] == ["泉口街道"]
    assert [row.name for row in groups[0]["stations"]] == [
        "文峰社区代表联络站",
        "白石坡站",
    ]


def test_find_takes_name_town_village_and_address(voter, station, village):
    StationFactory(area=village, name="网上站", address="中心路 18 号")

    assert found(voter, "文峰") == ["文峰社区代表联络站", "网上站"]
    assert found(voter, "泉口") == ["文峰社区代表联络站", "网上站"]
    assert found(voter, "中心路") == ["网上站"]
    assert found(voter, "没有的地方") == []


@pytest.mark.parametrize(
    "words", ["长" * 10_000, "\x00", "%00", "' OR 1=1", "😀\u202e"]
)
def test_find_survives_anything(voter, station, words):
    assert voter.get("/p/", {"q": words}).status_code in (200, 400)


def test_find_hides_what_is_not_public(voter, town):
    StationFactory(area=town, is_public=False, slug="hidden")
    StationFactory(area=town, status="closed", slug="closed")

    assert found(voter, "") == []
    assert voter.get("/p/s/hidden/").status_code == 404
    assert voter.get("/p/s/closed/").status_code == 404


def test_station_shows_the_next_announced_reception(voter, station, announced):
    DayFactory(station=station, date=localdate() + dt.timedelta(days=1))

    shown = voter.get("/p/s/wf/")

    text = shown.content.decode()
    assert shown.context["next"] == announced
    assert "周敏" in text
    assert "/p/s/wf/say/" in text
    assert "/p/track/" in text
    assert "代表不能代办" in text


def test_station_without_a_reception_says_so(voter, station):
    assert "还没有公告" in voter.get("/p/s/wf/").content.decode()


def test_station_leaves_out_deputies_on_leave(
    voter, station, announced, deputy, deputy_user
):
    workflow.set_duty(announced, deputy, "on_leave", actor=deputy_user)

    assert voter.get("/p/s/wf/").context["next"].names == ""


def test_station_shows_only_public_solved_matters(voter, station, town):
    ResultClass.objects.update_or_create(
        code="A", defaults={"label": "解决", "counts_as_solved": True}
    )
    facts = {"kind": "opinion", "area": town, "station": station, "text": "内容"}
    facts |= {"status": "closed", "submitted_at": now(), "closed_at": now()}
    facts |= {"replied_at": now(), "result_id": "A"}
    Proposal.objects.create(title="路灯亮了", is_public=True, **facts)
    Proposal.objects.create(title="不公开的事", is_public=False, **facts)

    shown = voter.get("/p/s/wf/")

    assert [matter.title for matter in shown.context["solved"]] == ["路灯亮了"]
    assert shown.context["year"] == {
        "brought": 2,
        "answered": 2,
        "closed": 2,
        "solved": 2,
        "visitors": 0,
    }


def test_station_needs_no_script_and_sets_no_cookie(voter, station):
    shown = voter.get("/p/s/wf/")

    text = shown.content.decode()
    assert "<script" not in text
    assert not shown.cookies
    assert "<svg" in text


def test_station_in_elder_mode_says_so(voter, station):
    voter.cookies["mode"] = "elder"

    assert 'data-mode="elder"' in voter.get("/p/s/wf/").content.decode()


def test_station_is_closed_to_those_who_call_too_often(voter, station, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"page": (2, 600)}

    codes = [voter.get("/p/s/wf/").status_code for _ in range(3)]

    assert codes == [200, 200, 429]
    assert "太频繁" in voter.get("/p/").content.decode()


def test_find_and_station_ask_a_fixed_number_of_queries(
    voter, station, town, deputy, django_assert_max_num_queries
):
    for number in range(30):
        place = StationFactory(area=town)
        place.stationings.create(deputy=deputy, starts_on=localdate())
        DayFactory(station=station, date=localdate() + dt.timedelta(days=number + 1))

    with django_assert_max_num_queries(2):
        voter.get("/p/")
    with django_assert_max_num_queries(10):
        voter.get("/p/s/wf/")


def test_station_figures_say_their_base(voter, station):
    VisitFactory(station=station, party_size=3)
    VisitFactory(station=station, party_size=4, is_counted=False)
    VisitFactory(station=station, party_size=5, channel="online")

    text = voter.get("/p/s/wf/").content.decode()

    assert "今年接待 3 人次；收到的 0 件里办结 0 件" in text


def test_station_names_the_others_in_the_same_venue(voter, station, town):
    guest = StationFactory(area=town, name="立法联系点", slug="lf", host=station)
    StationFactory(area=town, name="没公开的点", host=station, is_public=False)

    here = voter.get("/p/s/wf/").context["neighbours"]
    there = voter.get("/p/s/lf/").context["neighbours"]

    assert (here, there) == ([guest], [station])


def test_station_links_booking_and_notice_of_the_next_reception(
    voter, station, announced
):
    text = voter.get("/p/s/wf/").content.decode()

    assert f"/p/s/wf/book/{announced.pk}/" in text
    assert "/p/s/wf/notices/" in text


def test_station_passes_over_a_reception_that_is_over(voter, station, announced):
    ReceptionDay.objects.update(date=localdate(), ends_at=dt.time(9, 1))

    with time_machine.travel(now().replace(hour=12)):
        assert voter.get("/p/s/wf/").context["next"] is None


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_read(voter, station, method):
    assert getattr(voter, method)("/p/s/wf/").status_code == 405
