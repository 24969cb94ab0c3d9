"""Units: hand_over, sign_for, object, decide_objection."""

import datetime as dt

import pytest
import time_machine

from common.errors import RuleViolation, WrongState
from notices.models import Notice
from proposals.choices import HandlingStatus
from proposals.models import Deadline, Handling
from proposals.permissions import may_decide_objection
from proposals.workflow.handover import (
    Share,
    decide_objection,
    hand_over,
    object_,
    sign_for,
)
from proposals.workflow.intake import accept
from tests.factories import UnitFactory
from tests.factories.people import person
from tests.factories.proposals import fresh

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC)


@pytest.fixture
def third_unit(county):
    return UnitFactory(area=county)


def due(proposal, kind):
    return Deadline.objects.get(proposal=proposal, kind=kind).due_on


@time_machine.travel(MONDAY)
@pytest.mark.parametrize(
    ("route", "day"),
    [
        ("village", dt.date(2026, 12, 2)),
        ("town", dt.date(2026, 12, 14)),
        ("county", dt.date(2027, 1, 4)),
        ("upward", dt.date(2027, 2, 23)),
    ],
)
def test_hand_over_counts_the_reply_date_by_the_route(
    submitted, station_staff, township, category, unit, route, day
):
    accept(submitted, actor=station_staff, category=category, route=route)

    hand_over(submitted, actor=township, shares=[Share(unit, "single")])

    submitted.refresh_from_db()
    assert submitted.reply_due_on == due(submitted, "reply") == day
    assert due(submitted, "sign") == dt.date(2026, 11, 26)
    assert due(submitted, "object") == dt.date(2026, 12, 7)


@time_machine.travel(MONDAY)
def test_hand_over_gives_complex_matters_six_months(accepted, officer, unit):
    hand_over(accepted, actor=officer, shares=[Share(unit, "single")], is_complex=True)

    assert due(accepted, "reply") == dt.date(2027, 5, 24)  # the 23rd is a Sunday


def test_hand_over_tells_the_unit_and_the_deputy(
    accepted, officer, unit, handler, unit_leader, deputy_user
):
    hand_over(accepted, actor=officer, shares=[Share(unit, "single")])

    told = Notice.objects.filter(kind__in=("hand_over", "handed_over"))
    assert sorted(told.values_list("recipient__name", flat=True)) == sorted(
        ["何志远", "许正明", "周敏"]
    )


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], "请选择承办单位"),
        (["co"], "主办"),
        (["lead", "lead"], "主办"),
        (["single", "co"], "独办"),
        (["separate"], "分办"),
        (["separate", "lead"], "分办"),
    ],
)
def test_hand_over_refuses_parts_that_do_not_fit(
    accepted, officer, unit, other_unit, parts, said
):
    units = [unit, other_unit]
    shares = [Share(u, p, "一部分") for u, p in zip(units, parts, strict=False)]

    with pytest.raises(RuleViolation) as refused:
        hand_over(accepted, actor=officer, shares=shares)

    assert said in str(refused.value)
    assert not Handling.objects.exists()


def test_hand_over_refuses_units_of_elsewhere_twice_or_closed(
    accepted, officer, unit, other_county, third_unit
):
    strange = UnitFactory(area=other_county)
    third_unit.is_active = False
    third_unit.save(update_fields=["is_active"])
    for shares in (
        [Share(strange, "single")],
        [Share(third_unit, "single")],
        [Share(unit, "lead"), Share(unit, "co")],
        [Share(unit, "separate"), Share(strange, "separate", "管网")],
    ):
        with pytest.raises(RuleViolation):
            hand_over(accepted, actor=officer, shares=shares)


def test_sign_for_meets_the_date_of_the_own_part_only(
    accepted, officer, unit, other_unit, handler
):
    shares = [Share(unit, "lead"), Share(other_unit, "co")]
    hand_over(accepted, actor=officer, shares=shares)

    sign_for(fresh(accepted), actor=handler)

    parts = accepted.handlings.order_by("id").values_list("unit", "status")
    assert list(parts) == [(unit.pk, "signed"), (other_unit.pk, "offered")]
    assert accepted.deadlines.open().filter(kind="sign").count() == 1


def test_object_needs_a_reason_and_is_over_after_its_days(handed_over, handler):
    with pytest.raises(RuleViolation):
        object_(handed_over, actor=handler, reason="不归")
    late = due(handed_over, "object") + dt.timedelta(days=1)
    moment = dt.datetime.combine(late, dt.time(4), dt.UTC)
    with time_machine.travel(moment), pytest.raises(RuleViolation) as refused:
        object_(handed_over, actor=handler, reason="属于住建局的管网")

    assert "异议期" in str(refused.value)


def test_decide_objection_upheld_gives_the_part_to_another_unit(
    handed_over, handler, officer, unit, other_unit
):
    object_(handed_over, actor=handler, reason="属于住建局的管网")
    part = handed_over.handlings.get()

    decide_objection(
        fresh(handed_over),
        actor=officer,
        handling=part,
        upheld=True,
        text="管网归住建局",
        unit=other_unit,
    )

    handed_over.refresh_from_db()
    parts = handed_over.handlings.order_by("id").values_list("unit", "status")
    assert list(parts) == [(unit.pk, "upheld"), (other_unit.pk, "offered")]
    assert handed_over.unit == other_unit
    assert not part.deadlines.open().exists()


def test_decide_objection_rejected_means_going_on(handed_over, handler, officer):
    object_(handed_over, actor=handler, reason="属于住建局的管网")

    decide_objection(
        fresh(handed_over),
        actor=officer,
        handling=handed_over.handlings.get(),
        upheld=False,
        text="职责清单写明归水利",
    )

    part = handed_over.handlings.get()
    assert (part.status, part.decision) == ("signed", "职责清单写明归水利")
    assert not part.deadlines.open().filter(kind="object").exists()


def test_decide_objection_needs_a_unit_a_reason_and_an_open_objection(
    handed_over, handler, officer, unit, other_unit, other_county
):
    object_(handed_over, actor=handler, reason="属于住建局的管网")
    proposal, part = fresh(handed_over), handed_over.handlings.get()

    def decide(**changes):
        asked = {"upheld": True, "text": "理由", "unit": other_unit} | changes
        decide_objection(proposal, actor=officer, handling=part, **asked)

    for changes in (
        {"text": ""},
        {"unit": None},
        {"unit": unit},
        {"unit": UnitFactory(area=other_county)},
    ):
        with pytest.raises(RuleViolation):
            decide(**changes)
    part.status = HandlingStatus.SIGNED
    with pytest.raises(WrongState):
        decide()


def test_decide_objection_is_the_coordinators_from_the_second_on(
    handed_over, handler, officer, coordinator, other_unit
):
    object_(handed_over, actor=handler, reason="属于住建局的管网")
    proposal = fresh(handed_over)
    assert may_decide_objection(officer, proposal)
    decide_objection(
        proposal,
        actor=officer,
        handling=proposal.handlings.get(),
        upheld=True,
        text="归住建局",
        unit=other_unit,
    )
    second = person("住建局承办", "unit_handler", unit=other_unit)
    object_(fresh(proposal), actor=second, reason="应由水利局办理")

    again = fresh(proposal)
    assert not may_decide_objection(officer, again)
    assert may_decide_objection(coordinator, again)
