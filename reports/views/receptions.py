"""The table of receptions, visitors and opinions by station and month."""

import io

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from common.paging import KeysetPage
from common.spreadsheets import write_workbook
from reports.receptions import KINDS, ReceptionsTable
from reports.receptions_form import ReceptionsForm
from stations import permissions as may

FIRST = next(iter(KINDS))


def _form(request: HttpRequest) -> ReceptionsForm:
    if not may.may_compare_stations(request.user):
        raise PermissionDenied
    asked = request.GET.copy()
    if not asked.get("year"):
        asked["year"] = str(localdate().year)
    return ReceptionsForm(asked, user=request.user)


@require_safe
def receptions(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return render(request, "reports/receptions.html", {"form": form}, status=422)
    kind = form.cleaned_data["kind"] or FIRST
    table = ReceptionsTable(form.question(), request.user, kind, localdate())
    page = KeysetPage.of(request, table.stations(), ("town_code", "name", "id"), 60)
    context = {
        "form": form,
        "table": table,
        "unit": KINDS[kind][1],
        "word": KINDS[kind][0],
        "page": page,
        "lines": [table.line(station) for station in page],
        "unnamed": None if page.next_url else table.unnamed(),
        "sums": table.sums(),
        "pills": _pills(request, table),
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/receptions.html", context)


def _pills(request: HttpRequest, table: ReceptionsTable) -> list[dict[str, object]]:
    pills = []
    for total in table.totals():
        query = request.GET.copy()
        query.pop("cursor", None)
        query["kind"] = total["kind"]
        on = total["kind"] == table.kind
        url = f"?{query.urlencode()}"
        pills.append({"label": total["label"], "url": url, "on": on})
    return pills


@require_safe
def receptions_export(request: HttpRequest) -> HttpResponse:
    """The same as Excel, one sheet a figure."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "reports/receptions.html", {"form": form}, status=422)
    table = ReceptionsTable(form.question(), request.user, FIRST, localdate())
    file = io.BytesIO()
    write_workbook(file, table.sheets())
    file.seek(0)
    name = f"各站接待情况{table.year}年.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
