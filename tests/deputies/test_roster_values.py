"""Cells of a roster in every spelling offices use; nothing is guessed."""

# ruff: noqa: DTZ001  (a cell's moment has no time zone)

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from areas.choices import CongressLevel as L
from deputies.roster import values
from deputies.roster.dates import Birth, parse_birth
from deputies.roster.values import Named, Unclear

TODAY = dt.date(2026, 11, 22)


def id_number(body: str) -> str:
    """The 17 digits with their check sign (GB 11643)."""
    total = sum(int(d) * w for d, w in zip(body, values.ID_WEIGHTS, strict=True))
    return body + values.ID_CHECKS[total % 11]


# --- births --------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "1965年3月",
        "1965年03月",
        "1965 年 3 月",
        "１９６５年３月",
        "1965.03",
        "1965.3",
        "'1965.03",
        "1965．03",
        "1965。3",
        "65.3",
        "65.03",
        "65年3月",
        "一九六五年三月",
        "六五年三月",
        "1965年三月",
        "196503",
        "19650312",
        "1965-3",
        "1965-03-12",
        "1965-03-12 00:00:00",
        "1965/3/12",
        "1965/3",
        "1965年3月12日",
        "1965年3月生",
        "1965.3.12",
        "1965、3",
        "1965年3月（61岁）",
        "Mar-65",
        "\u200e1965年3月\u200f",
        dt.datetime(1965, 3, 1),
        dt.date(1965, 3, 12),
        196503,
        19650312,
        1965.03,
        1965.3,
        65.3,
        Decimal("1965.03"),
        Decimal("1965.30"),
    ],
)
def test_parse_birth_reads_every_spelling_of_march_1965(cell):
    assert parse_birth(cell, today=TODAY) == Birth(1965, 3)


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("1965.10", 10),
        ("1965.1", 1),
        ("1965.01", 1),
        ("1965.12", 12),
        ("一九六五年十月", 10),
        ("一九六五年十一月", 11),
        ("一九六五年十二月", 12),
        ("一九六五年一月", 1),
        ("一九六五年十二月二十五日", 12),
        (1965.11, 11),
        (1965.12, 12),
        (1965.01, 1),
        (1965.2, 2),
        (Decimal("1965.10"), 10),
        (196510, 10),
        ("1965-1", 1),
    ],
)
def test_parse_birth_tells_the_months_apart(cell, month):
    assert parse_birth(cell, today=TODAY) == Birth(1965, month)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("二〇〇五年三月", 2005), ("○五年三月", 2005), ("05.3", 2005), ("26.3", 1926)],
)
def test_parse_birth_takes_two_digits_into_the_plausible_century(cell, year):
    assert parse_birth(cell, today=TODAY) == Birth(year, 3)


@pytest.mark.parametrize("cell", ["1965", "1965年", 1965, "六五年"])
def test_parse_birth_knows_a_year_alone(cell):
    assert parse_birth(cell, today=TODAY) == Birth(1965, None)
    assert parse_birth(cell, today=TODAY).first_day is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1965.1, "可能是1月，也可能是10月"),
        (65.1, "可能是1月，也可能是10月"),
        (23802, "1965年3月"),
        ("15.3", "年龄"),
        ("1800年1月", "1800"),
        ("3000.1.1", "3000"),
        (dt.datetime(3000, 1, 1), "3000"),
        ("1965.13", "没有这样的日期"),
        ("1965年2月30日", "没有这样的日期"),
        (196513, "没有这样的日期"),
        ("2015年3月", "年龄"),
        ("不详", "认不出"),
        ("650312", "6503"),
        (True, "不是"),
        (dt.time(3, 0), "不是"),
        (1e300, "认不出"),
        (1e16, "认不出"),
        (float("-inf"), "认不出"),
        (float("nan"), "认不出"),
        (-5, "认不出"),
        ("9" * 5000, "认不出"),
    ],
)
def test_parse_birth_reports_what_it_cannot_know(cell, text):
    with pytest.raises(Unclear, match=text):
        parse_birth(cell, today=TODAY)


def test_parse_birth_doubts_a_csv_text_that_may_have_been_a_number():
    with pytest.raises(Unclear, match="可能是1月，也可能是10月"):
        parse_birth("1965.1", today=TODAY, typed=False)

    assert parse_birth("1965.10", today=TODAY, typed=False) == Birth(1965, 10)
    assert parse_birth("1965.3", today=TODAY, typed=False) == Birth(1965, 3)


@settings(deadline=None)  # machines may be slow
@given(year=st.integers(1930, 2006), month=st.integers(1, 12))
def test_parse_birth_reads_back_whatever_it_wrote(year, month):
    born = Birth(year, month)
    chinese = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]

    for cell in (
        f"{year}年{month}月",
        f"{year}.{month:02}",
        f"{year}-{month}",
        f"{year % 100:02}年{month}月",
        f"{chinese}年{names[month - 1]}月",
        year * 100 + month,
        dt.datetime(year, month, 15),
        Decimal(f"{year}.{month:02}"),
    ):
        assert parse_birth(cell, today=TODAY) == born


@settings(deadline=None)  # machines may be slow
@given(
    st.one_of(
        st.text(max_size=30),
        st.integers(),
        st.floats(),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.none(),
    )
)
def test_parse_birth_gives_a_plausible_month_or_a_reason(cell):
    try:
        born = parse_birth(cell, today=TODAY)
    except Unclear:
        return

    assert 18 <= TODAY.year - born.year <= 100
    assert born.month is None or 1 <= born.month <= 12


# --- names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("王芳", Named("王芳")),
        ("王　芳", Named("王芳")),
        (" 王 芳 ", Named("王芳")),
        ("李娜（女，土家族）", Named("李娜", sex="female", ethnicity="土家族")),
        ("李娜(女)", Named("李娜", sex="female")),
        ("李娜（女、回）", Named("李娜", sex="female", ethnicity="回族")),
        ("赵敏（女）（民盟）", Named("赵敏", sex="female", party="民盟盟员")),
        ("王芳（2）", Named("王芳", rest="2")),
        ("王芳（大）", Named("王芳", rest="大")),
        ("买买提·艾山", Named("买买提·艾山")),
        ("买买提•艾山", Named("买买提·艾山")),
        (
            "阿不都·热合曼·买买提（维吾尔族）",
            Named("阿不都·热合曼·买买提", ethnicity="维吾尔族"),
        ),
        ("欧阳修文", Named("欧阳修文")),
        ("𠮷野", Named("𠮷野")),
        ("\u202e王芳\u200b", Named("王芳")),
        ("王芳*", Named("王芳")),
        ("John Smith", Named("John Smith")),
    ],
)
def test_parse_name_takes_blanks_and_brackets_off(cell, named):
    assert values.parse_name(cell) == named


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "合计",
        "姓名",
        "王",
        "12",
        12,
        None,
        "王芳" * 5000,
        "=cmd|' /C calc'!A0",
        "😀",
    ],
)
def test_parse_name_refuses_what_is_no_name(cell):
    with pytest.raises(Unclear):
        values.parse_name(cell)


# --- words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (values.parse_sex, "男", "male"),
        (values.parse_sex, " 女　", "female"),
        (values.parse_sex, "女性", "female"),
        (values.parse_sex, 1, "male"),
        (values.parse_ethnicity, "汉", "汉族"),
        (values.parse_ethnicity, "汉 族", "汉族"),
        (values.parse_ethnicity, "土家", "土家族"),
        (values.parse_ethnicity, "维族", "维吾尔族"),
        (values.parse_ethnicity, "蒙古族", "蒙古族"),
        (values.parse_party, "中共", "中共党员"),
        (values.parse_party, "中共党员", "中共党员"),
        (values.parse_party, "党员", "中共党员"),
        (values.parse_party, "中共党员（预备）", "中共预备党员"),
        (values.parse_party, "民建", "民建会员"),
        (values.parse_party, "九三", "九三学社社员"),
        (values.parse_party, "九三学社", "九三学社社员"),
        (values.parse_party, "农工党", "农工党党员"),
        (values.parse_party, "无党派", "无党派人士"),
        (values.parse_party, "群众", "群众"),
        (values.parse_education, "大学", "大学本科"),
        (values.parse_education, "大本", "大学本科"),
        (values.parse_education, "大学本科教育", "大学本科"),
        (values.parse_education, "硕士研究生", "研究生"),
        (values.parse_education, "省委党校研究生", "研究生"),
        (values.parse_education, "大学 法学学士", "大学本科"),
        (values.parse_education, "中央党校大学", "大学本科"),
        (values.parse_education, "大学专科", "大专"),
        (values.parse_education, "大专", "大专"),
        (values.parse_education, "中专", "中专"),
        (values.parse_education, "初中", "初中"),
        (values.parse_occupation, "一线工人", "工人"),
        (values.parse_occupation, "党政干部", "党政领导干部"),
        (values.parse_occupation, "民营企业家", "企业负责人"),
        (values.parse_occupation, "工人、农民", "工人、农民"),
        (values.parse_occupation, "归侨", "归侨"),
        (values.parse_flag, "√", True),
        (values.parse_flag, "是", True),
        (values.parse_flag, "连任", True),
        (values.parse_flag, 1, True),
        (values.parse_flag, True, True),
        (values.parse_flag, "否", False),
        (values.parse_flag, "新任", False),
        (values.parse_flag, 0, False),
        (values.parse_levels, "全国", (L.NATIONAL,)),
        (values.parse_levels, "省级", (L.PROVINCE,)),
        (values.parse_levels, "市人大代表", (L.PREFECTURE,)),
        (values.parse_levels, "区", (L.COUNTY,)),
        (values.parse_levels, "县（区）", (L.COUNTY,)),
        (values.parse_levels, "县级市", (L.COUNTY,)),
        (values.parse_levels, "乡（镇）", (L.TOWNSHIP,)),
        (values.parse_levels, "镇", (L.TOWNSHIP,)),
        (values.parse_levels, "市、区", (L.PREFECTURE, L.COUNTY)),
        (values.parse_levels, "县、镇两级代表", (L.COUNTY, L.TOWNSHIP)),
        (values.parse_levels, "市级县级", (L.PREFECTURE, L.COUNTY)),
        (values.parse_term, "第十六届", 16),
        (values.parse_term, "十四届", 14),
        (values.parse_term, "第六届", 6),
        (values.parse_term, "二十届", 20),
        (values.parse_term, 16, 16),
        (values.parse_term, "16", 16),
        (values.parse_phone, "13812345678", "13812345678"),
        (values.parse_phone, 13812345678, "13812345678"),
        (values.parse_phone, "138 1234 5678", "13812345678"),
        (values.parse_phone, "+86 138-1234-5678", "13812345678"),
        (values.parse_phone, "１３８１２３４５６７８", "13812345678"),
        (values.parse_phone, "0724-2345678/13812345678", "13812345678"),
        (values.parse_phone, "13812345678 13912345678", "13812345678"),
        (values.parse_phone, "0724-2345678", "0724-2345678"),
        (values.parse_phone, "手机：13812345678", "13812345678"),
    ],
)
def test_parse_reads_words_and_numbers(parse, cell, value):
    assert parse(cell) == value


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (values.parse_sex, "不详"),
        (values.parse_ethnicity, "中国"),
        (values.parse_party, "无"),
        (values.parse_party, "民主党派"),
        (values.parse_education, "不详"),
        (values.parse_flag, "也许"),
        (values.parse_levels, "村"),
        (values.parse_levels, "市、村"),
        (values.parse_term, "本届"),
        (values.parse_term, 99),
        (values.parse_phone, "138****5678"),
        (values.parse_phone, 1.38e10 + 0.5),
        (values.parse_phone, "12345678901"),
        (values.parse_phone, "同上"),
    ],
)
def test_parse_reports_other_words(parse, cell):
    with pytest.raises(Unclear):
        parse(cell)


PARSERS = [
    values.parse_name,
    values.parse_sex,
    values.parse_ethnicity,
    values.parse_party,
    values.parse_education,
    values.parse_occupation,
    values.parse_flag,
    values.parse_levels,
    values.parse_term,
    values.parse_phone,
    values.parse_id_number,
]


@settings(deadline=None)  # machines may be slow
@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.datetimes()),
    st.sampled_from(PARSERS),
)
def test_parse_never_fails_in_another_way(cell, parse):
    try:
        value = parse(cell)
    except Unclear as unclear:
        assert len(str(unclear)) < 100  # noqa: PT017  (either answer is right)
    else:
        assert value is not None


# --- identity cards --------------------------------------------------------------


def test_parse_id_number_tells_birth_and_sex():
    told = values.parse_id_number(id_number("42080219650312124"))

    assert (told.year, told.month, told.sex) == (1965, 3, "female")
    assert told.number == id_number("42080219650312124")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("420802650312124", "15 位"),
        ("42080219650312", "14 位"),
        (id_number("42080219650312124")[:-1] + "A", "18 位"),
        (id_number("42080219651312124"), "出生日期"),
        (4.20802196503121e17, "存成数字"),
        (420802196503121200, "存成数字"),
    ],
)
def test_parse_id_number_refuses_with_a_reason(cell, text):
    with pytest.raises(Unclear, match=text):
        values.parse_id_number(cell)


@settings(deadline=None)  # machines may be slow
@given(place=st.integers(0, 16), digit=st.integers(1, 9))
def test_parse_id_number_notices_one_wrong_digit(place, digit):
    good = id_number("42080219650312124")
    wrong = str((int(good[place]) + digit) % 10)

    with pytest.raises(Unclear):
        values.parse_id_number(good[:place] + wrong + good[place + 1 :])
