"""Promises made at a reception: put down, followed, kept; seen by whom they concern."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import RuleViolation, WrongState
from notices.models import Notice
from proposals.choices import CommitmentState
from proposals.inbox import heaps
from proposals.models import Commitment, Deadline, Proposal
from proposals.reminders import plan_deadline_notices
from proposals.services.desk import settle_line
from proposals.services.promising import promise
from proposals.workflow.handling import keep
from proposals.worklist import buckets
from stations.services.guests import invite_guest
from tests.factories import DayFactory, UnitFactory

pytestmark = pytest.mark.django_db
WHAT = "年底前修好泵站的第二台泵"


@pytest.fixture
def due_on():
    return localdate() + dt.timedelta(days=10)


@pytest.fixture
def made(day, unit, station_staff, due_on, handler):
    return promise(day, actor=station_staff, unit=unit, what=WHAT, due_on=due_on)


def test_promise_is_put_down_once_and_the_unit_told(
    day, unit, made, station_staff, due_on, handler
):
    again = promise(day, actor=station_staff, unit=unit, what=WHAT, due_on=due_on)

    assert again == made
    assert history_of(day).filter(verb="promise").count() == 1
    (notice,) = Notice.objects.filter(kind="promise")
    assert notice.recipient == handler
    assert notice.url == made.get_absolute_url()


def test_promise_about_a_matter_stands_among_its_dates(
    day, unit, station_staff, due_on
):
    words = "泵站只有一台泵在转，一下雨就进水"
    settle_line(
        day, actor=station_staff, key=uuid.uuid4(), words=words, outcome="opinion"
    )
    matter = Proposal.objects.get()

    row = promise(
        day, actor=station_staff, unit=unit, what=WHAT, due_on=due_on, proposal=matter
    )

    deadline = Deadline.objects.get(commitment=row)
    assert (deadline.proposal, deadline.due_on) == (matter, due_on)
    assert "接待时承诺" in deadline.explanation[0]
    assert history_of(matter).filter(verb="promise").exists()


def test_promise_refuses_what_cannot_be(day, station_staff, unit, due_on, stranger):
    elsewhere = UnitFactory(area=stranger.held[0].area)
    asked = {"unit": unit, "what": WHAT, "due_on": due_on}
    past = day.date - dt.timedelta(days=1)
    for wrong, field in (
        ({"unit": elsewhere}, "unit"),
        ({"what": " "}, "what"),
        ({"what": "长" * 301}, "what"),
        ({"due_on": past}, "due_on"),
        ({"due_on": dt.date(2200, 1, 1)}, "due_on"),
        ({"made_by": "长" * 51}, "made_by"),
    ):
        with pytest.raises(RuleViolation) as refused:
            promise(day, actor=station_staff, **asked | wrong)
        assert refused.value.field == field


def test_promise_of_a_day_to_come_is_refused(station, station_staff, unit, due_on):
    later = DayFactory(station=station, date=localdate() + dt.timedelta(days=3))

    with pytest.raises(WrongState):
        promise(later, actor=station_staff, unit=unit, what=WHAT, due_on=due_on)


def test_promise_is_put_down_by_who_runs_the_day(day, unit, due_on, leader, handler):
    for person in (leader, handler):
        with pytest.raises(PermissionDenied):
            promise(day, actor=person, unit=unit, what=WHAT, due_on=due_on)


def test_keep_settles_a_promise_that_hangs_on_no_matter(made, handler, day):
    keep(made, actor=handler, proof="第二台泵已经装好试运行")

    made.refresh_from_db()
    assert made.state == CommitmentState.KEPT
    assert history_of(day).filter(verb="keep").exists()
    with pytest.raises(WrongState):
        keep(made, actor=handler, proof="第二台泵已经装好试运行")


SEEING = {
    "officer": 200,
    "leader": 200,
    "township": 200,
    "station_staff": 200,
    "coordinator": 200,
    "handler": 200,
    "unit_leader": 200,
    "deputy_user": 404,
    "stranger": 404,
    "sys_admin": 403,
    "audit_admin": 403,
}


@pytest.mark.parametrize("who", SEEING)
def test_commitment_page_is_for_those_it_concerns(request, sign_in, made, who):
    page = sign_in(request.getfixturevalue(who)).get(made.get_absolute_url())

    assert page.status_code == SEEING[who]
    if page.status_code == 200:
        assert WHAT in page.content.decode()


def test_commitment_is_seen_by_deputies_on_duty(
    sign_in, made, day, deputy, deputy_user
):
    day.duties.create(deputy=deputy, state="attended")

    assert sign_in(deputy_user).get(made.get_absolute_url()).status_code == 200


def test_ledger_shows_both_kinds(sign_in, officer, made, replied, unit, due_on):
    Commitment.objects.create(
        proposal=replied,
        reply=replied.replies.first(),
        unit=unit,
        what="答复里的承诺",
        due_on=due_on,
    )

    html = sign_in(officer).get(reverse("proposals:commitments")).content.decode()

    assert WHAT in html
    assert "答复里的承诺" in html
    assert made.get_absolute_url() in html


@pytest.mark.parametrize("count", [1, 3, 40])
def test_pages_cost_the_same_however_many_promises(
    sign_in, handler, day, unit, due_on, django_assert_num_queries, count
):
    rows = [
        Commitment(day=day, unit=unit, what=f"承诺{n}", due_on=due_on)
        for n in range(count)
    ]
    Commitment.objects.bulk_create(rows)
    browser = sign_in(handler)
    browser.get(reverse("proposals:commitments"))

    with django_assert_num_queries(6):
        browser.get(reverse("proposals:commitments"))
    with django_assert_num_queries(3):
        heaps(handler)


def test_inbox_and_today_show_what_is_due(made, handler, sign_in):
    (row,) = [row for heap in heaps(handler) for row in heap.rows]
    assert (row.title, row.keep, row.url) == (WHAT, made.pk, made.get_absolute_url())
    assert "接待" in row.whom
    page = sign_in(handler).get(reverse("proposals:inbox"))
    assert WHAT in page.content.decode()

    soon = next(bucket for bucket in buckets(handler) if bucket.key == "soon")
    (line,) = soon.lines
    assert (line.title, line.verb) == (WHAT, "报完成")


def test_keep_page_leads_back_to_the_promise(sign_in, made, handler):
    browser, url = sign_in(handler), reverse("proposals:keep", args=[made.pk])

    assert browser.get(url).status_code == 200
    answer = browser.post(url, {"proof": "第二台泵已经装好试运行"})

    assert answer["Location"] == made.get_absolute_url()


def test_reminders_tell_of_a_promise_once_a_phase(made, handler, officer):
    def told():
        return sorted(Notice.objects.values_list("kind", "recipient__name"))

    before = made.due_on - dt.timedelta(days=2)
    for _ in range(2):
        plan_deadline_notices(before)
    assert ("deadline_near", "何志远") in told()
    assert len([row for row in told() if row[0] == "deadline_near"]) == 1

    plan_deadline_notices(made.due_on + dt.timedelta(days=1))
    late = {row[1] for row in told() if row[0] == "deadline_past"}
    assert late == {"何志远", "何雨晴", "陈立新"}


def test_promise_page_offers_the_guest_who_is_there(
    sign_in, station_staff, day, unit, due_on
):
    guest = invite_guest(
        day, actor=station_staff, unit=unit, name="何志远", post="副局长"
    )
    day.guests.filter(pk=guest.pk).update(is_present=True)
    browser, url = sign_in(station_staff), reverse("proposals:promise", args=[day.pk])

    first = browser.get(url).context["form"]["made_by"].value()
    said = {"unit": unit.pk, "made_by": first, "what": WHAT, "due_on": due_on}
    answer = browser.post(url, said)
    odd = browser.post(url, said | {"unit": "x", "due_on": "0000", "what": "\x00"})

    assert (answer.status_code, odd.status_code) == (302, 422)
    assert Commitment.objects.get().made_by == "何志远 副局长"
    html = browser.get(reverse("stations:day_detail", args=[day.pk])).content.decode()
    assert WHAT in html
    assert "何志远" in html
    register = browser.get(reverse("stations:day_register", args=[day.pk]))
    assert WHAT in register.content.decode()


def test_promise_page_is_for_those_who_run_the_day(sign_in, day, leader, handler):
    url = reverse("proposals:promise", args=[day.pk])

    assert sign_in(leader).get(url).status_code == 403
    assert sign_in(handler).get(url).status_code == 404
