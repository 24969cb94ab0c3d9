"""Matters at each point of their way, brought there by the steps themselves."""

from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Category, Unit
from proposals.models import Proposal, ResultClass
from proposals.services.opening import open_opinion
from proposals.workflow.closing import rate, tell
from proposals.workflow.handling import draft_reply, note_contact, reply
from proposals.workflow.handover import Share, hand_over, sign_for
from proposals.workflow.intake import accept
from stations.models import Visit
from tests.factories.stations import VisitFactory


def fresh(proposal: Proposal) -> Proposal:
    """The same matter read anew, as the next request would."""
    return Proposal.objects.get(pk=proposal.pk)


def opinion(*, actor: User | None, visit: Visit | None = None, **visit_fields):
    """A submitted opinion of one visitor."""
    visit = visit or VisitFactory(**visit_fields)
    return fresh(open_opinion(visit, actor=actor))


def accepted(proposal: Proposal, *, actor: User, category: Category) -> Proposal:
    accept(proposal, actor=actor, category=category, route="county")
    return fresh(proposal)


def handed_over(proposal: Proposal, *, actor: User, unit: Unit) -> Proposal:
    hand_over(proposal, actor=actor, shares=[Share(unit, "single")])
    return fresh(proposal)


def signed(proposal: Proposal, *, actor: User) -> Proposal:
    sign_for(proposal, actor=actor)
    return fresh(proposal)


def contacted(proposal: Proposal, *, actor: User) -> Proposal:
    note_contact(
        proposal,
        actor=actor,
        method="meeting",
        contacted_on=localdate(),
        text="共同看了现场，商定先换水泵。",
    )
    return fresh(proposal)


def drafted(proposal: Proposal, *, actor: User, result: str = "A", **fields):
    """With a reply draft; class B and C need `promises`."""
    draft_reply(
        proposal,
        actor=actor,
        text="经现场核查，两台水泵已经更换，恢复双回路供电。",
        result=ResultClass.objects.get(pk=result),
        **fields,
    )
    return fresh(proposal)


def replied(proposal: Proposal, *, actor: User) -> Proposal:
    reply(proposal, actor=actor)
    return fresh(proposal)


def told(proposal: Proposal, *, actor: User) -> Proposal:
    for visit in proposal.visits.all():
        tell(fresh(proposal), actor=actor, visit=visit, channel="phone")
    return fresh(proposal)


def rated(proposal: Proposal, *, actor: User | None, result: str = "satisfied"):
    reason = "水还是进屋。" if result == "dissatisfied" else ""
    rate(proposal, actor=actor, attitude="satisfied", result=result, reason=reason)
    return fresh(proposal)


def many(count: int, *, station, unit: Unit | None = None) -> None:
    """So many open opinions at once, for tests that count queries only."""
    Proposal.objects.bulk_create(
        Proposal(
            kind="opinion",
            number=f"N{n}",
            title=f"意见{n}",
            text="路灯坏了",
            area_id=station.area_id,
            station=station,
            unit=unit,
            status="submitted",
            submitted_at=now(),
            next_due_on=localdate(),
        )
        for n in range(count)
    )
