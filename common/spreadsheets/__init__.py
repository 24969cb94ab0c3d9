"""Workbooks in and out: read_workbook, write_workbook, csv_line, safe_cell."""

from common.spreadsheets.read import read_workbook
from common.spreadsheets.sheet import CellValue, Row, Sheet, UnreadableFile
from common.spreadsheets.write import OutSheet, csv_line, safe_cell, write_workbook

__all__ = [
    "CellValue",
    "OutSheet",
    "Row",
    "Sheet",
    "UnreadableFile",
    "csv_line",
    "read_workbook",
    "safe_cell",
    "write_workbook",
]
