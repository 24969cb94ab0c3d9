"""What old ledgers say: days in any spelling, columns by name and by content."""

import datetime as dt
from decimal import Decimal

import pytest

from common.errors import RuleViolation
from common.spreadsheets import UnreadableFile
from proposals.ledger.dates import Unclear, parse_moment
from proposals.ledger.values import (
    age_band_of,
    channel_in,
    mark_in,
    names_of,
    party_of,
    route_in,
)
from proposals.services.ledger import plan as planning
from proposals.services.ledger.plan import Reading, open_sheets, plan_ledger
from tests.proposals.ledgers import HEAD, ROWS, pasted, planned, workbook

TODAY = dt.date(2026, 11, 22)
MARCH = dt.datetime.fromisoformat("2024-03-05")


@pytest.mark.parametrize(
    "told",
    [
        "2024.3.5", "2024-03-05", "2024/3/5", "2024年3月5日", "2024年3月5号",
        "20240305",
        "24.3.5", "3月5日", "3.5", "三月五日", "二〇二四年三月五日", "２０２４．３．５",
        " 2024年 3月 5日 ", "2024.3.5上午", "45356", 45356, 45356.0, 20240305, MARCH,
        dt.date(2024, 3, 5), "2024、3、5", "3月5日至6日",
    ],
)  # fmt: skip
def test_days_are_read_in_any_spelling(told):
    assert parse_moment(told, year=2024, today=TODAY) == (MARCH, "")


def test_hours_are_kept():
    told, _ = parse_moment("2024-3-5 9:30", year=None, today=TODAY)

    assert told == dt.datetime.fromisoformat("2024-03-05T09:30")


def test_a_month_alone_is_its_first_day_and_says_so():
    day, note = parse_moment("2024年10月", year=None, today=TODAY)

    assert day == dt.datetime.fromisoformat("2024-10-01")
    assert "1 日" in note


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("3月5日", "没有写年份"),
        ("2024.13.5", "没有 2024年13月5日"),
        (2024.1, "看不出"),
        (Decimal("3.10"), "看不出"),
        (3, "看不出"),
        (True, "不是日期"),
        ("去年春天", "看不出"),
        ("2027-01-01", "还没有到"),
        ("1024-01-01", "太早"),
        (float("9" * 300), "看不出"),
        ("9" * 400, "看不出"),
    ],
)
def test_days_that_are_unclear_are_refused(told, why):
    with pytest.raises(Unclear, match=why):
        parse_moment(told, year=None, today=TODAY)


def test_words_of_cells_are_understood():
    assert channel_in("入户走访") == "visit"
    assert channel_in("12345热线转") == "phone"
    assert route_in("街道办理") == "town"
    assert mark_in("不太满意") == "dissatisfied"
    assert mark_in("基本满意") == "basically"
    assert age_band_of("67岁") == "senior"
    assert party_of("约10人") == 10
    assert names_of("周 敏、张三（组长），李四") == ["周敏", "张三", "李四"]


@pytest.mark.parametrize("told", ["0", 1000, "很多", 2.5, "9" * 40])
def test_numbers_of_people_that_cannot_be_are_refused(told):
    with pytest.raises(Unclear):
        party_of(told)


def test_plan_finds_the_head_below_a_title(station):
    plan = planned(station, pasted())

    (sheet,) = plan.sheets
    assert sheet.header_row == 2
    assert [c.field for c in sheet.columns if c.heading == "序号"] == [None]
    assert dict(plan.counts) == {"new": 2, "refused": 1}
    assert [row.is_matter for row in plan.of("new")] == [True, False]


def test_plan_guesses_columns_without_a_head_by_what_they_hold(station):
    text = "2024-3-5\t刘德才\t13812345678\t泵站漏水，一下雨就进屋。\n"
    text += "2024-3-6\t王小五\t07246012345\t小区门口的路灯已经三个月不亮了。\n"

    plan = planned(station, text)

    assert [str(c.field) for c in plan.sheets[0].columns] == [
        "date", "visitor", "phone", "words",
    ]  # fmt: skip
    assert plan.counts["new"] == 2


def test_plan_takes_cells_with_line_breaks(station):
    text = '日期\t内容\n2024.3.5\t"泵站漏水，\n一下雨就进屋。"\n2024.3.6\t路灯不亮了\n'

    plan = planned(station, text)

    assert [row.entry.words for row in plan.rows] == [
        "泵站漏水，\n一下雨就进屋。", "路灯不亮了",
    ]  # fmt: skip


def test_plan_passes_over_totals_repeated_heads_and_notes(station):
    rows = (
        *ROWS[:1],
        HEAD,
        ("合计", "", "", "", "", 3),
        ("注：以上均已办结",),
        *ROWS[1:2],
    )

    plan = planned(station, pasted(rows))

    assert (len(plan.rows), plan.sheets[0].passed_over) == (2, 3)


def test_plan_takes_the_year_of_the_heading_above(station):
    text = "日期\t内容\n2022年\n3月5日\t路灯不亮了\n2023年度\n3月5日\t井盖坏了\n"

    plan = planned(station, text)

    assert [row.entry.moment.year for row in plan.rows] == [2022, 2023]


def test_plan_follows_what_was_said_before_any_guess(station):
    text = "日期\t来源\t内容\n2024-3-5\t周敏\t路灯不亮了\n"

    plan = planned(station, text, layout={"来源": "deputies"})

    assert plan.rows[0].entry.deputies == ["周敏"]


def test_plan_reads_every_sheet_that_is_seen(station):
    data = workbook(
        ("2022年", [("日期", "内容"), ("3月5日", "路灯不亮了")]),
        (
            "2023年",
            [("日期", "内容"), ("3月5日", "井盖坏了"), (dt.date(2023, 4, 1), "停电")],
        ),
    )

    sheets = open_sheets(data, name="台账.xlsx", is_pasted=False)
    plan = plan_ledger(sheets, station, Reading(), name="台账.xlsx")

    assert [r.entry.moment.year for r in plan.of("new")] == [2022, 2023, 2023]


def test_plan_takes_a_ledger_in_gbk(station):
    data = "日期,内容\n2024-3-5,路灯不亮了\n".encode("gbk")

    sheets = open_sheets(data, name="旧.csv", is_pasted=False)

    assert plan_ledger(sheets, station, Reading(), name="").counts["new"] == 1


def test_plan_takes_the_way_in_from_the_title(station):
    plan = planned(station, "走访登记\n日期\t内容\n2024-3-5\t路灯不亮了\n")

    assert plan.rows[0].channel == "visit"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("2024-3-5", "掇刀站", "路灯不亮了", ""), "不是文峰社区代表联络站"),
        (("2024-3-5", "", "路灯不亮了", "办理中"), "还没有办结"),
        (("2024-3-5", "", "", "已办结"), "没有写反映内容"),
        (("", "", "路灯不亮了", "已办结"), "没有写日期"),
        (("2024-3-5", "", "长" * 5001, "已办结"), "最多 5000 字"),
    ],
)
def test_plan_refuses_with_the_reason(station, row, why):
    text = "日期\t联络站\t内容\t办理进展\n2024-3-4\t文峰社区\t下水道堵\t已办结\n"

    plan = planned(station, text + "\t".join(row) + "\n")

    assert dict(plan.counts) == {"new": 1, "refused": 1}
    assert why in plan.of("refused")[0].note


def test_plan_counts_the_same_row_once(station):
    plan = planned(station, pasted((ROWS[1], ROWS[1])))

    assert dict(plan.counts) == {"new": 1, "repeated": 1}


def test_plan_says_which_column_it_lacks(station):
    plan = planned(station, "姓名\t内容\n刘德才\t路灯不亮了，已经三个月\n")

    assert "日期" in plan.missing[0]


def test_plan_refuses_more_rows_than_one_import_takes(station, monkeypatch):
    monkeypatch.setattr(planning, "MOST_ROWS", 2)

    with pytest.raises(RuleViolation, match="按年拆分"):
        planned(station, pasted())


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 40, b"%PDF-1.4", b"PK\x03\x04zzzz", b"\xff\xfe\xff",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
)  # fmt: skip
def test_files_that_are_no_table_are_refused(data):
    with pytest.raises(UnreadableFile):
        open_sheets(data, name="x.xlsx", is_pasted=False)


@pytest.mark.parametrize(
    "text",
    [
        "\t\t\n\t\n", "\x00\x01\t\x02", "=1+1\t=cmd|'/c calc'!A1\n" * 5,
        "日期\t内容\n" + "x\ty\n" * 50,
        "日期\t日期\t日期\t内容\n2024-1-1\t\t\t路灯不亮了",
        "\t".join(["内容"] * 100_000),
        '日期\t"内容\n2024-3-5\t没有关的引号',
    ],
)  # fmt: skip
def test_plan_never_breaks_on_odd_tables(station, text):
    plan = planned(station, text)

    assert all(row.outcome in planning.OUTCOMES for row in plan.rows)
