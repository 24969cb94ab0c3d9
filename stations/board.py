"""The public notice board: every announced reception of a county or town, by date.

Those called off or moved stay on it and say so: whoever had read the notice looks
for it under the day it was announced for.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Prefetch
from django.urls import reverse

from areas.choices import Level
from areas.models import Area
from common.paging import KeysetPage
from stations.choices import NOT_COMING, DayStatus
from stations.models import Duty, ReceptionDay, Station
from stations.notices import public_path
from stations.slots import takes_bookings

PER_PAGE = 60
KEPT_SECONDS = 60  # a board may be a minute old; a call-off is telephoned anyway
ORDER = ("date", "starts_at", "id")


@dataclass(frozen=True)
class Line:
    """One reception as the board says it, under the day `on`."""

    on: dt.date
    hours: tuple[dt.time, dt.time]
    station: str
    station_url: str
    place: str
    topic: str
    names: str
    state: str  # "", cancelled, moved (away from `on`), held
    note: str
    notice_url: str
    book_url: str


def places(code: str) -> list[Area]:
    """What one may narrow the board to: counties; within one of them its towns."""
    public = Station.objects.public()
    counties = set(public.values_list("county_code", flat=True))
    if not code and len(counties) == 1:
        (code,) = counties
    if not code:
        return list(Area.objects.filter(pk__in=counties).order_by("code"))
    towns = public.filter(county_code=code[:6]).values("town_code")
    rows = Area.objects.filter(pk__in=towns, level=Level.TOWN)
    return list(rows.order_by("code"))


def is_place(code: str) -> bool:
    """Whether there are public stations under this county or town."""
    return len(code) in (6, 9) and Station.objects.public().under(code).exists()


def board_page(code: str, cursor: str, today: dt.date) -> dict[str, Any]:
    """One page of the board: `lines`, `next_url`, `prev_url`; the first is kept."""
    key = f"board:{code}:{today:%Y%m%d}"
    found = None if cursor else cache.get(key)
    if found is None:
        found = _read(code, cursor, today)
        if not cursor:
            cache.set(key, found, KEPT_SECONDS)
    return dict(found)


def _read(code: str, cursor: str, today: dt.date) -> dict[str, Any]:
    days = _days(code)
    params = {"area": code} if code else {}
    coming = days.filter(date__gte=today)
    page = KeysetPage(coming, ORDER, cursor, PER_PAGE, params)
    lines = [_line(day) for day in page]
    if lines:
        first = today if not cursor else lines[0].on
        lines += _moved_away(days, first, lines[-1].on)
    lines.sort(key=lambda line: (line.on, line.hours, line.station))
    return {"lines": lines, "next_url": page.next_url, "prev_url": page.prev_url}


def _days(code: str) -> Any:
    duties = Duty.objects.exclude(state__in=NOT_COMING).select_related("deputy")
    days = ReceptionDay.objects.public(ended=True).select_related("station")
    if code:
        level = "town_code" if len(code) == 9 else "county_code"
        days = days.filter(**{f"station__{level}": code})
    expected = Prefetch("duties", duties.order_by("id"), to_attr="expected")
    return days.prefetch_related(expected)


def _moved_away(days: Any, first: dt.date, last: dt.date) -> list[Line]:
    """Under the day they were announced for: those that are on another day now."""
    moved = days.filter(moved_from__gte=first, moved_from__lte=last)
    moved = moved.exclude(status=DayStatus.CANCELLED).order_by("moved_from", "id")
    return [_line(day, away=True) for day in moved[:PER_PAGE]]


def _line(day: ReceptionDay, *, away: bool = False) -> Line:
    station = day.station
    is_on = day.status == DayStatus.ANNOUNCED and not away
    book = reverse("public:book", args=[station.slug, day.pk])
    expected: list[Duty] = day.expected  # type: ignore[attr-defined]
    return Line(
        on=day.moved_from if away and day.moved_from else day.date,
        hours=(day.starts_at, day.ends_at),
        station=station.name,
        station_url=reverse("public:station", args=[station.slug]),
        place=day.place,
        topic=day.topic,
        names="、".join(duty.deputy.name for duty in expected),
        state="moved" if away else "" if is_on else day.status,
        note=_note(day, away=away),
        notice_url=public_path(day),
        book_url=book if is_on and takes_bookings(day) else "",
    )


def _note(day: ReceptionDay, *, away: bool) -> str:
    """What became of it, in a sentence; empty when it is as it was announced."""
    if day.status == DayStatus.CANCELLED:
        return day.cancel_reason
    if day.moved_from is None or day.moved_from == day.date:
        return ""
    why = f"：{day.moved_reason}" if day.moved_reason else ""
    if away:
        return f"改到{day.date.month}月{day.date.day}日{why}"
    return f"原定{day.moved_from.month}月{day.moved_from.day}日{why}"
