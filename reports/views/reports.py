"""Pages of reports: list, asking for one, its progress, its files."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from common.paging import KeysetPage
from reports import permissions as may
from reports.choices import ReportState
from reports.metrics import METRICS
from reports.models import Report
from reports.report_forms import ReportForm
from reports.services.reports import request_report

FILES = {"word": ("word_file", "docx"), "excel": ("excel_file", "xlsx")}


def _report(request: HttpRequest, pk: int) -> Report:
    seen = Report.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("area", "station"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports one may read; with a form to ask for another."""
    if not may.may_read_reports(request.user):
        raise PermissionDenied
    form = _form(request)
    if form is not None and form.is_bound and form.is_valid() and form.carry_out():
        return redirect(form.report)
    seen = Report.objects.visible_to(request.user).select_related("area", "station")
    page = KeysetPage.of(request, seen, ("-starts_on", "-id"))
    context = {"page": page, "form": form}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "reports/list.html", context, status=status)


def _form(request: HttpRequest) -> ReportForm | None:
    """The form, for those who may ask for reports."""
    if may.may_write_reports(request.user):
        data = request.POST if request.method == "POST" else None
        return ReportForm(data, user=request.user)
    if request.method == "POST":
        raise PermissionDenied
    return None


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    context = {
        "report": report,
        "job": job(report),
        "figures": _figures(report),
        "may_rebuild": may.may_rebuild(request.user, report),
    }
    return render(request, "reports/detail.html", context)


@require_safe
def report_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the build is: the partial for htmx, the page without it."""
    report = _report(request, pk)
    if not request.htmx:
        return redirect(report)
    response = render(request, "components/_progress.html", {"job": job(report)})
    if report.state not in (ReportState.QUEUED, ReportState.BUILDING):
        response["HX-Refresh"] = "true"  # the files are there: show the whole page
    return response


@require_POST
def report_rebuild(request: HttpRequest, pk: int) -> HttpResponse:
    """Build it anew with the figures of today."""
    report = _report(request, pk)
    request_report(
        actor=request.user,
        month=report.starts_on,
        area=report.area,
        station=report.station,
    )
    return redirect(report)


@require_safe
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The Word or Excel file, to those who may read the report."""
    report = _report(request, pk)
    if kind not in FILES:
        raise Http404
    column, ending = FILES[kind]
    path = Path(settings.MEDIA_ROOT) / (getattr(report, column) or "missing")
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{report}.{ending}"
    )


def job(report: Report) -> dict[str, object]:
    """The build as components/_progress.html shows it."""
    failed = report.state == ReportState.FAILED
    return {
        "url": reverse("reports:progress", args=[report.pk]),
        "percent": report.progress if report.state == ReportState.BUILDING else None,
        "label": report.doing or report.get_state_display(),
        "is_done": report.state == ReportState.READY,
        "error": report.doing if failed else "",
    }


def _figures(report: Report) -> list[dict[str, object]]:
    """What the files say, from the row itself."""
    return [
        {"metric": METRICS[code], **kept}
        for code, kept in report.figures.items()
        if code in METRICS
    ]
