"""Pages of old ledgers: hand in, look, correct, confirm; and the mark on what came."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from proposals.models import LedgerImport, Proposal
from stations.models import Visit
from tests.factories import StationFactory
from tests.proposals.ledgers import HEAD, ROWS, pasted, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def hand_in(station, sign_in, station_staff):
    """Paste a ledger as somebody; answers the address of the dry run."""

    def paste(text: str | None = None, *, user=None, **given):
        text = pasted() if text is None else text
        data = {"station": station.pk, "text": text, **given}
        url = reverse("proposals:ledger_upload")
        return sign_in(user or station_staff).post(url, data)

    return paste


def as_it_is(browser, url: str, **changes):
    """What the form of a dry run holds, as a browser would send it back."""
    form = browser.get(url).context["form"]
    return {name: form[name].value() for name in form.fields} | changes


@pytest.fixture
def imported(hand_in, sign_in, station_staff, django_capture_on_commit_callbacks):
    """Brought in by the station's staff, through the pages."""
    url, browser = hand_in().url, sign_in(station_staff)
    data = as_it_is(browser, url)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"{url}confirm/", data)
    return LedgerImport.objects.get()


def test_ledger_upload_leads_to_the_dry_run(hand_in, sign_in, station_staff):
    answer = hand_in()

    page = sign_in(station_staff).get(answer.url)

    told = page.content.decode()
    assert answer.status_code == 302
    assert page.context["plan"].counts["new"] == 2
    assert "刘**" in told
    assert "没有对上：周敏、张外人" in told
    assert not Visit.objects.exists()


def test_ledger_upload_takes_a_workbook(sign_in, station, officer):
    data = workbook(("2023年", [HEAD, *ROWS[:2]]))
    file = SimpleUploadedFile("旧台账.xlsx", data)

    answer = sign_in(officer).post(
        reverse("proposals:ledger_upload"), {"station": station.pk, "file": file}
    )

    assert sign_in(officer).get(answer.url).context["plan"].counts["new"] == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "file"),
        ({"text": " \n "}, "file"),
        ({"station": "99999999999999999999"}, "station"),
        ({"station": "x"}, "station"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PKzz"), "text": ""}, "file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PKzz")}, "text"),
        ({"text": "日期\t\x00"}, None),
    ],
)
def test_ledger_upload_says_what_is_wrong(hand_in, given, field):
    answer = hand_in(**given)

    assert answer.status_code == 422
    assert field is None or field in answer.context["form"].errors


def test_ledger_upload_offers_own_stations_only(hand_in, other_county):
    other = StationFactory(area=other_county)

    assert hand_in(station=other.pk).status_code == 422


def test_ledger_preview_follows_a_correction_and_keeps_it(
    hand_in, sign_in, station_staff
):
    url, browser = hand_in().url, sign_in(station_staff)
    column = next(
        name for name, c in browser.get(url).context["form"].columns.items()
        if c.heading == "接待代表"
    )  # fmt: skip

    data = as_it_is(browser, url, **{column: "recorder", "is_counted": "False"})
    assert browser.post(url, data).status_code == 302

    plan = browser.get(url).context["plan"]
    assert plan.rows[0].entry.text("recorder") == "周敏"
    assert plan.reading.is_counted is False


@pytest.mark.parametrize(
    "bad",
    [{"rows": "x"}, {"channel": ""}, {"h0": "-1"}, {"h0": "9" * 30}, {"c0_2": "zzz"}],
)
def test_ledger_preview_refuses_what_is_no_choice(hand_in, sign_in, station_staff, bad):
    url, browser = hand_in().url, sign_in(station_staff)

    assert browser.post(url, as_it_is(browser, url, **bad)).status_code == 422


def test_ledger_confirm_shows_changes_before_it_imports(
    hand_in, sign_in, station_staff
):
    url, browser = hand_in().url, sign_in(station_staff)

    answer = browser.post(f"{url}confirm/", as_it_is(browser, url, rows="visits"))

    assert answer.url == url
    assert not LedgerImport.objects.exists()


def test_ledger_confirm_imports_and_shows_what_became_of_it(
    imported, sign_in, station_staff
):
    page = sign_in(station_staff).get(imported.get_absolute_url())

    told = page.content.decode()
    assert (imported.visit_count, imported.matter_count) == (2, 1)
    assert "新增 2 条" in told
    assert reverse("proposals:ledger_refused", args=[imported.pk]) in told


def test_ledger_confirm_the_second_time_is_over(hand_in, sign_in, station_staff):
    url, browser = hand_in().url, sign_in(station_staff)
    data = as_it_is(browser, url)
    browser.post(f"{url}discard/")

    assert browser.post(f"{url}confirm/", data).status_code == 404
    assert browser.get(url).status_code == 404


def test_ledger_preview_of_a_confirmed_ledger_leads_to_its_import(
    imported, sign_in, station_staff
):
    url = reverse("proposals:ledger_preview", args=[imported.token])
    browser = sign_in(station_staff)

    assert browser.get(url).url == imported.get_absolute_url()
    assert browser.post(f"{url}confirm/").url == imported.get_absolute_url()
    assert LedgerImport.objects.count() == 1


def test_ledger_errors_gives_the_rows_to_mend(hand_in, sign_in, station_staff):
    rows = [(*ROWS[2][:6], "=cmd|'/c calc'!A1", *ROWS[2][7:])]
    url = hand_in(pasted(rows)).url

    file = sign_in(station_staff).get(f"{url}errors/")

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    told = [cell.value for cell in book.worksheets[0][2]]
    assert told[0] == 3
    assert "没有 2023年13月5日" in told[1]
    assert "'=cmd|'/c calc'!A1" in told


def test_ledger_refused_is_for_who_handed_it_in(
    imported, sign_in, station_staff, officer, other_county
):
    url = reverse("proposals:ledger_refused", args=[imported.pk])

    file = sign_in(station_staff).get(url)

    assert len(openpyxl.load_workbook(io.BytesIO(file.getvalue())).worksheets) == 1
    assert sign_in(officer).get(url).status_code == 404


def test_ledgers_in_hand_are_not_there_for_others(hand_in, sign_in, officer, stranger):
    url = hand_in().url

    for user in (officer, stranger):
        for end in ("", "errors/"):
            assert sign_in(user).get(f"{url}{end}").status_code == 404
        assert sign_in(user).post(f"{url}confirm/").status_code == 404


def test_ledger_count_lets_the_office_decide(
    imported, sign_in, officer, station_staff, stranger
):
    url = reverse("proposals:ledger_count", args=[imported.pk])

    assert sign_in(station_staff).post(url, {"is_counted": "False"}).status_code == 403
    assert sign_in(stranger).post(url, {"is_counted": "False"}).status_code == 404
    assert sign_in(officer).post(url, {"is_counted": "maybe"}).status_code == 422
    assert sign_in(officer).post(url, {"is_counted": "False"}).status_code == 302
    assert not Proposal.objects.filter(is_counted=True).exists()
    assert not Visit.objects.filter(is_counted=True).exists()


@pytest.mark.parametrize(
    "who", ["handler", "unit_leader", "coordinator", "deputy_user", "sys_admin"]
)
def test_ledger_pages_are_refused_to_others(request, sign_in, who):
    browser = sign_in(request.getfixturevalue(who))

    for name in ("ledger_list", "ledger_upload"):
        assert browser.get(reverse(f"proposals:{name}")).status_code == 403


def test_ledger_list_is_of_ones_own_area(imported, sign_in, stranger, officer, leader):
    for user, count in ((officer, 1), (leader, 1), (stranger, 0)):
        page = sign_in(user).get(reverse("proposals:ledger_list"))
        assert len(page.context["page"]) == count


@pytest.mark.parametrize("count", [1, 3, 24])
def test_ledger_list_costs_the_same_at_any_size(
    imported, sign_in, officer, count, django_assert_num_queries
):
    for n in range(count):
        job = imported.job
        job.pk, job.file_name = None, f"第{n}份"
        job.save(force_insert=True)
        LedgerImport.objects.create(job=job, station=imported.station)
    browser = sign_in(officer)
    url = reverse("proposals:ledger_list")
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        assert browser.get(url).status_code == 200


LIST_QUERIES = 7


def test_imported_matters_are_marked_and_tell_their_story(imported, sign_in, officer):
    matter = Proposal.objects.get()
    browser = sign_in(officer)

    page = browser.get(matter.get_absolute_url()).content.decode()

    assert "旧台账导入" in page
    assert "已换水泵。" in page
    assert "按旧台账所记" in page
    assert matter.number in page
    assert "旧台账" in browser.get(reverse("proposals:list")).content.decode()


@pytest.mark.parametrize("name", ["proposals:list", "stations:visit_list"])
def test_lists_are_narrowed_to_old_ledgers_and_back(
    imported, sign_in, station_staff, name
):
    browser = sign_in(station_staff)
    counts = {
        value: len(browser.get(reverse(name), {"origin": value}).context["page"])
        for value in ("imported", "own")
    }

    assert counts == {"imported": 1 if name == "proposals:list" else 2, "own": 0}
    assert browser.get(reverse(name), {"origin": "zzz"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "told"),
    [("proposals:export", ["旧台账"]), ("stations:visit_export", ["旧台账"] * 2)],
)
def test_exports_say_what_came_from_old_ledgers(
    imported, sign_in, station_staff, name, told
):
    file = sign_in(station_staff).get(reverse(name))

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert [row[head.index("旧台账")] for row in rows] == told


def test_export_of_matters_tells_the_old_answer(imported, sign_in, station_staff):
    file = sign_in(station_staff).get(reverse("proposals:export"))

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    head, row = book.worksheets[0].iter_rows(values_only=True)
    assert row[head.index("答复内容")] == "已换水泵。"


def test_imported_visits_do_not_wait_for_an_outcome(
    hand_in, sign_in, station_staff, django_capture_on_commit_callbacks
):
    text = "日期\t内容\n2024-3-5\t路灯不亮了\n"
    url, browser = hand_in(text).url, sign_in(station_staff)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"{url}confirm/", as_it_is(browser, url))

    page = browser.get(reverse("stations:visit_list")).content.decode()

    assert "没写结果" in page
