"""The registry: which villages a station serves, closing it, many lines at once."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, now

from areas.choices import Level
from areas.models import Area
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import StationStatus
from stations.models import ReceptionDay, Station
from stations.services.stations import end_stationing, station_deputy

NAMED = 10  # villages that a line of the trail names


@transaction.atomic
def serve(
    station: Station, *, actor: Any, add: Iterable[Area] = (), drop: Iterable[Area] = ()
) -> None:
    """Villages that the station serves from now on, and those it no longer serves."""
    if not may.oversees(actor, station):
        raise PermissionDenied
    if station.status == StationStatus.CLOSED:
        raise RuleViolation(f"{station}已经撤销。", field="station")
    served = set(station.serves.values_list("pk", flat=True))
    new = [village for village in add if village.pk not in served]
    gone = [village for village in drop if village.pk in served]
    for village in new:
        if village.level != Level.VILLAGE or village.pk[:6] != station.area_id[:6]:
            text = f"{village}不是本县（市、区）的村、社区。"
            raise RuleViolation(text, field="villages")
    if not new and not gone:
        return
    station.serves.add(*new)
    station.serves.remove(*gone)
    note = "；".join(
        f"{word}{_names(rows)}"
        for word, rows in (("增加", new), ("减去", gone))
        if rows
    )
    data = {"add": [row.pk for row in new], "drop": [row.pk for row in gone]}
    record("serve", station, actor=actor, label="服务村社区", note=note, data=data)


def _names(villages: list[Area]) -> str:
    named = "、".join(str(village) for village in villages[:NAMED])
    return named if len(villages) <= NAMED else f"{named}等 {len(villages)} 个"


@transaction.atomic
def station_deputies(
    station: Station, deputies: Iterable[Deputy], *, actor: Any, starts_on: dt.date
) -> int:
    """Station several deputies at once, all or none; answers how many."""
    count = 0
    for deputy in deputies:
        station_deputy(station, deputy, actor=actor, starts_on=starts_on)
        count += 1
    return count


@transaction.atomic
def close_station(
    station: Station, *, actor: Any, reason: str, moves_to: Station | None = None
) -> None:
    """Close it for good; its deputies leave today, for `moves_to` if there is one.

    Refused while days are to come, or while other stations are under it or in it.
    """
    if not may.oversees(actor, station):
        raise PermissionDenied
    reason = one_line(reason, label="原因", field="reason", longest=200, required=True)
    _check_moves_to(station, moves_to, actor)
    # The first deed of two at once holds the row; the second finds it closed.
    still = Station.objects.filter(pk=station.pk).exclude(status=StationStatus.CLOSED)
    if not still.update(status=StationStatus.CLOSED, updated_at=now()):
        raise WrongState(f"{station}已经撤销。")
    if blocks := closing_blocks(station):
        raise RuleViolation("还不能撤销：" + "；".join(blocks) + "。")
    moved = _move_deputies(station, moves_to, actor)
    station.status = StationStatus.CLOSED
    data = {"moved": moved, "moves_to": moves_to.pk if moves_to else None}
    record("close", station, actor=actor, label="撤销联络站", note=reason, data=data)


def closing_blocks(station: Station) -> list[str]:
    """What has to be settled before the station closes, in Chinese."""
    counts = (
        (
            "将来的接待日 {} 个",
            ReceptionDay.objects.filter(station=station).coming(localdate()),
        ),
        ("下级站 {} 个", station.children.exclude(status=StationStatus.CLOSED)),
        ("设在本站的站点 {} 个", station.guests.exclude(status=StationStatus.CLOSED)),
    )
    return [text.format(n) for text, rows in counts if (n := rows.count())]


def _check_moves_to(station: Station, moves_to: Station | None, actor: Any) -> None:
    if moves_to is None:
        return
    if moves_to.pk == station.pk or moves_to.status == StationStatus.CLOSED:
        raise RuleViolation("请选另一个在用的站。", field="moves_to")
    if not may.oversees(actor, moves_to):
        raise RuleViolation("请选自己负责范围内的站。", field="moves_to")


def _move_deputies(station: Station, moves_to: Station | None, actor: Any) -> int:
    today = localdate()
    rows = station.stationings.filter(ends_on=None).select_related("deputy")
    there: set[int] = set()
    if moves_to is not None:
        there = set(moves_to.stationings.on(today).values_list("deputy", flat=True))
    known = Deputy.objects.active(today).values_list("pk", flat=True)
    seated = set(known.filter(pk__in=[row.deputy_id for row in rows]))
    moved = 0
    for row in rows:
        # One that has not begun yet lasts a day: periods are never empty.
        last = max(today, row.starts_on + dt.timedelta(days=1))
        end_stationing(row, actor=actor, ends_on=last)
        if moves_to and row.deputy_id in seated and row.deputy_id not in there:
            station_deputy(moves_to, row.deputy, actor=actor, starts_on=last)
            moved += 1
    return moved
