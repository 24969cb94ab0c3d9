"""Setting up and editing stations in the browser."""

import datetime as dt

import pytest
from django.urls import reverse

from audit.models import Event
from stations.models import Station
from tests.factories import (
    StationFactory,
)


def test_create_sets_up_a_station(office, town):
    answer = office.post(
        reverse("stations:create"),
        {
            "name": " 象山村代表联络站 ",
            "code": "xs",
            "kind": "station",
            "area": town.code,
            "status": "active",
            "phone": "0724-2345678 转 2",
            "is_public": "on",
        },
    )

    station = Station.objects.get(code="XS")
    assert answer.url == station.get_absolute_url()
    assert (station.name, station.area) == ("象山村代表联络站", town)
    assert len(station.slug) == 10
    assert Event.objects.filter(verb="create").count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "长" * 10_000),
        ("code", "a b"),
        ("code", "WF"),
        ("code", "=cmd"),
        ("phone", "打我电话"),
        ("area", "420804"),
        ("area", "\x00"),
        ("kind", "castle"),
        ("opened_on", "1800-01-01"),
        ("opened_on", "3000-01-01"),
        ("opened_on", "昨天"),
        ("longitude", "7"),
        ("latitude", "north"),
        ("longitude", "1e400"),
        ("parent", "99999999999999999999"),
    ],
)
def test_create_keeps_what_was_typed_and_says_what_is_wrong(
    office, station, town, other_county, field, typed
):
    good = {"name": "新站", "code": "XZ", "kind": "station", "area": town.code}
    good |= {"status": "active", "brand": "周四说事\u202e😀"}

    answer = office.post(reverse("stations:create"), good | {field: typed})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "周四说事" in answer.content.decode()
    assert Station.objects.count() == 1


def test_edit_refuses_a_circle_of_parents(office, station, town):
    child = StationFactory(area=town, parent=station)
    form = {"name": "站", "code": "WF", "kind": "home", "area": town.code}
    form |= {"status": "active", "parent": str(child.pk)}

    answer = office.post(reverse("stations:edit", args=[station.pk]), form)

    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors


def test_station_deputy_and_end_leave_their_dates(office, station, deputy):
    add = reverse("stations:station_deputy", args=[station.pk])
    office.post(add, {"deputy": deputy.pk, "starts_on": "2026-01-05"})
    again = office.post(add, {"deputy": deputy.pk, "starts_on": "2026-01-05"})

    row = station.stationings.get()
    end = reverse("stations:end_stationing", args=[station.pk, row.pk])
    early = office.post(end, {"ends_on": "2026-01-05"})
    office.post(end, {"ends_on": "2026-06-01"})

    row.refresh_from_db()
    assert (again.status_code, early.status_code) == (422, 422)
    assert (row.starts_on, row.ends_on) == (dt.date(2026, 1, 5), dt.date(2026, 6, 1))


def test_list_leads_the_staff_of_one_station_to_it(browser, station):
    plain = browser.get(reverse("stations:list"))
    asked = browser.get(reverse("stations:list"), {"q": "文峰"})

    assert plain.url == station.get_absolute_url()
    assert list(asked.context["page"]) == [station]


def test_station_page_leads_to_walks_and_paper_sheets(browser, station):
    shown = browser.get(station.get_absolute_url()).content.decode()

    for name in ("visit_create", "visit_outing", "sheet_list"):
        assert f'href="{reverse(f"stations:{name}", args=[station.pk])}"' in shown
