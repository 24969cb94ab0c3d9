"""REST lists of stations, receptions, visits: scope, filters, masks, query counts."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tokens import issue_token
from tests.factories import StationFactory, VisitFactory
from tests.stations.rows import rows

LISTS = ["stations", "receptions", "visits"]


@pytest.fixture
def rest(client_user):
    """A REST client of the county."""
    token = issue_token(client_user, actor=None, label="t", scopes=["records"], days=9)
    browser = Client(headers={"Authorization": f"Token {token}"})

    def get(path, **query):
        return browser.get(f"/api/v1/{path}/", query)

    return get


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_the_same_number_of_queries(rest, station, name):
    def queries():
        rest(name)
        with CaptureQueriesContext(connection) as asked:
            assert rest(name).status_code == 200
        return len(asked)

    rows(station, 1)
    one = queries()
    rows(station, 2)
    three = queries()
    rows(station, 297)

    assert one == three == queries()


@pytest.mark.parametrize("name", LISTS)
def test_list_shows_only_the_own_county(rest, station, other_county, name):
    rows(station, 1)
    rows(StationFactory(area=other_county), 1)

    results = rest(name).json()["results"]

    places = {row.get("area_code", station.area_id) for row in results}
    assert places == {"420802002"}
    assert len(results) == (2 if name == "stations" else 1)


@pytest.mark.parametrize("name", LISTS)
def test_list_is_for_those_with_a_token_and_a_role(sign_in, name, handler):
    assert Client().get(f"/api/v1/{name}/").status_code == 401
    assert sign_in(handler).get(f"/api/v1/{name}/").status_code == 403


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_list_cannot_be_written(sign_in, officer, name, method):
    if (name, method) == ("visits", "post"):
        return  # a visit is logged there: test_api_visits.py
    answer = getattr(sign_in(officer), method)(f"/api/v1/{name}/")

    assert answer.status_code in (403, 405)


def test_visits_are_masked_in_list_and_detail(rest, station):
    visit = VisitFactory(station=station)

    row = rest("visits").json()["results"][0]
    one = rest(f"visits/{visit.pk}").json()

    assert (row["visitor"], row["contact"]) == ("刘**", "138****5678")
    assert one == row
    assert "visitor_contact" not in row


def test_visits_take_the_filters_of_the_page(rest, station):
    VisitFactory(station=station, outcome="answered")
    VisitFactory(station=station, outcome="open")

    answered = rest("visits", outcome="answered").json()["results"]
    wrong = rest("visits", outcome="lost")

    assert [row["outcome"] for row in answered] == ["answered"]
    assert wrong.status_code == 422
    assert "outcome" in wrong.json()["errors"]


def test_receptions_tell_deputies_and_visitors(rest, station, day, deputy):
    day.duties.create(deputy=deputy, state="attended")
    VisitFactory(station=station, day=day, party_size=4)

    row = rest("receptions").json()["results"][0]

    assert row["duties"] == [
        {
            "deputy": deputy.pk,
            "name": "周敏",
            "state": "attended",
            "stands_in_for": None,
        }
    ]
    assert (row["visit_count"], row["visitor_count"]) == (1, 4)


def test_pages_follow_each_other(rest, station):
    rows(station, 4)

    first = rest("stations", page_size=2).json()
    names = [row["name"] for row in first["results"]]
    query = dict(parse_qsl(urlsplit(first["next"]).query))
    second = rest("stations", **query)

    assert len(names) == 2
    assert not set(names) & {row["name"] for row in second.json()["results"]}


def test_same_answer_again_is_304(sign_in, officer, station):
    browser = sign_in(officer)
    etag = browser.get("/api/v1/stations/")["ETag"]

    answer = browser.get("/api/v1/stations/", headers={"If-None-Match": etag})

    assert answer.status_code == 304
