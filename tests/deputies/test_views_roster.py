"""The pages of the roster import, from the file to the report."""

import io
import os
import time
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deputies.models import ColumnMemory, Deputy
from deputies.services.roster.uploads import find_upload, sweep_uploads
from tests.factories.areas import CongressFactory, TermFactory

UPLOAD = "/deputies/roster/"
LINES = (
    "姓名,性别,出生年月,甲\n"
    "王芳,女,1965年3月,汉族\n"
    "李强,男,1965.1,回族\n"
    "赵敏,女,1970年2月,汉族\n"
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "rosters"


@pytest.fixture(autouse=True)
def term(county):
    return TermFactory(congress=CongressFactory(area=county), number=6)


@pytest.fixture
def browser(sign_in, officer):
    return sign_in(officer)


def handed_in(browser, text=LINES, *, area="420802", name="名册.csv", **more):
    data = text if isinstance(text, bytes) else text.encode("gb18030")
    file = SimpleUploadedFile(name, data)
    return browser.post(UPLOAD, {"file": file, "area": area, **more})


def test_upload_leads_to_a_preview_that_writes_nothing(browser, folder):
    answer = handed_in(browser)
    page = browser.get(answer.url)

    text = page.content.decode()
    assert page.status_code == 200
    assert "王芳" in text
    assert "可能是1月，也可能是10月" in text
    assert page.context["figures"][0] == ("新增", 2)
    assert "县（区）第6届 2 个" in text
    assert not Deputy.objects.exists()
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o700]


def test_preview_says_which_term_would_be_entered(browser):
    url = handed_in(browser, term="7").url

    page = browser.get(url)

    assert page.context["plan"].seats == [("县（区）第7届", 2, True)]
    assert "系统里还没有这一届，会新建" in page.content.decode()


def test_preview_names_what_does_not_go_in(browser):
    url = handed_in(browser, "姓名,性别,联系电话\n王芳,女,12345\n").url

    page = browser.get(url)

    (warned,) = page.context["warned"]
    assert (warned.outcome, warned.note) == ("new", "手机号码：“12345”不是电话号码")
    assert "会导入、但有内容没带进去的行" in page.content.decode()


def test_confirm_imports_and_leaves_only_the_report(browser, folder):
    url = handed_in(browser).url

    answer = browser.post(f"{url}confirm/", follow=True)

    assert answer.redirect_chain == [(url, 302)]
    assert "新增 2 条" in answer.content.decode()
    assert set(Deputy.objects.values_list("name", flat=True)) == {"王芳", "赵敏"}
    (kept,) = folder.iterdir()
    assert sorted(path.name for path in kept.iterdir()) == ["report.xlsx", "state.json"]
    report = browser.get(f"{url}report/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(report.streaming_content)))
    assert [line[2] for line in book["未导入 CSV"].values] == ["姓名", "李强"]


def test_confirm_twice_imports_once(browser):
    url = handed_in(browser).url
    browser.post(f"{url}confirm/")

    again = browser.post(f"{url}confirm/")

    assert again.status_code == 302
    assert Deputy.objects.count() == 2


def test_confirm_of_a_file_that_is_gone_is_told(browser, folder):
    url = handed_in(browser).url
    next(folder.glob("*/roster.bin")).unlink()

    assert browser.post(f"{url}confirm/").status_code == 409


def test_corrected_columns_change_the_preview_and_are_remembered(browser, county):
    url = handed_in(browser).url

    answer = browser.post(url, {"c0_3": "ethnicity"})
    browser.post(f"{url}confirm/", {"c0_3": "ethnicity"})

    assert answer.status_code == 302
    assert Deputy.objects.get(name="王芳").ethnicity == "汉族"
    assert ColumnMemory.objects.get().mapping == {"3": "ethnicity"}
    again = browser.get(handed_in(browser).url)
    assert again.context["form"]["c0_3"].initial == "ethnicity"


def test_confirm_with_changed_columns_shows_the_preview_first(browser):
    url = handed_in(browser).url

    answer = browser.post(f"{url}confirm/", {"c0_1": "skip"}, follow=True)

    assert "请再看一遍" in answer.content.decode()
    assert not Deputy.objects.exists()
    assert answer.context["form"]["c0_1"].initial == "skip"


def test_header_rows_can_be_corrected(browser):
    text = "名单,类别\n王芳,女\n"
    url = handed_in(browser, text).url

    assert "没有找到表头" in browser.get(url).content.decode()
    browser.post(url, {"h0": "1"})
    browser.post(url, {"c0_0": "name", "c0_1": "sex"})
    browser.post(f"{url}confirm/")

    assert Deputy.objects.get().name == "王芳"


def test_wrong_header_rows_are_refused_at_their_field(browser):
    url = handed_in(browser).url

    page = browser.post(url, {"h0": "第一行", "c0_1": "skip"})

    assert page.status_code == 422
    assert page.context["form"].errors["h0"] == ["请写行号，如 4 或 4-5。"]
    assert page.context["form"]["c0_1"].value() == "skip"
    assert browser.post(url, {"c0_1": "no-field"}).status_code == 422


def test_discard_removes_the_file(browser, folder):
    url = handed_in(browser).url

    answer = browser.post(f"{url}discard/")

    assert answer.url == reverse("deputies:list")
    assert list(folder.iterdir()) == []
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"<html><table></table></html>", "HTML"),
        (b"PK\x03\x04broken", "损坏"),
        (b"\x00\x00", "空的"),
        ("姓名,\x00\n".encode(), "空字节"),
    ],
)
def test_upload_refuses_what_is_no_table_at_its_field(browser, folder, data, text):
    page = handed_in(browser, data, term="6")

    assert page.status_code == 422
    assert text in page.context["form"].errors["file"][0]
    assert page.context["form"]["term"].value() == "6"
    assert not folder.exists()


def test_upload_keeps_what_was_typed_when_something_is_missing(browser):
    page = browser.post(UPLOAD, {"area": "420802", "term": "999"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"file", "term"}
    assert page.context["form"]["term"].value() == "999"


def test_pages_are_for_who_keeps_the_roll(sign_in, leader, deputy_user, browser):
    url = handed_in(browser).url

    for user in (leader, deputy_user):
        assert sign_in(user).get(UPLOAD).status_code == 403
        assert handed_in(sign_in(user)).status_code == 403
        assert sign_in(user).get(url).status_code == 404


def test_upload_offers_own_areas_only(sign_in, stranger, township, folder):
    assert handed_in(sign_in(stranger)).status_code == 422
    assert handed_in(sign_in(township)).status_code == 422
    assert not folder.exists()


def test_preview_belongs_to_who_handed_it_in(sign_in, browser, stranger, township):
    url = handed_in(browser).url

    for user in (stranger, township):
        other = sign_in(user)
        for path, answer in (
            (url, other.get(url)),
            ("confirm", other.post(f"{url}confirm/")),
            ("discard", other.post(f"{url}discard/")),
            ("report", other.get(f"{url}report/")),
        ):
            assert answer.status_code == 404, path


@pytest.mark.parametrize("token", ["..", "x", "a" * 32, "%2e%2e%2fstate"])
def test_preview_of_no_upload_is_not_there(browser, token):
    assert browser.get(f"{UPLOAD}{token}/").status_code == 404


def test_report_before_the_import_says_what_would_become(browser):
    url = handed_in(browser).url

    report = browser.get(f"{url}report/")

    book = openpyxl.load_workbook(io.BytesIO(b"".join(report.streaming_content)))
    results = [line[3] for line in book["全部结果"].values]
    assert results == ["结果", "新增", "未导入", "新增"]
    assert not Deputy.objects.exists()


def test_preview_escapes_what_cells_hold(browser):
    url = handed_in(browser, "姓名,性别,备注\n<script>x</script>,女,<b>y\n").url

    text = browser.get(url).content.decode()

    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text


def test_sweep_uploads_removes_what_is_forgotten(browser, officer, folder):
    token = handed_in(browser).url.split("/")[-2]
    (kept,) = folder.iterdir()
    assert sweep_uploads() == 0
    os.utime(kept, (time.time() - 90_000,) * 2)

    assert sweep_uploads() == 1
    assert not Path(kept).exists()
    assert find_upload(token, actor=officer) is None


@pytest.mark.parametrize("count", [1, 40])
def test_preview_asks_the_database_as_often_for_many_rows(
    browser, count, django_assert_max_num_queries
):
    rows = "".join(f"王{chr(0x4E00 + n)},女,1965年3月\n" for n in range(count))
    url = handed_in(browser, "姓名,性别,出生年月\n" + rows).url

    with django_assert_max_num_queries(22):
        assert browser.get(url).status_code == 200
