"""Tables handed in on the page and worked off by a worker."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils.timezone import now
from kombu.exceptions import OperationalError

from areas import tasks
from areas.choices import ImportState
from areas.models import Area, ImportJob, Unit
from areas.services import import_jobs, request_import
from common.errors import RuleViolation

HEADER = "code12,level,name,parent_code12\n"
TOWNS = (
    HEADER + "420802100000,4,栗溪镇,420802000000\n420804000000,3,掇刀区,420800000000\n"
)


def table(text: str = TOWNS, name: str = "区划.csv") -> ContentFile:
    return ContentFile(text.encode(), name)


@pytest.fixture
def requested(officer, django_capture_on_commit_callbacks):
    """Hand a table in as the officer and have the worker (in place) do it."""

    def hand_in(**kwargs) -> ImportJob:
        given = {"actor": officer, "kind": "areas", "file": table()} | kwargs
        with django_capture_on_commit_callbacks(execute=True):
            job = request_import(**given)
        job.refresh_from_db()
        return job

    return hand_in


def test_request_import_is_worked_off_and_tells_the_result(requested, county):
    job = requested()

    assert job.state == ImportState.DONE
    assert job.summary == "新增 1 条，更改 0 条，没有变化 0 条，拒绝 1 行。"
    assert job.refused == [[3, "420804 掇刀区", "不在您负责的地区内。"]]
    assert Area.objects.get(pk="420802100").name == "栗溪镇"


def test_request_import_lets_the_platforms_keeper_change_all(requested, sys_admin):
    job = requested(actor=sys_admin, file=table(HEADER + "430000000000,1,湖南省,\n"))

    assert (job.created_count, job.refused_count) == (1, 0)


def test_request_import_throws_the_file_away(requested, county, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    job = requested()

    assert job.file.name == ""
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_request_import_brings_units_in(requested, county):
    job = requested(kind="units", area=county, file=table("名称\n水利局\n"))

    assert job.state == ImportState.DONE
    assert Unit.objects.get().area == county


def test_request_import_says_what_is_wrong_with_the_file(requested, county):
    job = requested(file=table("a,b\n1,2\n"))

    assert (job.state, job.created_count) == (ImportState.FAILED, 0)
    assert job.summary.startswith("没有找到表头")


def test_request_import_asks_for_the_area_of_units(officer):
    with pytest.raises(RuleViolation) as refused:
        request_import(actor=officer, kind="units", file=table())

    assert refused.value.field == "area"


def test_request_import_refuses_units_of_another_county(officer, other_county):
    with pytest.raises(PermissionDenied):
        request_import(actor=officer, kind="units", file=table(), area=other_county)

    assert ImportJob.objects.count() == 0


@pytest.mark.parametrize("who", ["leader", "township", "handler", "sec_admin"])
def test_request_import_is_for_offices_and_the_keeper(request, who):
    with pytest.raises(PermissionDenied):
        request_import(actor=request.getfixturevalue(who), kind="areas", file=table())


def test_request_import_refuses_more_than_20_mb(officer, settings):
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(RuleViolation, match="20 MB") as refused:
        request_import(actor=officer, kind="areas", file=table())

    assert refused.value.field == "file"


def test_run_import_does_nothing_the_second_time(requested, county):
    job = requested()
    before = ImportJob.objects.values().get()

    tasks.run_import(job.pk)
    tasks.run_import(job.pk + 999)

    assert ImportJob.objects.values().get() == before


def test_run_import_leaves_a_running_job_to_its_worker(officer, county):
    job = request_import(actor=officer, kind="areas", file=table())
    ImportJob.objects.update(state=ImportState.RUNNING, started_at=now())

    tasks.run_import(job.pk)

    job.refresh_from_db()
    assert job.state == ImportState.RUNNING
    assert Area.objects.filter(pk="420802100").count() == 0


def test_sweep_imports_takes_up_what_a_dead_worker_left(officer, county):
    job = request_import(actor=officer, kind="areas", file=table())
    long_ago = now() - dt.timedelta(minutes=6)
    ImportJob.objects.update(state=ImportState.RUNNING, started_at=long_ago)

    tasks.sweep_imports()

    job.refresh_from_db()
    assert (job.state, job.created_count) == (ImportState.DONE, 1)


def test_request_import_waits_while_the_queue_is_away(requested, county, monkeypatch):
    def away(*args):
        raise OperationalError

    monkeypatch.setattr(tasks.run_import, "delay", away)

    job = requested()

    assert job.state == ImportState.QUEUED
    monkeypatch.undo()
    ImportJob.objects.update(requested_at=now() - dt.timedelta(minutes=3))
    tasks.sweep_imports()
    job.refresh_from_db()
    assert job.state == ImportState.DONE


def test_run_import_tells_the_person_when_it_breaks(officer, county, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    job = request_import(actor=officer, kind="areas", file=table())
    monkeypatch.setattr(import_jobs, "import_areas", broken)

    with pytest.raises(ZeroDivisionError):
        tasks.run_import(job.pk)

    job.refresh_from_db()
    assert job.state == ImportState.FAILED
    assert "没有任何改动" in job.summary


def test_percent_done_is_what_the_worker_last_said(officer, county, monkeypatch):
    job = request_import(actor=officer, kind="areas", file=table())
    seen = []

    def watched(data, *, progress, **kwargs):
        progress(40)
        seen.append(import_jobs.percent_done(job))
        raise RuleViolation("够了")

    monkeypatch.setattr(import_jobs, "import_areas", watched)

    tasks.run_import(job.pk)

    assert seen == [40]
