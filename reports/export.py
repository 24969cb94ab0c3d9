"""The dashboard as an Excel file, with the same conditions."""

import io
from collections.abc import Iterator

from common.spreadsheets import OutSheet, write_workbook
from reports.dashboard import ASIDE, RATES, Dashboard
from reports.metrics import METRICS
from reports.tables import IN_TABLES, Line

OVERVIEW = ("代码", "指标", "数值", "单位", "分子", "分母", "口径", "期间", "不计")


def workbook(board: Dashboard) -> io.BytesIO:
    """Overview, months and the three tables, each number with its base."""
    file = io.BytesIO()
    write_workbook(file, _sheets(board))
    file.seek(0)
    return file


def _sheets(board: Dashboard) -> Iterator[OutSheet]:
    yield OutSheet("总览", OVERVIEW, _overview(board))
    months = ((f"{m['month']:%Y-%m}", m["received"], m["closed"]) for m in board.months)
    yield OutSheet("近24个月", ("月份", "收到", "办结"), months)
    tables = board.tables
    yield _table("按承办单位", "承办单位", "交办", tables.units)
    yield _table("按联络站", "联络站", "收到", tables.stations)
    yield _table("按类别", "类别", "收到", tables.by_category)


def _overview(board: Dashboard) -> Iterator[tuple[object, ...]]:
    for code in (*RATES, *ASIDE):
        figure = board.figures[code]
        metric = figure.metric
        yield (
            code,
            metric.name,
            figure.value if figure.value is not None else "—",
            metric.unit,
            figure.numerator,
            figure.denominator,
            metric.definition,
            f"{board.period_label}；{metric.period}",
            metric.exclusions,
        )


def _table(name: str, what: str, first: str, lines: list[Line]) -> OutSheet:
    header = [what, first]
    for code in IN_TABLES:
        metric = METRICS[code]
        header += [f"{metric.name}（%）", metric.numerator, metric.denominator]
    return OutSheet(name, header, [_row(line) for line in lines])


def _row(line: Line) -> list[object]:
    row: list[object] = [line.label, line.first]
    for cell in line.cells:
        figure = cell.figure
        value = figure.value if figure.value is not None else "—"
        row += [value, figure.numerator, figure.denominator]
    return row
