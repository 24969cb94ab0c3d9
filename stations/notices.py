"""The public notice (公告) of a reception day, as it is posted at the door."""

from dataclasses import dataclass

from areas.models import Area
from stations.models import ReceptionDay, Station


@dataclass(frozen=True)
class Notice:
    """Who issues it, under which number (0 before it is announced), for where."""

    issuer: str
    number: int
    year: int
    place_line: str


def notice_of(day: ReceptionDay) -> Notice:
    """The facts of the notice that are not in the day itself."""
    return Notice(
        issuer=issuer_of(day.station),
        number=_number(day),
        year=day.date.year,
        place_line=f"{day.station.name}（{day.place}）",
    )


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


def _number(day: ReceptionDay) -> int:
    """The how-manieth day of its station and year to be announced."""
    if day.announced_at is None:
        return 0
    same_year = ReceptionDay.objects.filter(
        station=day.station_id, date__year=day.date.year
    )
    return same_year.filter(announced_at__lte=day.announced_at).count()
