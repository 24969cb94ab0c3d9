"""Matters written straight into the table, with their change told to the figures."""

import datetime as dt

import pytest
from django.utils.timezone import get_default_timezone

from proposals.models import Proposal
from proposals.signals import proposal_changed
from proposals.snapshots import Snapshot
from reports.questions import Question


def moment(year: int, month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=get_default_timezone())


def keep(area, *, tell: bool = True, **fields) -> Proposal:
    """A matter with these columns; `tell` sends the signal as a step would."""
    values = {
        "kind": "opinion",
        "title": "泵站",
        "text": "泵站漏水",
        "status": "replied",
    }
    proposal = Proposal.objects.create(area=area, **(values | fields))
    if tell:
        after = Snapshot.of(proposal)
        proposal_changed.send(sender=Proposal, before=None, after=after)
    return proposal


def change(proposal: Proposal, **fields) -> None:
    """Change columns and tell the figures, as a step would."""
    before = Snapshot.of(proposal)
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=list(fields))
    after = Snapshot.of(proposal)
    if before != after:
        proposal_changed.send(sender=Proposal, before=before, after=after)


@pytest.fixture
def year():
    """The year 2026, asked on its last day."""
    return Question(dt.date(2026, 1, 1), dt.date(2027, 1, 1), dt.date(2026, 12, 31))
