"""Find the header of a sheet and say what each column means."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from openpyxl.utils import get_column_letter

from common.spreadsheets import CellValue, Row, Sheet
from common.spreadsheets.sheet import is_blank
from deputies.roster.fields import CHOICES, EXACT, Field, folded, guess, known
from deputies.roster.text import clean

SEARCHED_ROWS = 40  # a header further down is no header
HIGHEST = 3  # rows of a header
ENOUGH = 1.5  # the name and one more column, or nearly
MARGIN = 0.05
NOT_A_HEADING = 0.4  # what a cell costs that is surely no heading


@dataclass(frozen=True)
class Column:
    """One column and what it is taken for.

    `choice` is set for a column of ticks: a tick says that the field has this value.
    """

    index: int
    heading: str
    field: Field | None
    score: float = 0.0
    choice: str = ""

    @property
    def letter(self) -> str:
        return get_column_letter(self.index + 1)


@dataclass(frozen=True)
class Header:
    """Where a table begins and what its columns mean."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean certainty of the columns that have a heading, 0 to 1."""
        named = [column for column in self.columns if column.heading]
        return sum(c.score for c in named) / len(named) if named else 0.0

    @property
    def unknown(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.heading and c.field is None)

    @property
    def doubled(self) -> tuple[Column, ...]:
        """Columns whose field another column has with more, or earlier with equal,
        certainty. They are read only where that other one is blank.
        """
        best = {id(column) for column in self._best().values()}
        return tuple(
            c
            for c in self.columns
            if c.field and c.field not in MAY_REPEAT and id(c) not in best
        )

    def _best(self) -> dict[tuple[Field, str], Column]:
        best: dict[tuple[Field, str], Column] = {}
        for column in self.columns:
            if column.field:
                key = (column.field, column.choice)
                if key not in best or column.score > best[key].score:
                    best[key] = column
        return best

    def panels(self) -> list["Header"]:
        """The parts of a table printed in two or more panels side by side
        (姓名 性别 | 姓名 性别); one part for the usual table.
        """
        names = [
            c.index for c in self.columns if c.field is Field.NAME and c.score >= 1
        ]
        headed = [c.index for c in self.columns if c.heading]
        if len(names) < 2 or not self._repeats(names[1] - names[0]):
            return [self]
        offset = names[0] - headed[0]
        starts = [name - offset for name in names]
        ends = [*starts[1:], len(self.columns)]
        return [
            replace(self, columns=self.columns[start:end])
            for start, end in zip(starts, ends, strict=True)
        ]

    def _repeats(self, step: int) -> bool:
        """Whether at least two headings come again that many columns further."""
        words = [folded(column.heading) for column in self.columns]
        pairs = zip(words, words[step:], strict=False)
        return sum(bool(one) and one == other for one, other in pairs) >= 2

    @property
    def signature(self) -> str:
        """The same for the same headings in the same order: what is remembered."""
        words = "|".join(folded(column.heading) for column in self.columns)
        return hashlib.sha256(words.encode()).hexdigest()

    def corrected(self, mapping: Mapping[int, Field | None]) -> "Header":
        """The header with the fields that a person chose for some columns.

        A guess elsewhere for a field that was chosen here gives way.
        """
        chosen = {field for field in mapping.values() if field}
        columns = tuple(self._corrected(c, mapping, chosen) for c in self.columns)
        return Header(self.first_row, self.last_row, columns, self.titles)

    @staticmethod
    def _corrected(
        column: Column, mapping: Mapping[int, Field | None], chosen: set[Field]
    ) -> Column:
        if column.index not in mapping:
            given_way = column.field in chosen and not column.choice
            return replace(column, field=None, score=0.0) if given_way else column
        field = mapping[column.index]
        if field == column.field:
            return replace(column, score=EXACT) if field else column
        return Column(column.index, column.heading, field, EXACT)

    def has(self, field: Field) -> bool:
        return any(column.field == field for column in self.columns)


NAME_WORDS = ("姓名", "名字", "代表名单")
MAY_REPEAT = (Field.OTHER, Field.REMARK, Field.SERIAL)


def find_header(sheet: Sheet, start: int = 0) -> tuple[Header, int] | None:
    """The best header at or after a position in `sheet.rows`, with the position after
    it; None if no rows there name a column of names and at least one more.
    """
    best: tuple[float, Header, int] | None = None
    for position in range(start, min(len(sheet.rows), start + SEARCHED_ROWS)):
        for height in range(1, HIGHEST + 1):
            block = sheet.rows[position : position + height]
            if len(block) < height or not _can_be_header(block):
                break
            columns = _columns(block, sheet.width)
            score = _score(columns, block)
            if height > 1 and not _adds(block, score, sheet.width):
                continue
            if score > (best[0] + MARGIN if best else ENOUGH):
                titles = _titles(sheet.rows[start:position])
                header = Header(
                    block[0].number, block[-1].number, columns, tuple(titles)
                )
                best = (score, header, position + height)
    return best[1:] if best else None


def header_at(sheet: Sheet, first_row: int, last_row: int) -> tuple[Header, int] | None:
    """The header that a person says stands in these rows, whatever it looks like."""
    block = [row for row in sheet.rows if first_row <= row.number <= last_row]
    if not block:
        return None
    position = sheet.rows.index(block[0])
    titles = tuple(_titles(sheet.rows[:position]))
    columns = _columns(block, sheet.width)
    return Header(first_row, last_row, columns, titles), position + len(block)


def names_columns(row: Row) -> int:
    """How many cells are known headings as they stand (0 without a name column)."""
    found = {field for text in _texts(row.cells) if (field := known(text))}
    return len(found) if Field.NAME in found else 0


def is_one_text(row: Row) -> str | None:
    """The text of a row that holds only one (a title, a group heading)."""
    texts = {clean(cell) for cell in row.cells if not is_blank(cell)}
    return texts.pop() if len(texts) == 1 else None


def _texts(cells: Sequence[CellValue]) -> Iterator[str]:
    return (clean(cell) for cell in cells if isinstance(cell, str))


def _can_be_header(block: Sequence[Row]) -> bool:
    """Header rows stand together; a row of one text is a title or a group heading."""
    last, first = block[-1], block[0]
    return last.number - first.number <= len(block) and not any(
        is_one_text(row) is not None for row in block
    )


def _adds(block: Sequence[Row], score: float, width: int) -> bool:
    """Whether the first row of a taller header belongs to it: it names columns, or
    the rows below say less without it.
    """
    below = block[1:]
    if sum(known(text) is not None for text in _texts(block[0].cells)) >= 2:
        return True
    return score > _score(_columns(below, width), below) + MARGIN


def _columns(block: Sequence[Row], width: int) -> tuple[Column, ...]:
    stacks = _stacks(block, width)
    return tuple(_column(index, stack, stacks) for index, stack in enumerate(stacks))


def _stacks(block: Sequence[Row], width: int) -> list[tuple[str, ...]]:
    """Per column the headings from top to bottom, each once, titles left out.

    A blank above a heading takes the heading to its left: 联系方式 over 手机 | 座机
    is often centred by hand instead of merged.
    """
    lines = [[clean(row.cell(index)) for index in range(width)] for row in block]
    for above, below in itertools.pairwise(lines):
        for index in range(1, width):
            if (
                not above[index]
                and below[index]
                and above[index - 1]
                and (below[index - 1] and below[index - 1] != above[index - 1])
            ):
                above[index] = above[index - 1]
    return [
        tuple(dict.fromkeys(text for line in lines if (text := line[index])))
        for index in range(width)
    ]


def _column(
    index: int, stack: tuple[str, ...], stacks: list[tuple[str, ...]]
) -> Column:
    heading = "／".join(stack)
    if not stack:
        return Column(index, "", None)
    field, score = guess(stack[-1])
    if len(stack) > 1:
        above, above_score = guess(stack[-2])
        siblings = sum(len(s) > 1 and s[-2] == stack[-2] for s in stacks)
        is_choice = above in CHOICES and above_score >= EXACT and siblings > 1
        if is_choice and (field is None or score < EXACT):
            return Column(index, heading, above, above_score, stack[-1])
        joined = guess("".join(stack[-2:]))
        if joined[1] > score:
            field, score = joined
        if field is None and siblings == 1:
            field, score = above, above_score * 0.8
    return Column(index, heading, field, score)


def _score(columns: tuple[Column, ...], block: Sequence[Row]) -> float:
    """Sum of the certainty of distinct fields, less what speaks against a header."""
    best: dict[tuple[Field, str], float] = {}
    against = 0.0
    for column in columns:
        if column.field:
            key = (column.field, column.choice)
            best[key] = max(best.get(key, 0.0), column.score)
    if not any(_heads_names(column, block[-1]) for column in columns):
        return 0.0
    for row in block:
        for cell in row.cells:
            if not is_blank(cell) and not isinstance(cell, str):
                against += NOT_A_HEADING  # numbers and dates
            elif isinstance(cell, str) and len(clean(cell)) > 30:
                against += NOT_A_HEADING
    return sum(best.values()) - against


def _heads_names(column: Column, last: Row) -> bool:
    """A column of names is called so, and no name stands in the header's last row."""
    if column.field is not Field.NAME:
        return False
    words = folded(column.heading)
    below = folded(clean(last.cell(column.index)))
    return any(word in words for word in NAME_WORDS) and (
        not below or any(word in below for word in NAME_WORDS)
    )


def _titles(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from dict.fromkeys(clean(c) for c in row.cells if not is_blank(c))
