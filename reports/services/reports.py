"""Asking for reports, and the life of a build: claimed, moving, finished or given up.

A build may be killed at any moment. Only the build that holds the row may write it;
its files get names of their own and take effect in the one update that ends it.
"""

import datetime as dt
import logging
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, now
from kombu.exceptions import OperationalError

from areas.models import Area
from audit.services import record
from common.errors import RuleViolation
from notices.services import plan_notice
from reports import permissions as may
from reports.choices import Dimension, ReportKind, ReportState
from reports.counting import first_of
from reports.models import Cell, Report
from reports.questions import month_after
from stations.choices import StationStatus
from stations.models import Station

log = logging.getLogger(__name__)

FOLDER = "reports"
LEASE = dt.timedelta(minutes=3)  # without a sign of life for so long, a build is dead
ORPHANED = dt.timedelta(days=1)
COUNTY, TOWN = 6, 9  # length of the codes that get a report by themselves
UNDER_WAY = (ReportState.QUEUED, ReportState.BUILDING)


@transaction.atomic
def request_report(
    *,
    actor: Any,
    month: dt.date,
    area: Area | None = None,
    station: Station | None = None,
) -> Report:
    """Ask for the monthly report of an area, or of a station; a task builds it.

    `month` is its first day. Asking again builds anew, unless a build is under way.
    Raises PermissionDenied, RuleViolation (field `month` or `place`).
    """
    if station is None and area is None:
        raise RuleViolation("请选择地区或联络站。", field="place")
    if station is not None:
        allowed = may.may_report_station(actor, station)
    else:
        allowed = area is not None and may.may_report_area(actor, area)
    if not allowed:
        raise PermissionDenied
    if month > localdate():
        raise RuleViolation("这个月还没有到，不能出报告。", field="month")
    place = {"station": station} if station else {"station": None, "area": area}
    values = {
        "area": station.area if station else area,
        "ends_on": month_after(month),
        "requested_at": now(),
        "requested_by": actor,
        "moved_at": now(),
    }
    report, is_new = Report.objects.get_or_create(
        kind=ReportKind.MONTH, starts_on=month, **place, defaults=values
    )
    if is_new or _queue_again(report, actor=actor):
        record("request_report", report, actor=actor, label="生成报告")
        send_to_build(report)
    return report


def _queue_again(report: Report, *, actor: Any) -> bool:
    """Queue a finished or failed report again; False if a build is under way."""
    idle = Report.objects.filter(pk=report.pk).exclude(state__in=UNDER_WAY)
    moved = idle.update(
        state=ReportState.QUEUED,
        progress=0,
        doing="",
        requested_at=now(),
        requested_by=actor,
        moved_at=now(),
    )
    if moved:
        report.refresh_from_db()
    return bool(moved)


def send_to_build(report: Report) -> None:
    """Hand it to a worker once the row is there to see."""
    transaction.on_commit(lambda: _hand_over(report.pk))


def _hand_over(report_id: int) -> None:
    from reports.tasks import build_report

    try:
        build_report.delay(report_id)
    except OperationalError as away:
        # The next sweep asks again.
        log.warning("no broker to build report %s: %s", report_id, away)


# --- a build -----------------------------------------------------------------------


class SupersededError(Exception):
    """Another build has taken the report over; this one must stop."""


def claim(report_id: int) -> Report | None:
    """The report, for this caller to build; None if it is done or in other hands."""
    build = uuid.uuid4()
    free = Q(state=ReportState.QUEUED)
    dead = Q(state=ReportState.BUILDING, moved_at__lt=now() - LEASE)
    claimed = Report.objects.filter(free | dead, pk=report_id).update(
        state=ReportState.BUILDING,
        build=build,
        progress=1,
        doing="开始",
        moved_at=now(),
    )
    if not claimed:
        return None
    return Report.objects.select_related("area", "station").get(pk=report_id)


def move(report: Report, progress: int, doing: str) -> None:
    """Say how far the build is; raises SupersededError if it is no longer ours."""
    own = Report.objects.filter(pk=report.pk, build=report.build)
    if not own.update(progress=progress, doing=doing, moved_at=now()):
        raise SupersededError


def file_names(report: Report) -> tuple[str, str]:
    """Word and Excel file of this build, relative to MEDIA_ROOT."""
    stem = f"{FOLDER}/{report.pk}-{report.build}"
    return f"{stem}.docx", f"{stem}.xlsx"


@transaction.atomic
def finish(report: Report, figures: dict[str, Any]) -> None:
    """Put both files and the figures in place at once; the former files go after."""
    word, excel = file_names(report)
    former = [report.word_file, report.excel_file]
    own = Report.objects.filter(pk=report.pk, build=report.build)
    moved = own.update(
        state=ReportState.READY,
        progress=100,
        doing="",
        built_at=now(),
        moved_at=now(),
        figures=figures,
        word_file=word,
        excel_file=excel,
    )
    if not moved:
        raise SupersededError
    plan_notice(
        report.requested_by,
        kind="report",
        title=f"{report}已生成",
        url=report.get_absolute_url(),
        subject=report,
        key=f"report:{report.build}",
    )
    transaction.on_commit(lambda: remove_files(former))


def give_up(report: Report) -> None:
    """The build failed; what was there before stays as it was."""
    Report.objects.filter(pk=report.pk, build=report.build).update(
        state=ReportState.FAILED, doing="生成失败，请稍后重试", moved_at=now()
    )
    remove_files(file_names(report))


def remove_files(names: Any) -> None:
    for name in names:
        if name:
            (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)


# --- upkeep ------------------------------------------------------------------------


def sweep() -> int:
    """Queue again what lost its worker, drop files of dead builds; answers how many."""
    late = Report.objects.filter(state__in=UNDER_WAY, moved_at__lt=now() - LEASE)
    stuck = list(late)
    for report in stuck:
        same = Report.objects.filter(pk=report.pk, moved_at=report.moved_at)
        if same.update(state=ReportState.QUEUED, moved_at=now()):
            send_to_build(report)
    _drop_orphans()
    return len(stuck)


def _drop_orphans() -> None:
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    oldest = (now() - ORPHANED).timestamp()
    old = [file for file in folder.glob("*") if file.stat().st_mtime < oldest]
    names = {f"{FOLDER}/{file.name}": file for file in old}
    for column in ("word_file", "excel_file"):
        kept = Report.objects.filter(**{f"{column}__in": names})
        for name in kept.values_list(column, flat=True):
            names.pop(name, None)
    for file in names.values():
        file.unlink(missing_ok=True)


def draft_monthly(month: dt.date) -> int:
    """Make the month's report of each county and town with figures, and of each
    station in use; those already there stay. Answers how many are new.
    """
    values = {
        "starts_on": month,
        "ends_on": month_after(month),
        "requested_at": now(),
        "moved_at": now(),
    }
    rows = [Report(area_id=code, **values) for code in _areas_with_figures(month)]
    active = Station.objects.filter(status=StationStatus.ACTIVE)
    rows += [
        Report(area_id=station.area_id, station=station, **values)
        for station in active.order_by("pk")
    ]
    of_month = Report.objects.filter(kind=ReportKind.MONTH, starts_on=month)
    known = set(of_month.values_list("pk", flat=True))
    Report.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = list(of_month.exclude(pk__in=known))
    for report in fresh:
        send_to_build(report)
    return len(fresh)


def _areas_with_figures(month: dt.date) -> list[str]:
    cells = Cell.objects.filter(month=month, dimension=Dimension.AREA)
    codes = {
        code
        for code in cells.values_list("area_code", flat=True).distinct()
        if len(code) in (COUNTY, TOWN)
    }
    return list(Area.objects.filter(pk__in=codes).values_list("pk", flat=True))


def last_month() -> dt.date:
    """The first day of the month before the present one."""
    return month_after(first_of(localdate()), -1)
