"""Ledgers of activities: study, duty reports, surveys, help, and all of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate

from activities.choices import ActivityKind, ActivityStatus, TakingPart
from activities.models import Activity
from activities.registers import (
    HEADER,
    counted_names,
    guests_of,
    matters_of,
    names_of,
    record_line,
)
from deputies.models import Mandate
from reports.ledgers.shape import CHUNK, Asked, Column, Ledger, Line, figure, hand

CAME, LEAVE = TakingPart.ATTENDED, TakingPart.ON_LEAVE


def held(asked: Asked, *kinds: str) -> Any:
    """The activities held there and then, of these kinds (none: all), in order."""
    found = Activity.objects.visible_to(asked.user).filter(
        asked.where(), asked.during("starts_at"), status=ActivityStatus.HELD
    )
    if kinds:
        found = found.filter(kind__in=kinds)
    return found.with_people().order_by("starts_at", "id")


def lines_of(
    cells: Callable[[Activity], list[Any]], *kinds: str
) -> Callable[[Asked, int], Iterator[Line]]:
    """The lines of a ledger whose every line is one activity."""

    def lines(asked: Asked, most: int) -> Iterator[Line]:
        for row in held(asked, *kinds)[:most].iterator(chunk_size=CHUNK):
            yield row.starts_at, cells(row)

    return lines


def _count(activity: Activity, *states: str) -> int:
    parts = activity.attendances.all()
    return sum(not states or part.state in states for part in parts)


def _study(row: Activity) -> list[Any]:
    return [
        localdate(row.starts_at),
        "：".join(word for word in (row.title, row.minutes or row.agenda) if word),
        row.speaker,
        row.place,
        _count(row),
        _count(row, CAME),
        names_of(row, LEAVE),
        row.hours,
        row.recorded_by.name,
    ]


STUDY = Ledger(
    "study",
    "学习培训登记簿",
    (
        Column("日期", 1.8),
        Column("内容", 6),
        Column("主讲", 1.6),
        Column("地点", 2),
        figure("应到"),
        figure("实到"),
        Column("请假", 2),
        figure("学时"),
        Column("记录人", 1.4),
        hand("备注", 1.6),
    ),
    lines_of(_study, ActivityKind.STUDY),
    note="已开展的学习培训。",
)


def _survey(row: Activity) -> list[Any]:
    return [
        localdate(row.starts_at),
        row.title,
        "；".join(word for word in (row.target, guests_of(row)) if word),
        names_of(row, CAME),
        row.findings,
        row.outcome,
        matters_of(row),
    ]


SURVEY = Ledger(
    "survey",
    "调研视察登记簿",
    (
        Column("日期", 1.8),
        Column("主题", 2.6),
        Column("对象单位", 2.4),
        Column("参加代表", 2.4),
        Column("发现问题", 4),
        Column("建议", 4),
        Column("转办", 2),
        hand("反馈", 2),
    ),
    lines_of(_survey, ActivityKind.SURVEY, ActivityKind.LAW_CHECK),
    note="已开展的调研、视察和执法检查。",
)


def _pairing(row: Activity) -> list[Any]:
    return [
        localdate(row.starts_at),
        row.title,
        row.target,
        names_of(row, CAME),
        row.minutes,
        row.outcome,
        row.recorded_by.name,
    ]


PAIRING = Ledger(
    "pairing",
    "双百帮扶登记簿",
    (
        Column("日期", 1.8),
        Column("帮扶主题", 2.6),
        Column("帮扶对象", 2.4),
        Column("参加代表", 2.4),
        Column("帮扶内容", 4.5),
        Column("帮扶成效", 3.5),
        Column("记录人", 1.4),
        hand("备注", 1.6),
    ),
    lines_of(_pairing, ActivityKind.PAIRING),
    note="已开展的结对帮扶。",
)


def _duty_report(row: Any) -> list[Any]:
    came = [part.deputy for part in row.attendances.all() if part.state == CAME]
    names = "、".join(deputy.name for deputy in came)
    districts = [seat.source_name for one in came for seat in one.ledger_seats]
    return [
        localdate(row.starts_at),
        names,
        "、".join(dict.fromkeys(filter(None, districts))),
        row.met_count,
        "：".join(word for word in (row.title, row.minutes) if word),
        row.satisfied,
        row.basically,
        row.dissatisfied,
        row.outcome,
    ]


def _duty_reports(asked: Asked, most: int) -> Iterator[Line]:
    seats = Mandate.objects.on(asked.until).order_by("level", "id")
    found = held(asked, ActivityKind.DUTY_REPORT).prefetch_related(
        Prefetch("attendances__deputy__mandates", seats, to_attr="ledger_seats")
    )
    for row in found[:most].iterator(chunk_size=CHUNK):
        yield row.starts_at, _duty_report(row)


DUTY_REPORT = Ledger(
    "duty_report",
    "述职履职登记簿",
    (
        Column("日期", 1.8),
        Column("代表", 2.2),
        Column("选区", 2.4),
        figure("参加人数"),
        Column("报告", 4.5),
        figure("满意"),
        figure("基本满意"),
        figure("不满意"),
        Column("意见", 3.5),
        hand("反馈日期", 1.8),
    ),
    _duty_reports,
    note="已开展的述职；测评为满意、基本满意、不满意的票数。",
)


def _meeting(row: Activity) -> list[Any]:
    return record_line(row)


WIDE = {
    "主题": 2.4,
    "内容纪要": 4,
    "议程": 2.4,
    "形成意见": 3,
    "应到": 2.4,
    "实到": 2.4,
}
NARROW = {"编号": 1.2, "参加群众人数": 1.2, "照片": 1, "类型": 1.4}
ACTIVITIES = Ledger(
    "activities",
    "代表活动记录簿",
    tuple(Column(name, (WIDE | NARROW).get(name, 1.8)) for name in HEADER),
    lines_of(_meeting),
    note="已开展的全部活动。",
    paper="a3",
)


def contact_lines(asked: Asked, most: int) -> Iterator[Line]:
    """Activities of contact as lines of 联系选民: whom, how, what, what came of it."""
    for row in held(asked, ActivityKind.CONTACT)[:most].iterator(chunk_size=CHUNK):
        met = f"群众 {row.met_count} 人" if row.met_count else ""
        cells = [
            localdate(row.starts_at),
            names_of(row, CAME),
            "；".join(word for word in (row.target, met) if word),
            "走访座谈",
            "：".join(word for word in (row.title, row.minutes) if word),
            row.findings or row.outcome,
            matters_of(row),
        ]
        yield row.starts_at, cells


def supervision_lines(asked: Asked, most: int) -> Iterator[Line]:
    """Activities of supervision as lines of 建议督办."""
    found = held(asked, ActivityKind.SUPERVISION)
    for row in found[:most].iterator(chunk_size=CHUNK):
        cells = [
            localdate(row.starts_at),
            matters_of(row) or row.target,
            counted_names(row, CAME),
            "现场督办",
            row.findings or row.title,
            None,
            row.outcome,
        ]
        yield row.starts_at, cells
