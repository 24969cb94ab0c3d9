"""Receptions, visitors and opinions by station and month; every number has its rows."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from areas.querysets import under
from common.spreadsheets import OutSheet
from reports.labels import UNNAMED
from reports.questions import Question, month_after
from reports.reading import grid
from reports.tables import rows_url
from stations.choices import DayStatus, StationStatus
from stations.models import ReceptionDay, Station

# What is counted: word, unit, and the metric (none: reception days themselves).
KINDS = {
    "receptions": ("接待", "次", ""),
    "visitors": ("来访", "人次", "K02"),
    "opinions": ("意见", "条", "K04"),
}
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Line:
    """One station (None: of none): twelve months and their sum, each with its rows."""

    station: Station | None
    label: str
    cells: list[dict[str, Any]]
    total: dict[str, Any]


class ReceptionsTable:
    """One year of the stations that somebody works with."""

    def __init__(self, question: Question, user: User, kind: str, today: dt.date):
        self.question, self.user, self.kind = question, user, kind
        self.year, self.today = question.starts_on.year, today

    @cached_property
    def counts(self) -> dict[str, Counter[tuple[int, int]]]:
        """For each kind: how many at a station (0: none) in a month."""
        found: dict[str, Counter[tuple[int, int]]] = {kind: Counter() for kind in KINDS}
        days = self._held().order_by().annotate(month=TruncMonth("date"))
        for row in days.values("station", "month").annotate(n=Count("pk")):
            found["receptions"][row["station"], row["month"].month] = row["n"]
        for (key, month), figures in grid(
            ("K02", "K04"), self.question, ("station", "month")
        ).items():
            place = (int(key or 0), int(month[-2:]))
            found["visitors"][place] += figures["K02"].numerator
            found["opinions"][place] += figures["K04"].numerator
        return found

    def _held(self) -> QuerySet:
        days = ReceptionDay.objects.visible_to(self.user).filter(
            status=DayStatus.HELD,
            date__gte=self.question.starts_on,
            date__lt=self.question.ends_on,
        )
        return self._in_area(days, "station__")

    def _in_area(self, rows: Any, prefix: str = "") -> Any:
        area = self.question.area
        return rows.filter(under([area], prefix=prefix)) if area else rows

    def stations(self) -> QuerySet:
        """Those in use, and those with figures of the year."""
        known = {place for counts in self.counts.values() for place, _ in counts}
        seen = self._in_area(Station.objects.visible_to(self.user))
        shown = ~Q(status=StationStatus.CLOSED) | Q(pk__in=known)
        return seen.filter(shown).select_related("area")

    def totals(self) -> list[dict[str, Any]]:
        """The three sums of the year, for choosing which one to see."""
        return [
            {"kind": kind, "label": f"{word} {self.counts[kind].total():,} {unit}"}
            for kind, (word, unit, _) in KINDS.items()
        ]

    def line(self, station: Station | None) -> Line:
        label = station.name if station else UNNAMED["station"]
        counts, key = self.counts[self.kind], station.pk if station else 0
        cells = [self._cell(counts[key, month], key, month) for month in MONTHS]
        total = self._cell(sum(counts[key, m] for m in MONTHS), key, None)
        return Line(station, label, cells, total)

    def unnamed(self) -> Line | None:
        """What came through no station; None when there was nothing."""
        line = self.line(None)
        return line if line.total["n"] else None

    def sums(self) -> dict[str, Any]:
        """The last line: all stations, this page's and the others'."""
        counts = self.counts[self.kind]
        by_month = Counter[int]()
        for (_, month), n in counts.items():
            by_month[month] += n
        return {
            "cells": [self._cell(by_month[m], None, m) for m in MONTHS],
            "total": self._cell(counts.total(), None, None),
        }

    def _cell(self, n: int, station: int | None, month: int | None) -> dict[str, Any]:
        first = dt.date(self.year, month or 1, 1)
        after = month_after(first, 1 if month else 12)
        is_ahead = first > self.today
        url = self._url(station, first, after) if n else ""
        return {"n": n, "url": url, "is_ahead": is_ahead}

    def _url(self, station: int | None, first: dt.date, after: dt.date) -> str:
        metric = KINDS[self.kind][2]
        if metric:
            asked = self.question.at(starts_on=first, ends_on=after, station=station)
            return rows_url(metric, asked)
        query = QueryDict(mutable=True)
        last = after - dt.timedelta(days=1)
        said = {"when": "", "status": DayStatus.HELD.value}
        said |= {"since": first.isoformat(), "until": last.isoformat()}
        if station:
            said["station"] = str(station)
        elif len(self.question.area) == 9:
            said["town"] = self.question.area
        query.update(said)
        return f"{reverse('stations:day_list')}?{query.urlencode()}"

    def sheets(self) -> list[OutSheet]:
        """All three as sheets of a workbook."""
        header = ("联络站", *(f"{month}月" for month in MONTHS), "全年")
        stations = list(self.stations().order_by("town_code", "name", "id"))
        sheets = []
        for kind, (word, unit, _) in KINDS.items():
            table = ReceptionsTable(self.question, self.user, kind, self.today)
            table.counts = self.counts
            lines = [table.line(station) for station in stations]
            if (unnamed := table.unnamed()) is not None:
                lines.append(unnamed)
            rows = [
                [line.label, *(c["n"] for c in line.cells), line.total["n"]]
                for line in lines
            ]
            sums = table.sums()
            rows.append(["合计", *(c["n"] for c in sums["cells"]), sums["total"]["n"]])
            sheets.append(OutSheet(f"{word}（{unit}）", header, rows))
        return sheets
