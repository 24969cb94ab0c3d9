"""Keyset pages: to and fro, with ties and empty values, whatever the cursor."""

import datetime as dt
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from common.paging import KeysetPage
from stations.models import ReceptionDay, Station
from tests.factories import DayFactory, StationFactory, VisitFactory

pytestmark = pytest.mark.django_db


def cursor_of(url: str) -> str:
    return parse_qs(url.lstrip("?"))["cursor"][0]


def walk(queryset, fields, size):
    """All rows page by page, forwards, and then all the way back."""
    page = KeysetPage(queryset, fields, size=size)
    forwards = [list(page)]
    while page.next_url:
        page = KeysetPage(queryset, fields, cursor_of(page.next_url), size)
        forwards.append(list(page))
    backwards = [list(page)]
    while page.prev_url:
        page = KeysetPage(queryset, fields, cursor_of(page.prev_url), size)
        backwards.append(list(page))
    return forwards, backwards[::-1]


@pytest.mark.parametrize("fields", [("name", "id"), ("-name", "-id"), ("-name", "id")])
def test_walk_shows_every_row_once_in_order_both_ways(town, fields):
    for name in "甲乙乙乙丙丁丁":
        StationFactory(area=town, name=name)

    forwards, backwards = walk(Station.objects.all(), fields, 2)

    ordered = list(Station.objects.order_by(*fields))
    assert [row for page in forwards for row in page] == ordered
    assert [row for page in backwards for row in page] == ordered
    assert [len(page) for page in forwards] == [2, 2, 2, 1]


@pytest.mark.parametrize("fields", [("opened_on", "id"), ("-opened_on", "-id")])
def test_walk_puts_empty_values_last(town, fields):
    days = [None, dt.date(2020, 1, 1), None, dt.date(2021, 1, 1), dt.date(2020, 1, 1)]
    for day in days:
        StationFactory(area=town, opened_on=day)

    forwards, backwards = walk(Station.objects.all(), fields, 2)

    rows = [row for page in forwards for row in page]
    assert len({row.pk for row in rows}) == 5
    assert [row.opened_on is None for row in rows] == [False] * 3 + [True] * 2
    assert [row for page in backwards for row in page] == rows


def test_walk_goes_by_moments_and_by_related_columns(station):
    for _ in range(5):
        VisitFactory(station=station)
    DayFactory(station=station)
    DayFactory(station=StationFactory(area=station.area, name="另一站"))

    visits, _ = walk(station.visits.all(), ("-visited_at", "-id"), 2)
    days, _ = walk(ReceptionDay.objects.all(), ("station__name", "id"), 1)

    assert [len(page) for page in visits] == [2, 2, 1]
    assert [page[0].station.name for page in days] == sorted(
        page[0].station.name for page in days
    )


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "WzEsMl0:abc",
        "\x00",
        "文",
        "a" * 10_000,
        ":",
        "..",
        "WyJhZnRlciIsWzFdXQ",
    ],
)
def test_page_with_a_bad_cursor_is_the_first(station, cursor):
    page = KeysetPage(Station.objects.all(), ("name", "id"), cursor)

    assert list(page) == [station]
    assert page.prev_url == page.next_url == ""


def test_page_refuses_the_cursor_of_another_order(town):
    for _ in range(3):
        StationFactory(area=town)
    other = KeysetPage(Station.objects.all(), ("-created_at", "-id"), size=1)

    page = KeysetPage(
        Station.objects.all(), ("name", "id"), cursor_of(other.next_url), 1
    )

    assert page.prev_url == ""


def test_page_behind_the_last_row_is_the_first(town):
    StationFactory(area=town, name="甲")
    last = StationFactory(area=town, name="乙")
    page = KeysetPage(Station.objects.all(), ("name", "id"), size=1)
    last.delete()

    page = KeysetPage(Station.objects.all(), ("name", "id"), cursor_of(page.next_url))

    assert [row.name for row in page] == ["甲"]


def test_page_keeps_the_other_parameters(town):
    for _ in range(2):
        StationFactory(area=town)
    request = RequestFactory().get("/", {"kind": ["home", "online"], "q": "泵 站"})

    page = KeysetPage.of(request, Station.objects.all(), ("name", "id"), 1)

    asked = QueryDict(page.next_url.lstrip("?"))
    assert asked.getlist("kind") == ["home", "online"]
    assert asked["q"] == "泵 站"


def test_page_costs_one_query_and_one_for_the_count(town, django_assert_num_queries):
    for _ in range(5):
        StationFactory(area=town)

    with django_assert_num_queries(1):
        page = KeysetPage(Station.objects.all(), ("name", "id"), size=2)
        assert (len(page), bool(page.next_url)) == (2, True)
    with django_assert_num_queries(1):
        assert page.count_label == "共 5 条"


def test_count_stops_beyond_the_most(town, monkeypatch):
    monkeypatch.setattr("common.paging.MOST_COUNTED", 3)
    for _ in range(5):
        StationFactory(area=town)

    page = KeysetPage(Station.objects.all(), ("name", "id"))

    assert page.count_label == "超过 3 条"
