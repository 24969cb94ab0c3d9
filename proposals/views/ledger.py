"""Pages of old ledgers: hand in, look, correct, confirm, mend, count or not."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django.views.decorators.vary import vary_on_headers

from areas.services.import_jobs import percent_done
from common.paging import KeysetPage
from proposals.forms.ledger import (
    CountLedgerForm,
    LedgerColumnsForm,
    LedgerUploadForm,
    own_stations,
)
from proposals.models import LedgerImport
from proposals.permissions import may_see_ledgers
from proposals.services.ledger.counted import may_set_counted
from proposals.services.ledger.plan import OUTCOMES, LedgerPlan
from proposals.services.ledger.uploads import (
    Upload,
    errors_file,
    errors_path,
    find_upload,
)
from stations.permissions import runs

MOST_SHOWN = 100  # refused rows on the page; the sheet of errors has them all
FIRST_ROWS = 10


def _upload(request: HttpRequest, token: str) -> Upload:
    """This person's own ledger; others' are not there."""
    upload = find_upload(token, actor=request.user)
    if upload is None:
        raise Http404
    if not runs(request.user, upload.station):
        raise PermissionDenied
    return upload


def _done(request: HttpRequest, token: str) -> LedgerImport | None:
    """The import that was begun from this dry run."""
    return LedgerImport.objects.visible_to(request.user).filter(token=token).first()


def _ledger(request: HttpRequest, pk: int) -> LedgerImport:
    if not may_see_ledgers(request.user):
        raise PermissionDenied
    seen = LedgerImport.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("job__requested_by", "station"), pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def ledger_list(request: HttpRequest) -> HttpResponse:
    if not may_see_ledgers(request.user):
        raise PermissionDenied
    seen = LedgerImport.objects.visible_to(request.user)
    rows = seen.select_related("job__requested_by", "station")
    context = {
        "page": KeysetPage.of(request, rows, ("-id",)),
        "may_import": own_stations(request.user).exists(),
    }
    template = "_ledger_table.html" if request.htmx else "ledger_list.html"
    return render(request, f"proposals/{template}", context)


@require_http_methods(["GET", "POST"])
def ledger_upload(request: HttpRequest) -> HttpResponse:
    if not own_stations(request.user).exists():
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    first = {"station": request.GET.get("station", "")}
    initial = first if first["station"].isdecimal() else {}
    form = LedgerUploadForm(*given, actor=request.user, initial=initial)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("proposals:ledger_preview", form.upload.token)
    status = 422 if form.is_bound else 200
    return render(
        request, "proposals/ledger_upload.html", {"form": form}, status=status
    )


@require_http_methods(["GET", "POST"])
@never_cache
def ledger_preview(request: HttpRequest, token: str) -> HttpResponse:
    upload = _upload(request, token)
    if done := _done(request, token):
        return redirect(done)
    plan = upload.plan()
    form = LedgerColumnsForm(request.POST or None, plan=plan)
    if form.is_valid():
        upload.correct(**form.said())
        return redirect("proposals:ledger_preview", token)
    status = 422 if form.is_bound else 200
    context = _preview(upload, plan, form)
    return render(request, "proposals/ledger_preview.html", context, status=status)


def _preview(
    upload: Upload, plan: LedgerPlan, form: LedgerColumnsForm
) -> dict[str, Any]:
    return {
        "upload": upload,
        "plan": plan,
        "form": form,
        "parts": form.parts(),
        "figures": [(label, plan.counts[name]) for name, label in OUTCOMES.items()],
        "refused": plan.of("refused")[:MOST_SHOWN],
        "lines": plan.first_lines(FIRST_ROWS),
    }


@require_POST
def ledger_confirm(request: HttpRequest, token: str) -> HttpResponse:
    upload = _upload(request, token)
    if done := _done(request, token):
        return redirect(done)
    form = LedgerColumnsForm(request.POST, plan=upload.plan())
    if not form.is_valid() or form.said():
        # Nobody imports columns whose effect they have not seen.
        if form.is_valid():
            upload.correct(**form.said())
        messages.warning(request, "有改动，请再看一遍下面的结果，然后确认。")
        return redirect("proposals:ledger_preview", token)
    return redirect(upload.carry_out(actor=request.user))


@require_POST
def ledger_discard(request: HttpRequest, token: str) -> HttpResponse:
    _upload(request, token).discard()
    messages.success(request, "没有导入，文件已删除。")
    return redirect("proposals:ledger_list")


@require_GET
@never_cache
def ledger_errors(request: HttpRequest, token: str) -> FileResponse:
    """The refused rows of a dry run, to mend and hand in again."""
    upload = _upload(request, token)
    return _sheet(errors_file(upload.plan()), upload.name)


def _sheet(file: Any, name: str) -> FileResponse:
    stem = name.rsplit(".", 1)[0][:80]
    return FileResponse(file, as_attachment=True, filename=f"要改的行 {stem}.xlsx")


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def ledger_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _ledger(request, pk))


def _detail(
    request: HttpRequest, ledger: LedgerImport, form: Any = None
) -> HttpResponse:
    may_count = may_set_counted(request.user, ledger)
    context = {
        "ledger": ledger,
        "job": ledger.job,
        "url": ledger.get_absolute_url(),
        "percent": percent_done(ledger.job),
        "has_errors": _may_have_errors(request, ledger),
        "form": form or (CountLedgerForm(ledger=ledger) if may_count else None),
        "may_import": runs(request.user, ledger.station),
    }
    template = "_ledger.html" if request.htmx else "ledger_detail.html"
    status = 422 if form else 200
    return render(request, f"proposals/{template}", context, status=status)


def _may_have_errors(request: HttpRequest, ledger: LedgerImport) -> bool:
    """The sheet holds people's names: for who handed the ledger in."""
    own = ledger.job.requested_by_id == request.user.pk
    return own and errors_path(ledger).is_file()


@require_GET
@never_cache
def ledger_refused(request: HttpRequest, pk: int) -> FileResponse:
    """The rows an import refused, for a day, to mend and hand in again."""
    ledger = _ledger(request, pk)
    if not _may_have_errors(request, ledger):
        raise Http404
    return _sheet(errors_path(ledger).open("rb"), ledger.job.file_name)


@require_POST
def ledger_count(request: HttpRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    if not may_set_counted(request.user, ledger):
        raise PermissionDenied
    form = CountLedgerForm(request.POST, ledger=ledger)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已改，{form.changed:,} 条跟着变。")
        return redirect(ledger)
    return _detail(request, ledger, form)
