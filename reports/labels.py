"""What the keys of a grouped answer are called, their order, and how to ask for one."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from areas.models import Area, Category, Unit
from reports.metrics import Figure
from reports.questions import Question, month_after
from stations.models import Station

NAMED: dict[str, Any] = {"station": Station, "unit": Unit, "category": Category}
UNNAMED = {
    "station": "不经联络站",
    "unit": "尚无承办单位",
    "category": "未定类别",
}


def labelled(
    by: str, found: dict[str, Figure], question: Question
) -> Iterator[tuple[str, str, Question]]:
    """Each key with its word and the question narrowed to it.

    Months and areas in their own order, the rest by their base, the largest first.
    """
    if by == "month":
        for key in sorted(found):
            month = dt.date.fromisoformat(f"{key}-01")
            narrowed = question.at(starts_on=month, ends_on=month_after(month))
            yield key, f"{month.year}年{month.month}月", narrowed
        return
    if by == "area":
        names = dict(Area.objects.filter(pk__in=found).values_list("pk", "name"))
        for key in sorted(found):
            own = "（本级）" if key == question.area else ""
            yield key, names.get(key, key) + own, question.at(area=key)
        return
    names = names_of(by, found)
    for key in sorted(found, key=lambda key: (-_base(found[key]), key)):
        yield key, names.get(key, UNNAMED[by]), narrowed_by(by, key, question)


def narrowed_by(by: str, key: str, question: Question) -> Question:
    """The question for one station, unit or category ("" for rows without any)."""
    number = int(key or 0)
    if by == "category":
        return question.at(categories=(number,))
    return question.at(**{by: number})


def names_of(by: str, keys: Iterable[str]) -> dict[str, str]:
    """Names of stations, units or categories by their keys as text."""
    numbers = [int(key) for key in keys if key]
    rows = NAMED[by].objects.filter(pk__in=numbers)
    return {str(row.pk): str(row) for row in rows}


def _base(figure: Figure) -> int:
    return figure.denominator if figure.denominator is not None else figure.numerator
