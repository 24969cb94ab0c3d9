"""The old binary workbook (.xls), through xlrd."""

import io
from typing import Any

import xlrd

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


def read_xls(data: bytes) -> list[Sheet]:
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO()
        )
        sheets = [_sheet(book, sheet) for sheet in book.sheets()]
    except UnreadableFile:
        raise
    except Exception as error:
        # xlrd meets a damaged file with whatever error its arithmetic runs into.
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise UnreadableFile("文件设有打开密码，请去掉密码后再上传。") from error
        raise UnreadableFile(
            "文件已损坏或不是 Excel 表格，请用 Excel 或 WPS 打开后"
            "“另存为”.xlsx 再上传。"
        ) from error
    if sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS:
        raise UnreadableFile("超过 20 万行，请拆分后再上传。")
    return sheets


def _sheet(book: Any, source: Any) -> Sheet:
    sheet = Sheet(source.name, hidden=source.visibility != 0)
    for index in range(source.nrows):
        cells = source.row(index)[:MAX_COLUMNS]
        kept = trimmed([_value(book, cell) for cell in cells])
        if kept:
            info = source.rowinfo_map.get(index)
            hidden = bool(info and info.hidden)
            sheet.rows.append(Row(index + 1, kept, hidden))
    fill_merged(
        sheet,
        (
            (top + 1, bottom, left, right - 1)
            for top, bottom, left, right in source.merged_cells
        ),
    )
    return sheet


def _value(book: Any, cell: Any) -> CellValue:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell.value
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return as_shown(cell.value, _format(book, cell))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return as_shown(cell.value, "")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return None


def _format(book: Any, cell: Any) -> str:
    key = book.xf_list[cell.xf_index].format_key
    return book.format_map[key].format_str
