"""Reception days: announced, held, cancelled; and who is on duty."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, now

from areas.services import next_number
from audit.models import Event
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import one_line
from common.workflow import Step, Workflow
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import NOT_COMING, OPEN_DAYS, DayStatus, DutyState
from stations.drafts import busy_with
from stations.mails import (
    EXPECTED,
    mute,
    tell_cancelled,
    tell_dropped,
    tell_of_calls,
    tell_placed,
    tell_relieved,
    unmute,
)
from stations.models import Duty, ReceptionDay
from stations.signals import day_changed
from stations.slots import follow_cancel, follow_hold
from stations.snapshots import day_facts

S = DayStatus

FLOW = Workflow(
    Step(
        "announce",
        "公告",
        frozenset({S.PLANNED}),
        S.ANNOUNCED,
        may.announces,
        "联络站",
        "公告后公开页写明时间、地点和代表。",
    ),
    Step(
        "hold",
        "结束接待",
        frozenset({S.PLANNED, S.ANNOUNCED}),
        S.HELD,
        may.runs_day,
        "联络站",
        "登记表定稿，未打勾的代表记为未到。",
    ),
    Step(
        "cancel",
        "取消",
        frozenset({S.PLANNED, S.ANNOUNCED}),
        S.CANCELLED,
        may.runs_day,
        "联络站",
        "写明原因，已通知的代表会收到取消通知。",
    ),
)

# States only known on the day itself or after.
SEEN_ON_THE_DAY = (DutyState.ATTENDED, DutyState.ABSENT)
# What a deputy may say about his own duty.
OWN_ANSWERS = (DutyState.CONFIRMED, DutyState.ON_LEAVE)


@transaction.atomic
def announce(day: ReceptionDay, *, actor: Any) -> Event:
    """Make the day public; needs a day to come and at least one deputy on duty.

    The notice gets the next number of its station and year of issue, for ever.
    `actor` None: the system itself, when the day is due.
    """
    FLOW.check("announce", day, actor=actor)
    if day.date < localdate():
        raise RuleViolation("接待日已经过了，不能再公告。", field="date")
    if not day.duties.exclude(state__in=NOT_COMING).exists():
        raise RuleViolation("还没有安排值班代表，不能公告。", field="deputy")
    year = localdate().year
    return FLOW.take(
        "announce",
        day,
        actor=actor,
        announced_at=now(),
        updated_at=now(),
        notice_year=year,
        notice_number=next_number(f"notice:{day.station_id}:{year}"),
    )


@transaction.atomic
def hold(day: ReceptionDay, *, actor: Any) -> Event:
    """Close the day: the register is final, whoever did not come is down as absent."""
    FLOW.check("hold", day, actor=actor)
    if day.date > localdate():
        raise RuleViolation("接待日还没有到，不能结束接待。", field="date")
    _claim_open(day)
    absent = day.duties.filter(state__in=EXPECTED).update(state=DutyState.ABSENT)
    counted = {
        "attended": day.duties.filter(state=DutyState.ATTENDED).count(),
        "absent": absent,
        "visits": day.visits.count(),
    }
    follow_hold(day)
    moment = now()
    event = FLOW.take(
        "hold", day, actor=actor, data=counted, held_at=moment, updated_at=moment
    )
    day_changed.send(ReceptionDay, before=None, after=day_facts(day))
    return event


@transaction.atomic
def cancel(day: ReceptionDay, *, actor: Any, reason: str) -> Event:
    """Call the day off; deputies who had been told are told so."""
    FLOW.check("cancel", day, actor=actor)
    reason = one_line(
        reason, label="取消原因", field="reason", longest=200, required=True
    )
    if day.visits.exists():
        raise RuleViolation("这一天已登记来访，不能取消；请结束接待。", field="reason")
    event = FLOW.take(
        "cancel",
        day,
        actor=actor,
        note=reason,
        cancel_reason=reason,
        updated_at=now(),
    )
    tell_cancelled(day)
    tell_of_calls(day, follow_cancel(day))
    return event


@transaction.atomic
def set_duty(
    day: ReceptionDay,
    deputy: Deputy,
    state: str,
    *,
    actor: Any,
    stands_in_for: Deputy | None = None,
) -> Duty:
    """Put a deputy on duty, or say how it stands with the duty; the day must be open.

    `stands_in_for`: this deputy comes in place of that one, who then is on leave.
    A deputy may confirm or decline his own duty. Raises PermissionDenied, WrongState,
    RuleViolation (field `deputy`, `state` or `stands_in_for`).
    """
    if state not in DutyState.values:
        raise RuleViolation("没有这一种值班状态。", field="state")
    _check_setter(actor, day, deputy, state)
    _claim_open(day)
    held = Duty.objects.filter(day=day, deputy=deputy).first()
    _check_duty(day, deputy, state, is_new=held is None)
    if stands_in_for is not None:
        state = _stand_in(day, deputy, stands_in_for, held)
    was = held.get_state_display() if held else ""
    # Nobody else writes duties of this day before we commit: _claim_open holds it.
    duty = held or Duty(day=day, deputy=deputy)
    duty.day, duty.deputy, duty.state = day, deputy, state
    if stands_in_for is not None:
        duty.stands_in_for = stands_in_for
    duty.save()
    _note_duty(duty, actor=actor, was=was)
    if state == DutyState.ON_LEAVE:
        mute(day, deputy)
    elif held is not None and state in EXPECTED:
        unmute(day, deputy)
    elif state in EXPECTED:
        tell_placed(day, deputy, instead=str(stands_in_for or ""))
    if stands_in_for is not None:
        tell_relieved(day, stands_in_for, by=deputy)
    return duty


@transaction.atomic
def drop_duty(day: ReceptionDay, deputy: Deputy, *, actor: Any) -> None:
    """Take back a duty entered by mistake; once announced, leave is the way.

    Turns of a published plan are not taken back either, only swapped.
    """
    if not may.runs_day(actor, day):
        raise PermissionDenied
    if day.plan_id is not None:
        raise WrongState("计划公布后的值班不能删除，请换班，或请假并找人替班。")
    _claim_open(day)
    duty = Duty.objects.filter(day=day, deputy=deputy).first()
    if duty is None:
        return
    if day.status != S.PLANNED or duty.state != DutyState.INVITED:
        raise WrongState("已公告或已答复的值班不能删除，请改为请假或换人。")
    duty.delete()
    tell_dropped(day, deputy)
    record("drop_duty", day, actor=actor, label="撤下值班", note=deputy.name)


def _check_setter(actor: Any, day: ReceptionDay, deputy: Deputy, state: str) -> None:
    own = actor.deputy_id is not None and actor.deputy_id == deputy.pk
    answers = own and state in OWN_ANSWERS and day.duties.filter(deputy=deputy).exists()
    if not (answers or may.runs_day(actor, day)):
        raise PermissionDenied


def _claim_open(day: ReceptionDay) -> None:
    """Holds the day's row until commit; a closed or cancelled day is refused."""
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.update(updated_at=now()):
        raise WrongState("这次接待已经结束或取消，值班不能再改。")


def _check_duty(day: ReceptionDay, deputy: Deputy, state: str, *, is_new: bool) -> None:
    if state in SEEN_ON_THE_DAY and day.date > localdate():
        raise RuleViolation("接待日还没有到，不能登记到站。", field="state")
    if is_new and not Deputy.objects.active(day.date).filter(pk=deputy.pk).exists():
        raise RuleViolation(
            f"{deputy.name}在这一天没有代表资格，不能值班。", field="deputy"
        )
    if is_new and day.date >= localdate() and state in EXPECTED:
        busy = busy_with(day).filter(deputy=deputy).select_related("day__station")
        other = busy.first()
        if other is not None:
            where = other.day.station.name
            raise RuleViolation(
                f"{deputy.name}这一时间在{where}另有接待。", field="deputy"
            )


def _stand_in(
    day: ReceptionDay, deputy: Deputy, absent: Deputy, held: Duty | None
) -> str:
    """Put the other one on leave; answers the state of the one who comes instead."""
    own_turn = held is not None and held.stands_in_for_id is None
    if absent.pk == deputy.pk or own_turn:
        raise RuleViolation(f"{deputy.name}当天已有值班。", field="deputy")
    duty = Duty.objects.filter(day=day, deputy=absent)
    if not duty.update(state=DutyState.ON_LEAVE):
        raise RuleViolation(f"{absent.name}当天没有值班。", field="stands_in_for")
    mute(day, absent)
    return DutyState.SUBSTITUTE


def _note_duty(duty: Duty, *, actor: Any, was: str) -> None:
    note = f"{duty.deputy.name}：{was + ' → ' if was else ''}{duty.get_state_display()}"
    if duty.stands_in_for:
        note += f"，替{duty.stands_in_for.name}"
    record("set_duty", duty.day, actor=actor, label="值班", note=note)
