"""A deputy's pen: suggestions, and a voter's words noted outside the station."""

import uuid

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from proposals.models import Proposal
from stations.models import Stationing, Visit
from tests.factories.stations import VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stationed(deputy, station):
    return Stationing.objects.create(
        deputy=deputy, station=station, starts_on=localdate()
    )


def asked(deputy, **changes):
    return {
        "lead": deputy.mandates.get().pk,
        "title": "关于改造文峰泵站的建议",
        "text": "泵站三台机组只有一台能用，雨天倒灌。",
        "request": "建议年内更换两台水泵。",
        **changes,
    }


def test_create_keeps_a_draft_only_its_author_sees(
    deputy, deputy_user, officer, sign_in
):
    answer = sign_in(deputy_user).post(reverse("proposals:create"), asked(deputy))

    draft = Proposal.objects.get()
    assert answer.status_code == 302
    assert (draft.status, draft.kind, draft.number) == ("draft", "suggestion", "")
    assert sign_in(officer).get(draft.get_absolute_url()).status_code == 404
    assert sign_in(deputy_user).get(draft.get_absolute_url()).status_code == 200


def test_submit_hands_the_draft_in(deputy, deputy_user, officer, sign_in):
    browser = sign_in(deputy_user)
    browser.post(reverse("proposals:create"), asked(deputy))
    draft = Proposal.objects.get()

    browser.post(reverse("proposals:submit", args=[draft.pk]))

    draft.refresh_from_db()
    assert draft.status == "submitted"
    assert draft.number == f"{localdate().year}年建议闭会第1号"
    assert sign_in(officer).get(draft.get_absolute_url()).status_code == 200


def test_edit_saves_while_one_types_until_it_is_handed_in(deputy, deputy_user, sign_in):
    browser = sign_in(deputy_user)
    browser.post(reverse("proposals:create"), asked(deputy))
    draft = Proposal.objects.get()
    url = reverse("proposals:edit", args=[draft.pk])

    saved = browser.post(url, asked(deputy, title="改"), headers={"X-Autosave": "1"})
    browser.post(reverse("proposals:submit", args=[draft.pk]))
    late = browser.post(url, asked(deputy, title="再改"))

    draft.refresh_from_db()
    assert (saved.status_code, late.status_code, draft.title) == (204, 409, "改")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 10_000}, "title"),
        ({"text": "a\x00b" * 5}, "text"),
        ({"request": ""}, "request"),
        ({"lead": "999"}, "lead"),
    ],
)
def test_create_refuses_bad_input_beside_its_field(
    deputy, deputy_user, sign_in, changes, field
):
    data = asked(deputy, **changes)

    answer = sign_in(deputy_user).post(reverse("proposals:create"), data)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Proposal.objects.exists()


def test_note_becomes_one_opinion_however_often_it_is_sent(
    stationed, station, deputy_user, sign_in
):
    data = {
        "key": str(uuid.uuid4()),
        "station": station.pk,
        "channel": "visit",
        "words": "路灯坏了半个月，晚上看不见。",
        "party_size": 2,
        "visitor_contact": "13900000001",
    }
    browser = sign_in(deputy_user)

    for _ in range(2):
        assert browser.post(reverse("proposals:note"), data).status_code == 302

    visit, proposal = Visit.objects.get(), Proposal.objects.get()
    assert (visit.channel, visit.outcome) == ("visit", "opinion")
    assert (proposal.status, proposal.title) == (
        "submitted",
        "路灯坏了半个月，晚上看不见",
    )
    assert proposal.query_code


def test_create_is_reached_from_the_deputys_own_page(deputy_user, sign_in):
    page = sign_in(deputy_user).get(reverse("deputies:me"))

    assert f'href="{reverse("proposals:create")}"' in page.content.decode()


def test_only_deputies_write(officer, sign_in):
    browser = sign_in(officer)

    assert browser.get(reverse("proposals:create")).status_code == 403
    assert browser.get(reverse("proposals:note")).status_code == 403


def test_open_opinion_takes_up_a_visit_that_was_left_open(
    station, station_staff, stranger, leader, sign_in
):
    visit = VisitFactory(station=station)
    url = reverse("proposals:open_opinion", args=[visit.pk])

    assert sign_in(stranger).post(url).status_code == 404
    assert sign_in(leader).post(url).status_code == 403
    for _ in range(2):
        assert sign_in(station_staff).post(url).status_code == 302

    visit.refresh_from_db()
    assert (visit.outcome, Proposal.objects.get().text) == ("opinion", visit.words)
