"""The bulletin as a Word file: the outline of a station's work report."""

import datetime as dt
from typing import BinaryIO

from common.documents import OfficialDocument, charts
from common.documents.text import chinese_date
from reports.bulletin.facts import MOST_LATE, MOST_LISTED, Facts, day_words
from reports.metrics import Figure

IN_TABLE = (
    "K01",
    "K02",
    "K03",
    "K04",
    "K05",
    "K06",
    "K07",
    "K08",
    "K09",
    "K10",
    "K12",
    "K13",
    "K15",
    "K26",
)


def write(facts: Facts, buffer: BinaryIO, *, created: dt.datetime, by: str) -> None:
    """Write the whole bulletin; `by` is who asked for it."""
    title = f"{facts.place}{facts.month_label}工作通报"
    document = OfficialDocument(created=created, title=title, author=by)
    document.masthead(f"{facts.place}工作通报")
    number = f"第{facts.report.starts_on.month}期"
    document.issue(number, organisation=facts.organisation, date=facts.made_on)
    document.title(title)
    _basics(document, facts, by)
    _receptions(document, facts)
    _matters(document, facts)
    _topics(document, facts)
    _next(document, facts)
    document.attachments([f"{facts.month_label}意见建议台账"])
    document.signature(facts.organisation, facts.made_on)
    _ledger(document, facts)
    document.save(buffer)


def with_base(figure: Figure) -> str:
    """93.33%（28/30）: a rate is never said without its base."""
    return f"{figure.text}（{figure.base}）" if figure.base else figure.text


def _basics(document: OfficialDocument, facts: Facts, by: str) -> None:
    n = facts.figures
    document.heading1("基本情况")
    document.paragraph(
        f"{facts.month_label}，{facts.place}共有代表进站 {n['K01'].text}，"
        f"接待选民 {n['K02'].text}，走访群众 {n['K03'].text}，"
        f"收集意见建议 {n['K04'].text}，推动解决 {n['K05'].text}。"
    )
    document.paragraph(
        f"本月交办事项的办结率为 {with_base(n['K07'])}，"
        f"上月交办的至今为 {with_base(facts.month_before['K07'])}；"
        f"答复率为 {with_base(n['K09'])}，按期办结率为 {with_base(n['K08'])}；"
        f"解决率（A类）为 {with_base(n['K15'])}；满意率为 {with_base(n['K12'])}，"
        f"含基本满意为 {with_base(n['K13'])}。"
    )
    document.table(
        ("指标", "本月", "分子/分母", "上月", "去年同月"),
        [
            (
                n[code].metric.name,
                n[code].text,
                n[code].base,
                facts.month_before[code].text,
                facts.year_before[code].text,
            )
            for code in IN_TABLE
        ],
        caption=f"{facts.month_label}主要数据",
        widths=(3, 2, 2, 2, 2),
        numeric=(1, 2, 3, 4),
    )
    document.note(
        f"期间：{facts.month_label}；截至{chinese_date(facts.made_on)}；生成：{by}。"
        "办结率、答复率以本月交办的全部事项为分母，按期率以答复期限在本月的事项为分母，"
        "满意率以本月评价的事项为分母；不含撤回、并案、不予受理和退回的事项。"
        "办结率、答复率随办理进展还会上升，前后两月不宜直接相比。"
        "“—”表示没有可计算的事项。"
    )
    _chart(document, facts)


def _chart(document: OfficialDocument, facts: Facts) -> None:
    months = facts.months()
    labels = [label for label, *_ in months]
    png = charts.column_line_chart(
        labels,
        {"收到": [row[1] for row in months], "办结": [row[2] for row in months]},
        ("办结率", [row[3] for row in months]),
        title="近十二个月收到、办结与办结率",
        unit="件",
    )
    said = "；".join(
        f"{label}收到 {received}、办结 {closed}"
        for label, received, closed, _ in months
    )
    document.picture(png, alt=said, caption="近十二个月收到、办结与办结率")


def _receptions(document: OfficialDocument, facts: Facts) -> None:
    document.heading1("开展情况")
    days = facts.days
    cancelled = f"，取消 {days['cancelled']} 次" if days["cancelled"] else ""
    document.paragraph(
        f"本月举行选民接待日 {days['held']} 次{cancelled}，"
        f"应到代表 {days['expected']} 人次，实到 {days['attended']} 人次。"
    )
    outcomes = facts.visit_outcomes()
    if outcomes:
        said = "，".join(f"{name} {n} 批" for name, n in outcomes)
        total = sum(n for _, n in outcomes)
        document.paragraph(f"登记来访 {total} 批，其中：{said}。")
    else:
        document.paragraph("本月没有登记来访。")


def _matters(document: OfficialDocument, facts: Facts) -> None:
    document.heading1("意见建议办理")
    document.heading2("按途径")
    _list(document, facts.routes(), "本月受理的意见", "件")
    document.heading2("按答复类别")
    _list(document, facts.classes(), "本月答复", "件")
    document.heading2("按承办单位")
    _units(document, facts)
    document.heading2("逾期事项")
    _late(document, facts)
    cases = facts.cases()
    if cases:
        document.heading2("办理实例")
        for case in cases:
            document.paragraph(f"{case.title}（{case.unit}）。{case.text}")


def _list(
    document: OfficialDocument, rows: list[tuple[str, int]], what: str, unit: str
) -> None:
    total = sum(n for _, n in rows)
    if not total:
        document.paragraph(f"{what} 0 {unit}。")
        return
    said = "，".join(f"{name} {n} {unit}（{n * 100 / total:.2f}%）" for name, n in rows)
    document.paragraph(f"{what} {total} {unit}，其中：{said}。")


def _units(document: OfficialDocument, facts: Facts) -> None:
    lines = [line for line in facts.board.tables.units if line.first]
    rows = []
    for line in lines:
        shown = [(cell.figure.text, cell.figure.base) for cell in line.cells]
        rows.append((line.label, line.first, *sum(shown, ())))
    document.table(
        ("承办单位", "交办", "办结率", "件", "按期办结率", "件", "解决率", "件"),
        rows,
        caption="各承办单位办理情况（按交办件数排列）",
        widths=(4, 1.4, 2, 1.6, 2.2, 1.6, 2, 1.6),
        numeric=range(1, 8),
    )


def _late(document: OfficialDocument, facts: Facts) -> None:
    rows = [
        (
            row.number,
            row.title,
            row.unit.name if row.unit else "",
            day_words(row.next_due_on, facts.made_on.year),
            (facts.made_on - row.next_due_on).days,
        )
        for row in facts.late()
    ]
    if not rows:
        document.paragraph(f"截至{chinese_date(facts.made_on)}，没有逾期事项。")
        return
    document.paragraph(
        f"截至{chinese_date(facts.made_on)}，逾期事项 {facts.late_count} 件。"
    )
    cut = f"（最早的 {MOST_LATE} 件）" if facts.late_count > MOST_LATE else ""
    document.table(
        ("编号", "标题", "承办单位", "期限", "逾期天数"),
        rows,
        caption=f"逾期事项{cut}",
        widths=(3, 4.4, 3, 2.8, 1.6),
        numeric=(4,),
    )


def _topics(document: OfficialDocument, facts: Facts) -> None:
    document.heading1("主要问题")
    topics = facts.topics()
    if not topics:
        document.paragraph("本月没有收到意见建议。")
        return
    said = "；".join(f"{name} {n} 件，占 {share:.2%}" for name, n, share in topics)
    document.paragraph(f"本月反映集中的问题依次是：{said}。")


def _next(document: OfficialDocument, facts: Facts) -> None:
    document.heading1("下一步工作")
    todo = []
    if facts.late_count:
        todo.append(f"督办逾期事项 {facts.late_count} 件，逐件明确完成时间。")
    if facts.due_soon_count:
        todo.append(f"提醒承办单位，今后三十天内有 {facts.due_soon_count} 件到期。")
    rated = facts.figures["K13"]
    unhappy = (rated.denominator or 0) - rated.numerator
    if unhappy:
        todo.append(f"对本月评价不满意的 {unhappy} 件，按规定退回重办或研究处理。")
    topics = facts.topics()
    if topics:
        todo.append(f"组织代表就“{topics[0][0]}”开展走访调研，推动同类问题一并解决。")
    if not todo:
        todo.append("继续做好选民接待和意见建议办理工作。")
    for line in todo:
        document.paragraph(line)


def _ledger(document: OfficialDocument, facts: Facts) -> None:
    document.attachment_page(f"{facts.month_label}意见建议台账")
    found = facts.ledger()
    rows = [
        (
            row.number,
            row.title,
            str(row.category or ""),
            row.unit.name if row.unit else "",
            row.get_status_display(),
        )
        for row in found.select_related("category", "unit")[:MOST_LISTED]
    ]
    document.table(
        ("编号", "标题", "类别", "承办单位", "进展"),
        rows,
        caption="本月提交、交办、答复或办结的事项",
        widths=(3, 5, 2, 3, 1.8),
    )
    count = found.count()
    if count > len(rows):
        document.note(f"共 {count} 件，这里列出 {len(rows)} 件，全部见 Excel 台账。")
