"""How matters of old ledgers come in: born closed, without steps, dates or notices."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from audit.services import record_each
from common.search import bigrams
from proposals.choices import Kind, Status
from proposals.models import Proposal
from proposals.signals import proposals_changed
from proposals.snapshots import Snapshot
from stations.models import Visit


@transaction.atomic
def import_closed(
    told: Sequence[tuple[Proposal, Visit]], *, actor: User, source: str
) -> list[Proposal]:
    """Write old matters down as closed opinions, each with the visit it came from.

    The only way a matter is made that nobody took a step with: not a step itself,
    for there is no state it comes from. Each needs number, moments and `closed_at`;
    what was answered stands in its visit. `source` is the old ledger's name.
    """
    for matter, visit in told:
        matter.kind, matter.is_imported = Kind.OPINION, True
        matter.status, matter.created_by = Status.CLOSED, actor
        matter.bigrams = bigrams(*searched(matter, visit))
    matters = Proposal.objects.bulk_create(matter for matter, _ in told)
    for proposal in matters:  # in lists they stand where they belong, not on top
        proposal.created_at = proposal.submitted_at or proposal.created_at
    Proposal.objects.bulk_update(matters, ["created_at"])
    links = Proposal.visits.through
    links.objects.bulk_create(
        links(proposal=proposal, visit=visit) for proposal, visit in told
    )
    record_each(
        "import_closed",
        matters,
        actor=actor,
        label="旧台账导入",
        now_=Status.CLOSED,
        data={"source": source[:100]},
    )
    changes = [(None, Snapshot.of(proposal)) for proposal in matters]
    proposals_changed.send(sender=Proposal, changes=changes)
    return matters


def searched(proposal: Proposal, visit: Visit) -> tuple[str, ...]:
    """The texts by which an imported matter is found; the answer is its visit's."""
    unit = proposal.unit.name if proposal.unit else ""
    return (
        proposal.number,
        proposal.title,
        proposal.text,
        proposal.request,
        unit,
        visit.answer,
    )
