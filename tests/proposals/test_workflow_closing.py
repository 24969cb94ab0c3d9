"""The end: note_contact, reply, tell, rate, redo, close."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate

from common.errors import RuleViolation, WrongState
from proposals.models import Commitment, Deadline, Handling
from proposals.workflow.closing import checklist, close, rate, redo, tell
from proposals.workflow.handling import draft_reply, keep, note_contact, reply
from proposals.workflow.handover import Share, hand_over, sign_for
from tests.factories import proposals as make
from tests.factories.people import person
from tests.factories.proposals import fresh
from tests.factories.stations import VisitFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": "pigeon"}, "method"),
        ({"contacted_on": localdate() + dt.timedelta(days=1)}, "contacted_on"),
        ({"contacted_on": dt.date(1800, 1, 1)}, "contacted_on"),
        ({"text": "谈了"}, "text"),
    ],
)
def test_note_contact_refuses_what_cannot_be(signed, handler, changes, field):
    asked = {"method": "site", "contacted_on": localdate(), "text": "看了现场。"}

    with pytest.raises(RuleViolation) as refused:
        note_contact(signed, actor=handler, **(asked | changes))

    assert refused.value.field == field


def test_reply_needs_contact_with_the_deputy(signed, handler, unit_leader):
    drafted = make.drafted(signed, actor=handler)

    with pytest.raises(RuleViolation) as refused:
        reply(drafted, actor=unit_leader)

    assert "记面商" in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"result": None}, "result"),
        ({"text": "好"}, "text"),
        ({"result": "B"}, "promises"),
        ({"result": "D"}, "reason"),
        ({"promises": [{"what": "", "due_on": "2099-01-01"}]}, "promises"),
        ({"promises": [{"what": "换泵", "due_on": "2020-01-01"}]}, "promises"),
        ({"promises": [{"what": "换泵", "due_on": "3000-01-01"}]}, "promises"),
        ({"promises": [{"what": "换泵", "due_on": "x"}]}, "promises"),
    ],
)
def test_reply_needs_what_its_class_demands(
    contacted, handler, unit_leader, fields, field
):
    drafted = make.drafted(contacted, actor=handler)
    draft = drafted.replies.get()
    for name, value in fields.items():
        setattr(draft, f"{name}_id" if name == "result" else name, value)
    draft.save()

    with pytest.raises(RuleViolation) as refused:
        reply(fresh(drafted), actor=unit_leader)

    assert refused.value.field == field
    assert fresh(drafted).status == "handling"


def test_reply_without_a_draft_is_refused(contacted, unit_leader):
    with pytest.raises(RuleViolation):
        reply(contacted, actor=unit_leader)


def test_reply_opens_promises_with_their_dates(contacted, handler, unit_leader):
    day = localdate() + dt.timedelta(days=40)
    promise = [{"what": "更换两台水泵", "due_on": day.isoformat()}]
    drafted = make.drafted(contacted, actor=handler, result="B", promises=promise)

    make.replied(drafted, actor=unit_leader)

    row = Commitment.objects.get()
    assert (row.what, row.due_on, row.state) == ("更换两台水泵", day, "open")
    assert Deadline.objects.get(commitment=row).due_on == day
    assert fresh(drafted).result_id == "B"


def test_reply_waits_for_all_separate_parts_and_takes_the_least_result(
    accepted, officer, unit, other_unit, handler, unit_leader
):
    boss = person("住建局长", "unit_leader", unit=other_unit)
    shares = [Share(unit, "separate", "泵站"), Share(other_unit, "separate", "管网")]
    hand_over(accepted, actor=officer, shares=shares)
    for actor in (handler, boss):
        sign_for(fresh(accepted), actor=actor)
        make.contacted(fresh(accepted), actor=actor)
    make.drafted(fresh(accepted), actor=handler, result="A")
    make.drafted(fresh(accepted), actor=boss, result="D", reason="资金未落实")

    reply(fresh(accepted), actor=unit_leader)
    half = fresh(accepted)
    reply(half, actor=boss)

    whole = fresh(accepted)
    assert (half.replied_at is not None, whole.status, whole.result_id) == (
        True,
        "replied",
        "D",
    )


def test_draft_reply_cannot_change_a_signed_one(replied, handler):
    with pytest.raises(WrongState):
        draft_reply(replied, actor=handler, text="改一改")


def test_keep_shows_the_promise_kept_once(contacted, handler, unit_leader):
    day = (localdate() + dt.timedelta(days=40)).isoformat()
    promise = [{"what": "更换两台水泵", "due_on": day}]
    drafted = make.drafted(contacted, actor=handler, result="B", promises=promise)
    make.replied(drafted, actor=unit_leader)
    row = Commitment.objects.get()

    with pytest.raises(RuleViolation):
        keep(row, actor=handler, proof="好")
    keep(row, actor=handler, proof="两台新泵已试运行")
    with pytest.raises(WrongState):
        keep(row, actor=handler, proof="两台新泵已试运行")

    row.refresh_from_db()
    assert (row.state, row.proof) == ("kept", "两台新泵已试运行")
    assert not row.deadlines.open().exists()


def test_tell_is_done_when_the_last_visitor_was_told(replied, station_staff, station):
    second = VisitFactory(station=station)
    replied.visits.add(second)
    first = replied.visits.exclude(pk=second.pk).get()

    tell(replied, actor=station_staff, visit=first, channel="phone")
    assert fresh(replied).told_at is None
    tell(fresh(replied), actor=station_staff, visit=second, channel="face")

    assert fresh(replied).told_at is not None
    assert not replied.deadlines.open().filter(kind="tell").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"channel": "drum"}, "channel"), ({"channel": "impossible"}, "note")],
)
def test_tell_asks_how_or_why_not(replied, station_staff, changes, field):
    visit = replied.visits.get()

    with pytest.raises(RuleViolation) as refused:
        tell(replied, actor=station_staff, visit=visit, **changes)

    assert refused.value.field == field


def test_tell_refuses_strangers_visits_and_a_second_time(
    replied, station_staff, station
):
    with pytest.raises(RuleViolation):
        tell(
            replied,
            actor=station_staff,
            visit=VisitFactory(station=station),
            channel="phone",
        )


def test_rate_of_the_voter_outweighs_the_deputys_for_opinions(told, deputy_user):
    rate(told, actor=deputy_user, attitude="satisfied", result="satisfied")
    assert fresh(told).satisfaction == "satisfied"
    rate(fresh(told), actor=None, attitude="satisfied", result="basically")

    assert fresh(told).satisfaction == "basically"


def test_rate_of_the_deputy_does_not_outweigh_the_voters(told, deputy_user):
    rate(told, actor=None, attitude="satisfied", result="basically")
    rate(fresh(told), actor=deputy_user, attitude="satisfied", result="satisfied")

    assert fresh(told).satisfaction == "basically"
    with pytest.raises(RuleViolation):
        rate(fresh(told), actor=None, attitude="satisfied", result="satisfied")


@pytest.mark.parametrize(
    ("attitude", "result", "reason", "field"),
    [
        ("x", "satisfied", "", "attitude"),
        ("satisfied", "x", "", "result"),
        ("satisfied", "dissatisfied", " ", "reason"),
        ("dissatisfied", "satisfied", "", "reason"),
    ],
)
def test_rate_asks_for_marks_and_reasons(told, attitude, result, reason, field):
    with pytest.raises(RuleViolation) as refused:
        rate(told, actor=None, attitude=attitude, result=result, reason=reason)

    assert refused.value.field == field


def test_redo_starts_a_round_of_its_own(told, officer, unit):
    dissatisfied = make.rated(told, actor=None, result="dissatisfied")

    redo(dissatisfied, actor=officer, reason="请再去看一次")

    again = fresh(told)
    assert (again.status, again.round, again.replied_at) == ("handling", 2, None)
    assert again.satisfaction == ""
    part = Handling.objects.get(proposal=again, round=2)
    assert (part.unit, part.status) == (unit, "signed")
    assert Deadline.objects.get(handling=part).kind == "redo"
    assert again.reply_due_on == Deadline.objects.get(handling=part).due_on


def test_redo_needs_a_dissatisfied_mark_and_a_reason(told, officer):
    with pytest.raises(RuleViolation):
        redo(told, actor=officer, reason="再办")
    dissatisfied = make.rated(told, actor=None, result="dissatisfied")
    with pytest.raises(RuleViolation) as refused:
        redo(dissatisfied, actor=officer, reason=" ")

    assert refused.value.field == "reason"


def test_redo_ends_after_so_many_rounds(
    told, officer, handler, unit_leader, station_staff
):
    proposal = make.rated(told, actor=None, result="dissatisfied")
    for _ in range(2):
        redo(proposal, actor=officer, reason="请再办")
        proposal = make.contacted(fresh(proposal), actor=handler)
        proposal = make.drafted(proposal, actor=handler)
        proposal = make.told(
            make.replied(proposal, actor=unit_leader), actor=station_staff
        )
        proposal = make.rated(proposal, actor=None, result="dissatisfied")

    with pytest.raises(RuleViolation) as refused:
        redo(proposal, actor=officer, reason="请再办")
    assert "提级" in str(refused.value)
    with pytest.raises(RuleViolation) as refused:
        close(proposal, actor=officer)
    assert refused.value.field == "note"
    close(proposal, actor=officer, note="主任会议研究，转为专项督办")
    assert fresh(proposal).status == "closed"


def test_close_says_what_is_missing(replied, officer):
    with pytest.raises(RuleViolation) as refused:
        close(replied, actor=officer)

    assert str(refused.value) == (
        "现在不能办结：还有 1 批来访人没有告知；还没有评价，评价期也没有过。"
    )


def test_close_does_not_wait_for_marks_beyond_their_time(told, officer):
    due = Deadline.objects.get(proposal=told, kind="feedback").due_on
    late = dt.datetime.combine(due + dt.timedelta(days=1), dt.time(4), dt.UTC)

    with time_machine.travel(late):
        assert all(item.is_done for item in checklist(told))
        close(told, actor=officer)

    assert fresh(told).status == "closed"


def test_close_needs_a_second_answer_first_when_dissatisfied(told, officer):
    dissatisfied = make.rated(told, actor=None, result="dissatisfied")

    with pytest.raises(RuleViolation) as refused:
        close(dissatisfied, actor=officer)

    assert "重办" in str(refused.value)
