"""Tables of areas on their way in."""

import gzip
from io import BytesIO

import pytest

from areas.models import Area
from areas.services import (
    area_tables,
    import_areas,
)
from areas.services.area_tables import parent_of, trimmed_code
from areas.services.tables import Refused
from audit.models import Event
from common.errors import RuleViolation
from common.spreadsheets import OutSheet, UnreadableFile, write_workbook

HEADER = "code12,level,name,parent_code12\n"
TREE = (
    HEADER
    + """420000000000,1,湖北省,
420800000000,2,荆门市,420000000000
420802000000,3,东宝区,420800000000
420802002000,4,泉口街道,420802000000
420802002003,5,文峰社区居委会,420802002000
"""
)


def told(text: str, **kwargs):
    return import_areas(text.encode(), actor=None, **kwargs)


def rows() -> list[tuple]:
    return list(Area.objects.values_list("code", "level", "name", "parent_id"))


# --- areas ------------------------------------------------------------------------


def test_import_areas_builds_the_tree_with_trimmed_codes(db):
    result = told(TREE)

    assert rows() == [
        ("42", 1, "湖北省", None),
        ("4208", 2, "荆门市", "42"),
        ("420802", 3, "东宝区", "4208"),
        ("420802002", 4, "泉口街道", "420802"),
        ("420802002003", 5, "文峰社区居委会", "420802002"),
    ]
    village = Area.objects.get(pk="420802002003")
    assert village.full_name == "湖北省荆门市东宝区泉口街道文峰社区居委会"
    assert result.summary == "新增 5 条，更改 0 条，没有变化 0 条，拒绝 0 行。"


def test_import_areas_changes_nothing_the_second_time(db):
    told(TREE)
    before, lines = rows(), Event.objects.count()

    result = told(TREE)

    assert result.summary == "没有任何改动：5 条都与现有的相同，拒绝 0 行。"
    assert (rows(), Event.objects.count()) == (before, lines)


def test_import_areas_renames_and_carries_the_name_down(db):
    told(TREE)

    result = told(HEADER + "420802000000,3,东宝新区,420800000000\n")

    assert (result.created, result.changed, result.unchanged) == (0, 1, 0)
    names = Area.objects.in_bulk(["420802", "420802002003"])
    assert names["420802"].name == "东宝新区"
    assert names["420802002003"].full_name == (
        "湖北省荆门市东宝新区泉口街道文峰社区居委会"
    )


def test_import_areas_takes_lines_in_any_order_and_codes_already_trimmed(db):
    told(HEADER + "420802,3,东宝区,4208\n4208,2,荆门市,42\n42,1,湖北省,\n")

    assert [code for code, *_ in rows()] == ["42", "4208", "420802"]


def test_import_areas_hangs_towns_of_a_city_without_counties_on_the_city(db):
    text = HEADER + (
        "440000000000,1,广东省,\n"
        "441900000000,2,东莞市,440000000000\n"
        "441900003000,4,东城街道,441900000000\n"
        "441900003001,5,岗贝社区,441900003000\n"
    )

    result = told(text)

    assert result.refused == []
    assert rows()[2:] == [
        ("441900003", 4, "东城街道", "4419"),
        ("441900003001", 5, "岗贝社区", "441900003"),
    ]
    assert Area.objects.get(pk="441900003001").county_id == "4419"


def test_import_areas_leaves_statistical_levels_out_of_full_names(db):
    text = HEADER + (
        "110000000000,1,北京市,\n"
        "110100000000,2,市辖区,110000000000\n"
        "110101000000,3,东城区,110100000000\n"
    )

    told(text)

    names = dict(Area.objects.values_list("code", "full_name"))
    assert names == {
        "11": "北京市",
        "1101": "北京市市辖区",
        "110101": "北京市东城区",
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("421000000000,2,荆州市,430000000000", "上级代码 430000000000 与代码不符"),
        ("421000000000,2,荆州市,", "缺少上级代码"),
        ("430100000000,2,长沙市,430000000000", "找不到上级 43，请先导入它"),
        ("420802999001,5,孤村,420802999000", "找不到上级 420802999"),
        ("42080,3,坏,420800000000", "代码“42080”不是 12 位数字"),
        ("4.20802E+11,3,坏,420800000000", "不是 12 位数字"),
        ("42O8O2000000,3,坏,420800000000", "不是 12 位数字"),
        ("420802000000,4,坏,420800000000", "与层级 4（乡级）不符"),
        ("420802003000,3,坏,420800000000", "与层级 3（县级）不符"),
        ("420803000000,6,坏,420800000000", "层级“6”应是 1 到 5"),
        ("420803000000,三,坏,420800000000", "层级“三”应是 1 到 5"),
        ("420803000000,3,,420800000000", "请填写名称"),
        ("420803000000,3, \u3000\u202e,420800000000", "请填写名称"),
        ("420803000000,3," + "长" * 101 + ",420800000000", "名称最多 100 字"),
        ("430000000000,1,湖南省,420000000000", "省级不应有上级"),
        ("420802000000,3,再来一次,420800000000", "代码 420802 与第 4 行重复"),
        ("-20803000000,3,坏,420800000000", "不是 12 位数字"),
        ("000000000000,1,坏,", "与层级 1（省级）不符"),
    ],
)
def test_import_areas_refuses_a_line_and_takes_the_others(db, line, reason):
    result = told(TREE + line + "\n")

    assert result.created == 5
    assert len(rows()) == 5
    (refused,) = result.refused
    assert refused.line == 7
    assert reason in refused.reason


def test_import_areas_refuses_what_hangs_on_a_refused_line(db):
    text = HEADER + "42,1,湖北省,\n4208,2,,42\n420802,3,东宝区,4208\n"

    result = told(text)

    assert rows() == [("42", 1, "湖北省", None)]
    assert result.refused == [
        Refused(3, "4208", "请填写名称。"),
        Refused(4, "420802 东宝区", "找不到上级 4208，请先导入它。"),
    ]


def test_import_areas_keeps_to_the_areas_one_may_change(county):
    before = dict(Area.objects.values_list("code", "name"))
    text = HEADER + (
        f"420800000000,2,{before['4208']},420000000000\n"
        "420804000000,3,掇刀区,420800000000\n"
        "420802009000,4,新街道,420802000000\n"
    )

    result = told(text, within=["420802"])

    assert (result.created, result.unchanged) == (1, 1)
    assert result.refused == [Refused(3, "420804 掇刀区", "不在您负责的地区内。")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_import_areas_reads_the_encodings_of_offices(db, encoding):
    import_areas(TREE.encode(encoding), actor=None)

    assert Area.objects.get(pk="42").name == "湖北省"


def test_import_areas_reads_gzip_and_workbooks(db):
    book = BytesIO()
    sheet = OutSheet(
        name="区划",
        header=["代码", "层级", "名称", "上级代码"],
        rows=[["110000000000", 1, "北京市", ""]],
    )
    write_workbook(book, [sheet])

    import_areas(gzip.compress(TREE.encode()), actor=None)
    import_areas(book.getvalue(), actor=None)

    assert Area.objects.filter(level=1).count() == 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "文件是空的"),
        (b"a,b,c\n1,2,3\n", "没有找到表头"),
        (b"\x1f\x8bnot gzip at all", "压缩文件已损坏"),
        (gzip.compress(TREE.encode())[:-12], "压缩文件已损坏"),
        (gzip.compress(b"0" * (21 * 1024 * 1024)), "解压后超过 20 MB"),
        (b"x" * (20 * 1024 * 1024 + 1), "文件超过 20 MB"),
        (TREE.encode().replace(b"\n", b"\n\x00", 1), "空字节"),
        (b"\x81\xff\xfe\xfa\x80" * 9, "认不出文件的文字编码"),
        (b"\x89PNG\r\n\x1a\n", "这是图片"),
    ],
)
def test_import_areas_refuses_a_file_that_is_no_table(db, data, text):
    with pytest.raises(UnreadableFile, match=text):
        import_areas(data, actor=None)

    assert rows() == []


def test_import_areas_goes_in_as_a_whole_or_not_at_all(db, monkeypatch):
    """The worker may be killed between two batches: then nothing is there."""
    monkeypatch.setattr(area_tables, "CHUNK", 2)

    def die(percent: int) -> None:
        if percent > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(TREE, progress=die)

    assert rows() == []


def test_import_areas_tells_how_far_it_is(db):
    seen: list[int] = []

    told(TREE, progress=seen.append)

    assert seen == sorted(seen)
    assert (seen[0] < 50, seen[-1]) == (True, 100)


def test_import_areas_writes_one_line_of_the_trail(officer):
    result = import_areas(TREE.encode(), actor=officer)

    event = Event.objects.get(verb="import_areas")
    assert (event.actor, event.data) == (officer, result.as_data())


@pytest.mark.parametrize(
    ("code", "above"),
    [("42", ""), ("4208", "42"), ("420802002", "420802"), ("441900003", "4419")],
)
def test_parent_of_follows_the_code(code, above):
    assert parent_of(code) == above


def test_trimmed_code_refuses_a_county_that_is_none():
    with pytest.raises(RuleViolation, match="不符"):
        trimmed_code("441900000000", 3)
