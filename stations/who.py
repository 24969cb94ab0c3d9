"""Who serves a place: its stations and its deputies, as anybody may look them up.

Public facts only; nothing here knows a telephone number of a person.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When

from areas.choices import Level
from areas.models import Area
from deputies.choices import MandateStatus
from deputies.models import Deputy, Mandate
from deputies.querysets import holding_on
from stations.choices import NOT_COMING, StationKind
from stations.models import Duty, ReceptionDay, Station, Stationing
from stations.seats import with_public_page, with_seats

ENDINGS = ("居民委员会", "村民委员会", "居委会", "村委会")
MOST_PLACES, MOST_STATIONS, MOST_DEPUTIES = 40, 20, 40
MOST_OF_TOWN = 150  # deputies listed with a village whose own are others


@dataclass
class Serving:
    """What a village or town has: stations, its own deputies, the town's others."""

    area: Area
    stations: list[Station]
    is_own: bool  # the stations are the village's; else the town's or county's
    deputies: list[Deputy]
    others: list[Deputy]


def spoken_place(name: str) -> str:
    """泉口社区居民委员会 → 泉口社区; 栗溪村村民委员会 → 栗溪村."""
    for ending in ENDINGS:
        shorter = name.removesuffix(ending)
        if shorter != name and shorter:
            return shorter
    return name


def towns_by_county() -> list[tuple[Area, list[Area]]]:
    """The towns of every county that has a public station, county by county."""
    codes = set(Station.objects.public().values_list("county_code", flat=True))
    rows = Area.objects.filter(level=Level.TOWN, parent__in=codes)
    towns = rows.select_related("parent").order_by("code")
    found: dict[str, tuple[Area, list[Area]]] = {}
    for town in towns:
        if town.parent is not None:
            found.setdefault(town.parent.pk, (town.parent, []))[1].append(town)
    return list(found.values())


def place_of(code: str) -> Area | None:
    """The town or village of this code, where stations are open to the public."""
    rows = Area.objects.filter(pk=code, level__in=(Level.TOWN, Level.VILLAGE))
    area = rows.select_related("parent__parent").first()
    if area is None or not _is_served(area.pk):
        return None
    return area


def _is_served(code: str) -> bool:
    return Station.objects.public().filter(county_code=code[:6]).exists()


def villages_of(town: Area) -> list[Area]:
    return list(Area.objects.below(town.pk).filter(level=Level.VILLAGE))


def places_named(words: str) -> list[Area]:
    """Towns and villages with all these words in their name or their town's."""
    codes = set(Station.objects.public().values_list("county_code", flat=True))
    here = Q(parent__in=codes) | Q(parent__parent__in=codes)
    rows = Area.objects.filter(here, level__in=(Level.TOWN, Level.VILLAGE))
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(parent__name__icontains=word))
    own = Case(When(name__icontains=words.split()[0], then=0), default=1)
    found = rows.select_related("parent__parent").order_by(own, "level", "code")
    return list(found[:MOST_PLACES])


def stations_named(words: str) -> list[Station]:
    """Public stations by name or street."""
    found = Station.objects.public()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(address__icontains=word))
    rows = found.select_related("area__parent").order_by("town_code", "name", "id")
    return list(rows[:MOST_STATIONS])


def deputies_named(words: str, today: dt.date) -> list[Deputy]:
    """Deputies of counties with public stations whose name has this in it."""
    codes = set(Station.objects.public().values_list("county_code", flat=True))
    rows = Deputy.objects.active(today).named(words).filter(county_code__in=codes)
    found = _shown(rows.select_related("area__parent"), today)[:MOST_DEPUTIES]
    return list(found.prefetch_related(_with_stations(today)))


def serving(area: Area, today: dt.date) -> Serving:
    """The stations and deputies of a town or village."""
    stations, is_own = _stations_of(area)
    with_next(stations, today)
    stations.sort(key=_soonest)
    here = Deputy.objects.active(today)
    stationed = Q(stationings__in=_stationings(stations, today))
    own = list(_shown(here.filter(stationed | _elected_at(area, today)), today))
    rest = here.filter(town_code=area.pk[:9]).exclude(pk__in=[one.pk for one in own])
    others = list(_shown(rest, today)[:MOST_OF_TOWN])
    if area.level == Level.TOWN:
        own, others = [*own, *others], []
    return Serving(area, stations, is_own, own, others)


def _soonest(station: Any) -> tuple[bool, bool, str]:
    """Those who receive soon first; studios of one theme last."""
    themed = station.kind == StationKind.THEMED
    return (themed, station.next_day is None, station.code)


def _stationings(stations: Iterable[Station], today: dt.date) -> Any:
    rows = Stationing.objects.on(today)
    return rows.filter(station__in=[station.pk for station in stations]).values("pk")


def _elected_at(area: Area, today: dt.date) -> Q:
    """Looked after at this place, or with its name in the name of the constituency."""
    named = Mandate.objects.filter(
        holding_on(today),
        deputy=OuterRef("pk"),
        source_name__contains=spoken_place(area.name),
    )
    within = Q(county_code=area.pk[:6]) & Q(Exists(named))
    return Q(area=area.pk) | within


def _stations_of(area: Area) -> tuple[list[Station], bool]:
    """Those of the village; else those of its town; else the county's."""
    public = Station.objects.public().select_related("area__parent")
    if area.level == Level.VILLAGE:
        own = public.filter(Q(area=area.pk) | Q(serves=area.pk)).distinct()
        if found := list(own.order_by("code")[:MOST_STATIONS]):
            return found, True
    town = public.filter(Q(area=area.pk[:9]) | Q(serves=area.pk[:9])).distinct()
    if found := list(town.order_by("code")[:MOST_STATIONS]):
        return found, area.level == Level.TOWN
    county = public.filter(area=area.pk[:6]).exclude(kind=StationKind.THEMED)
    return list(county.order_by("code")[:MOST_STATIONS]), False


def with_next(stations: Iterable[Station], today: dt.date) -> None:
    """Give each station `next_day`: its next announced reception, with `names`."""
    rows = list(stations)
    duties = Duty.objects.exclude(state__in=NOT_COMING).select_related("deputy")
    days = (
        ReceptionDay.objects.public()
        .filter(station__in=[station.pk for station in rows])
        .coming(today)
        .prefetch_related(Prefetch("duties", duties.order_by("id"), to_attr="expected"))
    )
    first: dict[int, Any] = {}
    for day in days:
        first.setdefault(day.station_id, day)
    for day in first.values():
        day.names = "、".join(duty.deputy.name for duty in day.expected)
    for station in rows:
        station.next_day = first.get(station.pk)  # type: ignore[attr-defined]


def _shown(rows: QuerySet[Deputy], today: dt.date) -> Any:
    """As a list shows them: seats, and whether there is a page; each person once."""
    found = with_public_page(rows).distinct().order_by("name", "id")
    return found.prefetch_related(with_seats("", today))


def _with_stations(today: dt.date) -> Prefetch:
    """The public stations a deputy belongs to, as `stations_now`."""
    rows = Stationing.objects.on(today)
    public = rows.filter(station__in=Station.objects.public())
    return Prefetch(
        "stationings", public.select_related("station"), to_attr="stations_now"
    )


def known_of(deputy: Deputy, today: dt.date) -> dict[str, Any]:
    """What the page of a deputy says: seats, groups, stations, the next reception."""
    seats = deputy.mandates.on(today).filter(status=MandateStatus.ACTIVE)
    groups = deputy.memberships.on(today).filter(group__is_active=True)
    rows = Station.objects.public().filter(stationings__in=deputy.stationings.on(today))
    stations = list(rows.select_related("area__parent").order_by("code"))
    days = ReceptionDay.objects.public().coming(today).select_related("station")
    expected = Duty.objects.filter(deputy=deputy).exclude(state__in=NOT_COMING)
    return {
        "seats": list(seats.select_related("term__congress__area").order_by("level")),
        "groups": list(groups.values_list("group__name", flat=True).order_by("group")),
        "stations": stations,
        "next": days.filter(pk__in=expected.values("day")).first(),
        "place": deputy.area,
    }
