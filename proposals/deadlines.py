"""The dates of a matter: opened with their explanation, met, dropped.

Every step runs inside `moving(proposal)`, which keeps the matter's next date and its
search index true and tells the figures what changed, all in the step's own transaction.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localdate, now

from areas.calendar import Counted, WorkingCalendar, working_calendar
from areas.models import Policy
from areas.services import policy_at
from proposals.choices import DeadlineKind, Kind, Route
from proposals.indexing import refresh_bigrams
from proposals.models import Commitment, Deadline, Handling, Proposal
from proposals.signals import proposal_changed
from proposals.snapshots import Snapshot

# A right of the unit, not a duty: nobody is late who does not object.
RIGHTS = (DeadlineKind.OBJECT,)


@contextmanager
def moving(proposal: Proposal, *, is_new: bool = False) -> Iterator[None]:
    """The frame of every write that moves a matter: one transaction, true figures.

    A frame within a frame of the same matter leaves both to the outer one, so that
    nothing is counted twice.
    """
    if getattr(proposal, "is_moving", False):
        yield
        return
    before = None if is_new else Snapshot.of(proposal)
    known_by = (proposal.number, proposal.unit_id)
    proposal.is_moving = True
    try:
        with transaction.atomic():
            yield
            _refresh_next_date(proposal)
            if known_by != (proposal.number, proposal.unit_id):
                refresh_bigrams(proposal)
            after = Snapshot.of(proposal)
            if before != after:
                proposal_changed.send(sender=Proposal, before=before, after=after)
    finally:
        proposal.is_moving = False


def _refresh_next_date(proposal: Proposal) -> None:
    binding = proposal.deadlines.open().exclude(kind__in=RIGHTS)
    if proposal.is_over:
        next_due = None
    else:
        next_due = binding.aggregate(soonest=Min("due_on"))["soonest"]
    if next_due != proposal.next_due_on:
        Proposal.objects.filter(pk=proposal.pk).update(next_due_on=next_due)
        proposal.next_due_on = next_due


class Clock:
    """Counts dates for one matter on one day, by its policy and the calendar."""

    def __init__(self, proposal: Proposal, on: dt.date | None = None) -> None:
        self.proposal = proposal
        self.on = on or localdate()
        self.policy: Policy = policy_at(proposal.area_id, self.on)
        self.calendar: WorkingCalendar = working_calendar()

    def open(
        self,
        kind: DeadlineKind,
        counted: Counted,
        *,
        handling: Handling | None = None,
        commitment: Commitment | None = None,
    ) -> Deadline:
        """Write the date down with the steps of its counting."""
        return Deadline.objects.create(
            proposal=self.proposal,
            handling=handling,
            commitment=commitment,
            kind=kind,
            starts_on=self.on,
            due_on=counted.day,
            explanation=[*counted.explanation, self._source()],
            round=self.proposal.round,
        )

    def workdays(
        self, kind: DeadlineKind, days: int, *, handling: Handling | None = None
    ) -> Deadline:
        """Open a date so many working days from today."""
        return self.open(
            kind, self.calendar.add_workdays(self.on, days), handling=handling
        )

    def preview_reply(self) -> Counted:
        """When a unit must answer that is given the matter today.

        By months for deputies' matters (代表法第五十一条), by working days of the
        route for voters' opinions, a month for a second answer.
        """
        proposal, policy, calendar = self.proposal, self.policy, self.calendar
        if proposal.round > 1:
            return calendar.add_months(self.on, policy.redo_months)
        if proposal.is_complex:
            return calendar.add_months(self.on, policy.complex_months)
        days = {
            Route.VILLAGE.value: policy.opinion_village_wd,
            Route.TOWN.value: policy.opinion_town_wd,
            Route.COUNTY.value: policy.opinion_county_wd,
        }.get(proposal.route)
        if proposal.kind == Kind.OPINION and days:
            return calendar.add_workdays(self.on, days)
        return calendar.add_months(self.on, policy.reply_months)

    def reply(self, handling: Handling) -> Deadline:
        """Open the date of a unit's answer."""
        first = self.proposal.round == 1
        kind = DeadlineKind.REPLY if first else DeadlineKind.REDO
        return self.open(kind, self.preview_reply(), handling=handling)

    def promise(self, commitment: Commitment) -> Deadline:
        """The day of a promise, as the unit named it."""
        where = "接待时" if commitment.day_id else "答复中"
        words = f"{commitment.unit}在{where}承诺这一天前完成，不顺延。"
        counted = Counted(commitment.due_on, [words])
        return self.open(DeadlineKind.COMMITMENT, counted, commitment=commitment)

    def _source(self) -> str:
        if self.policy.pk is None:
            return "依据：系统默认期限规则。"
        note = f"（{self.policy.note}）" if self.policy.note else ""
        since = self.policy.effective_from
        return (
            f"依据：{since.year}年{since.month}月{since.day}日起施行的期限规则{note}。"
        )


def meet(
    proposal: Proposal, *kinds: DeadlineKind, handling: Handling | None = None
) -> None:
    """What was due by then is done now."""
    rows = proposal.deadlines.open().filter(kind__in=kinds)
    if handling is not None:
        rows = rows.filter(handling=handling)
    rows.update(met_at=now())


def drop(
    proposal: Proposal, *kinds: DeadlineKind, handling: Handling | None = None
) -> None:
    """These dates no longer bind anybody (no kinds: all but promises)."""
    rows = proposal.deadlines.open()
    if kinds:
        rows = rows.filter(kind__in=kinds)
    else:
        rows = rows.exclude(kind=DeadlineKind.COMMITMENT)
    if handling is not None:
        rows = rows.filter(handling=handling)
    rows.update(dropped_at=now())
