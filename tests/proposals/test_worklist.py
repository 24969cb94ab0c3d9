"""What waits for whom: the today page's heaps and the unit's inbox."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import localdate, now

from proposals.inbox import heaps
from proposals.models import Commitment, Handling, Proposal, Reply
from proposals.worklist import buckets
from tests.factories import proposals as make

pytestmark = pytest.mark.django_db


def mine(user):
    return [(line.label, line.verb) for line in buckets(user)[2].lines]


def test_buckets_name_the_next_move_of_each_role(
    submitted, station_staff, township, officer, leader
):
    assert mine(station_staff) == [("待受理", "受理")]
    assert mine(township) == [("待受理", "受理")]
    assert mine(officer) == []  # opinions are taken in below
    assert mine(leader) == []


def test_buckets_follow_the_matter(
    replied, deputy_user, station_staff, officer, handler
):
    assert mine(deputy_user) == [("待评价", "评价")]
    assert mine(station_staff) == [("待告知", "告知")]
    assert mine(officer) == []
    assert mine(handler) == []


def test_buckets_show_what_is_late(handed_over, officer, handler):
    late = handed_over.reply_due_on + dt.timedelta(days=1)

    with time_machine.travel(dt.datetime.combine(late, dt.time(4), dt.UTC)):
        overdue, soon, _ = buckets(type(officer).objects.get(pk=officer.pk))

    assert [line.title for line in overdue.lines] == [handed_over.title]
    assert soon.count == 0


@pytest.mark.parametrize("count", [1, 3, 300])
def test_buckets_cost_the_same_at_any_size(
    count, station, station_staff, django_assert_num_queries
):
    make.many(count, station=station)
    station_staff.held  # noqa: B018 (read before the counting)
    station_staff.deputy_id  # noqa: B018

    with django_assert_num_queries(10):
        buckets(station_staff)


def test_inbox_groups_by_what_is_due(handed_over, handler):
    assert [(h.key, len(h.rows)) for h in heaps(handler)] == [("doing", 1)]

    signed = make.signed(handed_over, actor=handler)
    verbs = heaps(handler)[0].rows[0].verbs

    assert heaps(handler)[0].key == "ink"
    assert [word for _, word in verbs] == ["记面商", "写答复"]
    assert signed.status == "handling"


def test_inbox_is_for_units_only(officer, handler, handed_over, sign_in):
    url = reverse("proposals:inbox")

    assert sign_in(officer).get(url).status_code == 403
    assert handed_over.title in sign_in(handler).get(url).content.decode()


def test_inbox_brings_back_what_was_promised_and_not_kept(
    contacted, handler, unit_leader
):
    tomorrow = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011 (any day will do)
    promise = [{"what": "换水泵", "due_on": tomorrow.isoformat()}]
    drafted = make.drafted(contacted, actor=handler, result="B", promises=promise)
    make.replied(drafted, actor=unit_leader)

    with time_machine.travel(dt.timedelta(days=3) + dt.datetime.now(dt.UTC)):
        (heap,) = heaps(handler)

    assert (heap.key, heap.rows[0].title) == ("overdue", "换水泵")


def test_draft_reply_is_saved_as_one_types(contacted, handler, sign_in):
    url = reverse("proposals:draft_reply", args=[contacted.pk])

    answer = sign_in(handler).post(
        url, {"text": "经现场", "result": "B"}, headers={"X-Autosave": "1"}
    )

    assert answer.status_code == 204
    assert Reply.objects.get().text == "经现场"
    assert "经现场" in sign_in(handler).get(url).content.decode()


def test_draft_reply_asks_for_the_promise_of_its_class(contacted, handler, sign_in):
    url = reverse("proposals:draft_reply", args=[contacted.pk])
    data = {"text": "经现场核查，水泵老化，年内更换。", "result": "B", "action": "ask"}

    answer = sign_in(handler).post(url, data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["what_1"]
    assert "经现场核查" in answer.content.decode()


def test_draft_reply_is_signed_by_the_leader_only(
    drafted, handler, unit_leader, sign_in
):
    url = reverse("proposals:draft_reply", args=[drafted.pk])
    data = {"text": "经现场核查，水泵已经更换。", "result": "A", "action": "sign"}

    assert sign_in(handler).post(url, data).status_code == 403
    assert sign_in(unit_leader).post(url, data).status_code == 302
    drafted.refresh_from_db()
    assert drafted.status == "replied"


@pytest.mark.parametrize("count", [1, 3, 300])
def test_inbox_costs_the_same_at_any_size(
    count, station, unit, handler, django_assert_num_queries
):
    make.many(count, station=station, unit=unit)
    Proposal.objects.update(
        status="handling", handed_over_at=now(), reply_due_on=localdate()
    )
    Handling.objects.bulk_create(
        Handling(proposal=row, unit=unit, part="single", offered_at=now())
        for row in Proposal.objects.all()
    )
    handler.held  # noqa: B018 (read before the counting)

    with django_assert_num_queries(4):
        assert sum(len(heap.rows) for heap in heaps(handler)) == count


@pytest.mark.parametrize("count", [1, 3, 300])
def test_commitments_cost_the_same_at_any_size(
    count, replied, unit, officer, sign_in, django_assert_num_queries
):
    Commitment.objects.bulk_create(
        Commitment(
            proposal=replied,
            reply=replied.replies.get(),
            unit=unit,
            what=f"承诺{n}",
            due_on=localdate(),
        )
        for n in range(count)
    )
    browser = sign_in(officer)

    with django_assert_num_queries(9):
        browser.get(reverse("proposals:commitments"))


def test_buckets_offer_closing_only_when_all_is_done(
    told, station_staff, officer, heard
):
    judged = make.rated(told, actor=None)
    assert mine(officer) == [("可以办结", "办结")]

    judged.told_at = None
    judged.save(update_fields=["told_at"])

    assert mine(officer) == []


def test_buckets_offer_redo_after_a_bad_mark(told, officer):
    make.rated(told, actor=None, result="dissatisfied")

    assert mine(officer) == [("评价不满意", "退回重办")]
