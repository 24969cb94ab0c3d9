"""Ledgers of what voters said: receptions, contacts; and the notices of receptions."""

import heapq
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate, localtime

from deputies.models import Deputy
from proposals.models import Proposal
from reports.ledgers.meetings import contact_lines
from reports.ledgers.shape import CHUNK, Asked, Column, Ledger, Line, hand
from stations.choices import NOT_COMING, Channel
from stations.models import Duty, ReceptionDay, Visit

# Voters who come to the deputies; the other channels are deputies going to voters.
RECEIVED = (Channel.STATION, Channel.APPOINTMENT, Channel.LETTER, Channel.ONLINE)


def _visits(asked: Asked) -> Any:
    """What was said there and then, with listeners and matters: no query per row."""
    deputies = Deputy.objects.only("pk", "name").order_by("name", "id")
    matters = Proposal.objects.select_related("result").defer(
        "text", "request", "bigrams"
    )
    found = Visit.objects.visible_to(asked.user).filter(
        asked.where(), asked.during("visited_at")
    )
    return (
        found.select_related("station", "day", "category", "recorded_by")
        .prefetch_related(
            Prefetch("heard_by", deputies, to_attr="listeners"),
            Prefetch("proposals", matters.order_by("id"), to_attr="matters"),
        )
        .order_by("visited_at", "id")
    )


def _names(visit: Any) -> str:
    return "、".join(deputy.name for deputy in visit.listeners)


def _who(visit: Visit) -> str:
    more = f"等 {visit.party_size} 人" if visit.party_size > 1 else ""
    return f"{visit.masked_name}{more}"


def _way(visit: Any) -> str:
    """处理方式: what became of it, where it was sent, and by which numbers."""
    said = visit.get_outcome_display()
    if visit.referred_to:
        said += f"：{visit.get_referred_to_display()}"
    routes = [m.get_route_display() for m in visit.matters if m.route]
    numbers = [m.number for m in visit.matters if m.number]
    return "；".join(dict.fromkeys([said, *routes, *numbers]))


def _result(visit: Any) -> str:
    """办理结果: answered on the spot, else how far the matters are."""
    if visit.answer:
        return str(visit.answer)
    said = [f"{m.get_status_display()} {m.result or ''}".strip() for m in visit.matters]
    return "；".join(dict.fromkeys(said))


def _told(visit: Any) -> Any:
    days = [localdate(m.told_at) for m in visit.matters if m.told_at]
    return max(days) if days else ""


def _reception(visit: Any) -> list[Any]:
    when = localtime(visit.visited_at)
    return [
        visit.pk,
        f"{when:%Y-%m-%d %H:%M}",
        visit.day.place if visit.day else visit.station.name,
        _names(visit),
        _who(visit),
        visit.words,
        visit.category.name if visit.category else "",
        _way(visit),
        _result(visit),
        _told(visit),
        str(visit.recorded_by or "网上自填"),
    ]


def _received(asked: Asked, most: int) -> Iterator[Line]:
    found = _visits(asked).filter(channel__in=RECEIVED)
    for visit in found[:most].iterator(chunk_size=CHUNK):
        yield visit.visited_at, _reception(visit)


RECEPTION = Ledger(
    "reception",
    "接待接访登记簿",
    (
        Column("编号", 1.2),
        Column("接待时间", 1.9),
        Column("接待地点", 2),
        Column("接待代表", 1.7),
        Column("选民", 1.6),
        Column("反映的意见和请求（保持原话原意）", 5),
        Column("类别", 1.5),
        Column("处理方式", 2.6),
        Column("办理结果", 3),
        Column("告知选民", 1.8),
        Column("记录人", 1.3),
        hand("告知接待代表", 1.6),
        hand("存档", 1.2),
    ),
    _received,
    note="到站、预约、来信和网上来访；走访、电话和活动中听到的在联系选民登记簿。",
)


def _contact(visit: Any) -> list[Any]:
    return [
        localdate(visit.visited_at),
        _names(visit),
        _who(visit),
        visit.get_channel_display(),
        visit.words,
        visit.request,
        _way(visit),
    ]


def _visited(asked: Asked, most: int) -> Iterator[Line]:
    found = _visits(asked).exclude(channel__in=RECEIVED)
    for visit in found[:most].iterator(chunk_size=CHUNK):
        yield visit.visited_at, _contact(visit)


def merged(most: int, *sources: Iterator[Line]) -> Iterator[Line]:
    """Lines of several sources in order of time, at most so many."""
    lines = heapq.merge(*sources, key=lambda line: line[0])
    for _, line in zip(range(most), lines, strict=False):
        yield line


def _contacts(asked: Asked, most: int) -> Iterator[Line]:
    return merged(most, _visited(asked, most), contact_lines(asked, most))


CONTACT = Ledger(
    "contact",
    "联系选民登记簿",
    (
        Column("日期", 1.8),
        Column("代表", 2.2),
        Column("选民（户）", 2.2),
        Column("方式", 1.6),
        Column("内容", 6),
        Column("意见", 3.5),
        Column("处理", 3),
        hand("备注", 1.6),
    ),
    _contacts,
    note="走访、电话和活动中听到的，加上走访座谈活动。",
)


def _notice(day: Any) -> list[Any]:
    hours = [f"{time.hour}:{time:%M}" for time in (day.starts_at, day.ends_at)]
    coming = [d.deputy.name for d in day.ledger_duties if d.state not in NOT_COMING]
    number = f"〔{day.notice_year}〕{day.notice_number}号" if day.notice_number else ""
    return [
        number,
        day.date,
        "–".join(hours),
        f"{day.station.name}（{day.place}）",
        "、".join(coming),
        day.topic,
        localdate(day.announced_at),
        day.get_status_display(),
    ]


def _notices(asked: Asked, most: int) -> Iterator[Line]:
    duties = Duty.objects.select_related("deputy").order_by("id")
    found = ReceptionDay.objects.visible_to(asked.user).filter(
        asked.where("station__"),
        date__range=(asked.since, asked.until),
        announced_at__isnull=False,
    )
    found = found.select_related("station").prefetch_related(
        Prefetch("duties", duties, to_attr="ledger_duties")
    )
    for day in found.order_by("date", "id")[:most].iterator(chunk_size=CHUNK):
        yield day.announced_at, _notice(day)


NOTICES = Ledger(
    "notices",
    "接待日公告目录",
    (
        Column("公告号", 1.8),
        Column("接待日", 1.8),
        Column("接待时间", 1.8),
        Column("接待地点", 3.5),
        Column("接待人（代表姓名）", 3.5),
        Column("主题", 2.4),
        Column("公告日期", 1.8),
        Column("状态", 1.4),
        hand("备注", 2),
    ),
    _notices,
    note="已公告的接待日。",
)
