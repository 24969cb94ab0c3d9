"""The modern workbook (.xlsx), read as a stream.

Only values, number formats, hidden rows and merged ranges are looked at. A reader of
our own, because openpyxl gives up on styles, validations and names that WPS writes
and Excel accepts, and because its streaming reader knows neither hidden rows nor
merged cells. Every part is checked before it is parsed: size, declared encoding, no
document type (entity bombs).
"""

import datetime as dt
import io
import re
import struct
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from common.spreadsheets.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellValue,
    Row,
    Sheet,
    UnreadableFile,
    as_shown,
    fill_merged,
    trimmed,
)

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what office programs use
MAX_ENTRIES = 2_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 300  # of one entry beyond BIG_ENTRY; real sheets stay under 100
BIG_ENTRY = 8 * 1024 * 1024
MAX_EXCEL_ROW = 1_048_576
MAX_TEXT = 32_767  # Excel's own limit for a cell

# Date formats that Chinese Excel names by number only (ECMA-376 part 1, 18.8.30).
DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
BUILTIN_FORMATS = {2: "0.00"}

BROKEN = "文件已损坏，请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传。"
BOMB = "文件解压后过大，可能是多余的空白行列，请清理后“另存为”.xlsx 再上传。"
REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})$")
ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([\w.-]+)["']""")


def read_xlsx(data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(archive).sheets()
    except UnreadableFile:
        raise
    except RecursionError as error:
        raise UnreadableFile(BROKEN) from error
    except RuntimeError as error:  # what zipfile raises for a locked entry
        raise UnreadableFile("压缩包设有密码，请去掉密码后再上传。") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ET.ParseError,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        LookupError,
        OverflowError,
    ) as error:
        raise UnreadableFile(BROKEN) from error


class _Guarded(io.RawIOBase):
    """A part of the archive that refuses what an office program never writes."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.tail = b""
        self.begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size if size >= 0 else 1 << 16)
        plain = self.tail + chunk.replace(b"\x00", b"")
        if not self.begun:
            self.begun = True
            declared = ENCODING.match(plain.lstrip(b"\xef\xbb\xbf\xff\xfe"))
            if declared and declared[1].lower() not in (b"utf-8", b"utf-16"):
                raise UnreadableFile(BROKEN)
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            raise UnreadableFile("文件含有不允许的内容（DOCTYPE），未读取。")
        self.tail = plain[-16:]
        return chunk


class _Workbook:
    """The parts of one archive; nothing is unpacked before its size is known."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = {
            "/" + part.filename.replace("\\", "/").lstrip("/").lower(): part
            for part in archive.infolist()
        }
        self.rows_left = MAX_ROWS
        _check_sizes(archive)
        _check_kind(set(self.parts), archive)

    def sheets(self) -> list[Sheet]:
        root = self._tree("/xl/workbook.xml")
        targets = self._targets()
        self.strings = list(self._strings())
        self.formats = self._formats()
        self.epoch = CALENDAR_WINDOWS_1900
        for element in root.iter():
            flag = element.get("date1904")
            if _local(element) == "workbookPr" and flag in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
        found = []
        for element in root.iter():
            if _local(element) == "sheet":
                part = targets.get(_attribute(element, "id"), "")
                if part in self.parts and "/worksheets/" in part:
                    name = element.get("name") or ""
                    hidden = element.get("state", "visible") != "visible"
                    found.append(self._sheet(part, name, hidden))
        if not found:
            raise UnreadableFile("文件里没有可读的工作表。")
        return found

    def _open(self, part: str) -> _Guarded:
        # Python reads no more of an entry than the size its directory declares.
        return _Guarded(self.archive.open(self.parts[part]))

    def _tree(self, part: str) -> ET.Element:
        if part not in self.parts:
            raise UnreadableFile(BROKEN)
        return ET.parse(self._open(part)).getroot()  # noqa: S314  (guarded)

    def _targets(self) -> dict[str, str]:
        """Relation id → part name of the workbook's sheets."""
        targets = {}
        for relation in self._tree("/xl/_rels/workbook.xml.rels"):
            target = (relation.get("Target") or "").replace("\\", "/").lower()
            part = target if target.startswith("/") else "/xl/" + target
            targets[relation.get("Id") or ""] = part
        return targets

    def _strings(self) -> Iterator[str]:
        if "/xl/sharedstrings.xml" not in self.parts:
            return
        for _, element in ET.iterparse(self._open("/xl/sharedstrings.xml")):  # noqa: S314  (guarded)
            if _local(element) == "si":
                yield _text(element)
                element.clear()

    def _formats(self) -> list[str]:
        """Number format by cell style; "date" stands for every date format."""
        if "/xl/styles.xml" not in self.parts:
            return []
        own: dict[int, str] = {}
        formats: list[str] = []
        for element in self._tree("/xl/styles.xml"):
            if _local(element) == "numFmts":
                for item in element:
                    own[int(item.get("numFmtId", 0))] = item.get("formatCode", "")
            elif _local(element) == "cellXfs":
                formats = [_format(int(xf.get("numFmtId", 0)), own) for xf in element]
        return formats

    def _sheet(self, part: str, name: str, hidden: bool) -> Sheet:
        sheet = Sheet(name, hidden=hidden)
        merged: list[tuple[int, int, int, int]] = []
        data: ET.Element | None = None
        number = 0
        events = ET.iterparse(self._open(part), events=("start", "end"))  # noqa: S314  (guarded)
        for event, element in events:
            tag = _local(element)
            if event == "start":
                data = element if tag == "sheetData" else data
            elif tag == "row":
                number = self._row(sheet, element, number)
                if data is not None:
                    data.clear()  # else a million empty rows pile up
            elif tag == "mergeCell":
                merged.extend(_range(element.get("ref", "")))
        sheet.rows.sort(key=lambda row: row.number)
        fill_merged(sheet, merged)
        return sheet

    def _row(self, sheet: Sheet, element: ET.Element, before: int) -> int:
        number = int(element.get("r") or before + 1)
        if not 1 <= number <= MAX_EXCEL_ROW:
            raise UnreadableFile(BROKEN)
        cells: list[CellValue] = []
        for cell in element:
            place = REFERENCE.match(cell.get("r", ""))
            column = column_index_from_string(place[1]) - 1 if place else len(cells)
            value = self._value(cell) if column < MAX_COLUMNS else None
            if value is not None:
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = value
            elif not place:
                cells.append(None)
        cells = trimmed(cells)
        if cells:
            self.rows_left -= 1
            if self.rows_left < 0:
                raise UnreadableFile("超过 20 万行，请拆分后再上传。")
            row_hidden = element.get("hidden") in ("1", "true")
            sheet.rows.append(Row(number, cells, row_hidden))
        return number

    def _value(self, cell: ET.Element) -> CellValue:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell)[:MAX_TEXT] or None
        raw = next((item.text for item in cell if _local(item) == "v"), None)
        if not raw:
            return None
        if kind == "s":
            return self.strings[int(raw)][:MAX_TEXT]
        if kind == "b":
            return raw.strip() not in ("0", "false")
        if kind == "d":
            return dt.datetime.fromisoformat(raw.strip())
        if kind in ("str", "e"):
            return raw[:MAX_TEXT]
        return self._number(raw, int(cell.get("s", 0)))

    def _number(self, raw: str, style: int) -> CellValue:
        number = float(raw)
        shown = self.formats[style] if style < len(self.formats) else ""
        if shown != "date":
            return (
                int(raw)
                if raw.isascii() and raw.isdigit() and not shown
                else (as_shown(number, shown))
            )
        try:
            moment = from_excel(number, self.epoch)
        except (OverflowError, ValueError):
            return as_shown(number, "")
        if isinstance(moment, dt.timedelta):
            return as_shown(number, "")
        return moment


def _check_sizes(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile("压缩包里的文件过多，不是正常的 Excel 表格。")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnreadableFile(BOMB)
    for entry in entries:
        if entry.compress_type not in PACKINGS:
            raise UnreadableFile(BROKEN)
        packed = max(entry.compress_size, 1)
        if entry.file_size > BIG_ENTRY and entry.file_size / packed > MAX_RATIO:
            raise UnreadableFile(BOMB)


def _check_kind(parts: set[str], archive: zipfile.ZipFile) -> None:
    """Say what the archive is, where it is no .xlsx."""
    if "/xl/workbook.xml" in parts:
        return
    if "/xl/workbook.bin" in parts:
        raise UnreadableFile("暂不能读取 .xlsb，请“另存为”.xlsx 再上传。")
    if "/word/document.xml" in parts:
        raise UnreadableFile("这是 Word 文档，不是电子表格。")
    if "/ppt/presentation.xml" in parts:
        raise UnreadableFile("这是演示文稿，不是电子表格。")
    if "/content.xml" in parts and "/mimetype" in parts:
        raise UnreadableFile("暂不能读取 .ods，请“另存为”.xlsx 再上传。")
    raise UnreadableFile("这是压缩包，不是 Excel 表格，请解压后再上传。")


def _local(element: ET.Element) -> str:
    """The tag without its namespace, which differs in “strict” workbooks."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: ET.Element, name: str) -> str:
    for key, value in element.items():
        if key.startswith("{") and key.endswith("}" + name):
            return value
    return ""


def _text(element: ET.Element) -> str:
    """All runs of a rich text, without the reading aids (rPh)."""
    if _local(element) == "rPh":
        return ""
    if _local(element) == "t":
        return element.text or ""
    return "".join(_text(child) for child in element)


def _format(number: int, own: dict[int, str]) -> str:
    code = own.get(number, BUILTIN_FORMATS.get(number, ""))
    if (number in DATE_IDS and number not in own) or (code and is_date_format(code)):
        return "date"
    return "" if code == "General" else code


def _range(reference: str) -> Iterator[tuple[int, int, int, int]]:
    first, _, last = reference.partition(":")
    start, end = REFERENCE.match(first), REFERENCE.match(last or first)
    if start and end:
        left = column_index_from_string(start[1]) - 1
        right = column_index_from_string(end[1]) - 1
        yield int(start[2]), int(end[2]), left, right
