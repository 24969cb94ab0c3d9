"""Activities over REST."""

import pytest

from tests.factories import DeputyFactory
from tests.factories.activities import ActivityFactory, AttendanceFactory

PATH = "/api/v1/activities/"


@pytest.fixture
def client(sign_in, client_user):
    return sign_in(client_user)


def test_list_has_counts(client, activity, invited):
    row = client.get(PATH).json()["results"][0]

    assert (row["title"], row["invited_count"]) == (activity.title, 1)


def test_list_costs_the_same_for_any_number(
    client, station, django_assert_max_num_queries
):
    ActivityFactory(station=station)
    client.get(PATH)
    with django_assert_max_num_queries(20) as one:
        client.get(PATH)
    for _ in range(6):
        AttendanceFactory(
            activity=ActivityFactory(station=station), deputy=DeputyFactory()
        )

    with django_assert_max_num_queries(len(one)):
        client.get(PATH)


def test_record_has_deputies_and_guests(client, activity, invited):
    activity.guests.create(organisation="水利局", name="许正明")

    found = client.get(f"{PATH}{activity.pk}/").json()

    assert [one["name"] for one in found["deputies"]] == ["周敏"]
    assert found["guests"] == [{"organisation": "水利局", "name": "许正明", "post": ""}]


def test_hold_by_the_station(sign_in, station_staff, activity):
    answer = sign_in(station_staff).post(
        f"{PATH}{activity.pk}/hold/", {}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "held")


def test_cancel_needs_a_reason(sign_in, station_staff, activity):
    browser = sign_in(station_staff)
    path = f"{PATH}{activity.pk}/cancel/"

    assert browser.post(path, {}, content_type="application/json").status_code == 422
    answer = browser.post(path, {"reason": "停电"}, content_type="application/json")
    assert answer.json()["status"] == "cancelled"


def test_steps_are_closed_to_clients(client, activity):
    answer = client.post(
        f"{PATH}{activity.pk}/hold/", {}, content_type="application/json"
    )

    assert answer.status_code == 403


def test_unknown_elsewhere(sign_in, stranger, handler, activity):
    assert sign_in(stranger).get(f"{PATH}{activity.pk}/").status_code == 404
    assert sign_in(handler).get(PATH).status_code == 403
