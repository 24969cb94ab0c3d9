"""Reports: who may ask, one build at a time, files by permission, the same rate."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import localdate, now
from kombu.exceptions import OperationalError
from rest_framework.test import APIClient

from areas.services.numbers import next_number
from common.errors import RuleViolation
from proposals.export import HEADER
from proposals.models import ResultClass
from reports import tasks
from reports.bulletin import build
from reports.choices import ReportState
from reports.models import Report
from reports.questions import month_after
from reports.services import reports
from tests.factories import AreaFactory, StationFactory, VisitFactory
from tests.reports.conftest import keep, moment

pytestmark = pytest.mark.django_db
MONTH = dt.date(2026, 9, 1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def september(village, station, unit, category):
    """Three handed over in September 2026, two closed; one late, one on its way."""
    common = {
        "station": station,
        "unit": unit,
        "category": category,
        "submitted_at": moment(2026, 9, 1),
        "accepted_at": moment(2026, 9, 2),
        "route": "county",
        "handed_over_at": moment(2026, 9, 3),
        "reply_due_on": dt.date(2026, 9, 25),
    }
    done = {
        "status": "closed",
        "result": ResultClass.objects.get(pk="A"),
        "satisfaction": "satisfied",
        "replied_at": moment(2026, 9, 20),
        "rated_at": moment(2026, 9, 22),
        "closed_at": moment(2026, 9, 23),
    }
    late = {"status": "handling", "next_due_on": dt.date(2026, 9, 25)}
    for n, fields in enumerate((done, done, late), start=1):
        title = f"=第{n}件"
        keep(village, number=f"2026-WF-{n:04}", title=title, **common, **fields)


@pytest.fixture
def ask(django_capture_on_commit_callbacks):
    """Ask for a report and let the task run as a worker would."""

    def asked(**values) -> Report:
        with django_capture_on_commit_callbacks(execute=True):
            report = reports.request_report(**({"month": MONTH} | values))
        report.refresh_from_db()
        return report

    return asked


def words_of(media: Path, report: Report) -> str:
    with zipfile.ZipFile(media / report.word_file) as book:
        text = book.read("word/document.xml").decode()
    return "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", text))


def test_request_report_builds_word_and_excel(ask, officer, county, september, media):
    report = ask(actor=officer, area=county)

    assert (report.state, report.progress) == (ReportState.READY, 100)
    assert report.figures["K07"] == {
        "value": "66.67",
        "numerator": 2,
        "denominator": 3,
    }
    words = words_of(media, report)
    for heading in (
        "一、基本情况",
        "二、开展情况",
        "三、意见建议办理",
        "四、主要问题",
        "五、下一步工作",
    ):
        assert heading in words
    assert "66.67%（2/3）" in words
    assert "逾期事项 1 件" in words
    with zipfile.ZipFile(media / report.word_file) as book:
        assert any(name.startswith("word/media/") for name in book.namelist())


def test_request_report_writes_the_ledger(ask, officer, county, september, media):
    report = ask(actor=officer, area=county)

    sheet = openpyxl.load_workbook(media / report.excel_file)["意见建议台账"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEADER
    late = [row[HEADER.index("是否超期")] for row in rows[1:]]
    assert late == ["否", "否", "是"]
    assert {row[HEADER.index("是否转建议/编号")] for row in rows[1:]} == {"否"}
    titles = [row[HEADER.index("标题")] for row in rows[1:]]
    assert titles == ["'=第1件", "'=第2件", "'=第3件"]


def test_closure_rate_is_the_same_everywhere(
    ask, officer, county, september, sign_in, media
):
    report = ask(actor=officer, area=county)
    asked = {"from": "2026-09", "to": "2026-09"}

    page = sign_in(officer).get(reverse("reports:dashboard"), asked)
    api = APIClient()
    api.force_authenticate(officer)
    told = api.get("/api/v1/stats/", {"metric": "K07", **asked}).json()["total"]

    shown = {
        rate["name"]: rate["percent_label"] for rate in page.context["board"].rates()
    }
    assert shown["办结率"] == "66.67%"
    assert "66.67%" in page.content.decode()
    assert told["value"] == 66.67
    assert report.figures["K07"]["value"] == "66.67"
    assert re.search(r"办结率为 (\S+?)（2/3）", words_of(media, report))[1] == "66.67%"


def test_report_of_a_station_counts_its_own(
    ask, station_staff, station, september, village, media
):
    keep(
        village, station=StationFactory(area=village), handed_over_at=moment(2026, 9, 9)
    )
    VisitFactory(station=station, visited_at=moment(2026, 9, 9), party_size=3)

    report = ask(actor=station_staff, station=station)

    assert report.figures["K07"]["denominator"] == 3
    assert f"{station.name}2026年9月工作通报" in words_of(media, report)


def test_report_of_an_empty_month_says_so(ask, officer, county, media):
    report = ask(actor=officer, area=county, month=dt.date(2025, 1, 1))

    words = words_of(media, report)
    assert "—" in words
    assert "本月没有收到意见建议" in words


def test_request_report_is_refused_outside_ones_area(
    officer, stranger, deputy_user, leader, station_staff, county, other_county
):
    for actor in (stranger, deputy_user, leader, station_staff):
        with pytest.raises(PermissionDenied):
            reports.request_report(actor=actor, month=MONTH, area=county)
    with pytest.raises(PermissionDenied):
        reports.request_report(actor=officer, month=MONTH, area=other_county)
    assert not Report.objects.exists()


def test_request_report_refuses_months_to_come(officer, county):
    month = month_after(localdate().replace(day=1))

    with pytest.raises(RuleViolation) as refused:
        reports.request_report(actor=officer, month=month, area=county)

    assert refused.value.field == "month"


def test_request_report_again_builds_anew_and_drops_the_old_files(
    ask, officer, county, september, village, media
):
    first = ask(actor=officer, area=county)
    keep(village, handed_over_at=moment(2026, 9, 9))

    second = ask(actor=officer, area=county)

    assert second.pk == first.pk
    assert second.figures["K07"]["denominator"] == 4
    kept = {f"reports/{file.name}" for file in (media / "reports").iterdir()}
    assert kept == {second.word_file, second.excel_file}


def test_request_report_leaves_a_running_build_alone(officer, county):
    report = reports.request_report(actor=officer, month=MONTH, area=county)
    claimed = reports.claim(report.pk)

    again = reports.request_report(actor=officer, month=MONTH, area=county)

    assert (again.pk, again.build) == (report.pk, claimed.build)


def test_build_report_twice_changes_nothing(ask, officer, county, september):
    report = ask(actor=officer, area=county)

    tasks.build_report(report.pk)

    again = Report.objects.get(pk=report.pk)
    assert (again.build, again.built_at) == (report.build, report.built_at)


def test_request_report_waits_for_the_sweep_when_the_broker_is_away(
    ask, officer, county, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args):
        raise OperationalError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(tasks.build_report, "delay", away)
        report = ask(actor=officer, area=county)
    assert report.state == ReportState.QUEUED

    Report.objects.update(moved_at=now() - 2 * reports.LEASE)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_reports()

    report.refresh_from_db()
    assert report.state == ReportState.READY


def test_claim_is_given_once(officer, county):
    report = reports.request_report(actor=officer, month=MONTH, area=county)

    assert reports.claim(report.pk) is not None
    assert reports.claim(report.pk) is None


def test_finish_of_a_superseded_build_writes_nothing(
    ask, officer, county, september, media
):
    """A worker thought dead comes back after another one has finished."""
    report = reports.request_report(actor=officer, month=MONTH, area=county)
    slow = reports.claim(report.pk)
    Report.objects.filter(pk=report.pk).update(moved_at=now() - 2 * reports.LEASE)
    tasks.build_report(report.pk)
    done = Report.objects.get(pk=report.pk)

    with pytest.raises(reports.SupersededError):
        build.build(slow)

    report.refresh_from_db()
    assert (report.word_file, report.state) == (done.word_file, ReportState.READY)
    assert (media / report.word_file).is_file()


def test_build_report_that_fails_keeps_what_was_there(
    ask, officer, county, september, media, monkeypatch, caplog
):
    report = ask(actor=officer, area=county)

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(build.word, "write", fail)
    again = ask(actor=officer, area=county)

    assert again.state == ReportState.FAILED
    assert again.word_file == report.word_file
    assert (media / report.word_file).is_file()
    assert len(list((media / "reports").iterdir())) == 2
    assert "disk full" in caplog.text


def test_sweep_reports_queues_again_what_lost_its_worker(
    officer, county, september, django_capture_on_commit_callbacks
):
    report = reports.request_report(actor=officer, month=MONTH, area=county)
    reports.claim(report.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert reports.sweep() == 0
    Report.objects.update(moved_at=now() - 2 * reports.LEASE)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_reports()

    report.refresh_from_db()
    assert report.state == ReportState.READY


def test_sweep_reports_drops_files_of_dead_builds(ask, officer, county, media):
    import os

    report = ask(actor=officer, area=county)
    orphan = media / "reports" / "1-dead.docx"
    orphan.write_bytes(b"half")
    for file in (media / "reports").iterdir():
        os.utime(file, (0, 0))

    tasks.sweep_reports()

    kept = {f"reports/{file.name}" for file in (media / "reports").iterdir()}
    assert kept == {report.word_file, report.excel_file}


def test_draft_monthly_reports_makes_each_once(
    county, town, station, village, settings, django_capture_on_commit_callbacks
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    AreaFactory(code="420804")  # without figures
    StationFactory(area=village, status="closed")
    month = reports.last_month()
    keep(village, submitted_at=moment(month.year, month.month, 9))
    next_number("fold-figures")

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.draft_monthly_reports()

    made = {(r.area_id, r.station_id): r.state for r in Report.objects.all()}
    assert made == {
        ("420802", None): ReportState.READY,
        ("420802002", None): ReportState.READY,
        (station.area_id, station.pk): ReportState.READY,
    }


# --- pages -------------------------------------------------------------------------


def test_list_shows_what_one_may_read(
    officer, leader, township, station_staff, stranger, county, station, sign_in
):
    reports.request_report(actor=officer, month=MONTH, area=county)
    reports.request_report(actor=officer, month=MONTH, station=station)
    url = reverse("reports:list")

    shown = {
        user.name: len(sign_in(user).get(url).context["page"])
        for user in (officer, leader, township, station_staff, stranger)
    }

    assert shown == {"陈立新": 2, "领导": 2, "主席": 1, "何雨晴": 1, "外区工委": 0}


@pytest.mark.parametrize(
    "role", ["deputy_user", "handler", "coordinator", "sys_admin", "audit_admin"]
)
def test_list_is_refused_to_others(request, sign_in, role):
    user = request.getfixturevalue(role)

    assert sign_in(user).get(reverse("reports:list")).status_code == 403


def test_request_on_the_page_leads_to_the_report(officer, county, sign_in):
    asked = {"place": f"area:{county.pk}", "month": "2026-09"}

    answer = sign_in(officer).post(reverse("reports:list"), asked)

    assert answer.status_code == 302
    assert answer.url == Report.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"place": "area:420804"}, "place"),
        ({"place": "🙂" * 5000}, "place"),
        ({"month": "1800-01"}, "month"),
        ({"month": "3000-01"}, "month"),
        ({"month": "2090-01"}, "month"),
        ({"month": "\u202e九月"}, "month"),
    ],
    ids=["foreign", "long", "1800", "3000", "to-come", "words"],
)
def test_request_on_the_page_tells_what_is_wrong(
    officer, county, other_county, sign_in, bad, field
):
    asked = {"place": f"area:{county.pk}", "month": "2026-09"} | bad

    answer = sign_in(officer).post(reverse("reports:list"), asked)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Report.objects.exists()


def test_leaders_read_but_do_not_ask(leader, county, sign_in):
    browser = sign_in(leader)
    asked = {"place": f"area:{county.pk}", "month": "2026-09"}

    assert browser.get(reverse("reports:list")).context["form"] is None
    assert browser.post(reverse("reports:list"), asked).status_code == 403


def test_files_come_only_to_those_who_may_read(
    ask, officer, leader, stranger, handler, county, september, sign_in
):
    report = ask(actor=officer, area=county)
    urls = [
        report.get_absolute_url(),
        reverse("reports:progress", args=[report.pk]),
        *(reverse("reports:file", args=[report.pk, k]) for k in ("word", "excel")),
    ]

    for user in (stranger, handler):
        assert {sign_in(user).get(url).status_code for url in urls} == {404}
    file = sign_in(leader).get(urls[2])
    assert file.getvalue()[:2] == b"PK"
    assert "attachment" in file["Content-Disposition"]
    assert sign_in(leader).get(f"{urls[0]}pdf/").status_code == 404


def test_rebuild_is_refused_to_readers(ask, officer, leader, county, sign_in):
    report = ask(actor=officer, area=county)
    url = reverse("reports:rebuild", args=[report.pk])

    assert sign_in(leader).post(url).status_code == 403
    assert sign_in(officer).post(url).status_code == 302
    assert Report.objects.get().state == ReportState.QUEUED


def test_progress_is_a_partial_until_done(officer, county, sign_in):
    report = reports.request_report(actor=officer, month=MONTH, area=county)
    claimed = reports.claim(report.pk)
    reports.move(claimed, 40, "写 Word")
    url = reverse("reports:progress", args=[report.pk])
    browser = sign_in(officer)

    partial = browser.get(url, headers={"HX-Request": "true"})
    plain = browser.get(url)

    assert "写 Word" in partial.content.decode()
    assert 'value="40"' in partial.content.decode()
    assert plain.url == report.get_absolute_url()
    assert "写 Word" in browser.get(plain.url).content.decode()


def test_list_costs_the_same_at_any_size(
    officer, county, sign_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, url = sign_in(officer), reverse("reports:list")
    reports.request_report(actor=officer, month=MONTH, area=county)
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url)
    for month in range(1, 9):
        reports.request_report(
            actor=officer, month=MONTH.replace(month=month), area=county
        )

    with django_assert_num_queries(len(few)):
        browser.get(url)
