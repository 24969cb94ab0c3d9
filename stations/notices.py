"""The public notice (公告) of a reception day, as it is posted at the door."""

from dataclasses import dataclass

from django.urls import reverse

from areas.models import Area
from stations.choices import StationStatus
from stations.models import ReceptionDay, Station


@dataclass(frozen=True)
class Notice:
    """Who issues it, under which number (empty before it is announced), for where."""

    issuer: str
    number: str
    place_line: str


def notice_of(day: ReceptionDay) -> Notice:
    """The facts of the notice that are not in the day itself."""
    return Notice(
        issuer=issuer_of(day.station),
        number=spoken_number(day),
        place_line=_place_line(day),
    )


def spoken_number(day: ReceptionDay) -> str:
    """〔2026〕7号; empty before the day is announced."""
    if day.notice_number is None:
        return ""
    return f"〔{day.notice_year}〕{day.notice_number}号"


def issuer_of(station: Station) -> str:
    """Who speaks for a station."""
    return issuer_of_area(station.area_id)


def issuer_of_area(code: str) -> str:
    """Who speaks: the town's 主席团, a street's 工委, else the county's committee."""
    rows = Area.objects.filter(code__in={code[:9], code[:6]})
    names = {area.code: area.name for area in rows}
    county = names.get(code[:6], "")
    town = names.get(code[:9], "") if len(code) >= 9 else ""
    if town.endswith(("镇", "乡")):
        return f"{town}人民代表大会主席团"
    if town:
        return f"{county}人大常委会{town}工作委员会"
    return f"{county}人大常委会代表工作委员会"


def guests_of(day: ReceptionDay) -> list[str]:
    """The units that sit with the deputies (联合接待), each named once."""
    units = day.guests.order_by("id").values_list("unit__name", flat=True)
    return list(dict.fromkeys(units))


def public_path(day: ReceptionDay) -> str:
    """The page of the notice for everybody; empty where there is none."""
    station = day.station
    is_open = station.is_public and station.status == StationStatus.ACTIVE
    if day.notice_number is None or not is_open:
        return ""
    args = [station.slug, day.notice_year, day.notice_number]
    return reverse("public:notice", args=args)


def _place_line(day: ReceptionDay) -> str:
    """Station and place, and the address where they do not hold it."""
    name = day.station.name
    line = name if day.place == name else f"{name}（{day.place}）"
    address = day.station.shown_address
    return f"{line}，{address}" if address and address not in line else line
