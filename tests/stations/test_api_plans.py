"""Year plans over REST: who sees them, the draft's days, publish and swap."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stations.models import DutySwap
from stations.workflow_plans import publish
from tests.factories import StationFactory
from tests.stations.plans import drafted, people

LIST = "/api/v1/plans/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


@pytest.fixture
def plan(station, station_staff):
    people(station, 5)
    return drafted(station, station_staff)


def test_plan_detail_has_days_fairness_and_rules(browser, plan):
    found = browser.get(f"{LIST}{plan.pk}/").json()

    assert (len(found["days"]), len(found["fairness"])) == (12, 5)
    assert found["days"][0]["id"] is None
    assert sum(one["turns"] for one in found["fairness"]) == 24
    assert found["rules"][0]["rrule"] == "FREQ=MONTHLY;BYMONTHDAY=5"
    assert found["is_stale"] is False


def test_plan_list_asks_the_same_number_of_queries(office, officer, station):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert office.get(LIST).status_code == 200
        return len(asked)

    people(station, 2)
    drafted(station, officer)
    queries()
    one = queries()
    for other in StationFactory.create_batch(3, area=station.area):
        people(other, 2)
        drafted(other, officer)

    assert queries() == one
    assert len(office.get(LIST, {"year": 2027}).json()["results"]) == 4
    assert office.get(LIST, {"year": 2026}).json()["results"] == []


def test_plans_are_for_those_who_work_with_the_station(plan, sign_in, handler):
    assert Client().get(LIST).status_code == 401
    assert sign_in(handler).get(LIST).status_code == 403


def test_draft_is_not_known_to_deputies(plan, sign_in, deputy_user, station_staff):
    own = sign_in(deputy_user)
    assert own.get(f"{LIST}{plan.pk}/").status_code == 404

    publish(plan, actor=station_staff)

    assert own.get(f"{LIST}{plan.pk}/").status_code == 200
    assert own.post(f"{LIST}{plan.pk}/publish/").status_code == 403


def test_publish_answers_the_days_made_and_409_after(browser, plan):
    answer = browser.post(f"{LIST}{plan.pk}/publish/")

    assert answer.status_code == 200
    assert answer.json()["status"] == "published"
    assert all(day["id"] for day in answer.json()["days"])
    assert browser.post(f"{LIST}{plan.pk}/publish/").status_code == 409


def test_swap_exchanges_turns_and_refuses_strange_ids(browser, plan, station_staff):
    publish(plan, actor=station_staff)
    days = browser.get(f"{LIST}{plan.pk}/").json()["days"]
    first = days[0]
    second = next(d for d in days if not set(d["deputies"]) & set(first["deputies"]))
    asked = {
        "day_a": first["id"],
        "deputy_a": first["deputies"][0],
        "day_b": second["id"],
        "deputy_b": second["deputies"][0],
    }

    def send(more):
        url = f"{LIST}{plan.pk}/swap/"
        return browser.post(url, asked | more, content_type="application/json")

    strange, huge = send({"deputy_b": 10**18}), send({"day_b": 10**30})
    answer = send({})

    assert {strange.status_code, huge.status_code} <= {400, 422}
    assert answer.status_code == 200
    assert DutySwap.objects.count() == 1
    fresh = answer.json()["days"][0]["deputies"]
    assert second["deputies"][0] in fresh
