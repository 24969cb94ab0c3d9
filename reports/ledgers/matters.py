"""Ledgers of matters: opinions, suggestions, supervision, and how they were judged."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.timezone import localdate, now

from deputies.models import Deputy
from proposals.choices import DeadlineKind, Kind, Part, Rater, Status
from proposals.export import HEADER, ledger_rows
from proposals.models import Deadline, Handling, Proposal
from reports.ledgers.meetings import supervision_lines
from reports.ledgers.shape import CHUNK, Asked, Column, Ledger, Line, hand
from reports.ledgers.voices import merged
from stations.models import Visit

LATE_KINDS = (DeadlineKind.REPLY, DeadlineKind.REDO, DeadlineKind.COMMITMENT)
UNHANDED = (Status.DRAFT, Status.COSIGNING, Status.WITHDRAWN)


def _matters(asked: Asked, *kinds: str) -> Any:
    found = Proposal.objects.visible_to(asked.user).filter(asked.where())
    return found.filter(kind__in=kinds) if kinds else found


# --- 意见建议台账 -------------------------------------------------------------------

OPINION_WIDTHS = {
    "序号": 1,
    "编号": 2.4,
    "标题": 3,
    "内容摘要": 4.5,
    "答复内容": 4.5,
    "代表": 1.4,
    "来源": 1.2,
    "是否超期": 1,
    "备注": 1.2,
}


def _opinions(asked: Asked, most: int) -> Iterator[Line]:
    """The columns and rows of proposals.export, oldest first."""
    found = _matters(asked, Kind.OPINION).filter(asked.during("submitted_at"))
    known = Visit.objects.visible_to(asked.user)
    rows = ledger_rows(found.order_by("submitted_at", "id"), known)
    for _, cells in zip(range(most), rows, strict=False):
        yield now(), list(cells)[1:]


OPINIONS = Ledger(
    "opinions",
    "意见建议台账",
    tuple(Column(name, OPINION_WIDTHS.get(name, 1.7)) for name in HEADER[1:]),
    _opinions,
    note="按提交日期；姓名已脱敏。",
    paper="a3",
)

# --- 代表建议目录 -------------------------------------------------------------------


def _suggestions_of(asked: Asked) -> Any:
    lead = Deputy.objects.only("pk", "name", "employer_post")
    found = Proposal.objects.visible_to(asked.user).filter(_where(asked))
    found = found.filter(kind__in=(Kind.SUGGESTION, Kind.BILL))
    found = found.exclude(status__in=UNHANDED)
    parts = Handling.objects.select_related("unit").order_by("id")
    return (
        found.filter(asked.during("submitted_at"))
        .select_related("category", "unit")
        .prefetch_related(
            Prefetch("lead__deputy", lead),
            Prefetch("handlings", parts),
            "ratings",
        )
        .defer("text", "request", "bigrams")
        .order_by("submitted_at", "id")
    )


def _where(asked: Asked) -> Q:
    """Suggestions lie in an area; of a station they are those of its deputies."""
    if asked.station is None:
        return asked.where()
    stationed = asked.station.stationings.on(asked.until).values("deputy")
    return asked.where() | Q(lead__deputy__in=stationed)


def _author(row: Proposal) -> tuple[str, str]:
    deputy = row.lead.deputy if row.lead else None
    return (deputy.employer_post, deputy.name) if deputy else ("", "")


def _parts(row: Proposal, *parts: str) -> str:
    return "、".join(
        str(handling.unit)
        for handling in row.handlings.all()
        if handling.part in parts and handling.round == row.round
    )


def _handled_as(row: Proposal) -> str:
    """办理类型: 独办, 主办（协办 …）, 分办."""
    present = [h for h in row.handlings.all() if h.round == row.round]
    words = dict.fromkeys(h.get_part_display() for h in present if h.part != Part.CO)
    return "、".join(words)


def _suggestion(row: Proposal) -> list[Any]:
    employer, name = _author(row)
    return [
        row.number,
        employer,
        name,
        row.title,
        row.get_kind_display(),
        str(row.category or ""),
        "会上" if row.proposed_in_session else "闭会",
        "是" if row.is_public else "否",
        localdate(row.submitted_at) if row.submitted_at else "",
        row.get_status_display(),
        _parts(row, Part.SINGLE, Part.LEAD, Part.SEPARATE),
        _parts(row, Part.CO),
        _handled_as(row),
        row.reply_due_on or "",
    ]


def _suggestions(asked: Asked, most: int) -> Iterator[Line]:
    for row in _suggestions_of(asked)[:most].iterator(chunk_size=CHUNK):
        yield row.submitted_at, _suggestion(row)


SUGGESTIONS = Ledger(
    "suggestions",
    "代表建议目录",
    (
        Column("建议编号", 2.2),
        Column("提建议人单位", 2.4),
        Column("领衔代表", 1.6),
        Column("标题", 4),
        Column("类型", 1.4),
        Column("类别", 1.6),
        Column("是否会上", 1.1),
        Column("可否网上公开", 1.1),
        Column("提交日期", 1.8),
        Column("提交状态", 1.4),
        Column("拟主办单位", 2.2),
        Column("协办单位", 2),
        Column("办理类型", 1.3),
        Column("要求结办日期", 1.8),
        hand("备注", 1.2),
    ),
    _suggestions,
    note="按提交日期；不含草稿和撤回的。选联络站时为驻站代表提出的。",
)


def _judged(row: Proposal) -> list[Any]:
    employer, name = _author(row)
    marks = [m.result for m in row.ratings.all() if m.rater == Rater.DEPUTY]
    mark = marks[-1] if marks else ""
    ticks = ["√" if mark == kind else "" for kind in _MARKS]
    unit = row.unit.name if row.unit else ""
    return [row.number, employer, name, row.title, unit, *ticks]


_MARKS = ("satisfied", "basically", "dissatisfied")


def _judgements(asked: Asked, most: int) -> Iterator[Line]:
    for row in _suggestions_of(asked)[:most].iterator(chunk_size=CHUNK):
        yield row.submitted_at, _judged(row)


JUDGEMENTS = Ledger(
    "judgements",
    "代表建议满意度测评表",
    (
        Column("编号", 2.2),
        Column("领衔代表单位", 2.6),
        Column("领衔代表", 1.6),
        Column("标题", 5),
        Column("主办单位", 2.6),
        Column("满意", 1),
        Column("基本满意", 1.2),
        Column("不满意", 1.2),
        hand("备注", 2),
    ),
    _judgements,
    note="代表最近一次对办理结果的评价。",
)

# --- 建议督办 -----------------------------------------------------------------------


def _pressed(asked: Asked) -> Any:
    """Matters with a date missed, handled anew, or taken a level up."""
    today = localdate()
    missed = Deadline.objects.filter(proposal=OuterRef("pk"), kind__in=LATE_KINDS)
    missed = missed.filter(dropped_at=None, met_at=None, due_on__lt=today)
    lines = Deadline.objects.filter(kind__in=LATE_KINDS, dropped_at=None)
    found = _matters(asked).filter(asked.during("handed_over_at"))
    found = found.annotate(is_missed=Exists(missed))
    again = Q(is_missed=True) | Q(round__gt=1) | Q(status=Status.ESCALATED)
    return (
        found.filter(again)
        .select_related("unit", "result")
        .prefetch_related(Prefetch("deadlines", lines.order_by("due_on")))
        .defer("text", "request", "bigrams")
        .order_by("handed_over_at", "id")
    )


def _press(row: Any, today: dt.date) -> list[Any]:
    problems = [row.title, row.unit.name if row.unit else ""]
    due_on = None
    for line in row.deadlines.all():
        if line.met_at is None:
            due_on = line.due_on
            late = (today - line.due_on).days
            if late > 0:
                problems.append(f"{line.get_kind_display()}逾期 {late} 天")
    if row.round > 1:
        problems.append(f"第 {row.round} 轮办理")
    if row.status == Status.ESCALATED:
        problems.append("提级处理")
    outcome = f"{row.get_status_display()} {row.result or ''}".strip()
    return [
        localdate(row.handed_over_at),
        row.number,
        "",
        "",
        "；".join(filter(None, problems)),
        due_on,
        outcome,
    ]


def _supervised(asked: Asked, most: int) -> Iterator[Line]:
    today = localdate()
    found = _pressed(asked)[:most].iterator(chunk_size=CHUNK)
    matters = ((row.handed_over_at, _press(row, today)) for row in found)
    return merged(most, matters, supervision_lines(asked, most))


SUPERVISION = Ledger(
    "supervision",
    "建议督办登记簿",
    (
        Column("日期", 1.8),
        Column("建议号", 2.4),
        Column("督办人", 2.4),
        Column("方式", 1.8),
        Column("问题", 6),
        Column("整改时限", 1.8),
        Column("结果", 3.5),
        hand("备注", 1.6),
    ),
    _supervised,
    note="督办活动；以及逾期、重办或提级的事项（日期为交办日），督办人和方式可手填。",
)
