"""The year's receptions as a table (年度接待安排表): Word in office layout, Excel."""

import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Prefetch

from common.documents import OfficialDocument
from common.spreadsheets import OutSheet, write_workbook
from stations.choices import NOT_COMING, DayStatus
from stations.models import Duty, Station
from stations.notices import issuer_of, issuer_of_area
from stations.plan_page import Line, note_of
from stations.seats import seat_words, with_seats

HEADER = ("日期", "星期", "时间", "地点", "代表", "主题", "备注")
TOPIC = HEADER.index("主题")
WIDTHS = (2.2, 1.3, 2.5, 2.3, 3.8, 1.7, 3.2)
WITHOUT_TOPICS = (2.2, 1.3, 2.5, 2.2, 3.8, 1.3, 3.7)
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Entry:
    """One reception as the table has it."""

    station: Station
    date: dt.date
    cells: list[str]
    people: list[str]  # one a deputy, as in the cell


def entries_of_lines(station: Station, lines: Iterable[Line]) -> list[Entry]:
    """Of a plan's page, drafted or published; cancelled ones are left out."""
    return [
        _entry(
            station,
            line,
            [
                (turn.deputy.name, turn.levels)
                for turn in line.turns
                if not turn.is_away
            ],
            line.note,
        )
        for line in lines
        if not line.is_cancelled
    ]


def entries_of_days(days: Any, year: int) -> list[Entry]:
    """All reception days of a year, station by station: a few queries in all."""
    duties = Duty.objects.exclude(state__in=NOT_COMING).select_related("deputy")
    middle = dt.date(year, 7, 1)
    duties = duties.order_by("id").prefetch_related(with_seats("deputy", middle))
    found = (
        days.filter(date__year=year)
        .exclude(status=DayStatus.CANCELLED)
        .select_related("station")
        .prefetch_related(Prefetch("duties", duties, to_attr="listed_duties"))
        .order_by("station__town_code", "station__name", "station", "date", "starts_at")
    )
    return [_entry(day.station, day, _people(day), note_of(day)) for day in found]


def _people(day: Any) -> list[tuple[str, str]]:
    deputies = [duty.deputy for duty in day.listed_duties]
    return [(d.name, seat_words(d) if d.seats_now else "") for d in deputies]


def _entry(
    station: Station, row: Any, people: list[tuple[str, str]], note: str
) -> Entry:
    hours = f"{row.starts_at.hour}:{row.starts_at:%M}–"
    hours += f"{row.ends_at.hour}:{row.ends_at:%M}"
    said = [f"{name}（{levels}）" if levels else name for name, levels in people]
    if row.is_provisional:
        note = f"暂定。{note}"
    return Entry(
        station,
        row.date,
        [
            f"{row.date.month}月{row.date.day}日",
            f"星期{WEEKDAYS[row.date.weekday()]}",
            hours,
            row.place,
            "、".join(said),
            row.topic,
            note,
        ],
        said,
    )


# --- Excel ------------------------------------------------------------------------


def workbook(entries: list[Entry], year: int) -> io.BytesIO:
    """One sheet; with several stations their names come first."""
    several = len({entry.station.pk for entry in entries}) > 1
    header = ("联络站", *HEADER) if several else HEADER
    rows = (_row(entry, several=several) for entry in entries)
    file = io.BytesIO()
    write_workbook(file, [OutSheet(f"{year}年接待安排", header, rows)])
    file.seek(0)
    return file


def _row(entry: Entry, *, several: bool) -> list[object]:
    cells: list[object] = [entry.date, *entry.cells[1:]]
    return [entry.station.name, *cells] if several else cells


# --- Word -------------------------------------------------------------------------


def document(
    entries: list[Entry],
    year: int,
    *,
    created: dt.datetime,
    area_code: str,
    is_draft: bool = False,
) -> io.BytesIO:
    """Of one station signed by its issuer; of several, one table a station."""
    parts = [(k, list(v)) for k, v in groupby(entries, key=lambda e: e.station.pk)]
    single = parts[0][1][0].station if len(parts) == 1 else None
    title = f"{year}年选民接待日安排表" + ("（草案）" if is_draft else "")
    issuer = issuer_of(single) if single else issuer_of_area(area_code)
    file = OfficialDocument(created=created, title=title, author=issuer)
    file.title(f"{single.name}\n{title}" if single else title)
    file.paragraph(_opening(entries, len(parts), year))
    for _, own in parts:
        if single is None:
            file.heading1(own[0].station.name)
            file.paragraph(_where(own[0].station))
        rows = [_short(entry) for entry in own]
        with_topics = any(entry.cells[TOPIC] for entry in own)
        widths = WIDTHS if with_topics else WITHOUT_TOPICS
        file.table(HEADER, rows, widths=widths)
    if not parts:
        file.table(HEADER, [], widths=WIDTHS)
    file.signature(issuer, created.date())
    if single and single.phone:
        file.remark(f"联系电话：{single.phone}")
    buffer = io.BytesIO()
    file.save(buffer)
    buffer.seek(0)
    return buffer


def _short(entry: Entry) -> list[str]:
    """For narrow columns: 一 under 星期, a line for each deputy."""
    date, weekday, hours, place, _, *rest = entry.cells
    names = "\n".join(entry.people)
    return [date, weekday.removeprefix("星期"), hours, place, names, *rest]


def _opening(entries: list[Entry], stations: int, year: int) -> str:
    count = len(entries)
    where = f"{stations} 个联络站" if stations > 1 else "本站"
    return (
        f"{year}年{where}共安排选民接待日 {count} 次。遇法定节假日和休息日的，"
        "按国务院办公厅公布的放假安排挪动，原因写在备注里。因故变动的，另行公告。"
    )


def _where(station: Station) -> str:
    said = [station.address or station.venue]
    said.append(f"电话 {station.phone}" if station.phone else "")
    return "，".join(filter(None, said))
