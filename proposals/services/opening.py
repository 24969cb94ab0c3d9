"""How matters begin: from a visitor's words or a deputy's pen."""

import re
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from areas.models import Area, Category
from audit.services import record
from common.crypto import digest, new_code
from common.errors import RuleViolation, WrongState
from deputies.models import Mandate
from proposals import permissions as may
from proposals.choices import Kind, Status
from proposals.deadlines import moving
from proposals.indexing import refresh_bigrams
from proposals.models import Proposal
from proposals.workflow.intake import submit
from stations.choices import Outcome
from stations.models import Visit
from stations.permissions import may_amend
from stations.services.visits import amend_visit

TITLE_LENGTH = 40


def title_from(words: str) -> str:
    """A working title: the first sentence of what was said, at most forty signs."""
    first = re.split(r"[。！？!?\n；;]", words.strip(), maxsplit=1)[0].strip()
    first = re.sub(r"\s+", " ", first) or words.strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


@transaction.atomic
def open_opinion(
    visit: Visit, *, actor: User | None, title: str = "", is_public: bool = False
) -> Proposal:
    """A visitor's words become an opinion, handed in at once with a number.

    Calling it again for the same visit answers the opinion that is already there.
    """
    # Holds the visit's row: of two at once the second finds what the first made.
    Visit.objects.select_for_update().filter(pk=visit.pk).first()
    existing = visit.proposals.first()
    if existing is not None:
        return existing
    proposal = Proposal(
        kind=Kind.OPINION,
        title=title.strip() or title_from(visit.words),
        text=visit.words,
        area_id=visit.area_id,
        category=visit.category,
        station=visit.station,
        created_by=actor,
        is_public=is_public,
    )
    with moving(proposal, is_new=True):
        proposal.save()
        proposal.visits.add(visit)
        submit(proposal, actor=actor)  # with its number it is indexed
    return proposal


@transaction.atomic
def turn_into_opinion(visit: Visit, *, actor: User) -> Proposal:
    """A visit that was logged without one becomes an opinion, whatever became of it.

    Raises PermissionDenied for who may not amend the visit, WrongState when it was
    merged into another matter, Overtaken when somebody amended it meanwhile.
    """
    if not may_amend(actor, visit):
        raise PermissionDenied
    if visit.outcome == Outcome.MERGED:
        raise WrongState("这次来访已并入别的事项。")
    if visit.outcome != Outcome.OPINION:
        amend_visit(visit, actor=actor, version=visit.version, outcome=Outcome.OPINION)
    return open_opinion(visit, actor=actor)


@transaction.atomic
def join_visit(proposal: Proposal, visit: Visit, *, actor: User) -> None:
    """A visitor with the same matter joins it: told with the others at the end."""
    if proposal.is_over:
        raise WrongState("该事项已经了结，请另记为新意见。")
    if proposal.kind != Kind.OPINION or proposal.station_id is None:
        raise RuleViolation("只能并入选民意见。", field="merged_into")
    proposal.visits.add(visit)
    record(
        "join_visit",
        proposal,
        actor=actor,
        label="并入来访",
        data={"visit": visit.pk},
    )


@transaction.atomic
def issue_code(proposal: Proposal) -> str:
    """A new query code for the voter; only its digest is kept, older ones end."""
    code = new_code()
    Proposal.objects.filter(pk=proposal.pk).update(query_code=digest(code))
    return code


@transaction.atomic
def draft_suggestion(
    *,
    actor: User,
    lead: Mandate,
    title: str,
    text: str,
    request: str,
    area: Area,
    category: Category | None = None,
    kind: str = Kind.SUGGESTION,
    proposal: Proposal | None = None,
    sources: Iterable[Proposal] = (),
) -> Proposal:
    """Save a deputy's draft; with `proposal` an existing draft is changed.

    Raises RuleViolation when the seat is not the actor's own or not in force.
    """
    if lead.deputy_id != actor.deputy_id or lead.status != "active":
        raise RuleViolation("只能以本人在任的代表资格提出。", field="lead")
    is_new = proposal is None
    if proposal is None:
        proposal = Proposal(kind=kind, created_by=actor, title=title, area=area)
    elif not may.may_edit(actor, proposal) or proposal.status not in (
        Status.DRAFT,
        Status.RETURNED,
    ):
        raise WrongState("已提交的不能再改。")
    proposal.lead, proposal.area, proposal.category = lead, area, category
    proposal.title, proposal.text, proposal.request = title, text, request
    with moving(proposal, is_new=is_new):
        proposal.save()
        refresh_bigrams(proposal)
    for source in sources:
        proposal.sources.add(source)
        proposal.visits.add(*source.visits.all())
    return proposal
