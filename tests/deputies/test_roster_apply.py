"""Importing groups, twice at once, and the report that goes back."""

import datetime as dt
import io

import openpyxl
import pytest

from areas.models import Term
from common.spreadsheets import Row, Sheet, read_workbook
from deputies.models import Group, Membership
from deputies.services.roster import (
    Target,
    plan_roster,
    write_report,
)
from tests.deputies.rosters import LI, counted, imported, plan
from tests.factories.areas import CongressFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(county) -> Term:
    return TermFactory(congress=CongressFactory(area=county), number=6)


@pytest.fixture
def target(county, term) -> Target:
    return Target(county)


def test_apply_roster_puts_people_into_groups(target):
    header = ["姓名", "出生年月", "所属小组"]
    rows = [["王芳", "1965.03", "第一小组"], ["李强", "1970.10", "第一小组"]]

    imported(target, *rows, header=header)
    again = imported(target, *rows, header=header)

    group = Group.objects.get()
    assert (group.name, group.kind) == ("第一小组", "territorial")
    assert Membership.objects.filter(group=group, ends_on=None).count() == 2
    assert counted(again) == {"unchanged": 2}


def test_write_report_gives_refused_rows_back_for_correction(target):
    rows = [
        ["姓名", "出生年月", "备注"],
        ["第一代表团（3人）"],
        ["王芳", 1965.1, "=1+1"],
        ["李强", "1970.10", ""],
    ]
    done = plan_roster(
        [Sheet("名册", [Row(n, list(r)) for n, r in enumerate(rows, 1)])],
        target,
        actor=None,
    )
    out = io.BytesIO()

    write_report(out, done)

    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["未导入 名册", "全部结果", "未读取的行"]
    lines = [list(line) for line in book["未导入 名册"].values]
    assert lines == [
        ["行号", "未导入的原因", "姓名", "出生年月", "备注", "代表团"],
        [3, done.rows[0].note, "王芳", 1965.1, "'=1+1", "第一代表团"],
    ]
    assert [line[3] for line in book["全部结果"].values] == ["结果", "未导入", "新增"]
    assert [line[1:3] for line in book["未读取的行"].values] == [
        ("行号", "原因"),
        (None, "提示"),
        (2, "分组标题"),
    ]


def test_write_report_can_be_imported_once_corrected(target):
    done = plan(target, ["王芳", "女", 1965.1, "001", "教师", ""], LI)
    out = io.BytesIO()
    write_report(out, done)
    book = openpyxl.load_workbook(out)
    book["未导入 名册"]["E2"] = "1965.10"
    corrected = io.BytesIO()
    book.save(corrected)
    corrected.seek(0)

    again = plan_roster(read_workbook(corrected), target, actor=None)

    assert counted(again) == {"new": 1}
    assert again.rows[0].known.deputy.birth_month == dt.date(1965, 10, 1)
