"""The dry run: what importing an old ledger would do, row by row."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.timezone import localdate

from common.crypto import digest
from common.errors import RuleViolation
from common.fields import masked_name
from common.spreadsheets import Sheet, read_workbook
from common.spreadsheets.delimited import read_pasted
from deputies.roster.text import squeezed
from proposals.choices import LedgerRows
from proposals.ledger.fields import FIELD_NAMES, Field
from proposals.ledger.rows import Entry, entries_of
from proposals.ledger.sheets import LedgerSheet, read_sheets
from proposals.ledger.values import channel_in
from proposals.services.ledger.lookups import Lookups
from stations.choices import Channel
from stations.models import Station, Visit

MOST_ROWS = 20_000
AT_ONCE = 500
OUTCOMES = {
    "new": "会导入",
    "known": "已经有了",
    "repeated": "表里重复",
    "refused": "不能导入",
}
NEEDED = (Field.DATE, Field.WORDS)


@dataclass
class Reading:
    """How a ledger is read: what was said about its columns and its rows."""

    layout: dict[str, str] = field(default_factory=dict)
    header_rows: dict[str, int] = field(default_factory=dict)
    channel: str = Channel.STATION
    rows: str = LedgerRows.GUESS
    is_counted: bool = True
    is_pasted: bool = False


@dataclass
class PlannedRow:
    """One row, and what becomes of it: new, known, repeated or refused."""

    entry: Entry
    outcome: str
    key: str = ""
    is_matter: bool = False
    channel: str = ""
    reasons: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # names of deputies nobody bears

    @property
    def place(self) -> str:
        return f"{self.entry.sheet} 第{self.entry.row.number}行"

    @property
    def channel_label(self) -> str:
        return str(Channel(self.channel).label)

    @property
    def masked_visitor(self) -> str:
        return masked_name(self.entry.text(Field.VISITOR)) or "匿名"

    @property
    def note(self) -> str:
        return "；".join(self.reasons or self.entry.notes)


@dataclass
class LedgerPlan:
    """Sheets as they were understood, and every row with its outcome."""

    station: Station
    reading: Reading
    sheets: list[LedgerSheet]
    rows: list[PlannedRow]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(row.outcome for row in self.rows)

    def of(self, outcome: str) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def matter_count(self) -> int:
        return sum(row.is_matter for row in self.of("new"))

    def first_lines(self, count: int) -> list[PlannedRow]:
        """The first rows that will go in, each with the names it could not match."""
        rows = self.of("new")[:count]
        for row in rows:
            named = row.entry.deputies
            row.unknown = [name for name in named if name not in self.lookups.deputies]
        return rows

    @cached_property
    def lookups(self) -> Lookups:
        names = (name for row in self.rows for name in row.entry.deputies)
        return Lookups(self.station, names)

    @property
    def missing(self) -> list[str]:
        """Sheets without a column for day or words, in words."""
        said = []
        for sheet in self.sheets:
            lacking = [f.label for f in NEEDED if not sheet.column(f)]
            if sheet.column(Field.TITLE) and Field.WORDS.label in lacking:
                lacking.remove(Field.WORDS.label)
            if sheet.rows and lacking:
                wanted = "、".join(f"“{label}”" for label in lacking)
                said.append(
                    f"“{sheet.name}”里没有认出{wanted}这一列，请在下面指给它看。"
                )
        return said


def open_sheets(data: bytes, *, name: str, is_pasted: bool) -> list[Sheet]:
    """The sheets of a file or of what was pasted; raises UnreadableFile."""
    if is_pasted:
        return read_pasted(data.decode())
    return read_workbook(io.BytesIO(data), name)


def plan_ledger(
    sheets: list[Sheet], station: Station, reading: Reading, *, name: str
) -> LedgerPlan:
    """What importing these sheets for a station would do now; writes nothing.

    Raises RuleViolation (field "file") when they hold too much for one import.
    """
    found = read_sheets(
        sheets, name=name, layout=reading.layout, header_rows=reading.header_rows
    )
    if sum(len(sheet.rows) for sheet in found) > MOST_ROWS:
        raise RuleViolation(f"超过 {MOST_ROWS:,} 行，请按年拆分后再导。", field="file")
    rows = [row for sheet in found for row in _planned(sheet, station, reading, name)]
    known = known_keys([row.key for row in rows if row.outcome == "new"])
    seen: set[str] = set()
    for row in rows:
        if row.outcome != "new":
            continue
        if row.key in known:
            row.outcome = "known"
        elif row.key in seen:
            row.outcome = "repeated"
        seen.add(row.key)
    return LedgerPlan(station, reading, found, rows)


def known_keys(keys: list[str]) -> set[str]:
    """Those under which a visit is stored already."""
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        some = Visit.objects.filter(import_key__in=keys[start : start + AT_ONCE])
        found |= {str(key) for key in some.values_list("import_key", flat=True)}
    return found


def _planned(
    sheet: LedgerSheet, station: Station, reading: Reading, name: str
) -> Iterator[PlannedRow]:
    usual = channel_in(f"{sheet.titles} {sheet.name} {name}") or reading.channel
    if reading.channel != Channel.STATION:
        usual = reading.channel  # a person said so
    for entry in entries_of(sheet, today=localdate()):
        _check_station(entry, station)
        if entry.problems:
            yield PlannedRow(entry, "refused", reasons=entry.problems)
            continue
        yield PlannedRow(
            entry,
            "new",
            key=digest(f"ledger {station.pk}\n{entry.identity}"),
            is_matter=_is_matter(entry, reading.rows),
            channel=entry.channel or usual,
        )


def _is_matter(entry: Entry, rows: str) -> bool:
    if rows == LedgerRows.GUESS:
        return entry.looks_like_matter
    return rows == LedgerRows.MATTERS


def _check_station(entry: Entry, station: Station) -> None:
    """A row of another station stays out; short forms of the name are the name."""
    said = squeezed(entry.text(Field.STATION))
    name = squeezed(station.name)
    if len(said) < 2 or said in (name, station.code) or said in name or name in said:
        return
    entry.problems.append(f"写的是“{said[:20]}”，不是{station.name}")


def layout_of(columns: Mapping[str, str]) -> dict[str, str]:
    """A remembered layout without what no version of ours knows."""
    known = FIELD_NAMES | {""}
    return {key: value for key, value in columns.items() if value in known}
