"""The workbook that goes back to the office: what to correct, what became of all."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common.spreadsheets import OutSheet, write_workbook
from deputies.roster.entry import RosterSheet
from deputies.roster.fields import Field
from deputies.services.roster.planned import PlannedRow, RosterPlan


def write_report(target: str | Path | BinaryIO, plan: RosterPlan) -> None:
    """Refused rows as they came, with the reason, one sheet for each of the file's;
    then a line for every row. Corrected, the first sheets can be imported as they are.
    """
    write_workbook(target, _sheets(plan))


def _sheets(plan: RosterPlan) -> Iterator[OutSheet]:
    refused = plan.of("refused")
    for sheet in plan.roster.sheets:
        own = [planned for planned in refused if planned.row.sheet == sheet.name]
        if own and sheet.header:
            yield _refused(sheet, own)
    yield OutSheet(
        "全部结果",
        ["工作表", "行号", "代表", "结果", "说明"],
        (_line(planned) for planned in plan.rows),
        [16, 8, 14, 10, 60],
    )
    yield OutSheet(
        "未读取的行",
        ["工作表", "行号", "原因", "内容"],
        _passed_over(plan),
        [16, 8, 14, 60],
    )


def _refused(sheet: RosterSheet, rows: list[PlannedRow]) -> OutSheet:
    """The columns of the file, so that it can be corrected and sent in again."""
    columns = sheet.header.columns if sheet.header else ()
    told: dict[Field, None] = {}
    for planned in rows:
        if planned.row.from_heading:
            told[planned.row.from_heading[0]] = None
    header = [
        "行号",
        "未导入的原因",
        *(column.heading or f"（{column.letter}列）" for column in columns),
        *(field.label for field in told),
    ]
    return OutSheet(
        f"未导入 {sheet.name}", header, (_cells(p, len(columns), told) for p in rows)
    )


def _cells(planned: PlannedRow, width: int, told: dict[Field, None]) -> list[object]:
    row = planned.row
    cells: list[object] = [row.number, row.reason(), *row.cells[:width]]
    cells += [None] * (width + 2 - len(cells))
    for field in told:
        heading = row.from_heading
        cells.append(heading[1] if heading and heading[0] is field else None)
    return cells


def _line(planned: PlannedRow) -> list[object]:
    row = planned.row
    name = row.entry.name
    return [row.sheet, row.number, name, planned.label, planned.note]


def _passed_over(plan: RosterPlan) -> Iterator[list[object]]:
    for sheet in plan.roster.sheets:
        for notice in sheet.notices:
            yield [sheet.name, None, "提示", notice]
        for skipped in sheet.skipped:
            yield [sheet.name, skipped.number, skipped.label, skipped.text]
