"""Pages of ledgers: the shelf, one ledger on screen and paper, its files."""

import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit.services import record
from reports.ledger_forms import LedgerForm
from reports.ledgers import files
from reports.ledgers.shape import Asked, Ledger
from reports.ledgers.shelf import LEDGERS, OTHERS, SEVEN
from stations.permissions import may_export_visits

MAKERS = {"xlsx": files.excel, "docx": files.word}


def _ledger(request: HttpRequest, key: str) -> Ledger:
    """The ledger of this key, for those who keep the registers."""
    if not may_export_visits(request.user):
        raise PermissionDenied
    if key not in LEDGERS:
        raise Http404
    return LEDGERS[key]


def _form(request: HttpRequest) -> LedgerForm:
    """What is asked for; where the address says nothing, this year until today."""
    asked, today = request.GET.copy(), localdate()
    asked.setdefault("since", f"{today.year}-01-01")
    asked.setdefault("until", today.isoformat())
    return LedgerForm(asked, user=request.user)


@require_GET
def ledger_list(request: HttpRequest) -> HttpResponse:
    if not may_export_visits(request.user):
        raise PermissionDenied
    form = _form(request)
    context = {
        "form": form,
        "shelves": [("七簿", SEVEN), ("台账和目录", OTHERS)],
        "asked": form.asked() if form.is_valid() else None,
        "query": request.GET.urlencode(),
    }
    status = 422 if form.errors else 200
    return render(request, "reports/ledger_list.html", context, status=status)


@require_GET
@never_cache
def ledger_detail(request: HttpRequest, key: str) -> HttpResponse:
    ledger = _ledger(request, key)
    form = _form(request)
    context: dict[str, Any] = {
        "ledger": ledger,
        "form": form,
        "query": request.GET.urlencode(),
    }
    if form.is_valid():
        asked = form.asked()
        rows = [
            list(map(files.cell_text, row))
            for row in ledger.rows(asked, files.MOST_PAPER)
        ]
        context |= {"asked": asked, "rows": rows, "heads": _heads(ledger)}
        context["is_cut"] = len(rows) == files.MOST_PAPER
    status = 422 if form.errors else 200
    return render(request, "reports/ledger_detail.html", context, status=status)


def _heads(ledger: Ledger) -> list[dict[str, Any]]:
    """The heads with what the page needs to know of their columns."""
    whole = sum(ledger.widths)
    return [
        {
            "name": name,
            "is_number": at in ledger.numeric,
            "share": f"w{max(1, round(100 * width / whole))}",
        }
        for at, (name, width) in enumerate(
            zip(ledger.header, ledger.widths, strict=True)
        )
    ]


@require_GET
@never_cache
def ledger_export(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    ledger = _ledger(request, key)
    form = _form(request)
    if not form.is_valid():
        page = reverse("reports:ledger", args=[key])
        return redirect(f"{page}?{request.GET.urlencode()}")
    return _file(request, ledger, form.asked(), ending)


def _file(
    request: HttpRequest, ledger: Ledger, asked: Asked, ending: str
) -> FileResponse:
    book: io.BytesIO = MAKERS[ending](ledger, asked)
    note = f"{ledger.title}；{asked.place}；{asked.period}"
    record("export", None, actor=request.user, label="导出台账", note=note)
    name = files.file_name(ledger, asked, ending)
    return FileResponse(book, as_attachment=True, filename=name)
