"""Promises made at a reception by a unit's head who sat there: dated, and followed."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Unit
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import cleaned, one_line
from proposals import mails
from proposals.choices import Kind
from proposals.deadlines import Clock, moving
from proposals.models import Commitment, Proposal
from stations.choices import DayStatus
from stations.models import ReceptionDay
from stations.permissions import runs_day

LONGEST_YEARS = 5


@transaction.atomic
def promise(
    day: ReceptionDay,
    *,
    actor: User,
    unit: Unit,
    what: str,
    due_on: dt.date,
    made_by: str = "",
    proposal: Proposal | None = None,
) -> Commitment:
    """Put down what a unit promised on the day and until when; the unit is told.

    `proposal`: the matter of a visitor of that day it is about, whose dates then show
    it. The same promise again answers the one that is there. Raises PermissionDenied,
    WrongState (cancelled or still to come), RuleViolation with its field.
    """
    if not runs_day(actor, day):
        raise PermissionDenied
    if day.status == DayStatus.CANCELLED or day.date > localdate():
        raise WrongState("接待当天或以后才能记下承诺。")
    what = cleaned(what, label="承诺的事", field="what", longest=300, required=True)
    made_by = one_line(made_by, label="承诺人", field="made_by", longest=50)
    _check(day, unit, due_on, proposal)
    said = {"unit": unit, "what": what, "due_on": due_on, "proposal": proposal}
    if (earlier := day.commitments.filter(**said).first()) is not None:
        return earlier
    commitment = Commitment.objects.create(day=day, made_by=made_by, **said)
    data = {"commitment": commitment.pk, "unit": unit.pk, "due_on": due_on.isoformat()}
    record("promise", day, actor=actor, label="当场承诺", note=what, data=data)
    if proposal is not None:
        with moving(proposal):
            Clock(proposal, on=day.date).promise(commitment)
            record("promise", proposal, actor=actor, label="接待时承诺", note=what)
    mails.promised(commitment)
    return commitment


def matters_of_day(day: ReceptionDay) -> QuerySet:
    """Matters of the day's visitors that a promise can be about."""
    found = Proposal.objects.filter(kind=Kind.OPINION, visits__day=day).open()
    return found.distinct().order_by("number", "id")


def _check(
    day: ReceptionDay, unit: Unit, due_on: dt.date, proposal: Proposal | None
) -> None:
    if not day.station.area_id.startswith(unit.area_id[:6]):
        raise RuleViolation("请选择本县（市、区）的单位。", field="unit")
    last = day.date.replace(day=1) + dt.timedelta(days=366 * LONGEST_YEARS)
    if not day.date <= due_on <= last:
        raise RuleViolation("兑现日期应在接待日以后、五年以内。", field="due_on")
    if proposal is not None and not matters_of_day(day).filter(pk=proposal.pk).exists():
        raise RuleViolation("只能选这一天来访转成的、还在办的意见。", field="proposal")
