"""The register of visitors (选民接待登记表) as a sheet, contacts masked."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localtime

from common.spreadsheets import OutSheet
from deputies.models import Deputy
from stations.models import Visit
from stations.querysets import VisitQuerySet

MOST_ROWS = 20_000  # of one file; more than an office can read
HEADER = (
    "编号",
    "接待日期",
    "时间",
    "联络站",
    "接待代表",
    "记录人",
    "方式",
    "来访人",
    "性别",
    "年龄段",
    "联系电话",
    "所在地",
    "人数",
    "反映内容（原话）",
    "类别",
    "怎么办",
    "当场答复",
    "引导去处",
    "转为事项",
    "旧台账",
)


def register_sheet(visits: VisitQuerySet, count: int) -> OutSheet:
    """The visits as a sheet, at most MOST_ROWS; `count` says how many there are."""
    name = "登记表" if count <= MOST_ROWS else f"登记表（前 {MOST_ROWS} 行）"
    return OutSheet(name, HEADER, _rows(visits))


def _rows(visits: VisitQuerySet) -> Iterator[list[Any]]:
    deputies = Deputy.objects.only("pk", "name").order_by("name")
    rows = visits.select_related("station", "category", "area", "recorded_by")
    rows = rows.with_matters().prefetch_related(
        Prefetch("heard_by", deputies, to_attr="listeners")
    )
    for visit in rows[:MOST_ROWS].iterator(chunk_size=1000):
        yield _line(visit)


def _line(visit: Visit) -> list[Any]:
    when = localtime(visit.visited_at)
    return [
        visit.pk,
        when.date(),
        f"{when:%H:%M}",
        visit.station.name,
        "、".join(deputy.name for deputy in visit.listeners),
        str(visit.recorded_by or "网上自填"),
        visit.get_channel_display(),
        visit.masked_name,
        visit.get_sex_display(),
        visit.get_age_band_display(),
        visit.masked_contact,
        visit.area.name,
        visit.party_size,
        visit.words,
        visit.category.name if visit.category else "",
        visit.get_outcome_display(),
        visit.answer,
        visit.get_referred_to_display(),
        "、".join(matter.number or "" for matter in visit.proposals.all()),
        _origin(visit),
    ]


def _origin(visit: Visit) -> str:
    """Whether a line came from an old ledger, and whether it counts."""
    if not visit.is_imported:
        return ""
    return "旧台账" if visit.is_counted else "旧台账（不计入统计）"
