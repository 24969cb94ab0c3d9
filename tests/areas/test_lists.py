"""Tables of units and categories on their way in."""

import pytest

from areas.choices import UnitKind
from areas.models import Category, Unit
from areas.services import import_categories, import_units, seed_categories
from common.spreadsheets import UnreadableFile

# --- units ------------------------------------------------------------------------

UNITS = """dept_code,name,short_name,aliases,category_l1,replies_mentioning
D01,水利和湖泊局,水利局,水利局|水务局,农村农业,19
D02,人民法院,法院,,政法,3
D03,纪委监委,,,外星事务,1
"""


def test_import_units_reads_names_kinds_and_categories(county):
    seed_categories()

    result = import_units(UNITS.encode(), area=county, actor=None)

    units = {unit.name: unit for unit in Unit.objects.all()}
    water = units["水利和湖泊局"]
    assert (water.short_name, water.aliases) == ("水利局", "水利局、水务局")
    assert [str(c) for c in water.categories.all()] == ["农业农村"]
    assert [units[n].kind for n in ("水利和湖泊局", "人民法院", "纪委监委")] == [
        UnitKind.DEPARTMENT,
        UnitKind.COURT,
        UnitKind.SUPERVISORY,
    ]
    assert result.notes == ["第 4 行：没有类别“外星事务”，未关联。"]


def test_import_units_changes_nothing_the_second_time(county):
    import_units(UNITS.encode(), area=county, actor=None)
    before = list(Unit.objects.values())

    result = import_units(UNITS.encode(), area=county, actor=None)

    assert result.summary == "没有任何改动：3 条都与现有的相同，拒绝 0 行。"
    assert list(Unit.objects.values()) == before


def test_import_units_updates_what_the_table_says_and_keeps_the_rest(unit, county):
    Unit.objects.filter(pk=unit.pk).update(phone="0724-1", aliases="旧")
    text = "名称,简称,别名,类型,电话\n区水利和湖泊局,水务局,,企事业单位,\n"

    result = import_units(text.encode("gb18030"), area=county, actor=None)

    unit.refresh_from_db()
    assert result.changed == 1
    assert (unit.short_name, unit.aliases, unit.phone, unit.kind) == (
        "水务局",
        "旧",
        "0724-1",
        UnitKind.ENTERPRISE,
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("水利局,,", "与第 2 行重复"),
        (",水,", "请填写名称"),
        ("长" * 101 + ",,", "名称最多 100 字"),
        ("新局," + "长" * 51 + ",", "简称最多 50 字"),
        ("新局,,外星", "类型“外星”应是：政府部门"),
    ],
)
def test_import_units_refuses_a_line_and_takes_the_others(county, line, reason):
    text = f"名称,简称,类型\n水利局,,\n{line}\n交通局,,\n"

    result = import_units(text.encode(), area=county, actor=None)

    assert sorted(Unit.objects.values_list("name", flat=True)) == ["交通局", "水利局"]
    (refused,) = result.refused
    assert refused.line == 3
    assert reason in refused.reason


# --- categories -------------------------------------------------------------------

PETITION = """seq,l1_code,l2_code,level1,level2,level3
1,01,0101,城乡建设,安全生产,事故处理
2,01,0101,城乡建设,安全生产,安全隐患
3,01,0102,城乡建设,市政管理,停车
4,02,0201,环境保护,环境污染,大气
"""


def categories() -> list[tuple]:
    return list(Category.objects.values_list("code", "name", "parent__code"))


def test_import_categories_keeps_two_levels_of_the_petition_subjects(db):
    result = import_categories(PETITION.encode(), actor=None)

    assert categories() == [
        ("01", "城乡建设", None),
        ("0101", "安全生产", "01"),
        ("0102", "市政管理", "01"),
        ("02", "环境保护", None),
        ("0201", "环境污染", "02"),
    ]
    assert Category.objects.get(code="0102").initials == "szgl"
    assert result.created == 5


def test_import_categories_changes_nothing_the_second_time(db):
    import_categories(PETITION.encode(), actor=None)

    result = import_categories(PETITION.encode(), actor=None)

    assert result.summary == "没有任何改动：5 条都与现有的相同，拒绝 0 行。"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("5,01,0101,城乡建设,别的名字,x", "编号 0101 在第 2 行是“安全生产”"),
        ("5,01,0301,城乡建设,错位,x", "二级编号 0301 不在一级编号 01 之下"),
        ("5,01,,城乡建设,缺号,x", "请填写二级编号"),
        ("5,03,0301,教育,,x", "请填写二级类别"),
        ("5,03,0301," + "长" * 61 + ",校车,x", "一级类别最多 60 字"),
    ],
)
def test_import_categories_refuses_a_line_and_takes_the_others(db, line, reason):
    result = import_categories((PETITION + line + "\n").encode(), actor=None)

    assert result.created == 5
    (refused,) = result.refused
    assert refused.line == 6
    assert reason in refused.reason


def test_import_categories_hangs_mailbox_subjects_on_their_heading(db):
    import_categories(PETITION.encode(), actor=None)
    text = (
        "source_code,name,maps_to_level1\n"
        "2,城乡建设,城乡建设\n"
        "3,园林绿化,城乡建设\n"
        "14,交通能源环保,交通运输|环境保护\n"
        "19,其它,\n"
        "20,海洋,海洋渔业\n"
    )

    result = import_categories(text.encode(), actor=None)

    assert categories()[-1] == ("M03", "园林绿化", "01")
    assert (result.created, result.unchanged) == (1, 1)
    assert [(r.line, r.reason) for r in result.refused] == [
        (4, "对应 2 个上级类别，请先分开再导入。"),
        (5, "没有对应的上级类别。"),
        (6, "没有上级类别“海洋渔业”，请先导入它。"),
    ]


def test_import_categories_reads_a_places_own_list(db):
    text = (
        "编号,名称,上级编号,关键词\n"
        "L1,民生,,\n"
        "L11,停车,L1,乱停、车位\n"
        "L12,孤儿,L9,\n"
        "L11,重号,L1,\n"
        "L13,三级,L11,\n"
    )

    result = import_categories(text.encode(), actor=None)

    assert categories() == [("L1", "民生", None), ("L11", "停车", "L1")]
    assert Category.objects.get(code="L11").keywords == "乱停、车位"
    assert [(r.line, r.reason) for r in result.refused] == [
        (4, "找不到一级类别 L9；类别只有两级。"),
        (5, "编号 L11 与第 3 行重复。"),
        (6, "找不到一级类别 L11；类别只有两级。"),
    ]


def test_import_categories_renames_but_never_moves_between_levels(db):
    import_categories(PETITION.encode(), actor=None)
    text = "编号,名称,上级编号\n0101,生产安全,01\n0102,升级,\n"

    result = import_categories(text.encode(), actor=None)

    renamed = Category.objects.get(code="0101")
    assert (renamed.name, renamed.initials) == ("生产安全", "scaq")
    assert [r.reason for r in result.refused] == ["现有类别的级别与此不同，不能改级。"]


def test_import_categories_refuses_a_file_that_is_no_table(db):
    with pytest.raises(UnreadableFile, match="没有找到表头"):
        import_categories(b"a,b\n1,2\n", actor=None)
