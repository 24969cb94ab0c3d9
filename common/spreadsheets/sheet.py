"""What reading gives: sheets of rows of plain values, numbered as in Excel."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from common.errors import RuleViolation

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000  # rows with something in them, over all sheets
MAX_COLUMNS = 256  # cells further right are not read
MAX_MERGED_CELLS = 2_000_000

CellValue = str | int | float | Decimal | bool | dt.date | dt.time | None
"""`dt.datetime` is a `dt.date`. A Decimal is a number with the decimals the office
sees (1965.1 shown as 1965.10); a float says nothing about how it was shown."""


class UnreadableFile(RuleViolation):
    """The file cannot be read as a table; the text says why and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text, field="file")


@dataclass(slots=True)
class Row:
    """One row that has something in it; `number` counts from 1, as in Excel."""

    number: int
    cells: list[CellValue]
    hidden: bool = False

    def cell(self, index: int) -> CellValue:
        """The value at a column (from 0); None beyond the end of the row."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(slots=True)
class Sheet:
    """One sheet without its blank rows, merged cells filled in.

    `typed` is False for CSV, where a number can no longer be told from a text.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: bool = False
    typed: bool = True

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)


def is_blank(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def trimmed(cells: list[CellValue]) -> list[CellValue]:
    """The cells without the blank ones at the end."""
    end = len(cells)
    while end and is_blank(cells[end - 1]):
        end -= 1
    return cells[:end]


def fill_merged(sheet: Sheet, ranges: Iterable[tuple[int, int, int, int]]) -> None:
    """Copy the top left value of each (first row, last row, first column, last
    column) range into its blank cells. Rows count from 1, columns from 0, ends
    included. Ranges are cut to the rows and columns in use.
    """
    by_number = {row.number: row for row in sheet.rows}
    width, budget = sheet.width, MAX_MERGED_CELLS
    for first, last, left, right in ranges:
        start = by_number.get(first)
        value = start.cell(left) if start else None
        if is_blank(value):
            continue
        right = min(right, width - 1)
        for number in range(first, min(last, first + MAX_ROWS) + 1):
            budget -= max(right - left + 1, 1)
            if budget < 0:
                raise UnreadableFile("合并单元格过多，请取消合并后再上传。")
            if row := by_number.get(number):
                _fill(row, left, right, value)


def _fill(row: Row, left: int, right: int, value: CellValue) -> None:
    if len(row.cells) <= right:
        row.cells.extend([None] * (right + 1 - len(row.cells)))
    for column in range(left, right + 1):
        if is_blank(row.cells[column]):
            row.cells[column] = value


FIXED_DECIMALS = re.compile(r"^0\.(0+)(?:_\s*)?(?:;.*)?$")
LEADING_ZEROS = re.compile(r"^0{2,32}$")


def as_shown(number: float, number_format: str) -> CellValue:
    """The number as the office sees it, where its format decides what it says.

    `0.00` turns 1965.1 into 1965.10 (October), `000000` turns 12 into "000012"
    (a certificate number). Whole numbers become int.
    """
    if not -1e300 < number < 1e300:
        return None
    if (
        LEADING_ZEROS.match(number_format)
        and number >= 0
        and float(number).is_integer()
    ):
        return str(int(number)).zfill(len(number_format))
    if shown := FIXED_DECIMALS.match(number_format):
        exact = Decimal(repr(float(number)))
        fixed = round(exact, min(len(shown[1]), 30))
        if fixed == exact:
            return fixed
    if float(number).is_integer():
        return int(number)
    return float(number)
