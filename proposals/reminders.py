"""Who is told when a date comes near, comes close, or has passed."""

import datetime as dt

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Policy
from areas.services import policy_at
from notices.services import plan_many
from proposals import mails
from proposals.choices import CommitmentState, DeadlineKind
from proposals.deadlines import RIGHTS
from proposals.models import Commitment, Deadline

# In the order in which a date passes through them.
PHASES = ("near", "close", "past")
SAID = {"near": "将到期", "close": "临近到期", "past": "已逾期"}
BATCH = 500


def phase_of(deadline: Deadline, policy: Policy, today: dt.date) -> str:
    """near, close or past; empty while there is time enough.

    A date whose whole period is shorter than a warning's days skips that warning.
    """
    left = (deadline.due_on - today).days
    span = (deadline.due_on - deadline.starts_on).days
    if left < 0:
        return "past"
    if left <= policy.warn_red_days < span:
        return "close"
    if left <= policy.warn_yellow_days < span:
        return "near"
    return ""


def recipients(deadline: Deadline, phase: str) -> list[User]:
    """Those who must act; once a unit is late, those who oversee it as well."""
    proposal, kind = deadline.proposal, deadline.kind
    if kind in (DeadlineKind.TRIAGE, DeadlineKind.HAND_OVER):
        return mails.overseers(proposal)
    if kind == DeadlineKind.TELL:
        return mails.station_people(proposal)
    if kind == DeadlineKind.FEEDBACK:
        return mails.deputies_of(proposal)
    part = deadline.handling or deadline.commitment
    if part is None:
        return []
    people = mails.unit_people([part.unit])
    return [*people, *mails.overseers(proposal)] if phase == "past" else people


def plan_deadline_notices(today: dt.date | None = None) -> int:
    """Plan what is due to be said today; answers how many deadlines were told of.

    However often it runs, each phase of a date is told once: the phase is claimed on
    the row in the transaction that writes the notices. A missed day is made up for.
    """
    today = today or localdate()
    horizon = today + dt.timedelta(days=60)
    rows = (
        Deadline.objects.open()
        .filter(due_on__lte=horizon)
        .exclude(reminded="past")
        .exclude(kind__in=RIGHTS)
        .select_related(
            "proposal__lead__deputy__user", "handling__unit", "commitment__unit"
        )
        .order_by("id")
    )
    policies: dict[str, Policy] = {}
    told = 0
    for deadline in rows.iterator(chunk_size=BATCH):
        area = deadline.proposal.area_id
        policy = policies.setdefault(area, policy_at(area, today))
        phase = phase_of(deadline, policy, today)
        if phase and PHASES.index(phase) > _told(deadline):
            told += _plan(deadline, phase)
    return told + _plan_promises(today)


def _plan_promises(today: dt.date) -> int:
    """Promises made at receptions about no matter: no matter's dates tell of them."""
    first, last = today - dt.timedelta(days=60), today + dt.timedelta(days=60)
    rows = Commitment.objects.filter(
        proposal=None, state=CommitmentState.OPEN, due_on__range=(first, last)
    ).select_related("unit", "day__station")
    policies: dict[str, Policy] = {}
    told = 0
    for row in rows.order_by("id"):
        area = row.unit.area_id if row.day is None else row.day.station.area_id
        policy = policies.setdefault(area, policy_at(area, today))
        left = (row.due_on - today).days
        phase = (
            "past" if left < 0 else "near" if left <= policy.warn_yellow_days else ""
        )
        if phase:
            mails.promise_due(row, phase, SAID[phase])
            told += 1
    return told


def _told(deadline: Deadline) -> int:
    return PHASES.index(deadline.reminded) if deadline.reminded else -1


@transaction.atomic
def _plan(deadline: Deadline, phase: str) -> int:
    unclaimed = Deadline.objects.filter(pk=deadline.pk, reminded=deadline.reminded)
    if not unclaimed.update(reminded=phase):
        return 0  # another planner was quicker
    proposal, day = deadline.proposal, deadline.due_on
    what = f"{deadline.get_kind_display()}期限 {day.month}月{day.day}日"
    said = SAID[phase]
    plan_many(
        recipients(deadline, phase),
        kind=f"deadline_{phase}",
        title=f"{said}：{what}，{proposal}"[:200],
        text="\n".join(deadline.explanation),
        url=proposal.get_absolute_url(),
        subject=proposal,
        key=f"deadline:{deadline.pk}:{phase}",
    )
    return 1
