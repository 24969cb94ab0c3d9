"""What the figures need to know of a matter, before and after a step."""

import datetime as dt
from dataclasses import dataclass

from django.utils.timezone import localdate

from proposals.models import Proposal


def _day(moment: dt.datetime | None) -> dt.date | None:
    return localdate(moment) if moment else None


@dataclass(frozen=True)
class Snapshot:
    """The figures' view of one matter; days are those of Asia/Shanghai."""

    area_code: str
    kind: str
    status: str
    station_id: int | None
    unit_id: int | None
    category_id: int | None
    submitted_on: dt.date | None
    accepted_on: dt.date | None
    handed_over_on: dt.date | None
    reply_due_on: dt.date | None
    replied_on: dt.date | None
    rated_on: dt.date | None
    closed_on: dt.date | None
    is_solved: bool
    satisfaction: str
    is_counted: bool = True

    @classmethod
    def of(cls, proposal: Proposal) -> "Snapshot":
        """The snapshot of a matter as it stands in memory."""
        return cls(
            area_code=proposal.area_id,
            kind=proposal.kind,
            status=proposal.status,
            station_id=proposal.station_id,
            unit_id=proposal.unit_id,
            category_id=proposal.category_id,
            submitted_on=_day(proposal.submitted_at),
            accepted_on=_day(proposal.accepted_at),
            handed_over_on=_day(proposal.handed_over_at),
            reply_due_on=proposal.reply_due_on,
            replied_on=_day(proposal.replied_at),
            rated_on=_day(proposal.rated_at),
            closed_on=_day(proposal.closed_at),
            is_solved=bool(proposal.result and proposal.result.counts_as_solved),
            satisfaction=proposal.satisfaction,
            is_counted=proposal.is_counted,
        )
