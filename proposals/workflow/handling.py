"""What a unit does while a matter is in its hands: contact, draft, signed reply."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, now

from accounts.choices import Role
from accounts.models import User
from audit.models import Event
from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from proposals import mails
from proposals import permissions as may
from proposals.choices import (
    REPLYING_PARTS,
    CommitmentState,
    ContactMethod,
    DeadlineKind,
    HandlingStatus,
    Status,
)
from proposals.deadlines import Clock, drop, meet, moving
from proposals.indexing import refresh_bigrams
from proposals.models import Commitment, Contact, Handling, Proposal, Reply
from proposals.workflow.intake import open_answer_dates
from proposals.workflow.table import FLOW


def _signed_part(actor: User, proposal: Proposal, *roles: str) -> Handling:
    for part in may.own_handlings(actor, proposal, *roles):
        if part.status == HandlingStatus.SIGNED:
            return part
    raise WrongState("本单位还没有签收，或已经答复。")


def note_contact(
    proposal: Proposal,
    *,
    actor: User,
    method: str,
    contacted_on: dt.date,
    text: str,
) -> Event:
    """Write down that the unit spoke with the deputy, how, when, and what was said."""
    FLOW.check("note_contact", proposal, actor=actor)
    handling = _signed_part(actor, proposal)
    if method not in ContactMethod.values:
        raise RuleViolation("请选择方式。", field="method")
    if contacted_on > localdate():
        raise RuleViolation("日期不能晚于今天。", field="contacted_on")
    if contacted_on < localdate(handling.offered_at):
        raise RuleViolation("日期不能早于交办日。", field="contacted_on")
    if len(text.strip()) < 5:
        raise RuleViolation("请写明商谈情况，至少五个字。", field="text")
    with moving(proposal):
        event = FLOW.take(
            "note_contact",
            proposal,
            actor=actor,
            note=text,
            data={
                "unit": handling.unit.name,
                "method": ContactMethod(method).label,
                "on": contacted_on.isoformat(),
            },
        )
        Contact.objects.create(
            proposal=proposal,
            handling=handling,
            deputy=proposal.lead.deputy if proposal.lead else None,
            method=method,
            contacted_on=contacted_on,
            text=text,
            noted_by=actor,
            round=proposal.round,
        )
        meet(proposal, DeadlineKind.CONTACT, handling=handling)
        mails.contact_noted(proposal, handling)
    return event


@transaction.atomic
def draft_reply(
    proposal: Proposal, *, actor: User, ask_to_sign: bool = False, **fields: Any
) -> Reply:
    """Save the unit's draft as far as it is; asks the leader to sign when told to.

    Not a step: the matter does not move, nobody outside the unit sees it. `fields`
    are text, plain_text, result, reason, letter_number, promises ([{what, due_on}]).
    """
    FLOW.check("note_contact", proposal, actor=actor)
    handling = _signed_part(actor, proposal)
    reply, _ = Reply.objects.get_or_create(
        handling=handling,
        round=proposal.round,
        defaults={"proposal": proposal, "drafted_by": actor},
    )
    if reply.is_signed:
        raise WrongState("答复已签发，不能再改。")
    for name, value in fields.items():
        setattr(reply, name, value)
    reply.drafted_by = actor
    if ask_to_sign:
        check_reply(proposal, handling, reply)
        reply.asked_to_sign_at = now()
        mails.asked_to_sign(proposal, handling)
        record("draft_reply", proposal, actor=actor, label="送签答复")
    names = [*fields, "drafted_by", "asked_to_sign_at"]
    kept = {name: getattr(reply, name) for name in names} | {"saved_at": now()}
    # Not `save`: between the look and the write the leader may have signed.
    unsigned = Reply.objects.filter(pk=reply.pk, signed_at=None)
    if not unsigned.update(**kept):
        raise WrongState("答复已签发，不能再改。")
    reply.saved_at = kept["saved_at"]
    return reply


def promises_of(reply: Reply) -> list[tuple[str, dt.date]]:
    """The draft's promises: what, and until when. Raises RuleViolation on a bad day."""
    found = []
    for row in reply.promises:
        what = str(row.get("what", "")).strip()
        if not what and not row.get("due_on"):
            continue
        try:
            day = dt.date.fromisoformat(str(row.get("due_on", "")))
        except ValueError:
            raise RuleViolation("请写承诺的完成日期。", field="promises") from None
        if not what:
            raise RuleViolation("请写承诺做什么。", field="promises")
        if not localdate() <= day <= localdate() + dt.timedelta(days=5 * 366):
            raise RuleViolation("承诺日期须在今天之后、五年以内。", field="promises")
        found.append((what[:300], day))
    return found


def check_reply(proposal: Proposal, handling: Handling, reply: Reply) -> None:
    """What a reply needs before it may be signed (重庆条例第二十二条 and others).

    A class with its demand, an answer in words, and contact with the deputy where
    there is one. Raises RuleViolation with the field at fault.
    """
    if reply.result is None:
        raise RuleViolation("请选择结果类别。", field="result")
    if len(reply.text.strip()) < 10:
        raise RuleViolation("请逐条答复，至少十个字。", field="text")
    promises = promises_of(reply)
    if reply.result.needs_commitment and not promises:
        raise RuleViolation(
            f"{reply.result}须写明承诺做什么、哪天前完成。", field="promises"
        )
    if not reply.result.counts_as_solved and not promises and not reply.reason.strip():
        raise RuleViolation("没有解决的，请写明原因。", field="reason")
    if needs_contact(proposal) and not has_contact(proposal, handling):
        raise RuleViolation("答复前须和代表商谈，请先记面商。", field="text")


def needs_contact(proposal: Proposal) -> bool:
    """Whether there is a deputy to speak with: the lead, or one who heard the voter."""
    if proposal.lead_id:
        return True
    return proposal.visits.filter(heard_by__isnull=False).exists()


def has_contact(proposal: Proposal, handling: Handling) -> bool:
    """Whether this unit spoke with the deputy in the present round."""
    return handling.contacts.filter(round=proposal.round).exists()


def reply(proposal: Proposal, *, actor: User) -> Event:
    """The unit's leader signs the draft; with the last required part the matter is
    replied. Promises get their dates, the deputy and the station are told at once.
    """
    FLOW.check("reply", proposal, actor=actor)
    handling = _signed_part(actor, proposal, Role.UNIT_LEADER)
    drafts = handling.replies.filter(round=proposal.round)
    draft = drafts.select_related("result").first()
    if draft is None:
        raise RuleViolation("还没有答复稿。", field="text")
    check_reply(proposal, handling, draft)
    with moving(proposal):
        moment = now()
        rest = _parts_still_out(proposal, handling)
        changes: dict[str, Any] = {"to": Status.HANDLING}
        if not rest:
            result = _overall_result(proposal, draft)
            changes = {"replied_at": moment, "result": result}
        event = FLOW.take(
            "reply",
            proposal,
            actor=actor,
            data={
                "unit": handling.unit.name,
                "result": draft.result_id,
                "reply": draft.pk,
                "letter": draft.letter_number,
            },
            **changes,
        )
        _sign(draft, actor, moment)
        handling.status, handling.replied_at = HandlingStatus.REPLIED, moment
        handling.save(update_fields=["status", "replied_at"])
        _open_promises(proposal, handling, draft)
        meet(proposal, DeadlineKind.REPLY, DeadlineKind.REDO, handling=handling)
        drop(proposal, DeadlineKind.OBJECT, DeadlineKind.CONTACT, handling=handling)
        refresh_bigrams(proposal)
        if not rest:
            open_answer_dates(proposal)
            mails.replied(proposal, handling)
    return event


def _sign(draft: Reply, actor: User, moment: dt.datetime) -> None:
    """Sign the very text that was checked; raises Overtaken if it has moved since."""
    same = Reply.objects.filter(pk=draft.pk, saved_at=draft.saved_at, signed_at=None)
    if not same.update(signed_by=actor, signed_at=moment):
        raise Overtaken("答复稿刚刚又改过，请刷新后再看。")
    draft.signed_by, draft.signed_at = actor, moment


def _parts_still_out(proposal: Proposal, handling: Handling) -> list[Handling]:
    return [
        part
        for part in proposal.handlings.all()
        if part.pk != handling.pk
        and part.round == proposal.round
        and part.part in REPLYING_PARTS
        and part.status not in (HandlingStatus.REPLIED, HandlingStatus.UPHELD)
    ]


def _overall_result(proposal: Proposal, last: Reply) -> Any:
    """Of several separate answers the least one counts: solved only if all are."""
    signed = proposal.replies.filter(round=proposal.round, signed_at__isnull=False)
    results = [last.result, *(row.result for row in signed.select_related("result"))]
    return max((row for row in results if row is not None), key=lambda row: row.code)


def _open_promises(proposal: Proposal, handling: Handling, draft: Reply) -> None:
    clock = Clock(proposal)
    for what, day in promises_of(draft):
        commitment = Commitment.objects.create(
            proposal=proposal, reply=draft, unit=handling.unit, what=what, due_on=day
        )
        clock.promise(commitment)


@transaction.atomic
def keep(commitment: Commitment, *, actor: User, proof: str) -> Event:
    """The unit shows that a promise is kept; its date is met."""
    if commitment.unit_id not in actor.unit_ids():
        raise PermissionDenied
    if len(proof.strip()) < 5:
        raise RuleViolation("请写明怎么完成的，至少五个字。", field="proof")
    open_ = Commitment.objects.filter(pk=commitment.pk, state=CommitmentState.OPEN)
    if not open_.update(state=CommitmentState.KEPT, proof=proof, kept_at=now()):
        raise WrongState("这项承诺已经了结。")
    proposal = commitment.proposal
    if proposal is None:  # made at a reception, about no matter of ours
        day = commitment.day
        return record("keep", day, actor=actor, label="兑现承诺", note=proof)
    with moving(proposal):
        commitment.deadlines.open().update(met_at=now())
        return record("keep", proposal, actor=actor, label="兑现承诺", note=proof)
