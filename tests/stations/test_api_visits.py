"""Logging visits over REST: who may, once, and what is refused."""

import json
import uuid

import pytest
from django.test import Client

from accounts.tokens import issue_token
from stations.models import Visit
from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/visits/"


@pytest.fixture
def post(client_user, station):
    """Send a visit as another system does."""

    def do(scopes=("records", "steps"), headers=None, **facts):
        token = issue_token(
            client_user, actor=None, label="t", scopes=list(scopes), days=9
        )
        said = {
            "station": station.pk,
            "words": "路灯坏了半个月没人修",
            "key": str(uuid.uuid4()),
        } | facts
        body = json.dumps({k: v for k, v in said.items() if v is not None})
        given = {"Authorization": f"Token {token}"} | (headers or {})
        return Client(headers=given).post(URL, body, content_type="application/json")

    return do


def test_post_logs_a_visit_once(post, station):
    key = str(uuid.uuid4())

    first = post(key=key, visitor_name="刘德才", visitor_contact="13812345678")
    again = post(key=key, words="另一句话")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["contact"] == "138****5678"
    assert "刘德才" not in first.content.decode()
    assert Visit.objects.get().words == "路灯坏了半个月没人修"


def test_post_takes_the_key_from_the_header(post):
    key = str(uuid.uuid4())

    answer = post(key=None, headers={"Idempotency-Key": key})

    assert answer.status_code == 201
    assert str(Visit.objects.get().key) == key


def test_post_takes_all_facts(post, day, category, deputy):
    answer = post(
        day=day.pk,
        category=category.pk,
        heard_by=[deputy.pk],
        channel="phone",
        outcome="answered",
        answer="当场说清楚了",
        is_assisted=True,
        helper_relation="亲属",
        helper_name="刘小明",
        party_size=3,
        home="文峰社区 3 栋",
        source="社区微信群",
    )

    assert answer.status_code == 201
    visit = Visit.objects.get()
    assert (visit.day, visit.category) == (day, category)
    assert visit.heard_by.get() == deputy
    assert (visit.helper_name, visit.helper_relation) == ("刘小明", "亲属")
    assert "刘小明" not in answer.content.decode()


@pytest.mark.parametrize(
    "facts",
    [
        {"key": None},
        {"words": ""},
        {"words": None},
        {"words": "长" * 5001},
        {"party_size": 10**30},
        {"category": 10**30},
        {"day": 999_999},
        {"heard_by": [999_999]},
        {"heard_by": "x"},
        {"outcome": "opinion"},
        {"outcome": "answered"},
        {"visited_at": "2999-01-01T00:00:00Z"},
        {"channel": "moon"},
        {"is_assisted": True},
        {"visitor_name": "\x00"},
        {"headers": {"Idempotency-Key": "x"}},
        {"headers": {"Idempotency-Key": str(uuid.uuid4())}},
    ],
)
def test_post_refuses_what_cannot_be(post, facts):
    answer = post(**facts)

    assert answer.status_code in (400, 422)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("number", [10**30, 999_999, 0])
def test_post_to_a_station_nobody_knows_is_404(post, number):
    assert post(station=number).status_code == 404


def test_key_of_a_visit_one_may_not_know_is_404(
    sign_in, station, station_staff, deputy, deputy_user
):
    deputy.stationings.create(station=station, starts_on="2026-01-01")
    told = VisitFactory(station=station, recorded_by=station_staff)
    said = {"station": station.pk, "words": "路灯坏了", "key": str(told.key)}

    browser = sign_in(deputy_user)
    answer = browser.post(URL, json.dumps(said), content_type="application/json")

    assert answer.status_code == 404


def test_post_needs_the_scope_to_write(post):
    assert post(scopes=("records",)).status_code == 403


def test_post_is_for_those_who_log_here(sign_in, station, station_staff, leader):
    for person, status in ((station_staff, 201), (leader, 403)):
        said = {"station": station.pk, "words": "路灯坏了", "key": str(uuid.uuid4())}
        browser = sign_in(person)
        answer = browser.post(URL, json.dumps(said), content_type="application/json")
        assert answer.status_code == status
