"""Old ledgers as offices keep them, for tests."""

import io

import openpyxl

from proposals.services.ledger.plan import Reading, open_sheets, plan_ledger

TITLE = "泉口街道文峰社区代表联络站2023年选民意见建议台账"
HEAD = (
    "序号", "编号", "接待日期", "来访人", "联系电话", "人数", "反映内容", "接待代表",
    "承办单位", "办理情况", "办结日期", "满意度", "备注",
)  # fmt: skip
ROWS = (
    (1, "12", "3月5日", "刘德才", "13812345678", 3, "泵站漏水，一下雨就进屋。", "周敏",
     "水利局", "已换水泵。", "2023.4.1", "满意", ""),
    (2, "", "2023-03-06", "", "", "", "路灯不亮", "周敏、张外人", "", "当场答复", "",
     "", "老台账第二页"),
    (3, "", "十三月五日", "王五", "", 1, "井盖坏了", "", "", "", "", "", ""),
)  # fmt: skip


def pasted(rows=ROWS, *, head=HEAD, title: str = TITLE) -> str:
    """The ledger as it comes from the clipboard."""
    lines = [title] if title else []
    lines += ["\t".join(map(str, row)) for row in (head, *rows)]
    return "\n".join(lines) + "\n"


def workbook(*sheets) -> bytes:
    """An .xlsx of (name, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def planned(station, text: str, **reading):
    """The dry run of what was pasted."""
    sheets = open_sheets(text.encode(), name="", is_pasted=True)
    return plan_ledger(sheets, station, Reading(is_pasted=True, **reading), name="")
