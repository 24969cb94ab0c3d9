"""After the reply: telling the voters, judging, doing it again, closing."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Policy
from areas.services import policy_at
from audit.models import Event
from common.errors import RuleViolation
from proposals import mails
from proposals.choices import (
    REPLYING_PARTS,
    DeadlineKind,
    HandlingStatus,
    Kind,
    Rater,
    Satisfaction,
    TellingChannel,
)
from proposals.deadlines import Clock, drop, meet, moving
from proposals.models import Handling, Proposal, Rating, Telling
from proposals.workflow.handling import needs_contact
from proposals.workflow.table import FLOW
from stations.models import Visit


def untold(proposal: Proposal) -> list[Visit]:
    """The visits whose people have not been told in this round."""
    told = proposal.tellings.filter(round=proposal.round).values("visit")
    return list(proposal.visits.exclude(pk__in=told).order_by("visited_at", "id"))


def tell(
    proposal: Proposal, *, actor: User, visit: Visit, channel: str, note: str = ""
) -> Event:
    """Write down how one visitor was told the outcome, or why that was not possible.

    When the last one is told, the matter counts as told.
    """
    FLOW.check("tell", proposal, actor=actor)
    if channel not in TellingChannel.values:
        raise RuleViolation("请选择告知方式。", field="channel")
    if channel == TellingChannel.IMPOSSIBLE and not note.strip():
        raise RuleViolation("无法告知的，请写明原因。", field="note")
    waiting = untold(proposal)
    if visit not in waiting:
        raise RuleViolation("这位来访人已经告知，或不属于本事项。", field="visit")
    moment = now()
    with moving(proposal):
        is_last = len(waiting) == 1
        event = FLOW.take(
            "tell",
            proposal,
            actor=actor,
            note=note,
            data={"visit": visit.pk, "channel": TellingChannel(channel).label},
            told_at=moment if is_last else proposal.told_at,
        )
        Telling.objects.create(
            proposal=proposal,
            visit=visit,
            round=proposal.round,
            channel=channel,
            note=note,
            told_at=moment,
            told_by=actor,
        )
        if is_last:
            meet(proposal, DeadlineKind.TELL)
    return event


def rate(
    proposal: Proposal,
    *,
    actor: User | None,
    attitude: str,
    result: str,
    reason: str = "",
) -> Event:
    """A deputy's, or (actor None, found by number and code) the voter's judgement.

    Attitude and result apart; dissatisfied needs a reason (上海规定第二十一条). The
    voter's mark is the matter's mark for opinions, the lead deputy's for the rest.
    """
    FLOW.check("rate", proposal, actor=actor)
    for name, value in (("attitude", attitude), ("result", result)):
        if value not in Satisfaction.values:
            raise RuleViolation("请选择满意程度。", field=name)
    if Satisfaction.DISSATISFIED in (attitude, result) and not reason.strip():
        raise RuleViolation("不满意请写明理由，好让单位知道差在哪里。", field="reason")
    rater = Rater.VOTER if actor is None else Rater.DEPUTY
    present = proposal.ratings.filter(round=proposal.round)
    if present.filter(rater=rater).exists():
        raise RuleViolation("本轮已评价过，不能重复评价。")
    decides = rater == _decisive(proposal) or not present.exists()
    moment = now()
    with moving(proposal):
        changes: dict[str, Any] = {}
        if decides:
            changes = {"satisfaction": result, "rated_at": moment}
        event = FLOW.take(
            "rate",
            proposal,
            actor=actor,
            note=reason,
            data={"rater": rater.label, "attitude": attitude, "result": result},
            **changes,
        )
        Rating.objects.create(
            proposal=proposal,
            round=proposal.round,
            rater=rater,
            deputy=getattr(actor, "deputy", None) if actor else None,
            attitude=attitude,
            result=result,
            reason=reason,
            rated_at=moment,
        )
        meet(proposal, DeadlineKind.FEEDBACK)
        mails.rated(proposal, result)
    return event


def _decisive(proposal: Proposal) -> Rater:
    return Rater.VOTER if proposal.kind == Kind.OPINION else Rater.DEPUTY


def redo(proposal: Proposal, *, actor: User, reason: str) -> Event:
    """Send a matter back to its units after a dissatisfied mark, with a new date.

    At most `max_redo` times (重庆条例第二十七条); then a decision is needed instead.
    """
    FLOW.check("redo", proposal, actor=actor)
    policy = policy_at(proposal.area_id, localdate())
    present = proposal.ratings.filter(round=proposal.round)
    if not present.filter(result=Satisfaction.DISSATISFIED).exists():
        raise RuleViolation("本轮没有不满意的评价，不需要重办。")
    if proposal.unit_id is None:
        raise RuleViolation("当场答复的事项没有承办单位，请重新登记后交办。")
    if proposal.round > policy.max_redo:
        raise RuleViolation(f"已重办 {policy.max_redo} 次，须提级处理。")
    if not reason.strip():
        raise RuleViolation("请写明重办要求。", field="reason")
    last = list(proposal.handlings.filter(round=proposal.round))
    with moving(proposal):
        proposal.round += 1
        clock = Clock(proposal)
        event = FLOW.take(
            "redo",
            proposal,
            actor=actor,
            note=reason,
            round=proposal.round,
            reply_due_on=clock.preview_reply().day,
            replied_at=None,
            told_at=None,
            rated_at=None,
            satisfaction="",
        )
        drop(proposal, DeadlineKind.TELL, DeadlineKind.FEEDBACK)
        again = [part for part in last if part.status != HandlingStatus.UPHELD]
        for part in again:
            _offer_again(proposal, part, clock)
        mails.handed_over(proposal, [part.unit for part in again])
    return event


def _offer_again(proposal: Proposal, part: Handling, clock: Clock) -> None:
    """The same unit, the same part, already signed for: it knows the matter."""
    handling = Handling.objects.create(
        proposal=proposal,
        unit=part.unit,
        part=part.part,
        part_text=part.part_text,
        status=HandlingStatus.SIGNED,
        round=proposal.round,
        offered_at=now(),
        signed_at=now(),
    )
    if part.part in REPLYING_PARTS:
        clock.reply(handling)


@dataclass(frozen=True)
class Item:
    """One line of the checklist before closing."""

    label: str
    is_done: bool
    text: str


def checklist(proposal: Proposal) -> list[Item]:
    """What must be there before a matter may be closed: reply, contact, told, rated."""
    waiting = untold(proposal)
    met = proposal.unit_id is None or not needs_contact(proposal)
    met = met or proposal.contacts.exists()
    feedback = proposal.deadlines.filter(
        kind=DeadlineKind.FEEDBACK, round=proposal.round
    ).first()
    time_over = feedback is not None and feedback.due_on < localdate()
    rated = proposal.rated_at is not None
    items = [
        Item("答复", proposal.replied_at is not None, "承办单位还没有答复"),
        Item("面商", met, "没有和代表商谈的记录"),
        Item("告知", not waiting, f"还有 {len(waiting)} 批来访人没有告知"),
        Item("评价", rated or time_over, "还没有评价，评价期也没有过"),
    ]
    if proposal.satisfaction == Satisfaction.DISSATISFIED:
        items.append(Item("重办", _redo_is_over(proposal), "评价不满意，须先退回重办"))
    return items


def _redo_is_over(proposal: Proposal) -> bool:
    """No second answer is possible any more, or there is no unit that could give it."""
    policy: Policy = policy_at(proposal.area_id, localdate())
    return proposal.unit_id is None or proposal.round > policy.max_redo


def close(proposal: Proposal, *, actor: User, note: str = "") -> Event:
    """Close a matter whose checklist is whole; *closed* does not say *solved*.

    Never by the unit. A matter that is still judged dissatisfied needs a note on
    what was decided.
    """
    FLOW.check("close", proposal, actor=actor)
    missing = [item.text for item in checklist(proposal) if not item.is_done]
    if missing:
        raise RuleViolation(f"现在不能办结：{'；'.join(missing)}。")
    if proposal.satisfaction == Satisfaction.DISSATISFIED and not note.strip():
        raise RuleViolation("评价仍不满意，请写明研究决定的意见。", field="note")
    with moving(proposal):
        event = FLOW.take("close", proposal, actor=actor, note=note, closed_at=now())
        drop(proposal)
        mails.closed(proposal)
    return event
