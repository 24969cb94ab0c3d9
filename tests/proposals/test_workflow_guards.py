"""What holds for every step alike: wrong state, wrong person, second writer."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from proposals.choices import Status
from proposals.models import Proposal, ResultClass
from proposals.workflow import closing, handling, handover, intake
from proposals.workflow.table import FLOW
from tests.factories.proposals import fresh

pytestmark = pytest.mark.django_db

# Per verb: the fixture that stands right before it, and who takes it.
BEFORE = {
    "submit": ("returned", "station_staff"),
    "withdraw": ("submitted", "station_staff"),
    "return": ("submitted", "officer"),
    "refuse": ("submitted", "officer"),
    "accept": ("submitted", "station_staff"),
    "answer_on_site": ("submitted", "station_staff"),
    "hand_over": ("accepted", "officer"),
    "sign_for": ("handed_over", "handler"),
    "object": ("handed_over", "handler"),
    "decide_objection": ("objected", "coordinator"),
    "note_contact": ("signed", "handler"),
    "reply": ("drafted", "unit_leader"),
    "tell": ("replied", "station_staff"),
    "rate": ("told", "deputy_user"),
    "redo": ("dissatisfied", "officer"),
    "close": ("rated", "officer"),
}


@pytest.fixture
def returned(submitted, officer):
    intake.return_(submitted, actor=officer, reason="请补充地点")
    return fresh(submitted)


@pytest.fixture
def objected(handed_over, handler):
    handover.object_(handed_over, actor=handler, reason="属于住建局的管网")
    return fresh(handed_over)


@pytest.fixture
def dissatisfied(told):
    closing.rate(
        told, actor=None, attitude="satisfied", result="dissatisfied", reason="没修好"
    )
    return fresh(told)


@pytest.fixture
def take(category, unit, other_unit):
    """Takes a step with answers that are in order."""

    def step(verb: str, proposal: Proposal, actor: Any) -> Any:
        solved = ResultClass.objects.get(pk="A")
        answers: dict[str, tuple[Any, dict[str, Any]]] = {
            "submit": (intake.submit, {}),
            "withdraw": (intake.withdraw, {"reason": "登记错了"}),
            "return": (intake.return_, {"reason": "请补充地点"}),
            "refuse": (intake.refuse, {"ground": "case", "told": "去区法院"}),
            "accept": (intake.accept, {"category": category, "route": "county"}),
            "answer_on_site": (
                intake.answer_on_site,
                {"text": "周六起食堂供应午餐。", "result": solved},
            ),
            "hand_over": (
                handover.hand_over,
                {"shares": [handover.Share(unit, "single")]},
            ),
            "sign_for": (handover.sign_for, {}),
            "object": (handover.object_, {"reason": "属于住建局的管网"}),
            "decide_objection": (
                handover.decide_objection,
                {
                    "handling": proposal.handlings.order_by("id").first(),
                    "upheld": True,
                    "text": "管网归住建局",
                    "unit": other_unit,
                },
            ),
            "note_contact": (
                handling.note_contact,
                {
                    "method": "site",
                    "contacted_on": localdate(),
                    "text": "一起看了现场。",
                },
            ),
            "reply": (handling.reply, {}),
            "tell": (
                closing.tell,
                {"visit": proposal.visits.first(), "channel": "phone"},
            ),
            "rate": (closing.rate, {"attitude": "satisfied", "result": "satisfied"}),
            "redo": (closing.redo, {"reason": "请再去看一次"}),
            "close": (closing.close, {"note": ""}),
        }
        function, data = answers[verb]
        return function(proposal, actor=actor, **data)

    return step


def test_every_step_is_in_this_table():
    assert set(BEFORE) == set(FLOW.steps)


@pytest.mark.parametrize("verb", BEFORE)
def test_step_moves_the_matter_and_leaves_one_line(verb, take, request):
    proposal = request.getfixturevalue(BEFORE[verb][0])
    actor = request.getfixturevalue(BEFORE[verb][1])
    lines, version = history_of(proposal).count(), proposal.version

    event = take(verb, proposal, actor)

    proposal.refresh_from_db()
    target = FLOW.steps[verb].target or proposal.status
    assert (event.verb, event.actor, event.now) == (verb, actor, target)
    assert proposal.status == target
    assert proposal.version == version + 1
    assert history_of(proposal).count() == lines + 1


@pytest.mark.parametrize("verb", BEFORE)
def test_step_tells_the_second_of_two_writers(verb, take, request):
    proposal = request.getfixturevalue(BEFORE[verb][0])
    actor = request.getfixturevalue(BEFORE[verb][1])
    stale = fresh(proposal)
    take(verb, proposal, actor)
    lines = history_of(proposal).count()

    with pytest.raises((Overtaken, WrongState, RuleViolation)):
        take(verb, stale, actor)

    assert history_of(proposal).count() == lines


@pytest.mark.parametrize("verb", BEFORE)
@pytest.mark.parametrize("who", ["stranger", "leader", "sys_admin", "client_user"])
def test_step_refuses_strangers(verb, who, take, request):
    proposal = request.getfixturevalue(BEFORE[verb][0])
    lines = history_of(proposal).count()

    with pytest.raises(PermissionDenied):
        take(verb, proposal, request.getfixturevalue(who))

    assert history_of(proposal).count() == lines


@pytest.mark.parametrize("verb", BEFORE)
def test_step_refuses_every_other_status(verb, take, request):
    proposal = request.getfixturevalue(BEFORE[verb][0])
    actor = request.getfixturevalue(BEFORE[verb][1])

    for status in set(Status) - FLOW.steps[verb].sources:
        proposal.status = status
        with pytest.raises(WrongState):
            take(verb, proposal, actor)
