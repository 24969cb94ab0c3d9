"""Workbooks and CSV lines that are safe to open: a text never becomes a formula."""

import csv
import datetime as dt
import io
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

MAX_TEXT = 32_767  # Excel's limit for a cell
FIRST_EXCEL_YEAR = 1900
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SHEET_NAME_ILLEGAL = re.compile(r"[\[\]:*?/\\]|^'|'$")
MIN_WIDTH, MAX_WIDTH = 8, 60

HEADER_FONT = Font(name="微软雅黑", bold=True)
HEADER_FILL = PatternFill("solid", fgColor="F1F3F5")
HEADER_BORDER = Border(bottom=Side("thin", color="8C959F"))
HEADER_ALIGNMENT = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True)
class OutSheet:
    """One sheet to write: a header and rows of as many values.

    `widths` are in characters; left out, they follow the header and the first rows.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[float] | None = None


def safe_cell(value: object) -> object:
    """The value as a cell may hold it.

    Numbers and dates keep their type (moments in local time, without zone); a text
    loses characters that XML forbids and gets a ' where Excel would see a formula.
    """
    if isinstance(value, float | Decimal):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int | dt.time | dt.timedelta):
        return value
    if isinstance(value, dt.datetime) and value.tzinfo:
        value = timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, dt.date):
        return value if value.year >= FIRST_EXCEL_YEAR else value.isoformat()
    text = ILLEGAL.sub("", str(value))
    if text.startswith(FORMULA_STARTS):
        text = "'" + text
    return text[:MAX_TEXT]


def csv_line(values: Iterable[object]) -> str:
    """One line of CSV, ended by CR LF; True and False become 是 and 否."""
    out = io.StringIO()
    csv.writer(out).writerow(_in_words(safe_cell(value)) for value in values)
    return out.getvalue()


def _in_words(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value


def write_workbook(target: str | Path | BinaryIO, sheets: Iterable[OutSheet]) -> None:
    """Write an .xlsx with frozen, styled headers; rows are taken one by one."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, sheet, taken)
    book.save(target)


def _write_sheet(book: Workbook, sheet: OutSheet, taken: set[str]) -> None:
    rows = iter(sheet.rows)
    sample = list(itertools.islice(rows, 100))
    page = book.create_sheet(_sheet_name(sheet.name, taken))
    page.freeze_panes = "A2"
    widths = sheet.widths or _widths(sheet.header, sample)
    for index, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    page.append([_header_cell(page, text) for text in sheet.header])
    for row in sample:
        page.append([_cell(page, value) for value in row])
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, no two alike."""
    plain = SHEET_NAME_ILLEGAL.sub(" ", ILLEGAL.sub("", name)).strip()[:31] or "表"
    unique, count = plain, 1
    while unique.lower() in taken:
        count += 1
        unique = f"{plain[:26]}({count})"
    taken.add(unique.lower())
    return unique


def _header_cell(page: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=safe_cell(text))
    cell.font, cell.fill = HEADER_FONT, HEADER_FILL
    cell.border, cell.alignment = HEADER_BORDER, HEADER_ALIGNMENT
    return cell


def _cell(page: object, value: object) -> object:
    value = _yes_or_no(safe_cell(value))
    if isinstance(value, dt.datetime):
        return _formatted(page, value, "yyyy-mm-dd hh:mm")
    if isinstance(value, dt.date):
        return _formatted(page, value, "yyyy-mm-dd")
    if isinstance(value, str) and "\n" in value:
        cell = WriteOnlyCell(page, value=value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell
    return value


def _yes_or_no(value: object) -> object:
    return ("是" if value else "否") if isinstance(value, bool) else value


def _formatted(page: object, value: object, number_format: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=value)
    cell.number_format = number_format
    return cell


def _widths(header: Sequence[str], sample: list[Sequence[object]]) -> list[float]:
    """Wide enough for the header and the first rows; a Chinese character takes two."""
    widths = []
    for index, text in enumerate(header):
        cells = [row[index] for row in sample if index < len(row)]
        longest = max(map(_length, [text, *cells]))
        widths.append(min(max(longest + 2, MIN_WIDTH), MAX_WIDTH))
    return [float(width) for width in widths]


def _length(value: object) -> int:
    if isinstance(value, dt.datetime):
        return 16
    if value is None:
        return 0
    lines = str(value).splitlines() or [""]
    return max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines)
