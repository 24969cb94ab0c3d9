"""The command import_roster, from a file to the roll."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from deputies.models import Deputy, Mandate
from tests.factories.areas import CongressFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "名册.csv"
    text = "姓名,性别,出生年月,甲\n王　芳,女,1965年3月,1\n李强,男,1965.1,2\n"
    path.write_bytes(text.encode("gb18030"))
    return path


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("import_roster", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_import_roster_imports_and_tells(county, file):
    told = run(file, "--area", "420802", "--level", "县", "--term", "6")

    assert Deputy.objects.get().name == "王芳"
    assert Mandate.objects.get().term.number == 6
    assert "第1～1行为表头，姓名=A 性别=B 出生年月=C；不认识的列：“甲”" in told
    assert "县（区）第6届：1 个代表资格（原来没有这一届，新建）" in told
    assert "CSV 第3行：出生年月：“1965.1”可能是1月，也可能是10月" in told
    assert told.endswith(
        "新增 1 条，有变化 0 条，无变化 0 条，重复 0 条，未导入 1 条。\n"
    )
    summary = Event.objects.filter(object_type="areas.area").get()
    assert summary.note.startswith("名册.csv：新增 1 条")


def test_import_roster_twice_changes_nothing(county, file):
    run(file, "--area", "420802", "--term", "6")

    told = run(file, "--area", "420802", "--term", "6")

    assert "新增 0 条，有变化 0 条，无变化 1 条" in told
    assert Deputy.objects.count() == 1


def test_import_roster_dry_run_writes_only_the_report(county, file, tmp_path):
    report = tmp_path / "结果.xlsx"

    told = run(file, "--area", "420802", "--term", 6, "--dry-run", "--report", report)

    assert told.splitlines()[-1].startswith("试算，未写入：新增 1 条")
    assert not Deputy.objects.exists()
    assert not Event.objects.exists()
    rows = list(openpyxl.load_workbook(report)["未导入 CSV"].values)
    assert rows[1][0] == 3


def test_import_roster_takes_the_only_county_with_a_congress(county, file):
    TermFactory(congress=CongressFactory(area=county), number=6)

    run(file)

    assert Deputy.objects.get().area == county


def test_import_roster_names_its_actor(county, file, officer):
    run(file, "--area", "420802", "--term", "6", "--actor", officer.username)

    assert set(Event.objects.values_list("actor", flat=True)) == {officer.pk}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "请用 --area"),
        (["--area", "999999"], "没有代码为 999999 的地区"),
        (["--area", "420802", "--level", "村"], "不是代表级别"),
        (["--area", "420802", "--level", "市、县"], "只能写一个级别"),
        (["--area", "420802", "--actor", "谁"], "没有账号"),
    ],
)
def test_import_roster_says_what_is_missing(county, file, arguments, text):
    with pytest.raises(CommandError, match=text):
        run(file, *arguments)


def test_import_roster_refuses_what_is_no_roster(county, tmp_path):
    path = tmp_path / "名册.xls"
    path.write_text("<html><table></table></html>")

    with pytest.raises(CommandError, match="HTML"):
        run(path, "--area", "420802")
    with pytest.raises(CommandError, match="打不开文件"):
        run(tmp_path / "没有.xlsx", "--area", "420802")
