"""The unit's inbox: its open parts, grouped by what is due."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate

from accounts.models import User
from proposals.choices import (
    REPLYING_PARTS,
    CommitmentState,
    DeadlineKind,
    HandlingStatus,
    Status,
)
from proposals.models import Commitment, Deadline, Handling, Reply
from proposals.story import due_words

SOON_DAYS = 15
MOST_ROWS = 300
OPEN = (HandlingStatus.OFFERED, HandlingStatus.SIGNED, HandlingStatus.OBJECTED)
# Whose date a part shows, in this order.
BINDING = (DeadlineKind.SIGN, DeadlineKind.REPLY, DeadlineKind.REDO)


@dataclass
class Row:
    """One part of the unit's, or one broken promise."""

    state: str
    label: str
    title: str
    number: str
    whom: str
    due_on: dt.date | None
    url: str
    pk: int
    verbs: list[tuple[str, str]]  # (URL name within proposals, word)
    keep: int = 0


@dataclass
class Heap:
    key: str
    title: str
    icon: str
    hint: str
    rows: list[Row] = field(default_factory=list)


def heaps(user: User, *, only: str = "") -> list[Heap]:
    """The unit's work in four heaps; `only` narrows to lead, co, offered or owed.

    A constant number of queries, whatever the number of parts.
    """
    found = {
        "overdue": Heap("overdue", "逾期", "exclamation-triangle-fill", "先办这些"),
        "soon": Heap("soon", f"{SOON_DAYS} 天内到期", "clock-fill", "先面商，再答复"),
        "doing": Heap("doing", "新交来", "inbox-fill", "异议期内可以提异议，写明理由"),
        "ink": Heap("ink", "办理中", "arrow-repeat", ""),
    }
    for row, heap in [*_promise_rows(user, only), *_part_rows(user, only)]:
        found[heap].rows.append(row)
    return [heap for heap in found.values() if heap.rows]


def _promise_rows(user: User, only: str) -> list[tuple[Row, str]]:
    if only not in ("", "owed"):
        return []
    today = localdate()
    owed = Commitment.objects.filter(
        unit__in=user.unit_ids(),
        state=CommitmentState.OPEN,
        due_on__lte=today + dt.timedelta(days=SOON_DAYS),
    ).select_related("proposal__lead__deputy", "proposal__station", "day__station")
    rows = []
    for promise in owed.order_by("due_on", "id")[:MOST_ROWS]:
        late = promise.due_on < today
        row = Row(
            state="overdue" if late else "soon",
            label=f"承诺{due_words(promise.due_on)}",
            title=promise.what,
            number=promise.proposal.number if promise.proposal else "",
            whom=promised_where(promise),
            due_on=promise.due_on,
            url=promise_url(promise),
            pk=promise.proposal_id or 0,
            verbs=[],
            keep=promise.pk,
        )
        rows.append((row, "overdue" if late else "soon"))
    return rows


def _part_rows(user: User, only: str) -> list[tuple[Row, str]]:
    parts = Handling.objects.filter(
        unit__in=user.unit_ids(), status__in=OPEN, proposal__status=Status.HANDLING
    )
    if only == "lead":
        parts = parts.filter(part__in=REPLYING_PARTS)
    elif only == "co":
        parts = parts.filter(part="co")
    elif only == "offered":
        parts = parts.filter(status=HandlingStatus.OFFERED)
    elif only == "owed":
        return []
    dates = Deadline.objects.open().filter(kind__in=BINDING).order_by("due_on")
    drafts = Reply.objects.filter(signed_at=None)
    parts = parts.select_related(
        "proposal__lead__deputy", "proposal__station", "unit"
    ).prefetch_related(
        Prefetch("deadlines", dates, to_attr="binding"),
        Prefetch("replies", drafts, to_attr="drafts"),
    )
    rows = [_part_row(part) for part in parts.order_by("id")[:MOST_ROWS]]
    return sorted(rows, key=lambda pair: pair[0].due_on or dt.date.max)


def promise_url(promise: Commitment) -> str:
    """The page that tells of a promise: its own, or that of the matter answered."""
    if promise.proposal is None or promise.day is not None:
        return promise.get_absolute_url()
    return promise.proposal.get_absolute_url()


def promised_where(promise: Any) -> str:
    """文峰社区代表联络站 11月5日接待; of a reply: whose matter it answers."""
    if promise.day is None:
        return _from_whom(promise.proposal)
    on = promise.day.date
    return f"{promise.day.station} {on.month}月{on.day}日接待"


def _from_whom(proposal: Any) -> str:
    """The deputy who leads it, else the station where it came in."""
    return str(proposal.lead.deputy if proposal.lead else proposal.station or "")


def _part_row(part: Any) -> tuple[Row, str]:
    due_on = part.binding[0].due_on if part.binding else None
    left = (due_on - localdate()).days if due_on else None
    asked = any(draft.asked_to_sign_at for draft in part.drafts)
    state, label, verbs = _face(part, asked)
    heap = "doing" if part.status == HandlingStatus.OFFERED else "ink"
    if left is not None and left < 0:
        state, label, heap = "overdue", due_words(due_on), "overdue"
    elif left is not None and left <= SOON_DAYS and heap == "ink":
        heap = "soon"
        if not asked:
            state, label = "soon", due_words(due_on)
    proposal = part.proposal
    row = Row(
        state=state,
        label=label,
        title=proposal.title,
        number=proposal.number,
        whom=_from_whom(proposal),
        due_on=due_on,
        url=proposal.get_absolute_url(),
        pk=proposal.pk,
        verbs=verbs,
    )
    return row, heap


def _face(part: Any, asked: bool) -> tuple[str, str, list[tuple[str, str]]]:
    """State, words and verbs of a part by how far the unit is with it."""
    if part.status == HandlingStatus.OFFERED:
        return "draft", "待签收", [("sign_for", "签收"), ("object", "异议")]
    if part.status == HandlingStatus.OBJECTED:
        return "draft", "等裁定", []
    contact = ("note_contact", "记面商")
    if part.part not in REPLYING_PARTS:
        return "doing", "协办", [contact]
    if asked:
        return "soon", "等签发", [("draft_reply", "看答复稿")]
    return "doing", "办理中", [contact, ("draft_reply", "写答复")]
