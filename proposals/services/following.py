"""A voter follows a matter: by number and code, in five plain words."""

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate

from common.crypto import digest
from proposals.choices import CommitmentState, Kind, Status
from proposals.models import Proposal


def find_by_code(number: str, code: str) -> Proposal | None:
    """The opinion with this number whose present code this is, else None.

    Takes the same time whether number or code is wrong: the digest is made and
    compared in every case.
    """
    asked = digest(code.strip().upper())
    rows = Proposal.objects.filter(number=number.strip(), kind=Kind.OPINION)
    found = None
    for row in rows.exclude(query_code="").select_related("station", "unit"):
        if hmac.compare_digest(row.query_code, asked):
            found = row
    return found


def followed(pk: int) -> Proposal | None:
    """The opinion a browser follows that has shown number and code (signed cookie)."""
    rows = Proposal.objects.filter(kind=Kind.OPINION)
    return rows.select_related("station", "unit", "result").filter(pk=pk).first()


@dataclass(frozen=True)
class Stage:
    """One of the voter's five questions."""

    title: str
    on: dt.date | None
    text: str
    place: str  # past, now, late or ""


def stages(proposal: Proposal) -> list[Stage]:
    """收到了 – 交给谁了 – 怎么答复的 – 做到了吗 – 您来评价, without anybody's name."""
    if proposal.status == Status.REFUSED:
        return [_received(proposal), _refused(proposal)]
    rows = [
        _received(proposal),
        _handed(proposal),
        _answered(proposal),
        _kept(proposal),
        _judged(proposal),
    ]
    waiting = next((i for i, row in enumerate(rows) if not row.place), None)
    if waiting is not None:
        row = rows[waiting]
        late = proposal.next_due_on is not None and proposal.next_due_on < localdate()
        place = "late" if late and waiting in (1, 2) else "now"
        rows[waiting] = Stage(row.title, row.on, row.text, place)
    return rows


def waiting_words(proposal: Proposal) -> str:
    """How long the voter has been waiting, and until when at the latest."""
    if proposal.submitted_at is None or proposal.is_over:
        return ""
    days = (localdate() - localdate(proposal.submitted_at)).days
    words = f"已经 {days} 天" if days else "今天反映的"
    due = proposal.next_due_on
    if due is None:
        return words
    day = f"{due.month}月{due.day}日"
    if due < localdate():
        return f"{words}，本该 {day} 前办到这一步，已经晚了，我们在催。"
    return f"{words}，最晚 {day} 有下一步。"


def broken_promises(proposal: Proposal) -> list[Any]:
    """Promises past their day, to be said first and plainly."""
    return list(proposal.commitments.broken(localdate()).order_by("due_on"))  # type: ignore[attr-defined]


def _received(proposal: Proposal) -> Stage:
    on = localdate(proposal.submitted_at) if proposal.submitted_at else None
    text = f"{proposal.station or ''}记下了"
    return Stage("收到了", on, text, "past")


def _refused(proposal: Proposal) -> Stage:
    text = f"没有受理：{proposal.get_ground_display()}。"
    return Stage("这件事不归人大代表办", None, text, "late")


def _handed(proposal: Proposal) -> Stage:
    if proposal.handed_over_at is not None:
        on = localdate(proposal.handed_over_at)
        return Stage(
            "交给谁了", on, proposal.unit.name if proposal.unit else "", "past"
        )
    if proposal.replied_at is not None:
        return Stage("交给谁了", None, "联络站当场答复，没有再交办", "past")
    text = "已经受理，正在定交给哪个单位" if proposal.accepted_at else "等受理"
    return Stage("交给谁了", None, text, "")


def _answered(proposal: Proposal) -> Stage:
    if proposal.replied_at is None or proposal.result is None:
        return Stage("怎么答复的", None, "等答复", "")
    reply = (
        proposal.replies.filter(round=proposal.round, signed_at__isnull=False)
        .order_by("-id")
        .first()
    )
    plain = reply.plain_text if reply else ""
    text = f"{proposal.result.plain_label}。{plain}"
    return Stage("怎么答复的", localdate(proposal.replied_at), text, "past")


def _kept(proposal: Proposal) -> Stage:
    promises = list(proposal.commitments.order_by("due_on"))
    if proposal.replied_at is None:
        return Stage("做到了吗", None, "答复后看", "")
    if not promises:
        solved = bool(proposal.result and proposal.result.counts_as_solved)
        text = "答复说已经做好了" if solved else "这次没有约定日期"
        return Stage("做到了吗", None, text, "past")
    words = [_promise_words(row) for row in promises]
    broken = any(_is_broken(row) for row in promises)
    kept = all(row.state == CommitmentState.KEPT for row in promises)
    place = "late" if broken else "past" if kept else "now"
    return Stage("做到了吗", promises[-1].due_on, "；".join(words), place)


def _is_broken(row: Any) -> bool:
    return row.state == CommitmentState.OPEN and row.due_on < localdate()


def _promise_words(row: Any) -> str:
    day = f"{row.due_on.month}月{row.due_on.day}日前"
    if row.state == CommitmentState.KEPT:
        return f"{row.what}：做到了"
    return f"{row.what}：{day}{'没有做到' if _is_broken(row) else '做'}"


def _judged(proposal: Proposal) -> Stage:
    mark = proposal.ratings.filter(rater="voter", round=proposal.round).first()
    if mark is not None:
        words = f"您评了“{mark.get_result_display()}”，谢谢"
        return Stage("您来评价", localdate(mark.rated_at), words, "past")
    text = "请在下面评一评" if proposal.replied_at else "答复后请您评价"
    return Stage("您来评价", None, text, "")
