"""Taking matters in: submit, return, refuse, accept, answer_on_site."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate

from common.errors import RuleViolation
from notices.models import Notice
from proposals.models import Deadline, ResultClass
from proposals.workflow import intake
from tests.factories import proposals as make
from tests.factories.stations import VisitFactory

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)


def dates(proposal, kind):
    return Deadline.objects.filter(proposal=proposal, kind=kind).get()


def test_submit_numbers_by_station_and_year(station, station_staff):
    numbers = [
        make.opinion(actor=station_staff, visit=VisitFactory(station=station)).number
        for _ in range(2)
    ]

    year = localdate().year
    assert numbers == [f"{year}-WF-0001", f"{year}-WF-0002"]


@time_machine.travel(MONDAY)
def test_submit_opens_the_date_of_its_intake_and_tells_the_township(
    heard, station_staff, township
):
    proposal = make.opinion(actor=station_staff, visit=heard)

    row = dates(proposal, "triage")
    assert (row.starts_on, row.due_on) == (
        dt.date(2026, 11, 23),
        dt.date(2026, 11, 26),
    )
    assert proposal.next_due_on == row.due_on
    assert "依据" in row.explanation[-1]
    assert Notice.objects.get().recipient == township


@pytest.mark.parametrize("words", ["短", "    "])
def test_submit_asks_for_words(words, station, station_staff):
    visit = VisitFactory(station=station, words=words)

    with pytest.raises(RuleViolation) as refused:
        make.opinion(actor=station_staff, visit=visit)

    assert refused.value.field in ("text", "title")


def test_return_asks_what_is_missing_and_the_author_may_submit_again(
    submitted, officer, station_staff
):
    with pytest.raises(RuleViolation):
        intake.return_(submitted, actor=officer, reason=" ")
    intake.return_(submitted, actor=officer, reason="请补充地点")
    intake.submit(submitted, actor=station_staff)

    number = submitted.number
    submitted.refresh_from_db()
    assert (submitted.status, submitted.number) == ("submitted", number)


@pytest.mark.parametrize(
    ("ground", "told", "field"), [("x", "去法院", "ground"), ("case", " ", "told")]
)
def test_refuse_needs_ground_and_where_to_go(submitted, officer, ground, told, field):
    with pytest.raises(RuleViolation) as refused:
        intake.refuse(submitted, actor=officer, ground=ground, told=told)

    assert refused.value.field == field


def test_refuse_ends_the_matter(submitted, station_staff):
    intake.refuse(submitted, actor=station_staff, ground="case", told="去区法院")

    submitted.refresh_from_db()
    assert (submitted.status, submitted.ground) == ("refused", "case")
    assert submitted.next_due_on is None


@time_machine.travel(MONDAY)
def test_accept_opens_the_date_of_the_hand_over(submitted, station_staff, category):
    intake.accept(submitted, actor=station_staff, category=category, route="town")

    assert dates(submitted, "hand_over").due_on == dt.date(2026, 11, 30)
    assert dates(submitted, "triage").met_at is not None


def test_accept_asks_for_the_route_of_an_opinion(submitted, officer, category):
    with pytest.raises(RuleViolation) as refused:
        intake.accept(submitted, actor=officer, category=category, route="")

    assert refused.value.field == "route"


def test_answer_on_site_is_a_reply_that_still_must_be_told(submitted, station_staff):
    intake.answer_on_site(
        submitted,
        actor=station_staff,
        text="周六起食堂供应午餐。",
        result=ResultClass.objects.get(pk="A"),
    )

    submitted.refresh_from_db()
    assert (submitted.status, submitted.result_id) == ("replied", "A")
    open_ = submitted.deadlines.open().values_list("kind", flat=True)
    assert sorted(open_) == ["feedback", "tell"]


@pytest.mark.parametrize(
    ("text", "result", "field"),
    [("短", "A", "text"), ("以后再说吧，要等。", "B", "result")],
)
def test_answer_on_site_is_for_what_can_be_answered(
    submitted, station_staff, text, result, field
):
    with pytest.raises(RuleViolation) as refused:
        intake.answer_on_site(
            submitted,
            actor=station_staff,
            text=text,
            result=ResultClass.objects.get(pk=result),
        )

    assert refused.value.field == field
