"""Gaps: what is missing of how much, and the remedies."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Grant
from deputies.models import Group
from stations.coverage import gaps, overview
from stations.models import Station
from tests.factories import (
    AreaFactory,
    DeputyFactory,
    GroupFactory,
    MandateFactory,
    StationFactory,
)
from tests.stations.rows import rows
from tests.stations.test_pages import queries

PAGE = "/stations/coverage/"


def counts(user, town=""):
    return {row["gap"].key: (row["count"], row["base"]) for row in overview(user, town)}


def test_village_is_covered_by_its_own_station_or_one_that_serves_it(
    officer, station, village, town
):
    served = AreaFactory(code="420802002004", name="象山村", parent=town)
    AreaFactory(code="420802002005", name="青山村", parent=town)
    StationFactory(area=village)
    station.serves.add(served)

    assert counts(officer)["village"] == (1, 3)


def test_village_is_not_covered_by_a_closed_station(officer, station, village, town):
    StationFactory(area=village, status="closed")
    station.serves.add(village)
    Station.objects.filter(pk=station.pk).update(status="closed")

    assert counts(officer)["village"] == (1, 1)


def test_deputies_without_station_or_group(officer, station, deputy, town):
    other = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    station.stationings.create(deputy=deputy, starts_on=localdate())
    group = GroupFactory(area=town)
    group.memberships.create(deputy=other, starts_on=localdate())

    found = gaps()
    assert list(found["stationing"].rows(officer)) == [other]
    assert list(found["group"].rows(officer)) == [deputy]
    assert Group.objects.count() == 1


def test_deputy_of_the_past_is_no_gap(officer, deputy):
    deputy.mandates.update(ends_on="2023-01-01")

    assert counts(officer)["stationing"] == (0, 0)


def test_station_without_head_deputies_point_and_phone(officer, station):
    found = counts(officer)

    assert [found[key] for key in ("head", "empty", "point", "phone")] == [(1, 1)] * 4


def test_station_with_all_of_it_is_no_gap(officer, station, deputy, station_staff):
    Grant.objects.filter(station=station).update(is_head=True)
    station.stationings.create(deputy=deputy, starts_on=localdate())
    facts = {"longitude": 112, "latitude": 31, "phone": "0724-1"}
    Station.objects.filter(pk=station.pk).update(**facts)
    StationFactory(area=station.area, host=station)

    found = counts(officer)
    assert found["head"] == found["empty"] == (1, 2)
    assert found["point"] == found["phone"] == (0, 2)


def test_online_station_needs_no_point(officer, station):
    Station.objects.update(kind="online")

    assert counts(officer)["point"] == (0, 1)


def test_gaps_are_those_of_the_own_area_and_the_town_asked_for(
    officer, township, stranger, station, village, town
):
    far = AreaFactory(code="420802003001")

    assert counts(officer)["village"] == (2, 2)
    assert counts(township)["village"] == (1, 1)
    assert counts(officer, town.code)["village"] == (1, 1)
    assert counts(township, far.code[:9])["village"] == (0, 0)
    assert counts(stranger)["village"] == (0, 0)


@pytest.mark.parametrize("gap", list(gaps()))
def test_page_asks_the_same_number_of_queries(office, station, village, gap):
    url = f"{PAGE}?gap={gap}"
    rows(station, 1)
    one = queries(office, url)
    rows(station, 2)
    three = queries(office, url)
    rows(station, 200)

    assert one == three == queries(office, url)


@pytest.mark.parametrize(
    "query",
    [{"gap": "nothing"}, {"town": "420804001"}, {"town": "=cmd"}, {"cursor": "x"}],
)
def test_page_survives_any_address(office, station, query):
    assert office.get(PAGE, query).status_code == 200


def test_page_gives_each_line_its_remedy(office, station, village, deputy):
    def text(gap):
        return office.get(PAGE, {"gap": gap}).content.decode()

    assert f"/stations/new/?area={village.pk}" in text("village")
    assert f'value="{deputy.pk}"' in text("stationing")
    assert reverse("deputies:join", args=[deputy.pk]) in text("group")
    for gap, name in (
        ("head", "staff"),
        ("empty", "station_deputy"),
        ("point", "point"),
        ("phone", "edit"),
    ):
        assert reverse(f"stations:{name}", args=[station.pk]) in text(gap)


def test_page_is_closed_to_those_who_cannot_mend(
    browser, sign_in, deputy_user, leader, station, village
):
    assert browser.get(PAGE).status_code == 403
    assert sign_in(deputy_user).get(PAGE).status_code == 403
    seen = sign_in(leader).get(PAGE)
    assert seen.status_code == 200
    assert "checkbox" not in seen.content.decode()


def test_serve_covers_several_villages_at_once(office, station, village, town):
    other = AreaFactory(code="420802002004", name="象山村", parent=town)
    told = {"villages": [village.pk, other.pk], "station": station.pk}

    answer = office.post(reverse("stations:coverage_serve"), told)

    assert answer.url == f"{PAGE}?gap=village"
    assert station.serves.count() == 2


def test_station_seats_several_deputies_at_once(office, station, deputy, town):
    other = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    told = {"deputies": [deputy.pk, other.pk], "station": station.pk}
    told |= {"starts_on": "2026-01-05", "town": town.code}

    answer = office.post(reverse("stations:coverage_station"), told)

    assert answer.url == f"{PAGE}?gap=stationing&town={town.code}"
    assert station.stationings.count() == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("serve", {}),
        ("serve", {"villages": ["420804001001"], "station": "1"}),
        ("serve", {"villages": ["\x00"], "station": "9" * 30}),
        ("station", {"deputies": ["x"], "station": "x", "starts_on": "昨天"}),
        ("station", {"deputies": ["9" * 30], "starts_on": "0001-01-01"}),
    ],
)
def test_remedies_refuse_what_is_not_offered(office, station, deputy, name, told):
    answer = office.post(reverse(f"stations:coverage_{name}"), told)

    assert answer.status_code == 422
    assert not station.stationings.exists()


def test_remedies_are_for_those_who_oversee(browser, sign_in, leader, station):
    for person in (browser, sign_in(leader)):
        for name in ("serve", "station"):
            url = reverse(f"stations:coverage_{name}")
            assert person.post(url, {}).status_code == 403


def test_remedies_do_not_reach_into_another_county(
    sign_in, stranger, station, village, deputy
):
    told = {"villages": [village.pk], "station": station.pk}

    answer = sign_in(stranger).post(reverse("stations:coverage_serve"), told)

    assert answer.status_code == 422
    assert not station.serves.exists()
