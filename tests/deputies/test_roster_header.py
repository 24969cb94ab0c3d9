"""The header is found wherever it stands and however it is called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.spreadsheets import Row, Sheet
from deputies.roster.fields import FACTS, Field, guess
from deputies.roster.header import find_header, header_at

F = Field


def sheet(*rows, start=1) -> Sheet:
    """Rows of a sheet; an empty list is a blank row that counts."""
    kept = [Row(n, list(cells)) for n, cells in enumerate(rows, start) if cells]
    return Sheet("名册", kept)


def fields(header) -> list[Field | None]:
    return [column.field for column in header.columns]


def test_find_header_below_titles():
    found = find_header(
        sheet(
            ["某县第十七届人民代表大会代表名册"] * 4,
            ["填报单位：某县人大", None, None, "2026年11月"],
            [],
            ["序号", "姓  名", "性\n别", "出生年月"],
            [1, "王芳", "女", "1965.03"],
        )
    )

    header, position = found
    assert fields(header) == [F.SERIAL, F.NAME, F.SEX, F.BIRTH]
    assert (header.first_row, header.last_row, position) == (4, 4, 3)
    assert header.titles[0] == "某县第十七届人民代表大会代表名册"
    assert header.confidence == 1
    assert header.unknown == ()


def test_find_header_in_any_order_with_synonyms_and_marks():
    header, _ = find_header(
        sheet(
            [
                "联系电话（手机）",
                "*代表姓名",
                "党派",
                "文化程度",
                "原选举单位或选区",
                "工作单位及职务（职称）",
                "是否连任(√)",
                "结构类型",
                "代表证编号",
                "团别",
                "民 族",
            ],
            [
                "13812345678",
                "王芳",
                "中共",
                "大学",
                "一选区",
                "教师",
                "√",
                "",
                "1",
                "",
                "",
            ],
        )
    )

    assert fields(header) == [
        F.PHONE,
        F.NAME,
        F.PARTY,
        F.EDUCATION,
        F.SOURCE,
        F.EMPLOYER_POST,
        F.REELECTED,
        F.OCCUPATION,
        F.CERTIFICATE_NO,
        F.DELEGATION,
        F.ETHNICITY,
    ]


def test_find_header_of_two_rows_with_merged_cells():
    header, position = find_header(
        sheet(
            ["名册"] * 7,
            [
                "姓名",
                "性别",
                "联系方式",
                "联系方式",
                "单位及职务",
                "单位及职务",
                "备注",
            ],
            ["姓名", "性别", "手机", "座机", "单位", "职务", "备注"],
            ["王芳", "女", "13812345678", None, "一中", "教师", None],
        )
    )

    assert fields(header) == [
        F.NAME,
        F.SEX,
        F.PHONE,
        F.OFFICE_PHONE,
        F.EMPLOYER,
        F.POST,
        F.REMARK,
    ]
    assert (header.first_row, header.last_row, position) == (2, 3, 3)
    assert header.columns[2].heading == "联系方式／手机"


def test_find_header_of_two_rows_without_merged_cells():
    header, _ = find_header(
        sheet(
            ["姓名", "性别", None, "政治面貌", None, "出生年月"],
            [None, "男", "女", "中共", "非中共", None],
            ["王芳", None, "√", "√", None, "1965.03"],
        )
    )

    assert fields(header) == [F.NAME, F.SEX, F.SEX, F.PARTY, F.PARTY, F.BIRTH]
    assert [column.choice for column in header.columns] == [
        "",
        "男",
        "女",
        "中共",
        "非中共",
        "",
    ]


def test_find_header_does_not_swallow_the_first_person():
    header, position = find_header(
        sheet(
            ["姓名", "性别", None, "备注"],
            ["王芳", "女", "连任", "学历"],
            ["李强", "男", None, None],
        )
    )

    assert (header.last_row, position) == (1, 1)


def test_find_header_takes_people_for_no_header():
    found = find_header(
        sheet(
            ["王芳", "女", "第一小组", "人大代表", "城关代表团"],
            ["李强", "男", "第二小组", "人大代表", "城关代表团"],
        )
    )

    assert found is None


def test_find_header_needs_more_than_a_name():
    assert find_header(sheet(["姓名"], ["王芳"])) is None
    assert find_header(sheet(["单位", "电话"], ["一中", "1"])) is None


def test_find_header_prefers_the_surer_column_of_two():
    header, _ = find_header(
        sheet(["配偶姓名", "姓名", "电话", "手机号码"], ["李强", "王芳", "", ""])
    )

    assert [column.index for column in header.doubled] == [0, 3]


def test_find_header_reports_unknown_columns():
    header, _ = find_header(sheet(["姓名", "性别", "血型偏好"], ["王芳", "女", "A"]))

    assert [column.heading for column in header.unknown] == ["血型偏好"]
    assert header.unknown[0].letter == "C"


def test_corrected_header_obeys_the_person():
    header, _ = find_header(sheet(["姓名", "单位", "列丙"], ["王芳", "一中", "女"]))

    corrected = header.corrected({2: F.SEX, 1: None})

    assert fields(corrected) == [F.NAME, None, F.SEX]


def test_corrected_header_lets_a_guess_give_way():
    header, _ = find_header(sheet(["姓名", "电话", "联络号"], ["王芳", "1", "2"]))

    corrected = header.corrected({2: F.PHONE})

    assert fields(corrected) == [F.NAME, None, F.PHONE]


def test_signature_is_the_same_for_the_same_headings_only():
    one, _ = find_header(sheet(["姓 名", "性别"], ["王芳", "女"]))
    same, _ = find_header(sheet(["名册"] * 2, ["姓名", "性\n别"], ["李强", "男"]))
    other, _ = find_header(sheet(["性别", "姓名"], ["男", "李强"]))

    assert one.signature == same.signature
    assert one.signature != other.signature


def test_header_at_takes_the_rows_a_person_names():
    header, position = header_at(sheet(["说明"], ["名 单", "类"], ["王芳", "女"]), 2, 2)

    assert [column.heading for column in header.columns] == ["名 单", "类"]
    assert position == 2
    assert header_at(sheet(["姓名", "性别"]), 8, 9) is None


@pytest.mark.parametrize(
    ("heading", "field"),
    [(name, field) for field, fact in FACTS.items() for name in fact.names],
)
def test_guess_knows_every_synonym(heading, field):
    assert guess(heading)[0] is field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("本人手机号码", F.PHONE),
        ("所属代表小组名称", F.GROUP),
        ("身份证号码(18位)", F.ID_NUMBER),
        ("ＱＱ", F.OTHER),
        ("毕业院校及专业", F.OTHER),
        ("参加工作时间", F.OTHER),
        ("单位电话", F.OFFICE_PHONE),
        ("电子照片有无", F.OTHER),
        ("代表阶层(界别/结构)", F.OCCUPATION),
    ],
)
def test_guess_knows_variants(heading, field):
    assert guess(heading)[0] is field


@settings(deadline=None)  # machines may be slow
@given(st.text(max_size=40))
def test_guess_never_fails(heading):
    field, score = guess(heading)

    assert (field is None) == (score == 0)


@settings(deadline=None)  # machines may be slow
@given(st.permutations(["姓名", "性别", "民族", "出生年月", "政治面貌", "手机号码"]))
def test_find_header_finds_every_order(headings):
    people = [["王芳", "女", "汉族", "1965.03", "中共", "13812345678"]] * 3

    header, position = find_header(sheet(["名册"] * 6, headings, *people))

    assert position == 2
    assert [column.field.label for column in header.columns] == headings
