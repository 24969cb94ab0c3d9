"""Voters' pages: say something, follow it, judge it; without script or account."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from common.public_forms import new_stamp
from proposals.models import Proposal, Rating
from proposals.services.opening import issue_code
from proposals.workflow.intake import refuse
from stations.models import Visit
from tests.factories import proposals as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def voter():
    return Client(enforce_csrf_checks=False)


def answers(**changes):
    return {
        "step": "2",
        "check": "1",
        "stamp": new_stamp(),
        "key": str(uuid.uuid4()),
        "words": "学校门口早上堵死，车停在盲道上。",
        "where": "金虾路小学东门",
        "since": "几个月",
        "visitor_name": "邓春生",
        "visitor_contact": "13872815540",
        **changes,
    }


def test_say_takes_three_steps_and_keeps_what_was_typed(voter, station, category):
    url = reverse("public:say", args=[station.slug])
    first = voter.get(url)
    key = first.context["key"]

    second = voter.post(url, {"step": "0", "check": "1", "key": key})
    bad = voter.post(
        url, {"step": "1", "check": "1", "key": key, "words": "路灯坏了半个月"}
    )
    third = voter.post(url, answers(step="1", key=key))
    back = voter.post(url, answers(step="2", key=key, back="1"))

    assert [p.context["step"] for p in (first, second, third, back)] == [0, 1, 2, 1]
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["where"])
    assert "路灯坏了半个月" in bad.content.decode()
    assert 'value="金虾路小学东门"' in third.content.decode()
    assert back.context["form"].initial["where"] == "金虾路小学东门"
    assert not Visit.objects.exists()


def test_say_ends_with_a_number_and_a_code(voter, station):
    answer = voter.post(reverse("public:say", args=[station.slug]), answers())

    visit, proposal = Visit.objects.get(), Proposal.objects.get()
    assert answer.status_code == 200
    assert (visit.channel, visit.visitor_name) == ("online", "邓春生")
    assert "地点：金虾路小学东门" in proposal.text
    assert (proposal.status, proposal.created_by) == ("submitted", None)
    page = answer.content.decode()
    assert proposal.number in page
    assert answer.context["code"] in page
    assert proposal.query_code != answer.context["code"]


def test_say_sent_twice_is_one_matter(voter, station):
    url, data = reverse("public:say", args=[station.slug]), answers()

    for _ in range(2):
        assert voter.post(url, data).status_code == 200

    assert (Visit.objects.count(), Proposal.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": ""},
        {"words": "长" * 10_000},
        {"words": "a\x00b\x00c\x00d"},
        {"visitor_contact": "12345"},
        {"visitor_contact": "=cmd|x"},
        {"party_size": "-1"},
        {"party_size": "9" * 40},
        {"category": "999999"},
        {"key": "no-uuid"},
        {"since": "永远"},
        {"visitor_name": "😀" * 1000},
    ],
)
def test_say_refuses_bad_input_and_changes_nothing(voter, station, changes):
    url = reverse("public:say", args=[station.slug])

    answer = voter.post(url, answers(**changes))

    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_say_is_limited(voter, station, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"say": (2, 3600)}
    url = reverse("public:say", args=[station.slug])

    codes = [voter.post(url, {"step": "0"}).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


@pytest.mark.parametrize("hidden", ["is_public", "status"])
def test_say_is_closed_where_the_station_is(voter, station, hidden):
    setattr(station, hidden, {"is_public": False, "status": "closed"}[hidden])
    station.save(update_fields=[hidden])

    assert voter.get(reverse("public:say", args=[station.slug])).status_code == 404


def follow(voter, proposal):
    code = issue_code(proposal)
    return voter.post(
        reverse("public:track"), {"number": proposal.number, "code": code.lower()}
    )


def test_track_shows_five_plain_words_and_no_names(voter, told):
    answer = follow(voter, told)

    page = voter.get(answer.url)
    assert answer.url == reverse("public:matter")
    assert [s.place for s in page.context["stages"]] == ["past"] * 4 + ["now"]
    text = page.content.decode()
    for secret in ("刘德才", "13812345678", "138****", "何雨晴", "何志远"):
        assert secret not in text


@pytest.mark.parametrize(("number", "code"), [("x", "x"), (None, "WRONG234")])
def test_track_says_the_same_for_wrong_number_and_code(voter, submitted, number, code):
    issue_code(submitted)

    answer = voter.post(
        reverse("public:track"), {"number": number or submitted.number, "code": code}
    )

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == [
        "没有找到，请看看编号和查询码有没有抄错。"
    ]
    assert voter.get(reverse("public:matter")).url == reverse("public:track")


def test_track_ends_with_a_new_code(voter, submitted):
    old = issue_code(submitted)
    issue_code(submitted)

    data = {"number": submitted.number, "code": old}
    assert voter.post(reverse("public:track"), data).status_code == 422


def test_rate_by_the_voter_decides_the_mark(voter, told):
    follow(voter, told)

    answer = voter.post(
        reverse("public:rate"), {"result": "basically", "attitude": "satisfied"}
    )

    told.refresh_from_db()
    assert answer.status_code == 302
    assert (told.satisfaction, Rating.objects.get().rater) == ("basically", "voter")


def test_rate_suggests_no_answer(voter, told):
    follow(voter, told)

    form = voter.get(reverse("public:matter")).context["form"]
    bad = voter.post(reverse("public:rate"), {"result": "satisfied"})

    assert [form[name].value() for name in ("result", "attitude")] == [None, None]
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["attitude"])
    assert not Rating.objects.exists()


def test_rate_asks_why_when_it_is_not_good(voter, told):
    follow(voter, told)
    data = {"result": "dissatisfied", "attitude": "satisfied"}

    bad = voter.post(reverse("public:rate"), data)
    good = voter.post(reverse("public:rate"), data | {"reason": "水还是进屋"})
    again = voter.post(reverse("public:rate"), data | {"reason": "再评"})

    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["reason"])
    assert (good.status_code, again.status_code) == (302, 422)
    assert Rating.objects.count() == 1


def test_rate_needs_number_and_code_first(voter, told):
    answer = voter.post(reverse("public:rate"), {"result": "satisfied"})

    assert answer.url == reverse("public:track")


def test_matter_shows_a_refusal_plainly(voter, submitted, officer):
    refuse(submitted, actor=officer, ground="case", told="去区法院诉讼服务中心")
    follow(voter, make.fresh(submitted))

    stages = voter.get(reverse("public:matter")).context["stages"]
    assert [s.title for s in stages] == ["收到了", "这件事不归人大代表办"]
