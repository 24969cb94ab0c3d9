"""The home of each role."""

import pytest
from django.urls import reverse

from tests.factories import DayFactory
from tests.factories import proposals as make
from tests.factories.stations import VisitFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("audit_admin", "accounts:audit"),
        ("sys_admin", "accounts:user_list"),
        ("sec_admin", "accounts:user_list"),
        ("deputy_user", "deputies:me"),
        ("client_user", "notices:inbox"),
    ],
)
def test_today_leads_some_roles_to_a_page_of_their_own(who, home, request, sign_in):
    answer = sign_in(request.getfixturevalue(who)).get(reverse("today"))

    assert (answer.status_code, answer.url) == (302, reverse(home))


@pytest.mark.parametrize(
    "who",
    ["officer", "township", "leader", "station_staff", "handler", "coordinator"],
)
def test_today_shows_the_heaps_of_the_others(who, request, sign_in, station):
    answer = sign_in(request.getfixturevalue(who)).get(reverse("today"))

    assert answer.status_code == 200
    assert [bucket.key for bucket in answer.context["buckets"]] == [
        "overdue",
        "soon",
        "doing",
    ]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_today_costs_the_same_at_any_size(
    count, station, station_staff, township, sign_in, django_assert_num_queries
):
    for n in range(count):
        make.opinion(actor=station_staff, visit=VisitFactory(station=station))
        DayFactory(station=station, starts_at=f"{8 + n // 60:02}:{n % 60:02}")
    browser = sign_in(township)

    with django_assert_num_queries(QUERIES):
        assert browser.get(reverse("today")).status_code == 200


QUERIES = 23


def test_today_is_for_people_who_signed_in(client):
    assert client.get(reverse("today")).status_code == 302
