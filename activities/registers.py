"""The activity record (活动记录): a line of a sheet each."""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import localtime

from activities.choices import TakingPart
from activities.models import Activity
from activities.querysets import ActivityQuerySet
from common.spreadsheets import OutSheet

MOST_ROWS = 20_000  # of one file; more than an office can read
CHUNK = 500
HEADER = (
    "编号",
    "主题",
    "类型",
    "时间",
    "地点",
    "组织单位",
    "应到",
    "实到",
    "请假",
    "未到",
    "参加部门",
    "参加群众人数",
    "议程",
    "内容纪要",
    "形成意见",
    "转办情况",
    "照片",
    "记录人",
    "审核人",
)


def names_of(activity: Activity, *states: str) -> str:
    """The deputies of `with_people`, of these states (none: all), by name."""
    parts = activity.attendances.all()
    shown = [part for part in parts if not states or part.state in states]
    return "、".join(part.deputy.name for part in shown)


def counted_names(activity: Activity, *states: str) -> str:
    """3 人：王某、李某、张某; empty when there is nobody."""
    names = names_of(activity, *states)
    return f"{names.count('、') + 1} 人：{names}" if names else ""


def guests_of(activity: Activity) -> str:
    return "；".join(str(guest) for guest in activity.guests.all())


def matters_of(activity: Activity) -> str:
    """Numbers of what the voices heard there became."""
    numbers = [
        matter.number
        for visit in activity.visits.all()
        for matter in visit.proposals.all()
    ]
    return "、".join(dict.fromkeys(numbers))


def period_of(activity: Activity) -> str:
    """2026-12-07 9:00–11:00, both days when it lasts longer than one."""
    starts = localtime(activity.starts_at)
    said = f"{starts:%Y-%m-%d} {starts.hour}:{starts:%M}"
    if activity.ends_at is None:
        return said
    ends = localtime(activity.ends_at)
    day = "" if ends.date() == starts.date() else f"{ends:%Y-%m-%d} "
    return f"{said}–{day}{ends.hour}:{ends:%M}"


def record_line(activity: Activity) -> list[Any]:
    """One activity of `with_people`, in the order of HEADER."""
    photos = sum(file.is_image for file in activity.files.all())
    return [
        activity.pk,
        activity.title,
        activity.get_kind_display(),
        period_of(activity),
        activity.place,
        activity.organiser,
        counted_names(activity),
        counted_names(activity, TakingPart.ATTENDED),
        counted_names(activity, TakingPart.ON_LEAVE),
        counted_names(activity, TakingPart.ABSENT),
        guests_of(activity),
        activity.met_count,
        activity.agenda,
        activity.minutes,
        activity.outcome,
        matters_of(activity),
        f"{photos} 张" if photos else "",
        activity.recorded_by.name,
        activity.reviewed_by.name if activity.reviewed_by else "",
    ]


def record_sheet(found: ActivityQuerySet) -> OutSheet:
    """The activities as a sheet, at most MOST_ROWS."""
    return OutSheet("活动记录", HEADER, _lines(found))


def _lines(found: ActivityQuerySet) -> Iterator[list[Any]]:
    for activity in found.with_people()[:MOST_ROWS].iterator(chunk_size=CHUNK):
        yield record_line(activity)
