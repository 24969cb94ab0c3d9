"""Two people at one thing in one moment: one deed, one line, one notice."""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection

from accounts.models import User
from audit.services import history_of
from common.errors import Overtaken, WrongState
from notices.models import Notice
from notices.services import plan_notice
from proposals.forms.writing import NoteForm
from proposals.models import LedgerImport, Proposal, Reply, ResultClass
from proposals.services.ledger.uploads import keep_upload
from proposals.services.opening import turn_into_opinion
from proposals.services.saying import say
from proposals.workflow import closing, handling, handover, intake
from stations.models import Station, Stationing, Visit
from tests.factories import VisitFactory, person
from tests.factories import proposals as make

# With transactions of their own, so that the others see what each commits.
real = pytest.mark.django_db(transaction=True)
alone = pytest.mark.django_db

ROUNDS = 5
WORDS = "文峰泵站只有一台泵在转，一下大雨就进水"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call answers, or the error it raises, all begun in one moment.

    What follows the commit is left out: a task run in place may find SQLite in memory
    locked, and its error would look like that of the call, which is done by then.
    """
    together = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        together.wait(timeout=20)
        try:
            answers[place] = until_answered(call)
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    with mock.patch("celery.app.task.Task.apply_async"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
    return answers


def until_answered(call: Callable[[], Any]) -> Any:
    """SQLite in memory, as in tests, refuses where a file would wait."""
    for _ in range(500):
        try:
            return call()
        except OperationalError:
            time.sleep(0.01)
    raise AssertionError("never answered")


def one_wins(answers: list[Any]) -> bool:
    """Whether one call succeeded and the others were told that they came late."""
    late = [one for one in answers if isinstance(one, WrongState)]
    return len(late) == len(answers) - 1


def step(function: Callable[..., Any], p: Proposal, actor: User, **asked: Any):
    """A call that reads actor and matter anew, as a request of its own does."""

    def call() -> Any:
        who = User.objects.get(pk=actor.pk)
        return function(make.fresh(p), actor=who, **asked)

    return call


@pytest.fixture
def opinion(station, station_staff, deputy):
    """Makes another submitted opinion."""

    def do() -> Proposal:
        visit = VisitFactory(station=station)
        visit.heard_by.add(deputy)
        return make.opinion(actor=station_staff, visit=visit)

    return do


@real
def test_two_who_take_in_at_once_do_it_once(opinion, station_staff, officer, category):
    for _ in range(ROUNDS):
        p = opinion()
        asked = {"category": category, "route": "county"}

        answers = at_once(
            step(intake.accept, p, station_staff, **asked),
            step(intake.accept, p, officer, **asked),
            step(intake.return_, p, officer, reason="请补充地点"),
        )

        assert one_wins(answers), answers
        assert [e.verb for e in history_of(p)][1:] in (["accept"], ["return"])


@real
def test_two_of_a_unit_sign_for_it_once(
    opinion, station_staff, officer, unit, category, handler, unit_leader
):
    for _ in range(ROUNDS):
        p = make.accepted(opinion(), actor=station_staff, category=category)
        p = make.handed_over(p, actor=officer, unit=unit)

        answers = at_once(
            step(handover.sign_for, p, handler),
            step(handover.sign_for, p, unit_leader),
            step(handover.sign_for, p, handler),
        )

        assert one_wins(answers), answers
        assert [e.verb for e in history_of(p)].count("sign_for") == 1


@pytest.fixture
def drafted(opinion, station_staff, officer, unit, category, handler):
    # A migration brings it; tests that commit empty the table.
    solved = {"label": "已经解决", "counts_as_solved": True}
    ResultClass.objects.get_or_create(code="A", defaults=solved)
    p = make.accepted(opinion(), actor=station_staff, category=category)
    p = make.handed_over(p, actor=officer, unit=unit)
    p = make.signed(p, actor=handler)
    return make.drafted(make.contacted(p, actor=handler), actor=handler)


@real
def test_two_leaders_sign_one_reply(drafted, unit, unit_leader):
    other = person("副局长", "unit_leader", unit=unit)

    answers = at_once(
        step(handling.reply, drafted, unit_leader), step(handling.reply, drafted, other)
    )

    assert one_wins(answers), answers
    reply = Reply.objects.get()
    signed = next(e for e in history_of(drafted) if e.verb == "reply")
    assert reply.signed_by == signed.actor


@alone
def test_draft_saved_while_the_leader_signs_is_not_signed_unread(
    drafted, unit_leader, handler, monkeypatch
):
    check = handling.check_reply

    def check_and_be_overtaken(*args: Any) -> None:
        check(*args)
        monkeypatch.setattr(handling, "check_reply", check)
        handling.draft_reply(make.fresh(drafted), actor=handler, text="换了的内容")

    monkeypatch.setattr(handling, "check_reply", check_and_be_overtaken)

    with pytest.raises(Overtaken):
        handling.reply(make.fresh(drafted), actor=unit_leader)

    reply = Reply.objects.get()
    assert (reply.signed_at, reply.text) == (None, "换了的内容")
    assert make.fresh(drafted).status == "handling"


@alone
def test_draft_saved_after_the_signature_is_refused(
    drafted, unit_leader, handler, monkeypatch
):
    made = Reply.objects.get_or_create

    def get_and_be_overtaken(**asked: Any) -> Any:
        found = made(**asked)
        handling.reply(make.fresh(drafted), actor=unit_leader)
        return found

    monkeypatch.setattr(Reply.objects, "get_or_create", get_and_be_overtaken)

    with pytest.raises(WrongState):
        handling.draft_reply(drafted, actor=handler, text="签发后又改的内容")

    assert "签发后" not in Reply.objects.get().text


@real
def test_voter_and_deputy_judge_once_each(
    drafted, unit_leader, station_staff, deputy_user
):
    p = make.told(make.replied(drafted, actor=unit_leader), actor=station_staff)
    mark = {"attitude": "satisfied", "result": "satisfied"}

    at_once(
        *[lambda: closing.rate(make.fresh(p), actor=None, **mark)] * 3,
        step(closing.rate, p, deputy_user, **mark),
    )

    raters = list(p.ratings.values_list("rater", flat=True))
    assert len(raters) == len(set(raters)) >= 1
    marks = [event for event in history_of(p) if event.verb == "rate"]
    assert len(marks) == len(raters)


@real
def test_one_note_sent_twice_at_once_is_one_matter(station, deputy, deputy_user):
    Stationing.objects.create(station=station, deputy=deputy, starts_on="2026-01-01")
    typed = {"key": uuid.uuid4(), "station": station.pk, "words": WORDS}
    typed |= {"channel": "phone", "party_size": 1}

    def send() -> int:
        form = NoteForm(typed, actor=User.objects.get(pk=deputy_user.pk))
        assert form.is_valid(), form.errors
        return form.carry_out().pk

    answers = at_once(send, send, send)

    assert answers == [Proposal.objects.get().pk] * 3
    assert Visit.objects.count() == 1


@real
def test_one_visit_turned_by_three_at_once_is_one_matter(station, station_staff):
    for _ in range(ROUNDS):
        visit = VisitFactory(station=station, outcome="opinion")

        def turn(pk: int = visit.pk) -> int:
            own = Visit.objects.get(pk=pk)
            return turn_into_opinion(own, actor=station_staff).pk

        answers = at_once(turn, turn, turn)

        assert answers == [visit.proposals.get().pk] * 3


@alone
def test_note_that_is_refused_leaves_no_visit_behind(station, deputy, deputy_user):
    Stationing.objects.create(station=station, deputy=deputy, starts_on="2026-01-01")
    typed = {"key": uuid.uuid4(), "station": station.pk, "words": "漏水"}
    typed |= {"channel": "phone", "party_size": 1}
    short = NoteForm(typed, actor=deputy_user)
    assert short.is_valid()

    assert short.carry_out() is None
    assert not Visit.objects.exists()

    mended = NoteForm(typed | {"words": WORDS}, actor=deputy_user)
    assert mended.is_valid()
    assert mended.carry_out().text == WORDS


@real
def test_many_voters_at_once_get_numbers_of_their_own(station):
    def speak() -> str:
        own = Station.objects.get(pk=station.pk)
        said = {"words": WORDS, "where": "金虾路小学东门"}
        return say(own, str(uuid.uuid4()), said)[0].number

    numbers = at_once(*[speak] * 8)

    assert sorted(n.rsplit("-", 1)[1] for n in numbers) == [
        f"{n:04}" for n in range(1, 9)
    ]


@real
def test_one_occasion_planned_by_many_is_one_notice(officer):
    def plan() -> None:
        plan_notice(officer, kind="x", title="一次", key="occasion")

    at_once(*[plan] * 6)

    assert Notice.objects.filter(kind="x").count() == 1


@real
def test_ledger_confirmed_twice_at_once_is_one_import(station, station_staff):
    rows = f"日期\t反映内容\n2025-03-04\t{WORDS}\n".encode()
    upload = keep_upload(
        rows, "台账", actor=station_staff, station=station, is_pasted=True
    )

    answers = at_once(*[lambda: upload.carry_out(actor=station_staff)] * 3)

    assert one_wins(answers), answers
    assert LedgerImport.objects.count() == 1
