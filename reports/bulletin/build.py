"""One build of a report: figures, Word, Excel, then all of it in place at once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from common.spreadsheets import OutSheet, write_workbook
from proposals.export import HEADER, ledger_rows
from reports.bulletin import word
from reports.bulletin.facts import Facts
from reports.metrics import Figure
from reports.models import Report
from reports.services.reports import file_names, finish, move
from stations.models import Visit

FIGURES = ("代码", "指标", "数值", "单位", "分子", "分母", "口径", "期间", "不计")


def build(report: Report) -> None:
    """Build a claimed report; raises SupersededError when another build took over."""
    word_path, excel_path = (Path(settings.MEDIA_ROOT) / n for n in file_names(report))
    word_path.parent.mkdir(parents=True, exist_ok=True)
    moment = localtime()
    by = report.requested_by.name if report.requested_by else "系统"
    facts = Facts(report)
    move(report, 10, "汇总数据")
    figures = {code: _kept(figure) for code, figure in facts.figures.items()}
    move(report, 40, "写 Word")
    with word_path.open("wb") as file:
        word.write(facts, file, created=moment, by=by)
    move(report, 75, "写 Excel 台账")
    write_workbook(excel_path, _sheets(facts))
    move(report, 95, "保存")
    finish(report, {"as_of": moment.isoformat(timespec="seconds")} | figures)


def _kept(figure: Figure) -> dict[str, Any]:
    value = figure.value
    return {
        "value": None if value is None else str(value),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
    }


def _sheets(facts: Facts) -> list[OutSheet]:
    rows = [
        (
            code,
            figure.metric.name,
            figure.value if figure.value is not None else "—",
            figure.metric.unit,
            figure.numerator,
            figure.denominator,
            figure.metric.definition,
            f"{facts.month_label}；{figure.metric.period}",
            figure.metric.exclusions,
        )
        for code, figure in facts.figures.items()
    ]
    ledger = ledger_rows(facts.ledger(), Visit.objects.all())
    return [
        OutSheet("意见建议台账", HEADER, ledger),
        OutSheet("主要数据", FIGURES, rows),
    ]
