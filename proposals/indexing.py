"""Keeping a matter's search tokens true."""

from common.search import bigrams
from proposals.models import Proposal
from stations.models import Visit


def refresh_bigrams(proposal: Proposal) -> None:
    """Index number, title, text, request, signed replies, lead deputy and unit; of an
    imported matter what its old ledger says was answered."""
    signed = proposal.replies.filter(signed_at__isnull=False)
    answers = proposal.visits.all() if proposal.is_imported else Visit.objects.none()
    tokens = bigrams(
        proposal.number,
        proposal.title,
        proposal.text,
        proposal.request,
        proposal.lead.deputy.name if proposal.lead else "",
        proposal.unit.name if proposal.unit else "",
        *signed.values_list("text", flat=True),
        *answers.values_list("answer", flat=True),
    )
    Proposal.objects.filter(pk=proposal.pk).update(bigrams=tokens)
