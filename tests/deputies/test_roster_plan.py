"""Planning an import: new people, their seats, who may, what is remembered."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from areas.choices import CongressLevel
from areas.models import Congress, Term
from audit.services import history_of
from common.errors import RuleViolation
from common.spreadsheets import Row, Sheet
from deputies.models import ColumnMemory, Deputy, Mandate
from deputies.roster.fields import Field
from deputies.roster.rows import Correction
from deputies.services.roster import (
    Target,
    apply_roster,
    plan_roster,
    remember_columns,
)
from tests.deputies.rosters import HEADER, LI, WANG, counted, imported, plan, sheet
from tests.factories import AreaFactory, DeputyFactory, MandateFactory
from tests.factories.areas import CongressFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(county) -> Term:
    return TermFactory(congress=CongressFactory(area=county), number=6)


@pytest.fixture
def target(county, term) -> Target:
    return Target(county)


def test_apply_roster_adds_people_with_their_seats(target, term, officer):
    done = imported(target, WANG, LI, actor=officer)

    assert counted(done) == {"new": 2}
    wang = Deputy.objects.get(name="王芳")
    assert (wang.sex, wang.birth_month) == ("female", dt.date(1965, 3, 1))
    assert (wang.employer_post, wang.phone) == ("第一中学教师", "13812345678")
    assert wang.area_id == "420802"
    seat = wang.mandates.get()
    assert (seat.term, seat.level) == (term, CongressLevel.COUNTY)
    assert (seat.certificate_no, seat.starts_on) == ("001", term.starts_on)
    event = history_of(wang).get()
    assert (event.verb, event.actor) == ("import_roster", officer)
    assert event.data["source"] == "名册 第2行"
    assert "13812345678" not in str(event.data)


def test_plan_roster_writes_nothing(target):
    done = plan(target, WANG)

    assert counted(done) == {"new": 1}
    assert done.writes
    assert not Deputy.objects.exists()
    assert not ColumnMemory.objects.exists()


def test_apply_roster_twice_changes_nothing_the_second_time(target, officer):
    rows = [
        WANG,
        LI,
        ["赵敏", "", "", "", "", ""],
        ["拉琼", "男", "", "", "大学教授", ""],
        ["拉琼", "男", "1990.03", "", "车间主任", ""],
        ["钱多", "男", "", "009", "", ""],
    ]
    imported(target, *rows, actor=officer)
    people = list(Deputy.objects.order_by("pk").values())
    events = history_of(Deputy.objects.get(name="王芳")).count()

    again = imported(target, *rows, actor=officer)

    assert counted(again) == {"unchanged": 6}
    assert not again.writes
    assert list(Deputy.objects.order_by("pk").values()) == people
    assert Mandate.objects.count() == 6
    assert history_of(Deputy.objects.get(name="王芳")).count() == events


def test_apply_roster_enters_congress_and_term_that_are_missing(county):
    target = Target(county, term=7, starts_on=dt.date(2026, 12, 1))

    imported(target, WANG)

    congress = Congress.objects.get()
    assert (congress.area, congress.name) == (county, "东宝区人民代表大会")
    assert (congress.terms.get().number, Mandate.objects.get().starts_on) == (
        7,
        dt.date(2026, 12, 1),
    )


def test_plan_roster_asks_for_the_term_where_nothing_tells_it(county):
    done = plan(Target(county), WANG)

    assert counted(done) == {"refused": 1}
    assert done.rows[0].note == "不知道是第几届，请在导入时填写届次"


def test_plan_roster_takes_level_and_term_from_the_title(county):
    sheets = [
        Sheet(
            "名册",
            [
                Row(1, ["东宝区第七届人民代表大会代表名册"]),
                Row(2, ["姓名", "性别"]),
                Row(3, ["王芳", "女"]),
            ],
        )
    ]

    done = plan_roster(sheets, Target(county), actor=None)

    assert done.rows[0].new_seats == [(4, "420802", 7)]


@pytest.mark.parametrize(
    ("level", "code"), [("全国", ""), ("省", "42"), ("市级", "4208"), ("区", "420802")]
)
def test_plan_roster_finds_the_congress_of_each_level(county, level, code):
    done = plan(Target(county, term=3), ["王芳", level], header=["姓名", "代表级别"])

    assert [key.area_code for key in done.rows[0].new_seats] == [code]


def test_apply_roster_gives_one_person_two_seats(target, town):
    AreaFactory(code="420802101", name="子陵铺镇")
    header = ["姓名", "出生年月", "代表级别", "所属乡镇", "届次"]

    done = imported(
        target,
        ["王芳", "1965.03", "区", "子陵铺镇", 6],
        ["王芳", "1965.03", "镇", "子陵铺", 12],
        header=header,
    )

    assert counted(done) == {"new": 2}
    wang = Deputy.objects.get()
    assert wang.area_id == "420802101"
    assert [seat.level for seat in wang.mandates.all()] == [4, 5]
    again = imported(
        target, ["王芳", "1965.03", "区、镇", "子陵铺镇", ""], header=header
    )
    assert counted(again) == {"unchanged": 1}


def test_plan_roster_knows_that_streets_have_no_congress(target, town):
    done = plan(
        target,
        ["王芳", "镇", "泉口街道办事处"],
        ["李强", "镇", ""],
        ["赵敏", "区", "不在这里镇"],
        header=["姓名", "代表级别", "所属乡镇"],
    )

    assert [planned.note for planned in done.rows] == [
        "泉口街道不设人民代表大会，没有乡级代表",
        "乡级代表须写明是哪个乡镇",
        "东宝区没有叫“不在这里镇”的乡镇（街道）",
    ]


def test_plan_roster_places_people_by_the_name_of_the_sheet(target, town):
    done = apply_roster(plan(target, WANG, name="泉口街道"), actor=None)

    assert Deputy.objects.get().area_id == town.pk
    assert counted(done) == {"new": 1}


def test_plan_roster_reads_a_workbook_with_a_sheet_for_each_congress(county, town):
    county.parent.name = "荆门市"
    county.parent.save()
    AreaFactory(code="420802101", name="子陵铺镇", parent=county)
    titles = {
        "Sheet1": "出席荆门市第九届人民代表大会代表名册",
        "Sheet2": "东宝区第六届人民代表大会代表名册",
        "子陵铺": "子陵铺镇第十二届人大代表花名册",
        "泉口街道": "泉口街道区人大代表联系表",
    }
    sheets = [
        Sheet(
            name,
            [Row(1, [title]), Row(2, ["姓名", "性别"]), Row(3, [f"王{n}", "女"])],
        )
        for n, (name, title) in zip("甲乙丙丁", titles.items(), strict=True)
    ]

    done = plan_roster(sheets, Target(county, term=None), actor=None)

    assert [(p.outcome, p.row.entry.name) for p in done.rows] == [
        ("new", "王甲"),
        ("new", "王乙"),
        ("new", "王丙"),
        ("refused", "王丁"),
    ]
    assert [planned.new_seats for planned in done.rows] == [
        [(3, "4208", 9)],
        [(4, "420802", 6)],
        [(5, "420802101", 12)],
        [],
    ]
    assert done.rows[2].person.deputy.area_id == "420802101"
    assert done.rows[3].note == "不知道是第几届，请在导入时填写届次"


def test_plan_roster_is_for_who_keeps_the_roll(target, officer, stranger, leader):
    for nobody in (stranger, leader):
        with pytest.raises(PermissionDenied):
            plan(target, WANG, actor=nobody)
        with pytest.raises(PermissionDenied):
            apply_roster(plan(target, WANG, actor=officer), actor=nobody)

    assert not Deputy.objects.exists()


def test_plan_roster_lets_a_township_import_its_own_congress_only(town, township):
    MandateFactory(
        deputy=DeputyFactory(
            name="李强",
            area=AreaFactory(code="420802003"),
            birth_month=dt.date(1970, 10, 1),
        ),
        certificate_no="",
    )
    target = Target(town, level=CongressLevel.COUNTY, term=6)

    done = plan(target, WANG, LI, actor=township)

    assert [planned.note for planned in done.rows] == [
        "乡镇（街道）只能导入本级人大的代表",
        "这位代表由地区420802003管理，请联系上级代表工委",
    ]


def test_plan_roster_asks_for_a_county_or_township(db):
    with pytest.raises(RuleViolation) as refused:
        plan(Target(AreaFactory(code="4208")), WANG)

    assert refused.value.field == "area"


def test_plan_roster_takes_no_more_than_a_prefecture_has(target, monkeypatch):
    monkeypatch.setattr("deputies.services.roster.plan.MOST_ROWS", 2)

    with pytest.raises(RuleViolation, match="一次最多导入") as refused:
        plan(target, WANG, LI)

    assert refused.value.field == "file"


def test_plan_roster_remembers_what_was_said_about_columns(
    target, county, other_county
):
    header = ["姓名", "单位", "甲"]
    row = ["王芳", "第一中学", "女"]
    first = plan(
        target, row, header=header, corrections={"名册": Correction({2: Field.SEX})}
    )
    remember_columns(county, first.roster.sheets[0].header, {})
    assert not ColumnMemory.objects.exists()
    remember_columns(county, first.roster.sheets[0].header, {2: Field.SEX, 1: None})

    again = plan(target, row, header=header)
    elsewhere = plan(Target(other_county, term=1), row, header=header)

    assert first.rows[0].known.deputy.sex == "female"
    assert again.rows[0].known.deputy.sex == "female"
    assert again.rows[0].known.deputy.employer_post == ""
    assert elsewhere.rows[0].known.deputy.sex == ""


def test_plan_roster_asks_its_memory_once_for_all_sheets(
    target, django_assert_max_num_queries
):
    sheets = [sheet(WANG, name="一"), sheet(LI, name="二", header=HEADER)]

    with django_assert_max_num_queries(12):
        done = plan_roster(sheets, target, actor=None)

    assert counted(done) == {"new": 2}


def test_plan_roster_does_not_choose_between_towns_of_one_stem(target, county):
    for code, name in (("420802103", "仙居镇"), ("420802104", "仙居街道")):
        AreaFactory(code=code, name=name)

    done = plan(target, ["王芳", "仙居"], ["李强", "仙居镇"], header=["姓名", "乡镇"])

    assert [planned.outcome for planned in done.rows] == ["refused", "new"]


@pytest.mark.parametrize("count", [3, 60])
def test_plan_roster_asks_the_database_as_often_for_many(
    target, count, django_assert_max_num_queries
):
    rows = [
        [f"王{chr(0x4E00 + n)}", "女", "1965.03", f"{n:03}", "教师", ""]
        for n in range(count)
    ]
    imported(target, *rows)

    with django_assert_max_num_queries(12):
        again = plan(target, *rows)

    assert counted(again) == {"unchanged": count}
