"""The opinion ledger (意见建议台账) as Excel, in the columns offices use."""

import io
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from common.spreadsheets import OutSheet, write_workbook
from proposals.models import Handling, Proposal, Reply

HEADER = (
    "序号",
    "编号",
    "收集日期",
    "来源",
    "联络站",
    "反映人",
    "代表",
    "标题",
    "内容摘要",
    "类别",
    "处理途径",
    "交办日期",
    "承办单位",
    "协办单位",
    "办理时限",
    "办理进展",
    "答复日期",
    "答复内容",
    "结果类别",
    "反馈选民日期",
    "选民评价",
    "代表评价",
    "是否转建议/编号",
    "办结日期",
    "是否超期",
    "备注",
    "旧台账",
)
MOST_ROWS = 100_000
CHUNK = 500


def ledger_rows(found: QuerySet, known: QuerySet) -> Iterator[tuple[object, ...]]:
    """One tuple a matter, in the order of HEADER.

    Visitors are masked, and named at all only where the visit is among `known`,
    those the reader may know of: a unit learns how many came, not who.
    """
    parts = Handling.objects.select_related("unit").order_by("id")
    signed = Reply.objects.filter(signed_at__isnull=False).order_by("-round")
    rows = found.select_related(
        "category", "station", "unit", "lead__deputy", "result"
    ).prefetch_related(
        "visits",
        "ratings",
        Prefetch("visits", known, to_attr="known_visits"),
        Prefetch("handlings", parts),
        Prefetch("replies", signed),
        Prefetch("outcomes", Proposal.objects.exclude(number="").order_by("id")),
    )
    for n, row in enumerate(rows[:MOST_ROWS].iterator(chunk_size=CHUNK), start=1):
        yield _line(n, row)


def _line(n: int, row: Proposal) -> tuple[object, ...]:
    visits = list(row.visits.all())
    replies = list(row.replies.all())
    marks = {m.rater: m.get_result_display() for m in row.ratings.all()}
    co_units = [str(h.unit) for h in row.handlings.all() if h.part == "co"]
    became = [matter.number for matter in row.outcomes.all()]
    return (
        n,
        row.number,
        _day(row.submitted_at or row.created_at),
        visits[0].get_channel_display() if visits else "代表提出",
        str(row.station or ""),
        _people(row, visits),
        row.lead.deputy.name if row.lead else "",
        row.title,
        row.text[:200],
        str(row.category or ""),
        row.get_route_display(),
        _day(row.handed_over_at),
        row.unit.name if row.unit else "",
        "、".join(co_units),
        row.reply_due_on,
        row.get_status_display(),
        _day(row.replied_at),
        _answer(row, visits, replies)[:500],
        str(row.result or ""),
        _day(row.told_at),
        marks.get("voter", ""),
        marks.get("deputy", ""),
        "、".join(became) or "否",
        _day(row.closed_at),
        "是" if _is_late(row) else "否",
        f"第 {row.round} 轮" if row.round > 1 else "",
        origin(row),
    )


def origin(row: Proposal) -> str:
    """Whether a row came from an old ledger, and whether it counts."""
    if not row.is_imported:
        return ""
    return "旧台账" if row.is_counted else "旧台账（不计入统计）"


def _answer(row: Proposal, visits: list[Any], replies: list[Reply]) -> str:
    """The signed reply; of an imported matter what its old ledger says."""
    if replies:
        return replies[0].text
    return visits[0].answer if row.is_imported and visits else ""


def _is_late(row: Proposal) -> bool:
    """Whether a date of it is past now, or its answer came after the reply date."""
    today = localdate()
    if row.next_due_on is not None and row.next_due_on < today:
        return True
    if row.reply_due_on is None:
        return False
    answered = localdate(row.replied_at) if row.replied_at else None
    return (answered or (row.reply_due_on if row.is_over else today)) > row.reply_due_on


def _people(row: Any, visits: list[Any]) -> str:
    """Who came, masked; of visits one may not know of only how many people."""
    names = [visit.masked_name for visit in row.known_visits]
    known = {visit.pk for visit in row.known_visits}
    others = sum(visit.party_size for visit in visits if visit.pk not in known)
    return "、".join([*names, f"选民 {others} 人"] if others else names)


def _day(moment: object) -> object:
    return localdate(moment) if moment else ""  # type: ignore[arg-type]


def ledger_file(found: QuerySet, known: QuerySet) -> io.BytesIO:
    """The ledger as an .xlsx file, ready to be sent; `known` as in ledger_rows."""
    file = io.BytesIO()
    write_workbook(file, [OutSheet("意见建议台账", HEADER, ledger_rows(found, known))])
    file.seek(0)
    return file
