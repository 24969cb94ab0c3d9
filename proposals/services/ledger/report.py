"""The sheet of errors: refused rows as they came, with the reason, to mend and send."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common.spreadsheets import OutSheet, write_workbook
from proposals.ledger.sheets import LedgerSheet
from proposals.services.ledger.plan import LedgerPlan, PlannedRow

REASON = "未导入的原因"


def write_errors(target: str | Path | BinaryIO, plan: LedgerPlan) -> None:
    """Write refused rows under their own headings, one sheet for each of the ledger's.

    Mended, it can be handed in as it is: the first two columns are passed over.
    """
    write_workbook(target, _sheets(plan))


def _sheets(plan: LedgerPlan) -> Iterator[OutSheet]:
    refused = plan.of("refused")
    for sheet in plan.sheets:
        own = [row for row in refused if row.entry.sheet == sheet.name]
        if own:
            yield OutSheet(_name(sheet), _header(sheet), _rows(sheet, own))
    if not refused:
        yield OutSheet("没有要改的行", ["说明"], [["每一行都能导入。"]])


def _name(sheet: LedgerSheet) -> str:
    """With the year of its title, which days without one are read by."""
    years = {year for year in sheet.row_years.values() if year}
    told = f"{years.pop()}年 " if len(years) == 1 else ""
    return f"{told}{sheet.name}"


def _header(sheet: LedgerSheet) -> list[str]:
    headings = [c.heading or f"（{c.letter}列）" for c in sheet.columns]
    return ["行号", REASON, *headings]


def _rows(sheet: LedgerSheet, rows: list[PlannedRow]) -> Iterator[list[object]]:
    for row in rows:
        cells = [row.entry.row.cell(column.index) for column in sheet.columns]
        yield [row.entry.row.number, "；".join(row.reasons), *cells]
