"""Setting up stations, editing them, and who is stationed there."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate, now

from areas.models import Area
from audit.services import record
from common.crypto import new_code
from common.errors import RuleViolation
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import DayStatus, StationKind, StationStatus
from stations.models import Station, Stationing
from stations.signals import day_changed
from stations.snapshots import day_facts

# What the station's own people may change: what a visitor needs to know.
STAFF_FIELDS = ("phone", "hours", "brand")
TEXTS = {
    "name": ("名称", 100, True),
    "code": ("站码", 20, True),
    "address": ("地址", 200, False),
    "phone": ("电话", 30, False),
    "hours": ("开放时间", 100, False),
    "venue": ("场所", 100, False),
    "shared_with": ("共用单位", 200, False),
    "brand": ("品牌", 100, False),
}
# Roughly China with its seas; a point elsewhere is a slip of the finger.
BOUNDS = {"longitude": ("经度", 73, 136), "latitude": ("纬度", 3, 54)}
CODE = re.compile(r"[A-Z0-9\u4e00-\u9fff]+(-[A-Z0-9\u4e00-\u9fff]+)*")
PHONE = re.compile(r"[0-9０-９+＋\-－—()（）\s转、,，/;；]*")
FIRST_YEAR = 1954  # the first people's congresses
EDITABLE = frozenset(
    {*TEXTS, *BOUNDS, "kind", "area", "parent", "host", "opened_on", "status"}
    | {"is_public", "slot_minutes"}
)
LONGEST_SLOT = 240  # minutes


@transaction.atomic
def create_station(
    area: Area, *, actor: Any, name: str, code: str, **facts: Any
) -> Station:
    """Set up a station; its code numbers its opinions, its public address is random."""
    if not may.in_own_area(actor, area.code):
        raise PermissionDenied
    values = _checked(facts | {"name": name, "code": code}, station=None)
    _check_host(values.get("host"), area, station=None)
    try:
        with transaction.atomic():
            station = Station.objects.create(
                area=area, slug=new_code(10).lower(), **values
            )
    except IntegrityError as taken:
        raise _taken(values["code"]) from taken
    record("create", station, actor=actor, label="设立联络站", data={"code": code})
    return station


@transaction.atomic
def edit_station(station: Station, *, actor: Any, **changes: Any) -> Station:
    """Change what is given and differs; staff of the station only STAFF_FIELDS.

    The code stays once opinions are numbered by it.
    """
    if not may.may_edit_station(actor, station):
        raise PermissionDenied
    values = _checked(changes, station=station)
    values = {k: v for k, v in values.items() if getattr(station, k) != v}
    if not may.oversees(actor, station) and set(values) - set(STAFF_FIELDS):
        raise PermissionDenied
    if "area" in values and not may.in_own_area(actor, values["area"].code):
        raise RuleViolation("请选择自己负责范围内的地区。", field="area")
    if "code" in values and station.proposals.exists():
        raise RuleViolation("已有事项按这一站码编号，站码不能再改。", field="code")
    if values.get("status") == StationStatus.CLOSED:
        raise RuleViolation("撤站请用“撤销联络站”，一并安排驻站代表。", field="status")
    if "host" in values or "area" in values:
        host = values.get("host", station.host)
        _check_host(host, values.get("area", station.area), station)
    if not values:
        return station
    was = {name: _plain(getattr(station, name)) for name in values}
    former_area = station.area_id
    for name, value in values.items():
        setattr(station, name, value)
    station.updated_at = now()
    try:
        with transaction.atomic():
            station.save(update_fields=[*values, "updated_at"])
    except IntegrityError as taken:
        raise _taken(str(values.get("code", ""))) from taken
    if station.area_id != former_area:
        _move_held_days(station, former_area)
    told = {name: [was[name], _plain(value)] for name, value in values.items()}
    record("edit", station, actor=actor, label="修改联络站", data={"changes": told})
    return station


def _move_held_days(station: Station, former_area: str) -> None:
    """Held days count where their station lies: tell the figures that it moved."""
    held = station.days.filter(status=DayStatus.HELD).select_related("station")
    for day in held.iterator():
        facts = day_facts(day)
        before = (facts or {}) | {"area_code": former_area}
        day_changed.send(type(day), before=before, after=facts)


@transaction.atomic
def station_deputy(
    station: Station, deputy: Deputy, *, actor: Any, starts_on: dt.date
) -> Stationing:
    """Station a deputy here from a day on; the same deputy only once at a time."""
    if not may.oversees(actor, station):
        raise PermissionDenied
    _check_year(starts_on, "starts_on")
    if not Deputy.objects.active(max(starts_on, localdate())).filter(pk=deputy.pk):
        raise RuleViolation(f"{deputy.name}没有在任的代表资格。", field="deputy")
    later = Q(ends_on=None) | Q(ends_on__gt=starts_on)
    if Stationing.objects.filter(later, station=station, deputy=deputy).exists():
        raise RuleViolation(f"{deputy.name}已驻本站。", field="deputy")
    try:
        with transaction.atomic():
            stationing = Stationing.objects.create(
                station=station, deputy=deputy, starts_on=starts_on
            )
    except IntegrityError as twice:
        raise RuleViolation(f"{deputy.name}已驻本站。", field="deputy") from twice
    note = f"{deputy.name}，{starts_on:%Y-%m-%d} 起"
    record("station_deputy", station, actor=actor, label="代表进站", note=note)
    return stationing


@transaction.atomic
def end_stationing(stationing: Stationing, *, actor: Any, ends_on: dt.date) -> None:
    """End it; `ends_on` is the first day without."""
    station = stationing.station
    if not may.oversees(actor, station):
        raise PermissionDenied
    _check_year(ends_on, "ends_on")
    if ends_on <= stationing.starts_on:
        raise RuleViolation("结束日须晚于开始日。", field="ends_on")
    open_one = Stationing.objects.filter(pk=stationing.pk, ends_on=None)
    if not open_one.update(ends_on=ends_on):
        raise RuleViolation("这一驻站已经结束。", field="ends_on")
    stationing.ends_on = ends_on
    note = f"{stationing.deputy.name}，{ends_on:%Y-%m-%d} 止"
    record("end_stationing", station, actor=actor, label="代表离站", note=note)


def _checked(values: dict[str, Any], station: Station | None) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise TypeError(f"no such facts of a station: {', '.join(sorted(unknown))}")
    found = dict(values)
    for field in TEXTS.keys() & found.keys():
        label, longest, required = TEXTS[field]
        found[field] = one_line(
            found[field] or "",
            label=label,
            field=field,
            longest=longest,
            required=required,
        )
    for field, choices in (("kind", StationKind), ("status", StationStatus)):
        if field in found and found[field] not in choices.values:
            raise RuleViolation("没有这一选项。", field=field)
    if "code" in found:
        found["code"] = _code(found["code"])
    if not PHONE.fullmatch(found.get("phone", "")):
        raise RuleViolation("电话请只写数字和横线，分机写“转”。", field="phone")
    for field in BOUNDS.keys() & found.keys():
        found[field] = _degrees(field, found[field])
    if found.get("opened_on"):
        _check_opened(found["opened_on"])
    if not 0 <= found.get("slot_minutes", 0) <= LONGEST_SLOT:
        raise RuleViolation(f"请填 0 到 {LONGEST_SLOT} 分钟。", field="slot_minutes")
    _check_parent(found.get("parent"), station)
    return found


def _code(text: str) -> str:
    code = text.upper()
    if not CODE.fullmatch(code):
        raise RuleViolation("站码只用字母、数字、汉字和短横线。", field="code")
    return code


def _taken(code: str) -> RuleViolation:
    return RuleViolation(f"站码 {code} 已被别的站使用。", field="code")


def _degrees(field: str, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    label, low, high = BOUNDS[field]
    degrees = Decimal(value).quantize(Decimal("0.000001"))
    if not low <= degrees <= high:
        raise RuleViolation(f"{label}应在 {low} 到 {high} 之间。", field=field)
    return degrees


def _check_opened(day: dt.date) -> None:
    if day.year < FIRST_YEAR or day > localdate():
        raise RuleViolation(
            f"建站日应在 {FIRST_YEAR} 年以后、今天以前。", field="opened_on"
        )


def _check_year(day: dt.date, field: str) -> None:
    if not FIRST_YEAR <= day.year <= localdate().year + 10:
        raise RuleViolation("请检查日期的年份。", field=field)


def _check_parent(parent: Station | None, station: Station | None) -> None:
    """A station is not above itself, however long the way round."""
    steps = 0
    while parent is not None:
        if (station is not None and parent.pk == station.pk) or steps > 10:
            raise RuleViolation("上级站不能是本站或本站的下级。", field="parent")
        parent, steps = parent.parent, steps + 1


def _check_host(host: Station | None, area: Area, station: Station | None) -> None:
    """A venue is a station in use of the same county that is no guest itself."""
    if host is None:
        return
    pair = [host.pk, station.pk if station else host.pk]
    # Holds both rows until commit: of two edits at once the second sees the first.
    Station.objects.filter(pk__in=pair).update(updated_at=now())
    host = Station.objects.get(pk=host.pk)
    if station is not None and (host.pk == station.pk or station.guests.exists()):
        raise RuleViolation("本站已有别的站设在这里，不能再设在别处。", field="host")
    if host.host_id is not None:
        raise RuleViolation(f"{host}自己设在别的站，请选那个站。", field="host")
    if host.status == StationStatus.CLOSED:
        raise RuleViolation(f"{host}已经撤销。", field="host")
    if host.area_id[:6] != area.code[:6]:
        raise RuleViolation("只能设在同一个县（市、区）的站里。", field="host")


def _plain(value: Any) -> Any:
    """As the trail keeps it: plain JSON."""
    return value if value is None or isinstance(value, bool | int) else str(value)
