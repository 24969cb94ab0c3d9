"""What a ledger is: columns in the office's words, and where its lines come from."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from activities.filters import first_moment
from areas.models import Area
from areas.querysets import under
from stations.models import Station

CHUNK = 500


@dataclass(frozen=True)
class Column:
    """One column: its head, its share of the width, how its cells stand.

    `by_hand`: a column that people fill on paper; its cells are empty.
    """

    name: str
    width: float = 2
    is_number: bool = False
    by_hand: bool = False


def hand(name: str, width: float = 2) -> Column:
    """A column that people fill on paper."""
    return Column(name, width, by_hand=True)


def figure(name: str, width: float = 1.2) -> Column:
    """A column of numbers, set to the right."""
    return Column(name, width, is_number=True)


@dataclass(frozen=True)
class Asked:
    """Whose ledger of which days: a station, or everything in an area."""

    user: Any
    area: Area
    station: Station | None
    since: dt.date
    until: dt.date  # the last day of it

    @property
    def place(self) -> str:
        return self.station.name if self.station else self.area.name

    @property
    def period(self) -> str:
        """2026年1月1日至2026年11月22日."""
        days = (self.since, self.until)
        return "至".join(f"{day.year}年{day.month}月{day.day}日" for day in days)

    def where(self, prefix: str = "") -> Q:
        """Rows of a placed model that lie there."""
        if self.station:
            own = f"{prefix}pk" if prefix else "station"
            return Q(**{own: self.station.pk})
        return under([self.area.code], prefix=prefix)

    def during(self, field: str) -> Q:
        """Rows whose moment `field` lies in the period."""
        last = self.until + dt.timedelta(days=1)
        return Q(
            **{f"{field}__gte": first_moment(self.since)},
            **{f"{field}__lt": first_moment(last)},
        )


# The moment of a line, and its cells without the running number and the hand's.
Line = tuple[dt.datetime, list[Any]]


@dataclass(frozen=True)
class Ledger:
    """One ledger. `lines` gives them in order of time, at most so many.

    `paper` is A3 for what has too many columns for A4.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    lines: Callable[[Asked, int], Iterator[Line]]
    note: str = ""
    paper: str = "a4"

    @property
    def header(self) -> list[str]:
        return ["序号", *(column.name for column in self.columns)]

    @property
    def widths(self) -> list[float]:
        return [1, *(column.width for column in self.columns)]

    @property
    def numeric(self) -> list[int]:
        """Places of the columns set to the right, the running number's among them."""
        places = enumerate(self.columns, start=1)
        return [0, *(at for at, column in places if column.is_number)]

    def rows(self, asked: Asked, most: int) -> Iterator[list[Any]]:
        """The lines as cells under `header`; what people fill in stays empty."""
        for number, (_, cells) in enumerate(self.lines(asked, most), start=1):
            values = iter(cells)
            yield [
                number,
                *("" if c.by_hand else next(values) for c in self.columns),
            ]
