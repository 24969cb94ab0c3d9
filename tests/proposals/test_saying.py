"""Saying something: for a neighbour, to a deputy, past machines, nothing lost."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from common.public_forms import new_stamp
from proposals.models import Proposal
from stations.models import Visit
from stations.services.codes import give_code, revoke_code
from tests.factories import AreaFactory, DeputyFactory, MandateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def voter():
    return Client()


@pytest.fixture
def url(station):
    return reverse("public:say", args=[station.slug])


def typed(**changes):
    return {
        "step": "2",
        "check": "1",
        "stamp": new_stamp(),
        "key": str(uuid.uuid4()),
        "words": "学校门口早上堵死，车停在盲道上。",
        "where": "金虾路小学东门",
        "visitor_name": "邓春生",
        "visitor_contact": "13872815540",
        **changes,
    }


def test_say_tells_first_what_goes_elsewhere(voter, url):
    text = voter.get(url).content.decode()

    form = text.index("<form class")
    for said in ("tel:110", "tel:119", "tel:120", "12368", "12388", "12345", "仲裁"):
        assert text.index(said) < form


def test_say_for_a_neighbour_keeps_who_helped(voter, url):
    answer = voter.post(url, typed(helper_relation="邻居", helper_name="何志远"))

    visit = Visit.objects.get()
    assert answer.status_code == 200
    assert (visit.is_assisted, visit.helper_relation) == (True, "邻居")
    assert visit.helper_name == "何志远"
    assert "何志远" not in str(Proposal.objects.values())


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"helper_relation": "亲属"}, "helper_name"),
        ({"helper_name": "何志远"}, "helper_relation"),
        ({"helper_name": "何志远", "helper_relation": "工作人员"}, "helper_relation"),
        ({"helper_relation": "亲属", "helper_name": "长" * 31}, "helper_name"),
    ],
)
def test_say_for_a_neighbour_asks_for_both(voter, url, changes, wrong):
    page = voter.post(url, typed(**changes))

    assert (page.status_code, list(page.context["form"].errors)) == (422, [wrong])
    assert "<details" in page.content.decode()
    assert 'field" open' in page.content.decode()
    assert not Visit.objects.exists()


def test_say_to_a_deputy_is_a_wish_that_the_station_reads(
    voter, url, deputy, officer, station_staff, sign_in
):
    code = give_code("deputy", deputy, actor=officer)

    first = voter.get(url, {"to": code.token})
    second = voter.post(url, typed(step="0", to=code.token))
    voter.post(url, typed(to=code.token))

    visit = Visit.objects.get()
    assert "反映给 <b>周敏</b> 代表" in first.content.decode()
    assert f'name="to" value="{code.token}"' in second.content.decode()
    assert visit.source == "希望周敏代表听取"
    assert not visit.heard_by.exists()
    shown = sign_in(station_staff).get(f"/visits/{visit.pk}/").content.decode()
    assert "希望周敏代表听取" in shown


def test_say_to_a_deputy_no_longer_known_goes_to_the_station(
    voter, url, deputy, officer
):
    code = give_code("deputy", deputy, actor=officer)
    revoke_code(code, actor=officer, reason="换新")

    for to in (code.token, "x", "9" * 5000):
        page = voter.post(url, typed(to=to))
        assert page.status_code == 200

    assert set(Visit.objects.values_list("source", flat=True)) == {""}


def test_say_to_a_deputy_of_another_county_goes_to_the_station(
    voter, url, other_county
):
    elsewhere = DeputyFactory(area=AreaFactory(code="420804001", parent=other_county))
    MandateFactory(deputy=elsewhere, starts_on=localdate())
    token = "ABCDEFGH2345"
    elsewhere.public_codes.create(kind="deputy", token=token)

    assert voter.get(url, {"to": token}).context["wish"] is None


@pytest.mark.parametrize(
    "changes", [{"stamp": ""}, {"stamp": "x:y:z"}, {"nickname_2": "http://x"}]
)
def test_say_is_not_for_machines_and_keeps_what_was_typed(voter, url, changes):
    data = typed(**changes)

    page = voter.post(url, data)
    text = page.content.decode()

    assert page.status_code == 422
    assert 'value="邓春生"' in text
    assert "车停在盲道上" in text
    assert not Visit.objects.exists()
    again = data | {"stamp": page.context["stamp"], "nickname_2": ""}
    assert voter.post(url, again).status_code == 200


def test_say_at_once_is_for_machines(voter, url, settings):
    settings.PUBLIC_FORM_SECONDS = 3

    page = voter.post(url, typed())

    assert "再点一次" in page.content.decode()
    assert not Visit.objects.exists()


def test_say_too_often_keeps_what_was_typed(voter, url, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"say": (0, 3600)}

    page = voter.post(url, typed())

    text = page.content.decode()
    assert page.status_code == 429
    assert "太频繁" in text
    assert 'value="邓春生"' in text
    assert not Visit.objects.exists()


def test_say_switches_to_larger_letters_without_losing_anything(voter, url):
    page = voter.post(url, typed(step="1", switch="1"))

    assert page.context["step"] == 1
    assert page.context["elder"] is True
    assert page.cookies["mode"].value == "elder"
    assert "车停在盲道上" in page.content.decode()
    back = voter.post(url, typed(step="1", switch="1"))
    assert back.context["elder"] is False
