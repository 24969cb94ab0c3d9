"""Paper sheets: the list of a station, their print, the form behind each QR code."""

from pathlib import Path
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from common.forms import is_key
from common.paging import KeysetPage
from stations import permissions as may
from stations.forms_sheet import PhotoForm, PrintSheetsForm, SheetForm
from stations.models import PaperSheet, Station, Visit
from stations.qr import qr_of
from stations.services.sheets import MOST_PRINTED, void_sheet
from stations.views.stations import seen_station

STATES = (
    ("", "全部"),
    ("missing", "没有录入"),
    ("entered", "已录入"),
    ("void", "作废"),
)
CONDITIONS: dict[str, dict[str, Any]] = {
    "missing": {"visit": None, "voided_at": None},
    "entered": {"visit__isnull": False},
    "void": {"voided_at__isnull": False},
}
# Whatever a file holds, a browser runs nothing of it.
READ_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _seen(request: HttpRequest, token: str) -> PaperSheet:
    """The sheet of a station one works with; else 404."""
    seen = PaperSheet.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("station__area", "visit"), token=token)


def _runs(request: HttpRequest, pk: int) -> Station:
    station = seen_station(request, pk)
    if not may.runs(request.user, station):
        raise PermissionDenied
    return station


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All sheets of a station; a POST prints new ones."""
    station = _runs(request, pk)
    data = request.POST if request.method == "POST" else None
    form = PrintSheetsForm(data, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        first, last = form.sheets[0].number, form.sheets[-1].number
        printed = reverse("stations:sheet_print", args=[station.pk])
        return redirect(f"{printed}?first={first}&last={last}")
    state = request.GET.get("state", "")
    rows = station.sheets.filter(**CONDITIONS.get(state, {}))
    rows = rows.select_related("printed_by", "visit")
    pills = [
        {"label": word, "url": f"?state={key}", "on": key == state}
        for key, word in STATES
    ]
    context = {"station": station, "form": form, "pills": pills}
    context["page"] = KeysetPage.of(request, rows, ("-number", "-id"), 50)
    context["missing"] = station.sheets.filter(**CONDITIONS["missing"]).count()
    status = 422 if form.is_bound else 200
    return render(request, "stations/sheets.html", context, status=status)


@require_GET
def sheet_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of these numbers, one A4 page each."""
    station = _runs(request, pk)
    first, last = request.GET.get("first", ""), request.GET.get("last", "")
    if not (is_key(first) and is_key(last)):
        raise Http404
    numbers = (int(first), min(int(last), int(first) + MOST_PRINTED - 1))
    rows = station.sheets.filter(number__range=numbers, voided_at=None)
    sheets = [
        {"number": f"{station.code}-{row.number:04}", "qr": qr_of(_path(row))}
        for row in rows.order_by("number")
    ]
    if not sheets:
        raise Http404
    context = {"station": station, "sheets": sheets}
    return render(request, "stations/sheet_print.html", context)


def _path(sheet: PaperSheet) -> str:
    return reverse("stations:sheet", args=[sheet.token])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code opens: the entry form; once entered, the visit."""
    row = _seen(request, token)
    if not may.may_log(request.user, row.station):
        raise PermissionDenied
    if row.visit is not None:
        return redirect("stations:visit_detail", row.visit.pk)
    if row.voided_at is not None:
        return render(request, "stations/sheet_void.html", {"sheet": row}, status=409)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SheetForm(*given, sheet=row)
    if form.is_valid() and form.carry_out(actor=request.user) and form.visit:
        return redirect("stations:visit_detail", form.visit.pk)
    context = {"form": form, "station": row.station, "sheet": row, "way": "纸单"}
    status = 422 if form.is_bound else 200
    return render(request, "stations/visit_create.html", context, status=status)


@require_POST
def sheet_void(request: HttpRequest, token: str) -> HttpResponse:
    row = _seen(request, token)
    void_sheet(row, actor=request.user)
    return redirect("stations:sheet_list", row.station_id)


def _of_visit(request: HttpRequest, token: str) -> PaperSheet:
    """An entered sheet, for those who may see its visit; else 404."""
    seen = Visit.objects.visible_to(request.user)
    entered = PaperSheet.objects.filter(visit__in=seen.values("pk"))
    return get_object_or_404(entered.select_related("station", "visit"), token=token)


@require_safe
def sheet_photo(request: HttpRequest, token: str) -> FileResponse:
    """The original, to look at: name and telephone stand on it in clear."""
    row = _of_visit(request, token)
    if row.visit is None or not may.may_reveal(request.user, row.visit):
        raise PermissionDenied
    path = Path(settings.MEDIA_ROOT) / row.photo.name if row.photo else None
    if path is None or not path.is_file():
        raise Http404
    kind = filetype.guess_mime(str(path)) or "application/octet-stream"
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Content-Security-Policy"] = READ_ONLY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_add_photo(request: HttpRequest, token: str) -> HttpResponse:
    """The photo that was forgotten."""
    row = _of_visit(request, token)
    if not may.may_log(request.user, row.station):
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotoForm(*given, sheet=row)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("stations:visit_detail", row.visit_id)
    context = {"form": form, "sheet": row}
    status = 422 if form.is_bound else 200
    return render(request, "stations/sheet_add_photo.html", context, status=status)
