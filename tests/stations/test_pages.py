"""Pages of stations: query counts, access, any address, nothing inline."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from tests.factories import (
    DeputyFactory,
    MandateFactory,
    VisitFactory,
)
from tests.stations.rows import rows

LISTS = ["stations:list", "stations:day_list", "stations:visit_list"]


def queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_the_same_number_of_queries(office, station, name):
    rows(station, 1)
    one = queries(office, reverse(name))
    rows(station, 2)
    three = queries(office, reverse(name))
    rows(station, 297)

    assert one == three == queries(office, reverse(name))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_a_station_and_a_day_ask_a_fixed_number(
    office, station, day, deputy, count
):
    def fill(number):
        for _ in range(number):
            person = MandateFactory(deputy=DeputyFactory(area=station.area)).deputy
            station.stationings.create(deputy=person, starts_on=localdate())
            day.duties.create(deputy=person)
            VisitFactory(station=station, day=day)

    pages = [station.get_absolute_url(), day.get_absolute_url()]
    pages.append(reverse("stations:day_register", args=[day.pk]))
    fill(1)
    before = [queries(office, page) for page in pages]
    fill(count)

    assert [queries(office, page) for page in pages] == before


@pytest.mark.parametrize("name", [*LISTS, "stations:visit_export", "stations:create"])
def test_pages_are_closed_to_other_roles(
    sign_in, name, handler, unit_leader, coordinator, sys_admin, sec_admin, audit_admin
):
    people = (handler, unit_leader, coordinator, sys_admin, sec_admin, audit_admin)
    for person in people:
        assert sign_in(person).get(reverse(name)).status_code == 403


def test_pages_of_another_county_are_unknown(sign_in, stranger, station, day):
    visit = VisitFactory(station=station, day=day)
    stranger_browser = sign_in(stranger)
    paths = [
        reverse("stations:detail", args=[station.pk]),
        reverse("stations:edit", args=[station.pk]),
        reverse("stations:day_create", args=[station.pk]),
        reverse("stations:day_detail", args=[day.pk]),
        reverse("stations:day_notice", args=[day.pk]),
        reverse("stations:day_register", args=[day.pk]),
        reverse("stations:visit_detail", args=[visit.pk]),
        reverse("stations:visit_reveal", args=[visit.pk]),
    ]

    assert {stranger_browser.get(path).status_code for path in paths} == {404}


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"since": "1800-01-01"},
        {"since": "昨天"},
        {"station": "99999999999999999999"},
        {"station": "=cmd"},
        {"status": "\udcff"},
        {"when": "never"},
        {"q": "长" * 10_000},
        {"town": "甲"},
        {"outcome": "x" * 500},
    ],
)
@pytest.mark.parametrize("name", LISTS)
def test_lists_survive_any_address(office, station, name, query):
    query = {k: v.encode("utf-8", "replace").decode() for k, v in query.items()}

    assert office.get(reverse(name), query).status_code in (200, 422)


def test_no_page_carries_inline_code(browser, office, station, day, deputy):
    day.duties.create(deputy=deputy)
    visit = VisitFactory(station=station, day=day)
    paths = [reverse(name) for name in LISTS]
    paths += [station.get_absolute_url(), day.get_absolute_url()]
    for name in (
        "day_notice",
        "day_register",
        "day_announce",
        "day_hold",
        "day_cancel",
    ):
        paths.append(reverse(f"stations:{name}", args=[day.pk]))
    paths += [f"/visits/{visit.pk}/", "/p/", "/p/s/wf/"]

    for path in paths:
        shown = browser.get(path).content.decode()
        assert " style=" not in shown, path
        assert "<style" not in shown, path
        assert "onclick" not in shown, path
