"""Year plans: published once; after that swaps and moves, each on record."""

import datetime as dt
from typing import Any

from audit.models import Event
from deputies.models import Deputy
from stations.models import DutySwap, ReceptionDay, ReceptionPlan


def publish(plan: ReceptionPlan, *, actor: Any) -> Event:
    """The draft becomes reception days with duties; each deputy is told once.

    One transaction. WrongState when it is published already (also by somebody else
    just now); RuleViolation (field `draft`) when there is no draft, it is stale, or a
    deputy has got another duty at the same time since.
    """
    raise NotImplementedError


def swap(
    day_a: ReceptionDay,
    deputy_a: Deputy,
    day_b: ReceptionDay,
    deputy_b: Deputy,
    *,
    actor: Any,
) -> DutySwap:
    """The turns of `deputy_a` on `day_a` and of `deputy_b` on `day_b` are exchanged.

    Both days must be open and to come; both deputies are told. RuleViolation fields:
    day_a, deputy_a, day_b, deputy_b.
    """
    raise NotImplementedError


def move_day(
    day: ReceptionDay, *, actor: Any, date: dt.date, reason: str
) -> ReceptionDay:
    """Another date for an open day, with the reason; the deputies on duty are told.

    RuleViolation fields: date, reason.
    """
    raise NotImplementedError
