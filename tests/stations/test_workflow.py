"""Reception days: each step works, is refused elsewhere, and leaves its line."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from stations import workflow
from stations.choices import DayStatus, DutyState
from stations.models import Duty, ReceptionDay
from stations.services import log_visit
from stations.signals import day_changed
from tests.factories import DayFactory, DeputyFactory, MandateFactory

NOT_PLANNED = [DayStatus.ANNOUNCED, DayStatus.HELD, DayStatus.CANCELLED]
CLOSED = [DayStatus.HELD, DayStatus.CANCELLED]


@pytest.fixture
def duty(day, deputy, station_staff):
    return workflow.set_duty(day, deputy, DutyState.INVITED, actor=station_staff)


@pytest.fixture
def colleague(town):
    return MandateFactory(deputy=DeputyFactory(area=town, name="李国强")).deputy


@pytest.fixture
def told():
    heard = []

    def listen(sender, before, after, **kwargs):
        heard.append((before, after))

    day_changed.connect(listen)
    yield heard
    day_changed.disconnect(listen)


def test_announce_makes_the_day_public_and_leaves_a_trail(day, duty, station_staff):
    event = workflow.announce(day, actor=station_staff)

    day.refresh_from_db()
    assert (day.status, day.version) == ("announced", 1)
    assert day.announced_at is not None
    assert (event.verb, event.was, event.now) == ("announce", "planned", "announced")
    assert list(ReceptionDay.objects.public()) == [day]


def test_announce_needs_a_deputy(day, station_staff):
    with pytest.raises(RuleViolation) as refused:
        workflow.announce(day, actor=station_staff)

    assert refused.value.field == "deputy"


def test_announce_needs_a_day_to_come(station, station_staff):
    day = DayFactory(station=station, date=localdate() - dt.timedelta(days=1))

    with pytest.raises(RuleViolation) as refused:
        workflow.announce(day, actor=station_staff)

    assert refused.value.field == "date"


@pytest.mark.parametrize("status", NOT_PLANNED)
def test_announce_is_refused_in_other_states(station, station_staff, status):
    day = DayFactory(station=station, status=status)

    with pytest.raises(WrongState):
        workflow.announce(day, actor=station_staff)


@pytest.mark.parametrize("step", ["announce", "hold", "cancel"])
def test_steps_are_not_for_strangers(day, stranger, handler, deputy_user, leader, step):
    asked = {"reason": "下雨"} if step == "cancel" else {}

    for person in (stranger, handler, deputy_user, leader):
        with pytest.raises(PermissionDenied):
            getattr(workflow, step)(day, actor=person, **asked)


@pytest.mark.parametrize("step", ["announce", "hold", "cancel"])
def test_steps_tell_the_second_of_two_writers(day, duty, officer, step):
    stale = ReceptionDay.objects.get(pk=day.pk)
    ReceptionDay.objects.filter(pk=day.pk).update(version=9)
    asked = {"reason": "下雨"} if step == "cancel" else {}

    with pytest.raises(Overtaken):
        getattr(workflow, step)(stale, actor=officer, **asked)


def test_hold_closes_the_day_and_counts_who_came(
    day, duty, colleague, station_staff, told
):
    workflow.set_duty(day, colleague, DutyState.ATTENDED, actor=station_staff)

    event = workflow.hold(day, actor=station_staff)

    day.refresh_from_db()
    duty.refresh_from_db()
    assert (day.status, duty.state) == ("held", "absent")
    assert day.held_at is not None
    assert event.data == {"attended": 1, "absent": 1, "visits": 0}
    assert told == [
        (
            None,
            {
                "area_code": "420802002",
                "station_id": day.station_id,
                "month": localdate().replace(day=1),
                "deputy_times": 1,
            },
        )
    ]


def test_hold_waits_for_the_day(station, station_staff):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=1))

    with pytest.raises(RuleViolation) as refused:
        workflow.hold(day, actor=station_staff)

    assert refused.value.field == "date"


@pytest.mark.parametrize("status", CLOSED)
def test_hold_is_refused_in_other_states(station, station_staff, status):
    day = DayFactory(station=station, status=status)

    with pytest.raises(WrongState):
        workflow.hold(day, actor=station_staff)


def test_cancel_keeps_the_reason(day, station_staff):
    workflow.cancel(day, actor=station_staff, reason=" 防汛，另行\n通知 ")

    day.refresh_from_db()
    assert (day.status, day.cancel_reason) == ("cancelled", "防汛，另行 通知")
    assert history_of(day).last().note == "防汛，另行 通知"


@pytest.mark.parametrize("reason", ["", " \x00", "长" * 201])
def test_cancel_needs_a_reason(day, station_staff, reason):
    with pytest.raises(RuleViolation) as refused:
        workflow.cancel(day, actor=station_staff, reason=reason)

    assert refused.value.field == "reason"


def test_cancel_is_refused_once_somebody_came(day, station, station_staff):
    log_visit(
        station,
        actor=station_staff,
        key="6a3f7b1c-0000-4000-8000-000000000001",
        words="水淹了",
        day=day,
    )

    with pytest.raises(RuleViolation):
        workflow.cancel(day, actor=station_staff, reason="下雨")


@pytest.mark.parametrize("status", CLOSED)
def test_cancel_is_refused_in_other_states(station, station_staff, status):
    day = DayFactory(station=station, status=status)

    with pytest.raises(WrongState):
        workflow.cancel(day, actor=station_staff, reason="下雨")


def test_set_duty_adds_then_changes_one_row(day, duty, deputy, station_staff):
    workflow.set_duty(day, deputy, DutyState.CONFIRMED, actor=station_staff)

    assert [row.state for row in Duty.objects.filter(day=day)] == ["confirmed"]
    assert history_of(day).last().note == "周敏：已排 → 确认"


def test_set_duty_takes_a_stand_in(day, duty, deputy, colleague, station_staff):
    stand_in = workflow.set_duty(
        day,
        colleague,
        DutyState.SUBSTITUTE,
        actor=station_staff,
        stands_in_for=deputy,
    )

    duty.refresh_from_db()
    assert (duty.state, stand_in.state) == ("on_leave", "substitute")
    assert stand_in.stands_in_for == deputy


def test_set_duty_refuses_wrong_stand_ins(day, duty, deputy, colleague, station_staff):
    for person, absent in ((deputy, deputy), (colleague, colleague)):
        with pytest.raises(RuleViolation):
            workflow.set_duty(
                day, person, "substitute", actor=station_staff, stands_in_for=absent
            )
    other = MandateFactory(deputy=DeputyFactory(area=deputy.area)).deputy
    with pytest.raises(RuleViolation) as refused:
        workflow.set_duty(
            day, colleague, "substitute", actor=station_staff, stands_in_for=other
        )
    assert refused.value.field == "stands_in_for"


def test_set_duty_refuses_who_holds_no_seat(day, town, station_staff):
    with pytest.raises(RuleViolation) as refused:
        workflow.set_duty(day, DeputyFactory(area=town), "invited", actor=station_staff)

    assert refused.value.field == "deputy"


def test_set_duty_knows_attendance_only_on_the_day(station, deputy, station_staff):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=1))

    with pytest.raises(RuleViolation) as refused:
        workflow.set_duty(day, deputy, DutyState.ATTENDED, actor=station_staff)

    assert refused.value.field == "state"


def test_set_duty_refuses_unknown_states(day, deputy, station_staff):
    with pytest.raises(RuleViolation):
        workflow.set_duty(day, deputy, "asleep", actor=station_staff)


@pytest.mark.parametrize("status", CLOSED)
def test_set_duty_is_refused_on_a_closed_day(station, deputy, station_staff, status):
    day = DayFactory(station=station, status=status)

    with pytest.raises(WrongState):
        workflow.set_duty(day, deputy, DutyState.INVITED, actor=station_staff)


def test_set_duty_lets_a_deputy_answer_for_himself(
    day, duty, deputy, deputy_user, colleague
):
    workflow.set_duty(day, deputy, DutyState.ON_LEAVE, actor=deputy_user)

    duty.refresh_from_db()
    assert duty.state == "on_leave"
    for person, state in ((deputy, "attended"), (colleague, "confirmed")):
        with pytest.raises(PermissionDenied):
            workflow.set_duty(day, person, state, actor=deputy_user)


def test_drop_duty_takes_back_a_mistake(day, duty, deputy, station_staff):
    workflow.drop_duty(day, deputy, actor=station_staff)
    workflow.drop_duty(day, deputy, actor=station_staff)

    assert day.duties.count() == 0
    assert history_of(day).last().verb == "drop_duty"


def test_drop_duty_is_refused_once_announced(day, duty, deputy, station_staff):
    workflow.announce(day, actor=station_staff)

    with pytest.raises(WrongState):
        workflow.drop_duty(day, deputy, actor=station_staff)


def test_drop_duty_is_not_for_the_deputy(day, duty, deputy, deputy_user):
    with pytest.raises(PermissionDenied):
        workflow.drop_duty(day, deputy, actor=deputy_user)
