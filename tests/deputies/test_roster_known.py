"""Importing people who are on record: found, updated, kept apart."""

import datetime as dt
import threading
import time

import pytest
from django.db import OperationalError, connection

from areas.models import Term
from audit.services import history_of
from common.crypto import digest
from common.spreadsheets import Row, Sheet
from deputies.models import Deputy, Mandate
from deputies.services.roster import (
    Target,
    apply_roster,
    plan_roster,
)
from tests.deputies.rosters import LI, WANG, counted, imported, plan
from tests.deputies.test_roster_values import id_number
from tests.factories import AreaFactory, DeputyFactory, MandateFactory
from tests.factories.areas import CongressFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(county) -> Term:
    return TermFactory(congress=CongressFactory(area=county), number=6)


@pytest.fixture
def target(county, term) -> Target:
    return Target(county)


def test_apply_roster_updates_a_person_of_same_name_and_birth(target, term, officer):
    known = DeputyFactory(
        name="王芳", birth_month=dt.date(1965, 3, 1), employer_post="教师", note="旧注"
    )
    MandateFactory(deputy=known, term=term, certificate_no="001")

    done = imported(target, WANG, actor=officer)

    known.refresh_from_db()
    assert counted(done) == {"changed": 1}
    assert Deputy.objects.count() == 1
    assert known.employer_post == "第一中学教师"
    assert known.note == "旧注"
    assert known.area_id == "420802002"
    event = history_of(known).get()
    assert event.note == "性别、单位及职务、手机号码"
    assert event.data["before"] == {"sex": "", "employer_post": "教师"}


def test_apply_roster_knows_a_person_by_certificate(target, term):
    known = DeputyFactory(name="王芳")
    MandateFactory(deputy=known, term=term, certificate_no="001")

    imported(target, WANG)

    known.refresh_from_db()
    assert known.birth_month == dt.date(1965, 3, 1)
    assert Deputy.objects.count() == 1


def test_apply_roster_knows_a_person_by_identity_card(target, term):
    card = id_number("42080219650312124")
    header = ["姓名", "身份证号", "职务"]
    imported(target, ["王芳", card, "教师"], header=header)

    done = imported(target, ["王芳", card, "校长"], header=header)

    assert counted(done) == {"changed": 1}
    wang = Deputy.objects.get()
    assert (wang.employer_post, wang.id_number) == ("校长", card)
    assert wang.id_digest == digest(card)


def test_apply_roster_keeps_two_people_of_one_name_apart(target, term):
    known = DeputyFactory(name="王芳", birth_month=dt.date(1966, 3, 1))
    MandateFactory(deputy=known, term=term, certificate_no="100")

    done = imported(
        target,
        WANG,
        ["王芳", "女", "1965.03", "003", "医生", ""],
        ["王芳", "女", "", "", "农民", ""],
    )

    assert [planned.outcome for planned in done.rows] == ["new", "new", "refused"]
    assert "无法判断" in done.rows[2].note
    assert Deputy.objects.filter(name="王芳").count() == 3  # one was there


def test_apply_roster_knows_namesakes_by_their_seats(target):
    header = ["姓名", "性别", "代表团"]
    rows = [["李勇", "男", "城关代表团"], ["李勇", "男", "东乡代表团"]]
    imported(target, *rows, header=header)

    again = imported(target, *reversed(rows), header=header)

    assert counted(again) == {"unchanged": 2}
    assert Deputy.objects.filter(name="李勇").count() == 2


def test_apply_roster_knows_namesakes_of_one_month(target, term):
    born = dt.date(1965, 3, 1)
    for work in ("教师", "医生"):
        known = DeputyFactory(
            name="王芳", birth_month=born, employer_post=work, area=target.area
        )
        MandateFactory(deputy=known, term=term, certificate_no="")
    header = ["姓名", "出生年月", "职务"]

    done = imported(
        target,
        ["王芳", "1965.03", "医生"],
        ["王芳", "1965.03", "农民"],
        ["王芳", "1965.03", ""],
        header=header,
    )

    assert [planned.outcome for planned in done.rows] == [
        "unchanged",
        "repeated",
        "repeated",
    ]
    other = plan(target, ["王芳", "1965.03", "农民"], header=header)
    assert other.rows[0].note == (
        "有不止一位同名、同出生年月的代表，请补代表证号或身份证号"
    )


def test_apply_roster_counts_repeated_lines_once(target):
    done = imported(target, WANG, ["王　芳", "女", "65.3", "001", "校长", ""])

    assert counted(done) == {"new": 1, "repeated": 1}
    assert done.rows[1].note == (
        "与名册 第2行重复（单位及职务、手机号码不同，以前一行为准）"
    )
    assert Deputy.objects.get().employer_post == "第一中学教师"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["王芳", "女", 1965.1, "", "", ""], "可能是1月，也可能是10月"),
        (["", "女", "1965.03", "9", "", ""], "没有姓名"),
        (["赵敏", "女", "1965.03", "001", "", ""], "代表证号 001 已属于另一位代表"),
    ],
)
def test_plan_roster_refuses_what_is_in_doubt(target, term, row, reason):
    MandateFactory(deputy=DeputyFactory(name="钱多"), term=term, certificate_no="001")

    done = plan(target, row)

    assert counted(done) == {"refused": 1}
    assert reason in done.rows[0].note


def test_plan_roster_refuses_a_card_of_another_county(target, other_county):
    card = id_number("42080219650312124")
    DeputyFactory(
        name="王芳", area=other_county, id_number=card, id_digest=digest(card)
    )

    done = plan(target, ["王芳", card], header=["姓名", "身份证号"])

    assert done.rows[0].note == "这个身份证号已在其他县（市、区）登记"


def test_apply_roster_does_not_revive_an_ended_seat(target, term):
    known = DeputyFactory(name="王芳", birth_month=dt.date(1965, 3, 1))
    MandateFactory(
        deputy=known,
        term=term,
        certificate_no="001",
        status="terminated",
        ends_on=dt.date(2025, 1, 1),
    )

    done = imported(target, WANG)

    assert "已资格终止，未恢复" in done.rows[0].note
    assert known.mandates.get().status == "terminated"


def test_apply_roster_updates_a_seat_that_is_there(target, term):
    known = DeputyFactory(name="王芳", birth_month=dt.date(1965, 3, 1))
    seat = MandateFactory(deputy=known, term=term, certificate_no="001")
    header = ["姓名", "出生年月", "代表证号", "代表团", "选区", "是否连任"]

    done = imported(
        target, ["王芳", "1965.03", "001", "城关团", "第一选区", "√"], header=header
    )

    seat.refresh_from_db()
    assert (seat.delegation, seat.source_name) == ("城关团", "第一选区")
    assert (seat.source_type, seat.is_reelected) == ("constituency", True)
    assert done.rows[0].labels == ["选区或选举单位", "代表团", "连任"]


@pytest.mark.parametrize(
    ("heading", "told", "level", "kind"),
    [
        ("选区", "第一选区", "县", "constituency"),
        ("选举单位", "东宝区", "市", "electing_unit"),
        ("原选举单位或选区", "第一选区", "县", "constituency"),
        ("原选举单位或选区", "某厂", "县", "constituency"),
        ("原选举单位或选区", "东宝区", "市", "electing_unit"),
    ],
)
def test_plan_roster_knows_who_elected(county, heading, told, level, kind):
    done = plan(
        Target(county, term=6),
        ["王芳", level, told],
        header=["姓名", "代表级别", heading],
    )

    (seat,) = done.rows[0].known.seats.values()
    assert (seat.source_type, seat.source_name) == (kind, told)


def test_apply_roster_lets_the_first_of_two_rows_speak(target, town):
    AreaFactory(code="420802101", name="子陵铺镇")
    header = ["姓名", "出生年月", "代表级别", "所属乡镇", "届次", "手机号码"]
    rows = [
        ["王芳", "1965.03", "区", "子陵铺镇", 6, "13812345678"],
        ["王芳", "1965.03", "镇", "子陵铺镇", 12, "13912345678"],
    ]

    done = imported(target, *rows, header=header)
    again = imported(target, *rows, header=header)

    assert Deputy.objects.get().phone == "13812345678"
    assert done.rows[1].note == "手机号码与前面的行不同，以前一行为准"
    assert counted(again) == {"unchanged": 2}
    assert again.rows[1].note == done.rows[1].note


def test_apply_roster_completes_a_person_entered_without_birth(target, term):
    known = DeputyFactory(name="王芳", employer_post="第一中学教师")
    MandateFactory(deputy=known, term=term, certificate_no="")

    done = imported(target, WANG)

    known.refresh_from_db()
    assert counted(done) == {"changed": 1}
    assert known.birth_month == dt.date(1965, 3, 1)


def test_plan_roster_knows_a_person_of_whom_little_is_told(target, term):
    known = DeputyFactory(name="王芳", sex="female", party="群众")
    MandateFactory(deputy=known, term=term)

    done = plan(target, ["王芳", "女", "汉"], header=["姓名", "性别", "民族"])

    assert counted(done) == {"changed": 1}
    assert done.rows[0].labels == ["民族"]


def test_plan_roster_refuses_a_card_under_another_name(target):
    card = id_number("42080219650312124")
    imported(target, ["王芳", card], header=["姓名", "身份证号"])

    done = plan(target, ["王小芳", card], header=["姓名", "身份证号"])

    assert done.rows[0].note == "这个身份证号已登记在另一个姓名下"


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (
            ["姓名", "身份证号", "代表证号"],
            [
                [id_number("42080219650312124"), "1"],
                [id_number("42080219650312124"), "2"],
            ],
        ),
        (["姓名", "出生年月", "代表证号"], [["1965.03", "1"], ["1966.03", "1"]]),
    ],
)
def test_apply_roster_refuses_lines_that_contradict_each_other(target, header, rows):
    done = imported(target, *[["王芳", *row] for row in rows], header=header)

    assert counted(done) == {"new": 1, "refused": 1}
    assert "其他内容不符" in done.rows[1].note


def test_plan_roster_keeps_people_with_different_cards_apart(target):
    cards = [id_number("42080219650312124"), id_number("42080219650313126")]
    header = ["姓名", "身份证号"]
    imported(target, ["王芳", cards[0]], header=header)

    done = plan(target, ["王芳", cards[1]], header=header)

    assert counted(done) == {"new": 1}


def test_plan_roster_takes_the_named_county_as_place(target, county):
    done = plan(target, ["王芳", "东宝区"], header=["姓名", "所属行政区"])

    assert done.rows[0].known.deputy.area == county


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("荆门市第九届人民代表大会代表名册", (3, "4208", 9)),
        ("东宝区选出的市人大代表名册", (4, "420802", 6)),
        ("市级代表名单", (3, "4208", 6)),
        ("第四十一届人大代表名册", (4, "420802", 6)),
    ],
)
def test_plan_roster_reads_titles_carefully(county, term, title, key):
    county.parent.name = "荆门市"
    county.parent.save()
    TermFactory(congress=CongressFactory(area=county.parent, level=3), number=6)
    rows = [[title], ["姓名", "性别"], ["王芳", "女"]]

    done = plan_roster(
        [Sheet("名册", [Row(n, r) for n, r in enumerate(rows, 1)])],
        Target(county),
        actor=None,
    )

    assert done.rows[0].new_seats == [key]


@pytest.mark.django_db(transaction=True)
def test_apply_roster_twice_at_once_adds_everybody_once(county):
    TermFactory(congress=CongressFactory(area=county), number=6)
    prepared = plan(Target(county), WANG, LI)
    failed, together = [], threading.Barrier(2)

    def bring_in():
        together.wait(timeout=10)
        try:
            until_answered(lambda: apply_roster(prepared, actor=None))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failed == []
    assert sorted(Deputy.objects.values_list("name", flat=True)) == ["李强", "王芳"]
    assert Mandate.objects.count() == 2


def until_answered(call):
    """SQLite in memory, as in tests, refuses where a file would wait."""
    for _ in range(500):
        try:
            return call()
        except OperationalError as busy:
            if "locked" not in str(busy):
                raise
            time.sleep(0.02)
    raise TimeoutError
