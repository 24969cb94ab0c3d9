"""Who sits at the reception: ticked at the desk as they come, by whoever keeps it.

Each tick names its outcome, so that the same tick sent twice is one.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.errors import RuleViolation
from deputies.models import Deputy
from proposals import permissions as may
from stations import workflow
from stations.choices import DutyState
from stations.models import Duty, ReceptionDay
from stations.services.unplanned import drop_unplanned, is_unplanned, note_unplanned

CAME, EXPECTED, AWAY = "attended", "expected", "on_leave"


@transaction.atomic
def tick(
    day: ReceptionDay,
    deputy: Deputy,
    *,
    actor: User,
    state: str,
    stands_in_for: Deputy | None = None,
) -> None:
    """One deputy has come (on duty or unplanned), is expected again, or is on leave.

    `stands_in_for`: the deputy who comes instead of that one. What is so already is
    left alone. Raises PermissionDenied, WrongState on a closed day, RuleViolation.
    """
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    if state not in (CAME, EXPECTED, AWAY):
        raise RuleViolation("没有这一种值班状态。", field="state")
    duty = day.duties.filter(deputy=deputy).first()
    if state == CAME:
        _come(day, deputy, duty, actor, stands_in_for)
    elif duty is None:
        return  # taken back already
    elif state == AWAY:
        if duty.state != DutyState.ON_LEAVE:
            workflow.set_duty(day, deputy, DutyState.ON_LEAVE, actor=actor)
    elif is_unplanned(day, deputy):
        drop_unplanned(day, deputy, actor=actor)
    else:
        _expect(day, duty, actor)


def _come(
    day: ReceptionDay,
    deputy: Deputy,
    duty: Duty | None,
    actor: User,
    instead_of: Deputy | None,
) -> None:
    already = duty is not None and duty.state == DutyState.ATTENDED
    if already and (instead_of is None or duty.stands_in_for_id == instead_of.pk):  # type: ignore[union-attr]
        return
    if instead_of is not None:
        state = DutyState.SUBSTITUTE
        workflow.set_duty(day, deputy, state, actor=actor, stands_in_for=instead_of)
    workflow.set_duty(day, deputy, DutyState.ATTENDED, actor=actor)
    if duty is None and instead_of is None:
        note_unplanned(day, deputy, actor=actor)


def _expect(day: ReceptionDay, duty: Duty, actor: User) -> None:
    """Back to what was planned, as before the tick."""
    stands_in = duty.stands_in_for_id is not None
    back = DutyState.SUBSTITUTE if stands_in else DutyState.INVITED
    if duty.state not in (back, DutyState.CONFIRMED):
        workflow.set_duty(day, duty.deputy, back, actor=actor)


@transaction.atomic
def tick_present(
    day: ReceptionDay, present: Iterable[int], *, actor: User
) -> list[str]:
    """Say which deputies on duty have come; answers the names of those present.

    Who was ticked by mistake is expected again.
    """
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    came = set(present)
    for duty in day.duties.select_related("deputy", "stands_in_for").order_by("id"):
        if duty.deputy_id in came:
            tick(day, duty.deputy, actor=actor, state=CAME)
        elif duty.state == DutyState.ATTENDED:
            tick(day, duty.deputy, actor=actor, state=EXPECTED)
    attended = day.duties.filter(state=DutyState.ATTENDED).order_by("id")
    return list(attended.values_list("deputy__name", flat=True))


@transaction.atomic
def change_duty(
    day: ReceptionDay,
    *,
    actor: User,
    absent: Deputy | None = None,
    instead: Deputy | None = None,
) -> None:
    """One deputy is on leave, or another comes in his place, or one more comes.

    Who comes has come: the change is made at the desk, with the deputy before it.
    """
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    if absent is None and instead is None:
        raise RuleViolation("请选择谁请假，或者谁来接待。", field="absent")
    if instead is not None:
        tick(day, instead, actor=actor, state=CAME, stands_in_for=absent)
    elif absent is not None:
        tick(day, absent, actor=actor, state=AWAY)
