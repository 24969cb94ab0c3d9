"""Matters: voters' opinions, deputies' suggestions, bills; one table, one workflow."""

from proposals.models.answer import Commitment, Rating, Reply, Telling
from proposals.models.attachment import Attachment
from proposals.models.handling import Contact, Deadline, Handling
from proposals.models.ledger import LedgerImport, LedgerLayout
from proposals.models.matter import Proposal, ResultClass

__all__ = (
    "Attachment",
    "Commitment",
    "Contact",
    "Deadline",
    "Handling",
    "LedgerImport",
    "LedgerLayout",
    "Proposal",
    "Rating",
    "Reply",
    "ResultClass",
    "Telling",
)
