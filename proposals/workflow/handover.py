"""Handing a matter to units; their signature, their objection, and its decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Unit
from audit.models import Event
from common.errors import RuleViolation, WrongState
from proposals import mails
from proposals import permissions as may
from proposals.choices import REPLYING_PARTS, DeadlineKind, HandlingStatus, Kind, Part
from proposals.deadlines import Clock, drop, meet, moving
from proposals.models import Handling, Proposal
from proposals.workflow.table import FLOW


@dataclass(frozen=True)
class Share:
    """One unit's part at the hand-over."""

    unit: Unit
    part: str
    text: str = ""


def _check_shares(proposal: Proposal, shares: Sequence[Share]) -> None:
    parts = [share.part for share in shares]
    if not shares:
        raise RuleViolation("请选择承办单位。", field="units")
    if len({share.unit.pk for share in shares}) != len(shares):
        raise RuleViolation("同一单位只能选一次。", field="units")
    for share in shares:
        if not proposal.area_id.startswith(share.unit.area_id[:6]):
            raise RuleViolation(f"{share.unit}不属于本地区。", field="units")
        if not share.unit.is_active:
            raise RuleViolation(f"{share.unit}已停用。", field="units")
    if Part.SEPARATE in parts:
        if len(shares) < 2 or set(parts) != {Part.SEPARATE}:
            raise RuleViolation("分办须有两个以上单位，并且都是分办。", field="units")
        if any(not share.text.strip() for share in shares):
            raise RuleViolation("分办须写明各单位负责哪一部分。", field="units")
    elif parts.count(Part.SINGLE) + parts.count(Part.LEAD) != 1:
        raise RuleViolation("请指定一个主办单位。", field="units")
    elif Part.SINGLE in parts and len(shares) > 1:
        raise RuleViolation("独办只能有一个单位。", field="units")


def _offer(proposal: Proposal, share: Share, clock: Clock) -> None:
    """Give one unit its part, with its dates."""
    handling = Handling.objects.create(
        proposal=proposal,
        unit=share.unit,
        part=share.part,
        part_text=share.text,
        round=proposal.round,
        offered_at=now(),
    )
    policy = clock.policy
    clock.workdays(DeadlineKind.SIGN, policy.sign_wd, handling=handling)
    clock.workdays(DeadlineKind.OBJECT, policy.object_wd, handling=handling)
    if share.part not in REPLYING_PARTS:
        return
    if proposal.kind != Kind.OPINION:
        clock.workdays(DeadlineKind.CONTACT, policy.contact_wd, handling=handling)
    clock.reply(handling)


def hand_over(
    proposal: Proposal,
    *,
    actor: User,
    shares: Sequence[Share],
    is_complex: bool = False,
) -> Event:
    """Give an accepted matter to its units; their time starts today (交办之日).

    Raises RuleViolation when the parts do not fit together: one single unit, or one
    lead with co-units, or two and more separate ones with their share in words.
    """
    FLOW.check("hand_over", proposal, actor=actor)
    _check_shares(proposal, shares)
    answering = next(s.unit for s in shares if s.part in REPLYING_PARTS)
    with moving(proposal):
        proposal.is_complex = is_complex
        clock = Clock(proposal)
        due_on = clock.preview_reply().day
        event = FLOW.take(
            "hand_over",
            proposal,
            actor=actor,
            data={"units": [[s.unit.name, s.part] for s in shares]},
            unit=answering,
            is_complex=is_complex,
            handed_over_at=now(),
            reply_due_on=due_on,
        )
        meet(proposal, DeadlineKind.HAND_OVER)
        for share in shares:
            _offer(proposal, share, clock)
        mails.handed_over(proposal, [share.unit for share in shares])
    return event


def _own(actor: User, proposal: Proposal, *statuses: str) -> Handling:
    """The part of the actor's unit that stands in one of these statuses."""
    for part in may.own_handlings(actor, proposal):
        if part.status in statuses:
            return part
    raise WrongState("本单位现在没有可办的分工，请刷新后再看。")


def sign_for(proposal: Proposal, *, actor: User) -> Event:
    """The unit takes its part on."""
    FLOW.check("sign_for", proposal, actor=actor)
    handling = _own(actor, proposal, HandlingStatus.OFFERED)
    with moving(proposal):
        event = FLOW.take(
            "sign_for", proposal, actor=actor, data={"unit": handling.unit.name}
        )
        handling.status = HandlingStatus.SIGNED
        handling.signed_at, handling.signed_by = now(), actor
        handling.save(update_fields=["status", "signed_at", "signed_by"])
        meet(proposal, DeadlineKind.SIGN, handling=handling)
    return event


def object_(proposal: Proposal, *, actor: User, reason: str) -> Event:
    """The unit says, in time and with reasons, that the matter is not its own.

    It may never pass the matter on itself (重庆条例第十九条 and others).
    """
    FLOW.check("object", proposal, actor=actor)
    handling = _own(actor, proposal, HandlingStatus.OFFERED, HandlingStatus.SIGNED)
    if len(reason.strip()) < 5:
        raise RuleViolation("请写明理由，至少五个字。", field="reason")
    until = handling.deadlines.filter(kind=DeadlineKind.OBJECT).latest("id").due_on
    if localdate() > until:
        raise RuleViolation(
            f"异议期已于 {until.month}月{until.day}日 结束，须继续办理。",
            field="reason",
        )
    with moving(proposal):
        event = FLOW.take(
            "object",
            proposal,
            actor=actor,
            note=reason,
            data={"unit": handling.unit.name},
        )
        handling.status, handling.objection = HandlingStatus.OBJECTED, reason
        handling.objected_at = now()
        handling.save(update_fields=["status", "objection", "objected_at"])
        meet(proposal, DeadlineKind.SIGN, handling=handling)
        mails.objected(proposal, handling)
    return event


def decide_objection(
    proposal: Proposal,
    *,
    actor: User,
    handling: Handling,
    upheld: bool,
    text: str,
    unit: Unit | None = None,
) -> Event:
    """Decide an objection: upheld, and another unit takes the part; or it must go on.

    From the second objection on only the coordinator decides (table of permissions).
    The new unit's time starts on the day of the decision.
    """
    FLOW.check("decide_objection", proposal, actor=actor)
    if handling.status != HandlingStatus.OBJECTED:
        raise WrongState("这一异议已经裁定。")
    if not text.strip():
        raise RuleViolation("请写明裁定理由。", field="text")
    if upheld:
        if unit is None:
            raise RuleViolation("请选择改交给哪个单位。", field="unit")
        busy = proposal.handlings.filter(round=proposal.round, unit=unit)
        if busy.exclude(status=HandlingStatus.UPHELD).exists():
            raise RuleViolation("该单位已有分工，请另选。", field="unit")
        if not proposal.area_id.startswith(unit.area_id[:6]) or not unit.is_active:
            raise RuleViolation("该单位不属于本地区或已停用。", field="unit")
    with moving(proposal):
        changes: dict[str, Any] = (
            _reassigned(proposal, handling, unit) if upheld else {}
        )
        event = FLOW.take(
            "decide_objection",
            proposal,
            actor=actor,
            note=text,
            data={
                "upheld": upheld,
                "from": handling.unit.name,
                "to": unit.name if unit else "",
            },
            **changes,
        )
        handling.decision = text
        handling.status = HandlingStatus.UPHELD if upheld else HandlingStatus.SIGNED
        handling.save(update_fields=["decision", "status"])
        if upheld and unit is not None:
            drop(proposal, *DeadlineKind, handling=handling)
            _offer(proposal, Share(unit, handling.part), Clock(proposal))
            mails.handed_over(proposal, [unit])
        else:
            drop(proposal, DeadlineKind.OBJECT, handling=handling)
            mails.objection_rejected(proposal, handling)
    return event


def _reassigned(
    proposal: Proposal, handling: Handling, unit: Unit | None
) -> dict[str, Any]:
    """What changes on the matter when its answering unit changes."""
    if handling.part not in REPLYING_PARTS:
        return {}
    due_on = Clock(proposal).preview_reply().day
    return {"unit": unit, "reply_due_on": due_on}
