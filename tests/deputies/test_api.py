import datetime as dt

import pytest
from django.utils.timezone import localdate

from accounts.tokens import issue_token
from deputies.choices import MandateStatus
from deputies.models import Membership
from tests.factories import DeputyFactory, GroupFactory, MandateFactory

TODAY = localdate()
DEPUTIES = "/api/v1/deputies/"
GROUPS = "/api/v1/groups/"


@pytest.fixture
def known(deputy, town):
    deputy.phone = "13812345678"
    deputy.id_number = "11010519491231002X"
    deputy.address = "文峰巷 3 号"
    deputy.note = "内部备注"
    deputy.employer_post = "文峰社区书记"
    deputy.save()
    group = GroupFactory(area=town, name="泉口第一代表小组")
    Membership.objects.create(group=group, deputy=deputy, role="leader")
    return deputy


def test_deputies_have_seats_and_groups_but_nothing_private(
    sign_in, client_user, known
):
    answer = sign_in(client_user).get(DEPUTIES)

    seat = known.mandates.get()
    group = known.memberships.get().group
    assert answer.json()["results"] == [
        {
            "id": known.pk,
            "name": "周敏",
            "sex": "",
            "employer_post": "文峰社区书记",
            "occupation_class": "",
            "area": "420802002",
            "area_name": "泉口街道",
            "state": "active",
            "mandates": [
                {
                    "level": 4,
                    "congress": seat.term.congress.name,
                    "term": 6,
                    "source_name": "",
                    "delegation": "",
                    "is_reelected": False,
                    "status": "active",
                    "starts_on": "2022-01-10",
                    "ends_on": None,
                }
            ],
            "groups": [{"id": group.pk, "name": group.name, "role": "leader"}],
        }
    ]


def test_one_deputy_reads_as_in_the_list(sign_in, officer, known):
    browser = sign_in(officer)

    one = browser.get(f"{DEPUTIES}{known.pk}/").json()

    assert one == browser.get(DEPUTIES).json()["results"][0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["赵刚", "周敏"]),
        ("state=active", ["周敏"]),
        ("state=ended", ["赵刚"]),
        ("level=3", []),
        ("q=赵", ["赵刚"]),
        ("area=420802002", ["赵刚", "周敏"]),
    ],
)
def test_deputies_are_narrowed_as_on_the_page(sign_in, officer, known, asked, found):
    gone = DeputyFactory(area=known.area, name="赵刚")
    MandateFactory(deputy=gone, status=MandateStatus.TERMINATED, ends_on=TODAY)

    answer = sign_in(officer).get(f"{DEPUTIES}?{asked}")

    assert [row["name"] for row in answer.json()["results"]] == found


@pytest.mark.parametrize(
    "asked", ["level=9", "state=x", "area=zz", "group=" + "9" * 30]
)
def test_deputies_refuse_a_wrong_filter_by_name(sign_in, officer, known, asked):
    answer = sign_in(officer).get(f"{DEPUTIES}?{asked}")

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [asked.split("=")[0]]


def test_groups_have_their_members_of_today(sign_in, officer, known):
    gone = DeputyFactory(area=known.area, name="赵刚")
    group = known.memberships.get().group
    Membership.objects.create(
        group=group, deputy=gone, starts_on=dt.date(2023, 1, 1), ends_on=TODAY
    )

    answer = sign_in(officer).get(GROUPS).json()["results"]

    assert [row["name"] for row in answer] == ["泉口第一代表小组"]
    assert answer[0]["members"] == [
        {
            "deputy": known.pk,
            "name": "周敏",
            "role": "leader",
            "starts_on": TODAY.isoformat(),
        }
    ]
    one = sign_in(officer).get(f"{GROUPS}{group.pk}/").json()
    assert one == answer[0]


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_nothing_is_written_over_rest(sign_in, officer, known, verb):
    for url in (DEPUTIES, f"{DEPUTIES}{known.pk}/", GROUPS):
        assert getattr(sign_in(officer), verb)(url).status_code == 405


def test_other_counties_and_the_platform_see_nothing(
    sign_in, stranger, sys_admin, handler, known, client
):
    assert sign_in(stranger).get(DEPUTIES).json()["results"] == []
    assert sign_in(stranger).get(f"{DEPUTIES}{known.pk}/").status_code == 404
    for user in (sys_admin, handler):
        assert sign_in(user).get(DEPUTIES).status_code == 403
    assert client.get(DEPUTIES).status_code == 401


@pytest.mark.parametrize(("scopes", "status"), [(["records"], 200), (["stats"], 403)])
def test_a_token_reads_within_its_scopes(client, client_user, known, scopes, status):
    token = issue_token(client_user, actor=None, label="大屏", scopes=scopes, days=30)

    answer = client.get(DEPUTIES, headers={"Authorization": f"Token {token}"})

    assert answer.status_code == status


def test_the_same_answer_is_not_sent_twice(sign_in, officer, known):
    browser = sign_in(officer)
    etag = browser.get(DEPUTIES)["ETag"]

    answer = browser.get(DEPUTIES, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")
