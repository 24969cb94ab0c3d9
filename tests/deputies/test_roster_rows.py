"""Whole workbooks as offices keep them, from the file to the people."""

# ruff: noqa: DTZ001  (a cell's moment has no time zone)

import datetime as dt
import io

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from areas.choices import CongressLevel
from common.spreadsheets import Row, Sheet, read_workbook
from deputies.roster.dates import Birth
from deputies.roster.fields import Field
from deputies.roster.rows import Correction, read_roster
from tests.deputies.test_roster_values import TODAY, id_number

HEADER = ["序号", "姓名", "性别", "民族", "出生年月", "政治面貌", "手机号码"]


def roster_of(*sheets: Sheet, **more):
    return read_roster(sheets, today=TODAY, **more)


def sheet(*rows, name="名册", **more) -> Sheet:
    kept = [Row(n, list(cells)) for n, cells in enumerate(rows, 1) if cells]
    return Sheet(name, kept, **more)


def read_book(book: openpyxl.Workbook):
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return roster_of(*read_workbook(out, "名册.xlsx"))


def names(roster) -> list[str]:
    return [row.entry.name for row in roster.rows]


def texts(row) -> list[str]:
    return [str(problem) for problem in row.problems]


def county_book() -> openpyxl.Workbook:
    """A county's roster with most habits of offices in one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "县级"
    page.append(["某县第十七届人民代表大会代表名册"])
    page.merge_cells("A1:J1")
    page.append(["填报单位：某县人大常委会", *[None] * 8, "2026年11月"])
    page.append([])
    page.append(
        [
            "序号",
            "姓  名",
            "性\n别",
            "民族",
            "出生\n年月",
            "政治面貌",
            "联系方式",
            None,
            "工作单位及职务",
            "是否连任",
        ]
    )
    page.append([*[None] * 6, "手机", "座机", None, None])
    for column in "ABCDEFIJ":
        page.merge_cells(f"{column}4:{column}5")
    page.merge_cells("G4:H4")
    page.append(["第一代表团（3人）"])
    page.merge_cells("A6:J6")
    page.append(
        [
            1,
            "王　芳",
            "女",
            "汉",
            dt.datetime(1965, 3, 1),
            "中共",
            13812345678,
            "0724-2345678",
            "第一中学教师",
            "√",
        ]
    )
    page["E7"].number_format = 'yyyy"年"m"月"'
    page.append(
        [
            2,
            "李娜（女，土家族）",
            None,
            None,
            "一九七〇年十月",
            "群众",
            "139 1234 5678",
            None,
            "某村村委会主任",
            None,
        ]
    )
    page.append(
        [3, "赵强", "男", "回族", 1968.11, "九三", "0724-1", None, "医生", "否"]
    )
    page.append([])
    page.append(["小计", "3人"])
    page.append(["二、第二代表团(2人)"])
    page.append(
        [
            "序号",
            "姓名",
            "性别",
            "民族",
            "出生年月",
            "政治面貌",
            "手机",
            "座机",
            "工作单位及职务",
            "是否连任",
        ]
    )
    page.append([4, "钱多", "男", "汉族", 1965.1, "中共党员"])
    page.row_dimensions[14].hidden = True
    page.append([5, "孙小圣", "男", "汉族", "65.3", "无党派"])
    page.append(["合  计", None, "5人"])
    page.append(["注：本表由代表工委填写。"])
    page.append(["填表人：周某", None, None, "审核人：吴某"])
    return book


def test_read_roster_of_a_county_office():
    roster = read_book(county_book())

    (page,) = roster.sheets
    assert names(roster) == ["王芳", "李娜", "赵强", "钱多", "孙小圣"]
    assert [row.number for row in roster.rows] == [7, 8, 9, 14, 15]
    assert [row.entry.delegation for row in roster.rows] == (
        ["第一代表团"] * 3 + ["第二代表团"] * 2
    )
    wang = roster.rows[0].entry
    assert (wang.sex, wang.ethnicity, wang.birth) == ("female", "汉族", Birth(1965, 3))
    assert (wang.party, wang.phone) == ("中共党员", "13812345678")
    assert (wang.work, wang.is_reelected) == ("第一中学教师", True)
    li = roster.rows[1].entry
    assert (li.sex, li.ethnicity, li.birth) == ("female", "土家族", Birth(1970, 10))
    assert [page.header.first_row, page.header.last_row] == [4, 5]
    assert [(s.number, s.kind) for s in page.skipped] == [
        (6, "heading"),
        (11, "subtotal"),
        (12, "heading"),
        (13, "header"),
        (16, "subtotal"),
        (17, "note"),
        (18, "note"),
    ]
    assert page.notices == []
    assert page.hidden_rows == 1


def test_read_roster_refuses_what_is_ambiguous_and_warns_of_the_rest():
    roster = read_book(county_book())

    by_name = {row.entry.name: row for row in roster.rows}
    assert by_name["钱多"].is_refused
    assert texts(by_name["钱多"]) == [
        "出生年月：“1965.1”可能是1月，也可能是10月（数字末尾的0会丢失），请确认"
    ]
    assert by_name["钱多"].hidden
    assert not by_name["赵强"].is_refused
    assert texts(by_name["赵强"]) == ["手机号码：“0724-1”不是电话号码"]
    assert by_name["赵强"].entry.phone == ""


def test_read_roster_from_xls_and_csv_gives_the_same_people():
    lines = [
        ["某县人大代表名册"],
        ["姓名", "性别", "出生年月"],
        ["王　芳", "女", "1965年3月"],
        ["李强", "男", "196510"],
    ]
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    for y, line in enumerate(lines):
        for x, cell in enumerate(line):
            page.write(y, x, cell)
    xls = io.BytesIO()
    book.save(xls)
    text = "\r\n".join(",".join(line) for line in lines)

    for data in (xls.getvalue(), text.encode("gb18030"), text.encode("utf-8-sig")):
        roster = roster_of(*read_workbook(io.BytesIO(data)))

        assert [(row.number, row.entry.name) for row in roster.rows] == [
            (3, "王芳"),
            (4, "李强"),
        ]
        assert roster.rows[1].entry.birth == Birth(1965, 10)


def test_read_roster_takes_ticks_under_choices():
    roster = roster_of(
        sheet(
            ["姓名", "性别", "性别", "政治面貌", "政治面貌", "代表构成", "代表构成"],
            ["姓名", "男", "女", "中共", "群众", "工人", "农民"],
            ["王芳", None, "√", "√", None, None, "1"],
            ["李强", "√", None, None, "√", "√", None],
        )
    )

    told = [(r.entry.sex, r.entry.party, r.entry.occupation) for r in roster.rows]
    assert told == [
        ("female", "中共党员", "农民"),
        ("male", "群众", "工人"),
    ]


def test_read_roster_joins_employer_and_post():
    roster = roster_of(
        sheet(["姓名", "工作单位", "职务"], ["王芳", "第一中学", "教师"])
    )

    assert roster.rows[0].entry.work == "第一中学 教师"


def test_read_roster_reads_several_sheets_each_with_its_own_header():
    roster = roster_of(
        sheet(["姓名", "性别"], ["王芳", "女"], name="城关"),
        sheet(["性别", "代表姓名"], ["男", "李强"], name="东乡"),
        sheet(["赵敏", "女"], ["钱多", "男"], name="续"),
        sheet(["说明", "略"], ["无", "无"], name="说明"),
        sheet(["姓名", "性别"], ["孙某某", "女"], name="旧", hidden=True),
    )

    told = [(row.sheet, row.entry.name, row.entry.sex) for row in roster.rows]
    assert told == [("城关", "王芳", "female"), ("东乡", "李强", "male")]
    assert roster.sheets[2].notices == ["没有找到表头（至少要有“姓名”列），未读取。"]
    assert roster.sheets[4].notices == ["工作表已隐藏，未读取。"]


def test_read_roster_continues_a_table_on_the_next_sheet():
    roster = roster_of(
        sheet(["姓名", "性别"], ["王芳", "女"], name="一"),
        sheet(["赵敏", "女"], ["钱多", "男"], name="二"),
    )

    assert names(roster) == ["王芳", "赵敏", "钱多"]
    assert roster.sheets[1].notices == ["没有表头，按上一张表的列读取。"]


def test_read_roster_follows_a_second_table_with_another_order():
    roster = roster_of(
        sheet(
            ["姓名", "性别", "民族"],
            ["王芳", "女", "汉"],
            ["乡级代表"],
            ["民族", "性别", "姓名"],
            ["回", "男", "李强"],
        )
    )

    told = [(r.entry.name, r.entry.ethnicity) for r in roster.rows]
    assert told == [("王芳", "汉族"), ("李强", "回族")]
    assert roster.rows[1].entry.level == (CongressLevel.TOWNSHIP,)


def test_read_roster_takes_levels_from_headings():
    roster = roster_of(
        sheet(
            ["姓名", "性别"],
            ["一、省人大代表（1名）"],
            ["王芳", "女"],
            ["二、市级代表（3名）"],
            ["李强", "男"],
        )
    )

    assert [row.entry.level for row in roster.rows] == [
        (CongressLevel.PROVINCE,),
        (CongressLevel.PREFECTURE,),
    ]
    assert roster.sheets[0].notices == [
        "第4行写着“二、市级代表（3名）”，下面读到 1 人，请核对。"
    ]


def test_read_roster_keeps_a_person_of_whom_only_the_name_is_told():
    roster = roster_of(sheet(["姓名", "性别"], ["王芳", None], ["李强", "男"]))

    assert names(roster) == ["王芳", "李强"]


def test_read_roster_refuses_a_row_without_a_name():
    roster = roster_of(
        sheet(
            ["姓名", "性别", "民族"],
            [None, "女", "汉"],
            ["缺额", "女", "汉"],
            [None, None, "汉"],
        )
    )

    assert [texts(row) for row in roster.rows] == [
        ["姓名：没有姓名"],
        ["姓名：“缺额”不像姓名"],
    ]
    assert all(row.is_refused for row in roster.rows)


@pytest.mark.parametrize(
    ("sex", "birth", "body", "text"),
    [
        ("女", "1965.04", "42080219650312124", "不一致"),
        ("男", "1965.03", "42080219650312124", "不一致"),
    ],
)
def test_read_roster_refuses_what_the_card_contradicts(sex, birth, body, text):
    roster = roster_of(
        sheet(
            ["姓名", "性别", "出生年月", "身份证号"],
            ["王芳", sex, birth, id_number(body)],
        )
    )

    assert roster.rows[0].is_refused
    assert text in roster.rows[0].reason()


def test_read_roster_takes_birth_and_sex_from_the_card():
    roster = roster_of(
        sheet(["姓名", "身份证号"], ["王芳", id_number("42080219650312124")])
    )

    entry = roster.rows[0].entry
    assert (entry.birth, entry.sex) == (Birth(1965, 3), "female")


def test_read_roster_obeys_corrections_and_memory():
    corrected = roster_of(
        sheet(["姓名", "单位", "乙"], ["王芳", "女", "汉"]),
        corrections={"名册": Correction({1: Field.SEX, 2: Field.ETHNICITY})},
    )
    remembered = roster_of(
        sheet(["姓名", "单位", "乙"], ["王芳", "女", "汉"]),
        remembered=lambda header: {1: Field.SEX},
    )

    assert corrected.rows[0].entry.ethnicity == "汉族"
    assert corrected.rows[0].entry.sex == "female"
    assert remembered.rows[0].entry.sex == "female"
    assert remembered.rows[0].entry.employer == ""


def test_read_roster_takes_the_header_rows_a_person_names():
    roster = roster_of(
        sheet(["名单", "类"], ["王芳", "女"]),
        corrections={
            "名册": Correction({0: Field.NAME, 1: Field.SEX}, header_rows=(1, 1))
        },
    )

    assert names(roster) == ["王芳"]


def test_read_roster_reads_panels_side_by_side():
    half = ["序号", "姓名", "性别"]
    roster = roster_of(
        sheet(
            ["城关代表团（5人）"] * 6,
            [*half, *half],
            [1, "王芳", "女", 4, "李强", "男"],
            [2, "赵敏", "女", 5, "钱多", "男"],
            [3, "孙小圣", "男", None, None, None],
            ["合计", 5],
        )
    )

    told = [(row.number, row.entry.name, row.entry.sex) for row in roster.rows]
    assert told == [
        (3, "王芳", "female"),
        (3, "李强", "male"),
        (4, "赵敏", "female"),
        (4, "钱多", "male"),
        (5, "孙小圣", "male"),
    ]
    assert roster.sheets[0].notices == []


def test_read_roster_reports_a_second_column_of_names():
    roster = roster_of(sheet(["姓名", "性别", "姓名"], ["王芳", "女", "李强"]))

    assert names(roster) == ["王芳"]
    assert "有两列都叫“姓名”" in roster.sheets[0].notices[0]


def test_read_roster_passes_over_hints_below_the_header():
    roster = roster_of(
        sheet(
            ["姓名", "性别", "出生年月"],
            ["（必填）", "（必填）", "格式：1965.03"],
            ["例：张三", "男", "1965.03"],
            ["王芳", "女", "1965.03"],
        )
    )

    assert names(roster) == ["王芳"]
    assert [s.kind for s in roster.sheets[0].skipped] == ["note", "note"]


# --- repeated lines --------------------------------------------------------------


def _repeats(*people, header=("姓名", "出生年月", "代表证号", "职务", "代表级别")):
    roster = roster_of(sheet(list(header), *[list(person) for person in people]))
    return [row.repeats.number if row.repeats else None for row in roster.rows]


@pytest.mark.parametrize(
    ("one", "other", "repeats"),
    [
        (["王芳", "1965.03", "1", "教师", ""], ["王芳", "65.3", "1", "教师", ""], 2),
        (["王芳", "1965.03", "1", "教师", ""], ["王 芳", "65.3", "", "校长", ""], 2),
        (["王芳", "", "", "教师", ""], ["王芳", "", "", "教师", ""], 2),
        (["王芳", "", "7", "教师", ""], ["王芳", "", "7", "校长", ""], 2),
        (["王芳", "1965.03", "", "", ""], ["王芳", "1966.03", "", "", ""], None),
        (["王芳", "1965.03", "1", "", ""], ["王芳", "1965.03", "2", "", ""], None),
        (["王芳", "", "", "教师", ""], ["王芳", "", "", "医生", ""], None),
        (["王芳", "1965.03", "", "", "县"], ["王芳", "1965.03", "", "", "镇"], None),
        (["拉琼", "", "", "教授", ""], ["拉琼", "1990.03", "", "主任", ""], None),
        (["王芳", "1965.03", "1", "", ""], ["李强", "1965.03", "1", "", ""], None),
    ],
)
def test_read_roster_recognises_repeated_lines(one, other, repeats):
    assert _repeats(one, other) == [None, repeats]


def test_read_roster_says_what_differs_in_a_repeated_line():
    roster = roster_of(
        sheet(
            ["姓名", "出生年月", "单位及职务"],
            ["王芳", "1965.03", "教师"],
            ["王芳", "1965.03", "校长"],
        )
    )

    assert texts(roster.rows[1]) == ["与名册 第2行重复（单位及职务不同，以前一行为准）"]
    assert not roster.rows[1].is_refused


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-(10**6), 10**20),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["王芳", "姓名", "性别", "女", "合计", "第一代表团（2人）", "注："]
    ),
)


@settings(deadline=None)  # machines may be slow
@given(st.lists(st.lists(CELLS, max_size=7), max_size=8), st.booleans())
def test_read_roster_never_fails_for_what_cells_hold(rows, typed):
    people = sheet(HEADER, *rows, typed=typed)

    roster = roster_of(people)

    (page,) = roster.sheets
    told = {row.number for row in page.rows} | {s.number for s in page.skipped}
    below = {row.number for row in people.rows if row.number > page.header.last_row}
    assert told == below
