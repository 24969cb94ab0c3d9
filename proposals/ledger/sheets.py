"""From sheets to columns: where the table begins, and what each column holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from common.spreadsheets import CellValue, Row, Sheet
from common.spreadsheets.sheet import is_blank
from deputies.roster.fields import folded
from deputies.roster.text import clean
from proposals.ledger.dates import Unclear, parse_day, year_in
from proposals.ledger.fields import FIELD_NAMES, Field, guess, known
from proposals.ledger.values import NAME, NOTHING, PHONE

SEARCHED_ROWS = 40  # a head further down is no head
SAMPLED = 60  # rows looked at to guess a column by what it holds
MOSTLY = 0.7
SAMPLES = 3
NOT_GIVEN = ""  # kept in a layout for a column that is not to be imported

Layout = Mapping[str, str]
"""Column key (see LedgerColumn.key) to the name of its field."""


@dataclass
class LedgerColumn:
    """One column: its heading, and what it is taken for."""

    index: int
    heading: str
    field: Field | None
    is_sure: bool
    samples: list[str]

    @property
    def letter(self) -> str:
        return get_column_letter(self.index + 1)

    @property
    def key(self) -> str:
        """Under which its field is remembered: the heading, else the letter."""
        return folded(self.heading) or f"#{self.letter}"


@dataclass
class LedgerSheet:
    """One sheet: its head, its columns, and the rows below."""

    name: str
    header_row: int  # its number as in Excel; 0 when there is none
    columns: list[LedgerColumn]
    rows: list[Row]
    year: int | None = None
    titles: str = ""
    passed_over: int = 0
    row_years: dict[int, int | None] = field(default_factory=dict)

    def column(self, wanted: Field) -> LedgerColumn | None:
        return next((c for c in self.columns if c.field is wanted), None)


def read_sheets(
    sheets: Sequence[Sheet],
    *,
    name: str = "",
    layout: Layout | None = None,
    header_rows: Mapping[str, int] | None = None,
) -> list[LedgerSheet]:
    """The sheets that are seen, with their columns guessed.

    `layout` is what was said about columns before and goes before any guess;
    `header_rows` is what was said about a sheet's head (0: it has none). `name` is
    the file's, whose year may be the only one told.
    """
    found = []
    for sheet in sheets:
        if sheet.hidden or not sheet.rows:
            continue
        said = (header_rows or {}).get(sheet.name)
        found.append(_read(sheet, name, layout or {}, said))
    return found


def _read(sheet: Sheet, name: str, layout: Layout, said: int | None) -> LedgerSheet:
    at = _header_at(sheet, layout) if said is None else _position(sheet, said)
    head = sheet.rows[at] if at is not None else None
    above = sheet.rows[: at or 0]
    titles = " ".join(_texts(above))
    below = sheet.rows[at + 1 if at is not None else 0 :]
    kept, years, passed = _rows(below, head, year_in(f"{titles} {sheet.name} {name}"))
    headings = _headings(head, above, sheet.width)
    return LedgerSheet(
        name=sheet.name,
        header_row=head.number if head else 0,
        columns=_columns(headings, kept, layout),
        rows=kept,
        titles=titles,
        passed_over=passed,
        row_years=years,
    )


def _position(sheet: Sheet, number: int) -> int | None:
    places = (at for at, row in enumerate(sheet.rows) if row.number == number)
    return next(places, None)


def _header_at(sheet: Sheet, layout: Layout) -> int | None:
    """The row that names most columns, if it names at least two."""
    best, most = None, 1
    for at, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        words = {folded(clean(c)) for c in row.cells if isinstance(c, str)}
        names = sum(known(word) or word in layout for word in words if word)
        if names > most:
            best, most = at, names
    return best


def _headings(head: Row | None, above: Sequence[Row], width: int) -> list[str]:
    """The words over each column; where the head is blank, those of the row above."""
    if head is None:
        return [""] * width
    over = above[-1] if above and len(set(_texts(above[-1:]))) > 1 else None
    headings = [clean(head.cell(i)) for i in range(width)]
    if over is not None:
        headings = [text or clean(over.cell(i)) for i, text in enumerate(headings)]
    return [text[:60] for text in headings]


def _rows(
    rows: Sequence[Row], head: Row | None, year: int | None
) -> tuple[list[Row], dict[int, int | None], int]:
    """The rows that may be lines; the year told above each; how many are not lines."""
    kept, years, passed = [], {}, 0
    words = [clean(cell) for cell in head.cells] if head else []
    for row in rows:
        texts = set(_texts([row]))
        alone = len(texts) == 1
        if alone and (told := year_in(next(iter(texts)))):
            year = told  # 2023年第一季度 over the rows of a quarter
        if alone or _is_total(row) or (words and [*map(clean, row.cells)] == words):
            passed += 1
            continue
        kept.append(row)
        years[row.number] = year
    return kept, years, passed


def _is_total(row: Row) -> bool:
    first = next((clean(cell) for cell in row.cells if not is_blank(cell)), "")
    return first.replace(" ", "").startswith(("合计", "总计", "小计", "注：", "填表"))


def _texts(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from dict.fromkeys(clean(c) for c in row.cells if not is_blank(c))


# --- columns ----------------------------------------------------------------------


def _columns(
    headings: list[str], rows: Sequence[Row], layout: Layout
) -> list[LedgerColumn]:
    columns = [_by_heading(i, text, rows, layout) for i, text in enumerate(headings)]
    _give_way(columns, layout)
    taken = {column.field for column in columns if column.field}
    for column in columns:
        if column.field is None and column.key not in layout and not column.is_sure:
            cells = [row.cell(column.index) for row in rows[:SAMPLED]]
            column.field = _by_content(cells, taken)
            if column.field:
                taken.add(column.field)
    if Field.WORDS not in taken:
        _longest_is_words(columns, rows, layout)
    return [c for c in columns if c.heading or c.samples]


def _by_heading(
    index: int, heading: str, rows: Sequence[Row], layout: Layout
) -> LedgerColumn:
    samples = _samples(rows, index)
    column = LedgerColumn(index, heading, None, is_sure=False, samples=samples)
    if column.key in layout:
        said = layout[column.key]
        column.field = Field(said) if said in FIELD_NAMES else None
        column.is_sure = True
    else:
        column.field, column.is_sure = guess(heading)
    return column


def _give_way(columns: list[LedgerColumn], layout: Layout) -> None:
    """Of several columns taken for one field the surest stays, then the first."""
    for wanted in Field:
        rivals = [column for column in columns if column.field is wanted]
        rivals.sort(key=lambda c: (c.key not in layout, not c.is_sure, not c.samples))
        for column in rivals[1:]:
            column.field, column.is_sure = None, True


def _by_content(cells: list[CellValue], taken: set[Field]) -> Field | None:
    told = [cell for cell in cells if clean(cell) not in NOTHING]
    if not told:
        return None
    for wanted, fits in (
        (Field.DATE, _is_day),
        (Field.PHONE, _is_phone),
        (Field.VISITOR, _is_name),
    ):
        if wanted not in taken and sum(map(fits, told)) >= MOSTLY * len(told):
            return wanted
    return None


def _is_day(cell: CellValue) -> bool:
    try:
        parse_day(cell, year=2000)
    except Unclear:
        return False
    return True


def _is_phone(cell: CellValue) -> bool:
    text = clean(cell)
    return bool(PHONE.match(text)) and 7 <= sum(s.isdigit() for s in text) <= 24


def _is_name(cell: CellValue) -> bool:
    return bool(NAME.match(clean(cell)))


def _longest_is_words(
    columns: list[LedgerColumn], rows: Sequence[Row], layout: Layout
) -> None:
    """Without a column of that name, what people said is what is longest."""

    def length(column: LedgerColumn) -> float:
        texts = [clean(row.cell(column.index)) for row in rows[:SAMPLED]]
        return sum(map(len, texts)) / (len(texts) or 1)

    free = [c for c in columns if c.field is None and c.key not in layout]
    free = [c for c in free if not (c.heading and c.is_sure)]
    best = max(free, key=length, default=None)
    if best is not None and length(best) >= 8:
        best.field = Field.WORDS


def _samples(rows: Sequence[Row], index: int) -> list[str]:
    """The first few different values of a column, cut short."""
    found: dict[str, None] = {}
    for row in rows[:400]:
        text = clean(row.cell(index))
        if text:
            found[text if len(text) <= 24 else text[:24] + "…"] = None
        if len(found) >= SAMPLES:
            break
    return list(found)
