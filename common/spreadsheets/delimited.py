"""CSV as offices save it: UTF-8 with or without mark, GB18030, UTF-16."""

import codecs
import csv
import io
from collections.abc import Iterator

from common.spreadsheets.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    CellValue,
    Row,
    Sheet,
    UnreadableFile,
    trimmed,
)

DELIMITERS = ",\t;"
SAMPLE_LINES = 40


def read_delimited(data: bytes) -> list[Sheet]:
    """One sheet of texts; a number is left as it was typed."""
    text = _decode(data)
    if "\x00" in text:
        raise UnreadableFile("文件里有空字节，不是文本表格，可能已损坏。")
    delimiter, text = _delimiter(text)
    return [_sheet("CSV", text, delimiter)]


def read_pasted(text: str) -> list[Sheet]:
    """One sheet of what was copied from a spreadsheet: cells between tabs.

    Cells that hold line breaks come in quotes. Without any tab it is read as CSV.
    """
    if "\t" not in text:
        return read_delimited(text.encode())
    return [_sheet("粘贴", text.replace("\x00", ""), "\t")]


def _sheet(name: str, text: str, delimiter: str) -> Sheet:
    rows: list[Row] = []
    try:
        for number, cells in _records(text, delimiter):
            kept = trimmed(cells)
            if kept:
                rows.append(Row(number, kept))
            if len(rows) > MAX_ROWS:
                raise UnreadableFile("超过 20 万行，请拆分后再上传。")
    except csv.Error as error:
        raise UnreadableFile("CSV 文件的引号或换行有误，无法分出各列。") from error
    return Sheet(name, rows, typed=False)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[CellValue]]]:
    """Each record with the line it starts on (a quoted cell may hold line breaks)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for record in reader:
        yield line, [cell or None for cell in record[:MAX_COLUMNS]]
        line = reader.line_num + 1


def _decode(data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strictly(data, (encoding,))
    return _strictly(data, (*_unmarked_utf16(data), "utf-8", "gb18030"))


def _unmarked_utf16(data: bytes) -> tuple[str, ...]:
    """In UTF-16 the separators and digits leave a zero in every second byte."""
    sample = data[:4000]
    if len(data) % 2 or sample.count(0) < len(sample) // 20 + 1:
        return ()
    if sample[0::2].count(0) == 0:
        return ("utf-16-le",)
    return ("utf-16-be",) if sample[1::2].count(0) == 0 else ()


def _strictly(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        "认不出文件的文字编码（应为 UTF-8 或 GB18030），请用 Excel 或 WPS"
        "“另存为”.xlsx 再上传。"
    )


def _delimiter(text: str) -> tuple[str, str]:
    """The separator that cuts most lines into equally many columns."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:
        # Excel's own hint; the line stays so that the row numbers still agree.
        end = text.find("\n")
        return text[4], "\n" + text[end + 1 :] if end >= 0 else ""
    lines = text[:100_000].splitlines()[:SAMPLE_LINES]
    return max(DELIMITERS, key=lambda sign: _agreement(lines, sign)), text


def _agreement(lines: list[str], sign: str) -> int:
    """How many cells the most usual width of the sample accounts for."""
    counts = [_outside_quotes(line, sign) for line in lines]
    return max((counts.count(n) * n for n in set(counts)), default=0)


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])
