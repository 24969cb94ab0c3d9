"""What figures are grouped by: months, areas, stations, units, categories."""

import datetime as dt

from areas.models import Area
from reports.choices import Dimension

MONTH = "month"
KEYED = (Dimension.STATION, Dimension.UNIT, Dimension.CATEGORY)
BY = (MONTH, *Dimension.values)


def month_of(value: dt.date) -> str:
    return f"{value:%Y-%m}"


def parts_of(codes: tuple[str, ...]) -> list[str]:
    """The areas that a table by area shows: several asked ones, or one's children."""
    if len(codes) > 1:
        return list(codes)
    children = Area.objects.filter(parent_id=codes[0] or None)
    return list(children.order_by("code").values_list("code", flat=True))


def part_of(area: str, parts: list[str], codes: tuple[str, ...]) -> str:
    """The part in which an area lies; else the asked area itself."""
    for part in parts:
        if area.startswith(part):
            return part
    return next((code for code in codes if area.startswith(code)), area)
