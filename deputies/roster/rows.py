"""Whole sheets to people: which rows are people, and what each says."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.spreadsheets import Row, Sheet
from common.spreadsheets.sheet import is_blank
from deputies.roster import values
from deputies.roster.cells import CellReader
from deputies.roster.dates import parse_birth
from deputies.roster.entry import (
    Entry,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    Skipped,
    SkippedKind,
)
from deputies.roster.fields import NOT_KEPT, Field
from deputies.roster.header import (
    Header,
    find_header,
    header_at,
    is_one_text,
    names_columns,
)
from deputies.roster.kinds import (
    COUNTED,
    HEADING_WORDS,
    NOTE,
    NUMBERED,
    SUBTOTAL,
    meaning,
)
from deputies.roster.repeats import mark_repeats
from deputies.roster.text import clean, squeezed
from deputies.roster.values import Unclear


@dataclass(frozen=True)
class Correction:
    """What a person says about a sheet, instead of or beside the guess."""

    mapping: Mapping[int, Field | None] = field(default_factory=dict)
    header_rows: tuple[int, int] | None = None  # first and last, as in Excel


PERSONAL = (
    Field.SEX,
    Field.ETHNICITY,
    Field.BIRTH,
    Field.PARTY,
    Field.PHONE,
    Field.ID_NUMBER,
)


def read_roster(
    sheets: Sequence[Sheet],
    *,
    today: dt.date,
    corrections: Mapping[str, Correction] | None = None,
    remembered: Callable[[Header], Mapping[int, Field | None]] | None = None,
) -> Roster:
    """All people of a workbook. `corrections` are by sheet name; `remembered` gives
    what was once said about a header like this. Never raises for what a cell holds.
    """
    read: list[RosterSheet] = []
    former: Header | None = None
    for sheet in sheets:
        reader = _SheetReader(sheet, today, remembered)
        result = reader.read((corrections or {}).get(sheet.name), former)
        former = result.header or former
        read.append(result)
    roster = Roster(read)
    mark_repeats(roster.rows)
    return roster


@dataclass
class _Context:
    """What a heading row says for the rows below it."""

    field: Field | None = None
    value: Any = None
    words: str = ""
    number: int = 0
    text: str = ""
    expected: int | None = None
    found: int = 0


class _Panel:
    """The columns that one person's facts stand in."""

    def __init__(self, header: Header) -> None:
        doubled = {column.index for column in header.doubled}
        self.other_names = [c for c in header.doubled if c.field is Field.NAME]
        # The surer column of a field speaks first, its doubles where it is blank.
        self.columns = sorted(
            (c for c in header.columns if c.field and c.field not in NOT_KEPT),
            key=lambda column: (column.index in doubled, column.index),
        )
        names = [c.index for c in self.columns if c.field is Field.NAME]
        self.name_at = names[0] if names else -1

    def says_something(self, row: Row) -> bool:
        """A name, or without one at least two more cells: a broken row."""
        told = [c for c in self.columns if not values.is_nothing(row.cell(c.index))]
        return len(told) >= 2 or any(c.index == self.name_at for c in told)


class _SheetReader:
    """Reads one sheet from top to bottom."""

    def __init__(
        self,
        sheet: Sheet,
        today: dt.date,
        remembered: Callable[[Header], Mapping[int, Field | None]] | None,
    ) -> None:
        self.sheet = sheet
        self.today = today
        self.remembered = remembered
        self.result = RosterSheet(sheet.name, hidden=sheet.hidden)
        self.context = _Context()

    def read(self, correction: Correction | None, former: Header | None) -> RosterSheet:
        if self.sheet.hidden:
            self.result.notices.append("工作表已隐藏，未读取。")
            return self.result
        if not self.sheet.rows:
            return self.result
        found = self._header(correction)
        if found is None and former and self._continues(former):
            found = (former, 0)
            self.result.notices.append("没有表头，按上一张表的列读取。")
        if found is None:
            self.result.notices.append("没有找到表头（至少要有“姓名”列），未读取。")
            return self.result
        self._rows(*found, correction)
        self._close_context()
        return self.result

    def _header(self, correction: Correction | None) -> tuple[Header, int] | None:
        if correction and correction.header_rows:
            found = header_at(self.sheet, *correction.header_rows)
        else:
            found = find_header(self.sheet)
        return (self._settled(found[0], correction), found[1]) if found else None

    def _settled(self, header: Header, correction: Correction | None) -> Header:
        """The header after what was remembered and what was said now."""
        if self.remembered:
            header = header.corrected(self.remembered(header))
        return header.corrected(correction.mapping) if correction else header

    def _continues(self, former: Header) -> bool:
        """Whether the first rows hold names where the sheet before has them, and
        beside each at least one fact that only people have.
        """
        names = [c.index for c in former.columns if c.field is Field.NAME]
        rows = [row for row in self.sheet.rows[:5] if is_one_text(row) is None][:3]
        return bool(names and rows) and all(
            values.looks_like_name(row.cell(names[0]))
            and self._is_personal(former, row)
            for row in rows
        )

    def _is_personal(self, header: Header, row: Row) -> bool:
        scratch, cells = Entry(), CellReader(header, self.today, self.sheet.typed)
        for column in header.columns:
            if column.field in PERSONAL and not is_blank(row.cell(column.index)):
                try:
                    cells.set_value(scratch, column.field, row.cell(column.index))
                except Unclear:
                    continue
                return True
        return False

    def _rows(self, header: Header, start: int, correction: Correction | None) -> None:
        self._use(header)
        self.result.header = header
        position = start
        while position < len(self.sheet.rows):
            row = self.sheet.rows[position]
            if names_columns(row) >= 3:
                position = self._header_again(position, correction)
                continue
            self._row(row)
            position += 1

    def _header_again(self, position: int, correction: Correction | None) -> int:
        """A header repeated on each page, or another table below the first."""
        found = find_header(self.sheet, position)
        row = self.sheet.rows[position]
        self._skip(row, "header")
        is_part = row.number == self.header.last_row + 1  # of the header just read
        if is_part or found is None or found[0].first_row > row.number + 2:
            return position + 1
        header = self._settled(found[0], None)
        if header.signature == self.header.signature:
            header = self.header
        self._use(header)
        for extra in self.sheet.rows[position + 1 : found[1]]:
            self._skip(extra, "header")
        return found[1]

    def _use(self, header: Header) -> None:
        self.header = header
        self.cells = CellReader(header, self.today, self.sheet.typed)
        self.panels = [_Panel(part) for part in header.panels()]
        if any(c.score >= 1 for p in self.panels for c in p.other_names):
            self.result.notices.append(
                "有两列都叫“姓名”，只读取了第一列，请在列的对应里改正。"
            )

    # --- rows that are no people ---

    def _row(self, row: Row) -> None:
        first = next((clean(c) for c in row.cells if not is_blank(c)), "")
        one = is_one_text(row)
        names = [row.cell(panel.name_at) for panel in self.panels]
        is_name = any(map(values.looks_like_name, names))
        if SUBTOTAL.match(first.replace(" ", "")) or (
            SUBTOTAL.match(squeezed(names[0])) and not is_name
        ):
            self._skip(row, "subtotal")
        elif NOTE.match(first):
            self._skip(row, "note")
        elif one is not None and not (is_name and self._is_lone_name(row, one)):
            self._heading(row, one)
        else:
            self._people(row)

    def _people(self, row: Row) -> None:
        """The person of each panel; a panel that ends earlier holds nobody."""
        told = [panel for panel in self.panels if panel.says_something(row)]
        if not told:
            self._skip(row, "empty")
        for panel in told:
            self._person(row, panel)

    def _is_lone_name(self, row: Row, text: str) -> bool:
        """A person of whom nothing but the name is told."""
        told = [i for i, cell in enumerate(row.cells) if not is_blank(cell)]
        names = [panel.name_at for panel in self.panels]
        return len(told) == 1 and told[0] in names and not HEADING_WORDS.search(text)

    def _skip(self, row: Row, kind: SkippedKind) -> None:
        told = dict.fromkeys(clean(c) for c in row.cells if not is_blank(c))
        self.result.skipped.append(Skipped(row.number, kind, " ".join(told)[:100]))

    def _heading(self, row: Row, text: str) -> None:
        """第一代表团（12人）: says something of the rows below it, or is a note."""
        counted = COUNTED.search(text)
        words = NUMBERED.sub("", COUNTED.sub("", text).strip()).strip(" ：:")
        told, value = meaning(words)
        if told is None and counted is None:
            self._skip(row, "note")
            return
        self._close_context()
        self._skip(row, "heading")
        expected = int(counted[1]) if counted else None
        self.context = _Context(told, value, words, row.number, text, expected)

    def _close_context(self) -> None:
        context = self.context
        if context.expected is not None and context.expected != context.found:
            self.result.notices.append(
                f"第{context.number}行写着“{context.text[:30]}”，"
                f"下面读到 {context.found} 人，请核对。"
            )

    # --- people ---

    def _person(self, row: Row, panel: "_Panel") -> None:
        read = RosterRow(
            self.sheet.name, row.number, Entry(), tuple(row.cells), row.hidden
        )
        for column in panel.columns:
            self.cells.take(read, column, row.cell(column.index))
        self._check(read)
        if self.context.field and not getattr(read.entry, self.context.field):
            setattr(read.entry, self.context.field, self.context.value)
            told = self.context.value
            shown = self.context.words if isinstance(told, tuple) else told
            read.from_heading = (self.context.field, shown)
        self.context.found += 1
        self.result.rows.append(read)

    def _check(self, read: RosterRow) -> None:
        """What a row as a whole must be."""
        entry = read.entry
        if not entry.name and not any(p.field is Field.NAME for p in read.problems):
            read.problems.append(Problem("没有姓名", True, Field.NAME))
        if entry.birth and entry.birth.month is None:
            text = "只有年份，没有月份，未导入出生年月"
            read.problems.append(Problem(text, False, Field.BIRTH))
        if entry.id_number:
            self._check_id(read)

    def _check_id(self, read: RosterRow) -> None:
        """The number tells birth and sex; the row must not say otherwise."""
        entry, told = read.entry, values.parse_id_number(read.entry.id_number)
        birth = entry.birth
        if (
            birth
            and birth.month
            and (birth.year, birth.month)
            != (
                told.year,
                told.month,
            )
        ):
            text = f"与身份证号里的{told.year}年{told.month}月不一致"
            read.problems.append(Problem(text, True, Field.BIRTH))
        if entry.sex and entry.sex != told.sex:
            read.problems.append(Problem("与身份证号不一致", True, Field.SEX))
        if not entry.sex:
            entry.sex = told.sex
        if birth is None and not any(p.field is Field.BIRTH for p in read.problems):
            compact = told.year * 100 + told.month
            try:
                entry.birth = parse_birth(compact, today=self.today)
            except Unclear as unclear:
                read.problems.append(Problem(str(unclear), True, Field.ID_NUMBER))
