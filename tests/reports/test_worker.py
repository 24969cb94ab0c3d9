"""Reports and figures by a real worker, also when it dies in the middle."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

from deputywork.supervisor import kill_group
from reports import rollup, tasks
from reports.choices import ReportState
from reports.models import Delta, Report
from reports.services import reports
from tests.reports.conftest import keep, moment

pytestmark = pytest.mark.worker
MONTH = dt.date(2026, 9, 1)


def state_is(report: Report, *states: str):
    return lambda: Report.objects.filter(pk=report.pk, state__in=states).exists()


def test_build_report_by_a_worker(real_worker, eventually, officer, county, village):
    keep(village, handed_over_at=moment(2026, 9, 3))

    report = reports.request_report(actor=officer, month=MONTH, area=county)

    eventually(state_is(report, ReportState.READY), 60)
    report.refresh_from_db()
    assert report.figures["K07"]["denominator"] == 1
    for name in (report.word_file, report.excel_file):
        assert (Path(settings.MEDIA_ROOT) / name).is_file()


def test_build_report_after_the_worker_died_in_the_middle(
    real_worker, eventually, officer, county, village
):
    for n in range(40):
        keep(village, number=f"2026-K-{n}", submitted_at=moment(2026, 9, 3))
    report = reports.request_report(actor=officer, month=MONTH, area=county)
    eventually(state_is(report, ReportState.BUILDING, ReportState.READY), 60)
    [program] = real_worker.programs
    kill_group(program.process)
    program.process.wait()
    died_in = Report.objects.get(pk=report.pk)
    real_worker.revive()
    if died_in.state != ReportState.READY:
        assert died_in.word_file == ""
        Report.objects.update(moved_at=now() - 2 * reports.LEASE)
        tasks.sweep_reports.delay()

    eventually(state_is(report, ReportState.READY), 60)
    report.refresh_from_db()
    assert (Path(settings.MEDIA_ROOT) / report.word_file).is_file()


def test_fold_figures_several_times_at_once(
    real_worker, eventually, village, county, year
):
    for n in range(120):
        keep(village, submitted_at=moment(2026, 1 + n % 12, 3))

    for _ in range(6):
        tasks.fold_figures.delay()

    eventually(lambda: not Delta.objects.exists(), 60)
    assert rollup.verify() == []
