"""Pages of the roster import: hand in, look, correct, confirm, take the report."""

import io
from typing import Any, BinaryIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from deputies import permissions as may
from deputies.forms.roster import ColumnsForm, RosterUploadForm
from deputies.services.roster import RosterPlan, write_report
from deputies.services.roster.planned import OUTCOMES
from deputies.services.roster.uploads import Upload, find_upload

MOST_SHOWN = 200  # rows of a kind; the report has them all


def _upload(request: HttpRequest, token: str) -> Upload:
    """This person's own roster; others' are not there."""
    upload = find_upload(token, actor=request.user)
    if upload is None:
        raise Http404
    if not may.may_keep_area(request.user, upload.target.area):
        raise PermissionDenied
    return upload


@require_http_methods(["GET", "POST"])
def roster_upload(request: HttpRequest) -> HttpResponse:
    if not may.may_keep(request.user):
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RosterUploadForm(*given, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("deputies:roster_preview", form.upload.token)
    status = 422 if form.is_bound else 200
    return render(request, "deputies/roster_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def roster_preview(request: HttpRequest, token: str) -> HttpResponse:
    upload = _upload(request, token)
    if upload.is_imported:
        return render(request, "deputies/roster_result.html", {"upload": upload})
    plan = upload.plan(actor=request.user)
    form = ColumnsForm(request.POST or None, plan=plan)
    if form.is_valid():
        upload.correct(form.corrections())
        return redirect("deputies:roster_preview", token)
    status = 422 if form.is_bound else 200
    context = _preview(upload, plan, form)
    return render(request, "deputies/roster_preview.html", context, status=status)


def _preview(upload: Upload, plan: RosterPlan, form: ColumnsForm) -> dict[str, Any]:
    return {
        "upload": upload,
        "plan": plan,
        "form": form,
        "parts": form.parts(),
        "hidden_sheets": [s for s in plan.roster.sheets if s.hidden],
        "figures": [(label, plan.counts[name]) for name, label in OUTCOMES.items()],
        "refused": plan.of("refused")[:MOST_SHOWN],
        "warned": plan.warned[:MOST_SHOWN],
        "changed": plan.of("changed")[:MOST_SHOWN],
        "repeated": plan.of("repeated")[:MOST_SHOWN],
        "new": plan.of("new")[:MOST_SHOWN],
    }


@require_POST
def roster_confirm(request: HttpRequest, token: str) -> HttpResponse:
    upload = _upload(request, token)
    if upload.is_imported:
        return redirect("deputies:roster_preview", token)
    form = ColumnsForm(request.POST, plan=upload.plan(actor=request.user))
    if not form.is_valid() or form.corrections():
        # Nobody imports columns whose effect they have not seen.
        if form.is_valid():
            upload.correct(form.corrections())
        messages.warning(request, "列的对应有改动，请再看一遍下面的结果，然后确认。")
        return redirect("deputies:roster_preview", token)
    upload.carry_out(actor=request.user)
    return redirect("deputies:roster_preview", token)


@require_POST
def roster_discard(request: HttpRequest, token: str) -> HttpResponse:
    _upload(request, token).discard()
    messages.success(request, "没有导入，文件已删除。")
    return redirect("deputies:list")


@require_GET
@never_cache
def roster_report(request: HttpRequest, token: str) -> FileResponse:
    """What became of each row; before the import, what would become of it."""
    upload = _upload(request, token)
    name = f"名册导入结果 {upload.name.rsplit('.', 1)[0]}.xlsx"
    if upload.is_imported:
        file: BinaryIO = upload.report.open("rb")
    else:
        file = io.BytesIO()
        write_report(file, upload.plan(actor=request.user))
        file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)
