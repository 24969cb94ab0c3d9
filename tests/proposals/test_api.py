"""Matters over REST: the same scope, steps and refusals as the pages."""

import pytest
from rest_framework.test import APIClient

from accounts.tokens import issue_token
from proposals.models import Proposal
from tests.factories import proposals as make

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/proposals/"


@pytest.fixture
def api(sign_in):
    def browser(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return browser


@pytest.fixture
def token(client_user):
    def client(*scopes):
        text = issue_token(
            client_user, actor=None, label="测试", scopes=list(scopes), days=1
        )
        browser = APIClient()
        browser.credentials(HTTP_AUTHORIZATION=f"Token {text}")
        return browser

    return client


def test_list_shows_what_one_may_know_and_no_people(submitted, api, officer, stranger):
    answer = api(officer).get(ROWS)

    assert [row["number"] for row in answer.json()["results"]] == [submitted.number]
    assert "刘德才" not in answer.content.decode()
    assert api(stranger).get(ROWS).json()["results"] == []


@pytest.mark.parametrize("count", [1, 3, 300])
def test_list_costs_the_same_at_any_size(
    count, station, officer, api, django_assert_num_queries
):
    make.many(count, station=station)
    browser = api(officer)

    with django_assert_num_queries(3):
        browser.get(ROWS)


def test_list_filters_as_the_page_does(submitted, api, officer):
    browser = api(officer)

    assert len(browser.get(ROWS, {"q": "泵站"}).json()["results"]) == 1
    assert browser.get(ROWS, {"q": "油烟"}).json()["results"] == []
    late = browser.get(ROWS, {"updated_since": "2999-01-01T00:00:00Z"})
    assert late.json()["results"] == []
    assert browser.get(ROWS, {"updated_since": "gestern"}).status_code in (400, 422)


def test_steps_are_taken_and_refused_as_in_the_pages(
    submitted, api, officer, leader, stranger, category
):
    url = f"{ROWS}{submitted.pk}/accept/"
    asked = {"category": category.pk, "route": "county"}

    assert api(stranger).post(url, asked, format="json").status_code == 404
    assert api(leader).post(url, asked, format="json").status_code == 403
    refused = api(officer).post(url, {"category": category.pk}, format="json")
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"route": ["请选择办理途径。"]},
    )
    assert api(officer).post(url, asked, format="json").json()["status"] == "accepted"
    late = api(officer).post(url, asked, format="json")
    assert (late.status_code, late["Content-Type"]) == (
        409,
        "application/problem+json",
    )


def test_record_says_its_dates_and_open_steps(submitted, api, officer):
    record = api(officer).get(f"{ROWS}{submitted.pk}/").json()

    assert record["steps"] == ["return", "refuse", "accept"]
    assert [row["kind"] for row in record["deadlines"]] == ["triage"]
    assert record["deadlines"][0]["explanation"]


def test_tokens_reach_only_their_scopes(submitted, token, category):
    assert APIClient().get(ROWS).status_code == 401
    assert token("stats").get(ROWS).status_code == 403
    reader = token("records")
    assert reader.get(ROWS).status_code == 200
    url = f"{ROWS}{submitted.pk}/accept/"
    asked = {"category": category.pk, "route": "county"}
    assert reader.post(url, asked, format="json").status_code == 403
    assert token("records", "steps").post(url, asked, format="json").status_code == 403
    assert Proposal.objects.get().status == "submitted"


def test_list_answers_304_when_nothing_changed(submitted, api, officer):
    browser = api(officer)
    first = browser.get(ROWS)

    again = browser.get(ROWS, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
