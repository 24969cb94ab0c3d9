"""The figures over REST: the same numbers, in whose scope, refused in Chinese."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from accounts.tokens import issue_token
from reports.dashboard import Dashboard
from reports.metrics import METRICS
from reports.questions import Question
from reports.reading import BY
from reports.scopes import figures_scope
from tests.factories import UnitFactory
from tests.reports.conftest import keep, moment

pytestmark = pytest.mark.django_db
STATS = "/api/v1/stats/"


@pytest.fixture
def api():
    def browser(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return browser


@pytest.fixture
def handed(village, unit, station):
    """Seven handed over in spring 2026, five of them closed."""
    for n in range(7):
        keep(
            village,
            unit=unit,
            station=station,
            handed_over_at=moment(2026, 3 + n % 2, 5),
            closed_at=moment(2026, 5, 1) if n < 5 else None,
        )


def test_metrics_lists_the_dictionary(api, officer):
    answer = api(officer).get("/api/v1/metrics/")

    assert [row["code"] for row in answer.json()] == list(METRICS)
    assert answer.json()[7]["definition"] == METRICS["K07"].definition


def test_stats_gives_value_base_and_link(api, officer, handed):
    asked = {"metric": "K07", "by": "unit", "from": "2026-01", "to": "2026-06"}

    body = api(officer).get(STATS, asked).json()

    total = body["total"]
    assert (total["value"], total["numerator"], total["denominator"]) == (71.43, 5, 7)
    assert [(r["label"], r["value"]) for r in body["rows"]] == [("水利局", 71.43)]
    assert body["metric"]["name"] == "办结率"
    assert body["starts_on"] == "2026-01-01"
    assert "metric=K07" in total["rows"]
    assert body["as_of"]


def test_stats_equals_the_dashboard(api, officer, handed):
    body = api(officer).get(STATS, {"metric": "K07", "from": "2026-01"}).json()

    question = Question(
        dt.date.fromisoformat(body["starts_on"]),
        dt.date.fromisoformat(body["ends_on"]),
        dt.date.fromisoformat(body["as_of"][:10]),
        scope=figures_scope(officer),
        area="420802",
    )
    rate = Dashboard(question).rates()[0]
    assert rate["percent_label"] == f"{body['total']['value']}%"


@pytest.mark.parametrize("by", BY)
def test_stats_by_everything_adds_up(api, officer, handed, by):
    asked = {"metric": "K07", "by": by, "from": "2026-01", "to": "2026-06"}

    body = api(officer).get(STATS, asked).json()

    assert sum(row["denominator"] for row in body["rows"]) == 7
    if by == "month":
        assert len(body["rows"]) == 6
        assert body["rows"][0]["value"] is None


BAD = [
    ({}, "metric"),
    ({"metric": "K99"}, "metric"),
    ({"metric": "K07", "by": "colour"}, "by"),
    ({"metric": "K07", "from": "1800-01"}, "from"),
    ({"metric": "K07", "to": "昨天"}, "to"),
    ({"metric": "K07", "from": "2026-05", "to": "2026-01"}, "to"),
    ({"metric": "K07", "area": "420804"}, "area"),
    ({"metric": "K07", "unit": "=cmd|x"}, "unit"),
    ({"metric": "K07", "category": "99999999999999999999999"}, "category"),
    ({"metric": "K07", "form": "2026-01"}, "form"),
    ({"metric": "🙂" * 5000}, "metric"),
]


@pytest.mark.parametrize(("asked", "field"), BAD, ids=[str(b[1]) for b in BAD])
def test_stats_refuses_wrong_parameters_in_chinese(
    api, officer, other_county, asked, field
):
    answer = api(officer).get(STATS, asked)

    assert (answer.status_code, answer["Content-Type"]) == (
        422,
        "application/problem+json",
    )
    assert list(answer.json()["errors"]) == [field]
    assert "。" in answer.json()["errors"][field][0]


def test_stats_is_refused_without_a_scope(api, deputy_user, sys_admin):
    for user in (deputy_user, sys_admin):
        assert api(user).get(STATS, {"metric": "K07"}).status_code == 403
    assert APIClient().get(STATS, {"metric": "K07"}).status_code == 401


def test_stats_stays_within_ones_scope(api, stranger, client_user, handed):
    asked = {"metric": "K07", "from": "2026-01"}

    assert api(stranger).get(STATS, asked).json()["total"]["denominator"] == 0
    assert api(client_user).get(STATS, asked).json()["total"]["denominator"] == 7


@pytest.mark.parametrize(("scopes", "status"), [(["stats"], 200), (["records"], 403)])
def test_stats_needs_its_scope_of_a_token(client_user, scopes, status):
    text = issue_token(client_user, actor=None, label="大屏", scopes=scopes, days=1)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {text}")

    assert client.get(STATS, {"metric": "K07"}).status_code == status
    assert client.get("/api/v1/metrics/").status_code == status


def test_stats_answers_304_to_who_has_it_already(api, officer, handed, monkeypatch):
    browser = api(officer)
    first = browser.get("/api/v1/metrics/")

    again = browser.get("/api/v1/metrics/", HTTP_IF_NONE_MATCH=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")


def test_stats_costs_the_same_with_more_rows(
    api, officer, village, django_assert_num_queries
):
    browser = api(officer)
    asked = {"metric": "K07", "by": "unit", "from": "2026-01"}
    browser.get(STATS, asked)
    for count in (1, 12):
        for _ in range(count):
            keep(village, unit=UnitFactory(), handed_over_at=moment(2026, 3, 5))

        with django_assert_num_queries(3):  # total, by unit, names
            browser.get(STATS, asked)
