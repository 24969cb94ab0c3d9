"""Tables of the dashboard: by unit, station and category, and topics by place.

Every number carries the address of its rows.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from areas.models import Area, Category
from reports.forms import address
from reports.labels import UNNAMED, names_of, narrowed_by
from reports.metrics import Figure
from reports.questions import Question
from reports.reading import answer, grid

IN_TABLES = ("K07", "K08", "K15")
MOST_COLUMNS, MOST_ROWS = 12, 12
SHADES = 5
# Ten points below the whole is marked; of fewer matters than this it says nothing.
LOW, ENOUGH = 0.10, 5


def rows_url(figure: Figure | str, question: Question, part: str = "numerator") -> str:
    """Where the rows behind a number are listed."""
    code = figure if isinstance(figure, str) else figure.metric.code
    return f"{reverse('reports:rows')}?{address(question, metric=code, part=part)}"


@dataclass(frozen=True)
class Cell:
    """A figure in a table, beside the figure of the whole."""

    figure: Figure
    url: str
    low: bool = False

    @property
    def label(self) -> str:
        value = self.figure.value
        return "—" if value is None else f"{'▾' if self.low else ''}{value}"


@dataclass(frozen=True)
class Line:
    """One line of a table by unit, station or category."""

    label: str
    url: str
    first: int  # the number the table is ordered by
    first_url: str
    cells: list[Cell]


class Headings:
    """The tree of categories: which heading a key belongs to, and its name."""

    def __init__(self) -> None:
        rows = Category.objects.values_list("pk", "parent_id", "name")
        self.parents = {pk: parent or pk for pk, parent, _ in rows}
        self.names = {pk: name for pk, _, name in rows}

    def heading(self, key: str) -> int:
        """The heading of a category's key; 0 for none."""
        return self.parents.get(int(key), 0) if key else 0

    def name(self, key: int) -> str:
        return self.names.get(key, UNNAMED["category"])

    def merged(
        self, found: dict[str, dict[str, Figure]]
    ) -> dict[str, dict[str, Figure]]:
        """Figures by category brought under the headings."""
        merged: dict[str, dict[str, Figure]] = {}
        for key, figures in found.items():
            into = merged.setdefault(str(self.heading(key)), {})
            for code, figure in figures.items():
                into[code] = added(into.get(code), figure)
        return merged


def added(one: Figure | None, other: Figure) -> Figure:
    """Two figures of one metric over rows that do not overlap, as one."""
    if one is None:
        return other
    below = None
    if other.denominator is not None:
        below = (one.denominator or 0) + other.denominator
    return Figure(other.metric, one.numerator + other.numerator, below)


class Tables:
    """Figures of one question by unit, station and category."""

    def __init__(self, question: Question, figures: dict[str, Figure]) -> None:
        self.question, self.figures = question, figures

    @cached_property
    def categories(self) -> "Headings":
        return Headings()

    @cached_property
    def units(self) -> list[Line]:
        found = answer(IN_TABLES, self.question, "unit")
        names = names_of("unit", found)
        return self._lines("unit", found, names, UNNAMED["unit"], "K07", "denominator")

    @cached_property
    def stations(self) -> list[Line]:
        found = answer(("N01", *IN_TABLES), self.question, "station")
        names = names_of("station", found)
        return self._lines(
            "station", found, names, UNNAMED["station"], "N01", "numerator"
        )

    @cached_property
    def by_category(self) -> list[Line]:
        found = answer(("N01", *IN_TABLES), self.question, "category")
        merged = self.categories.merged(found)
        names = {key: self.categories.name(int(key)) for key in merged}
        return self._lines(
            "category", merged, names, UNNAMED["category"], "N01", "numerator"
        )

    def _lines(
        self,
        by: str,
        found: dict[str, dict[str, Figure]],
        names: dict[str, str],
        unnamed: str,
        order: str,
        part: str,
    ) -> list[Line]:
        lines = []
        for key, figures in found.items():
            number = getattr(figures[order], part)
            if not number and not any(figures[code].denominator for code in IN_TABLES):
                continue
            asked = narrowed_by(by, key, self.question)
            cells = [self._cell(figures[code], asked) for code in IN_TABLES]
            url = rows_url(order, asked, part)
            label = names.get(key, unnamed)
            lines.append(Line(label, url, number, url, cells))
        return sorted(lines, key=lambda line: (-line.first, line.label))

    def _cell(self, figure: Figure, asked: Question) -> Cell:
        whole = self.figures[figure.metric.code].share
        low = (
            figure.share is not None
            and whole is not None
            and (figure.denominator or 0) >= ENOUGH
            and figure.share <= whole - LOW
        )
        return Cell(figure, rows_url(figure, asked), low)

    @cached_property
    def whole(self) -> Line:
        """The last line of the tables."""
        cells = [
            Cell(self.figures[code], rows_url(code, self.question))
            for code in IN_TABLES
        ]
        handed = self.figures["K07"].denominator or 0
        url = rows_url("K07", self.question, "denominator")
        return Line("合计", url, handed, url, cells)

    @cached_property
    def units_finding(self) -> str:
        lines = [line for line in self.units if line.first]
        if not lines:
            return "期内没有交办给单位的事项"
        low = [line for line in lines if line.cells[0].low]
        rate = self.figures["K07"].text
        if len(lines) == 1:
            return f"{lines[0].label}办结率 {rate}"
        if low:
            return f"办结率 {rate}，{len(low)} 个单位低 10 个点以上"
        return f"办结率 {rate}，没有单位低 10 个点以上"

    @cached_property
    def stations_finding(self) -> str:
        named = [line for line in self.stations if line.label != UNNAMED["station"]]
        if not named or not named[0].first:
            return "期内各站没有收到事项"
        most = "收得最多，" if len(named) > 1 else "收到 "
        return f"{named[0].label}{most}{named[0].first} 件"


def heat_table(question: Question, categories: Headings) -> dict[str, Any]:
    """Headings × areas, the largest first; shade and number in every cell."""
    counts = _heat_counts(question, categories)
    by_heading, by_area = Counter[int](), Counter[str]()
    for (heading, area), n in counts.items():
        by_area[area] += n
        by_heading[heading] += n
    areas = sorted(area for area, _ in by_area.most_common(MOST_COLUMNS))
    headings = [heading for heading, _ in by_heading.most_common(MOST_ROWS)]
    names = _area_names(question, areas)
    most = max(counts.values(), default=0)
    return {
        "columns": [names[area] for area in areas],
        "rows": [
            {
                "name": categories.name(heading),
                "cells": [
                    _heat_cell(
                        question,
                        counts.get((heading, area), 0),
                        heading,
                        area,
                        most,
                        is_only=len(by_area) == 1,
                    )
                    for area in areas
                ],
                "sum": by_heading[heading],
                "url": _heat_url(question, heading, question.area),
            }
            for heading in headings
        ],
        "sums": [by_area[area] for area in areas],
        "total": sum(counts.values()),
        "is_cut": len(by_area) > len(areas) or len(by_heading) > len(headings),
        "finding": _heat_finding(by_heading, by_area, categories, names),
    }


def _heat_counts(
    question: Question, categories: Headings
) -> dict[tuple[int, str], int]:
    found = grid(("N01",), question, ("category", "area"))
    counts = Counter[tuple[int, str]]()
    for (key, area), figures in found.items():
        counts[categories.heading(key), area] += figures["N01"].numerator
    return counts


def _heat_cell(
    question: Question, n: int, heading: int, area: str, most: int, *, is_only: bool
) -> dict[str, Any]:
    shade = -(-n * SHADES // most) if most and n else 0
    # What lies in no part of the area has no address of its own.
    own = area == question.area and not is_only
    url = "" if own else _heat_url(question, heading, area)
    return {"n": n, "shade": f"q{shade}", "url": url}


def _heat_url(question: Question, heading: int, area: str) -> str:
    return rows_url("N01", question.at(categories=(heading,), area=area))


def _area_names(question: Question, areas: list[str]) -> dict[str, str]:
    names = dict(Area.objects.filter(pk__in=areas).values_list("pk", "name"))
    short = {code: _short(name) for code, name in names.items()}
    return short | ({question.area: "本级"} if question.area in names else {})


def _short(name: str) -> str:
    for end in ("街道", "镇", "乡", "社区"):
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name


def _heat_finding(
    by_heading: Counter[int],
    by_area: Counter[str],
    categories: Headings,
    names: dict[str, str],
) -> str:
    total = by_heading.total()
    if not total:
        return "期内没有收到事项"
    (heading, n), *_ = by_heading.most_common(1)
    most = f"{categories.name(heading)}最多，占 {n * 100 / total:.0f}%"
    if len(by_area) < 2:
        return most
    (area, _), *_ = by_area.most_common(1)
    return f"{most}；{names[area]}收得最多"
