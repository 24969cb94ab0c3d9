"""Pages of checks: the list, beginning, marking, confirming, the printed sheet."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from audit.services import history_of
from common.errors import WrongState
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from stations import permissions as may
from stations.filters_checks import CheckFilter
from stations.forms_checks import (
    BeginForm,
    ConfirmCheckForm,
    MarkForm,
    PlainForm,
    ProofForm,
    SendBackForm,
)
from stations.models import CheckFile, CheckMark, StationCheck
from stations.services.checks import remove_file
from stations.workflow_checks import FLOW, verdict_of

page = require_http_methods(["GET", "POST"])
# Whatever a file holds, a browser runs nothing of it and fetches nothing for it.
READ_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def seen_check(request: HttpRequest, pk: int) -> StationCheck:
    """The check, if this person works with its station; else 404."""
    seen = StationCheck.objects.visible_to(request.user)
    seen = seen.select_related("station__area", "checklist", "checked_by")
    return get_object_or_404(seen.select_related("confirmed_by"), pk=pk)


def _marks(check: StationCheck) -> list[CheckMark]:
    files = Prefetch("files", CheckFile.objects.order_by("id"))
    return list(check.marks.prefetch_related(files))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_GET
@vary_on_headers("HX-Request")
def check_list(request: HttpRequest) -> HttpResponse:
    if not may.may_see_checks(request.user):
        raise PermissionDenied
    seen = StationCheck.objects.visible_to(request.user).for_list()
    found = CheckFilter(request.GET, seen, request=request)
    context = {
        "filter": found,
        "page": KeysetPage.of(request, found.qs, ("-checked_on", "-id"), 25),
        "pills": choice_pills(found, "status", request.GET),
        "active": set_pills(found, request.GET, but=("status",)),
        "may_begin": may.may_begin_checks(request.user),
    }
    template = "stations/_check_table.html" if request.htmx else "stations/checks.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@page
def check_create(request: HttpRequest) -> HttpResponse:
    if not may.may_begin_checks(request.user):
        raise PermissionDenied
    wanted = {name: request.GET.get(name) for name in ("station", "checklist")}
    form = BeginForm(_posted(request), actor=request.user, initial=wanted)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(form.check)
    status = 422 if form.is_bound else 200
    return render(request, "stations/check_create.html", {"form": form}, status=status)


@require_GET
def check_detail(request: HttpRequest, pk: int) -> HttpResponse:
    check = seen_check(request, pk)
    return _detail(request, check, _form_of(request, check))


def _form_of(request: HttpRequest, check: StationCheck) -> MarkForm | None:
    """The form of all items, for the checker of a draft."""
    if check.status != "draft" or not may.is_checker(request.user, check):
        return None
    return MarkForm(check=check, marks=_marks(check))


def _detail(
    request: HttpRequest, check: StationCheck, form: MarkForm | None, status: int = 200
) -> HttpResponse:
    context = {
        "check": check,
        "form": form,
        "marks": form.marks if form else _marks(check),
        "verdict": verdict_of(check),
        "steps": {step.verb for step in FLOW.open_to(check, actor=request.user)},
        "may_discard": may.may_discard_check(request.user, check),
        "history": history_of(check).order_by("-at", "-id")[:10],
    }
    return render(request, "stations/check_detail.html", context, status=status)


@require_POST
def check_save(request: HttpRequest, pk: int) -> HttpResponse:
    return _keep(request, pk, proposes=False)


@require_POST
def check_propose(request: HttpRequest, pk: int) -> HttpResponse:
    return _keep(request, pk, proposes=True)


def _keep(request: HttpRequest, pk: int, *, proposes: bool) -> HttpResponse:
    """Keep what the page says; handing it in is the same page, and a step more."""
    check = seen_check(request, pk)
    FLOW.check("propose", check, actor=request.user)
    form = MarkForm(request.POST, check=check, marks=_marks(check), proposes=proposes)
    if form.is_valid() and form.carry_out(actor=request.user):
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=204)
        if wanted := _proof_wanted(request, form.marks):
            return redirect("stations:check_attach", check.pk, wanted)
        messages.success(request, "已送确认。" if proposes else "草稿已保存。")
        return redirect(check)
    return _detail(request, check, form, status=422)


def _proof_wanted(request: HttpRequest, marks: list[CheckMark]) -> int | None:
    """The item whose proof is to be added next; the draft is kept first."""
    typed = request.POST.get("proof", "")
    return next((mark.pk for mark in marks if str(mark.pk) == typed), None)


@page
def check_attach(request: HttpRequest, pk: int, mark: int) -> HttpResponse:
    check = seen_check(request, pk)
    row = get_object_or_404(check.marks, pk=mark)
    FLOW.check("propose", check, actor=request.user)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProofForm(*given, mark=row)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "佐证已加上。")
        return redirect(f"{check.get_absolute_url()}#mark-{row.pk}")
    context = {"form": form, "check": check, "mark": row}
    status = 422 if form.is_bound else 200
    return render(request, "stations/check_attach.html", context, status=status)


@page
def check_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, "confirm", ConfirmCheckForm, "已确认。")


@page
def check_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, "send_back", SendBackForm, "已退回检查人。")


def _settle(
    request: HttpRequest, pk: int, verb: str, form_class: Any, done: str
) -> HttpResponse:
    check = seen_check(request, pk)
    step = FLOW.check(verb, check, actor=request.user)
    form = form_class(_posted(request), check=check)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, done)
        return redirect(check)
    context = {"form": form, "check": check, "step": step}
    context["verdict"] = verdict_of(check)
    status = 422 if form.is_bound else 200
    return render(request, "stations/check_step.html", context, status=status)


@require_POST
def check_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    check = seen_check(request, pk)
    FLOW.check("take_back", check, actor=request.user)
    form = PlainForm({}, check=check, verb="take_back")
    if form.is_valid() and not form.carry_out(actor=request.user):
        messages.error(request, "".join(form.non_field_errors()))
    return redirect(check)


@page
def check_discard(request: HttpRequest, pk: int) -> HttpResponse:
    check = seen_check(request, pk)
    if not may.may_discard_check(request.user, check):
        raise PermissionDenied
    if check.status != "draft":
        raise WrongState("只有草稿可以放弃。")
    form = PlainForm(_posted(request), check=check, verb="discard")
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "这次检查已放弃。")
        return redirect("stations:check_list")
    context = {"form": form, "check": check}
    status = 422 if form.is_bound else 200
    return render(request, "stations/check_discard.html", context, status=status)


@require_GET
def check_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    check = seen_check(request, pk)
    context = {"check": check, "marks": _marks(check), "verdict": verdict_of(check)}
    return render(request, "stations/check_sheet.html", context)


def _seen_file(request: HttpRequest, pk: int) -> CheckFile:
    """The file, if this person may see its check; else 404."""
    checks = StationCheck.objects.visible_to(request.user)
    rows = CheckFile.objects.filter(mark__check_of__in=checks)
    return get_object_or_404(rows.select_related("mark__check_of__station"), pk=pk)


@require_safe
def check_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself: images to look at, everything else to save."""
    row = _seen_file(request, pk)
    path = Path(settings.MEDIA_ROOT) / row.file.name
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        as_attachment=not row.is_image,
        filename=row.name,
        content_type=row.kind,
    )
    response["Content-Security-Policy"] = READ_ONLY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@page
def check_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _seen_file(request, pk)
    check = row.mark.check_of
    FLOW.check("propose", check, actor=request.user)
    if request.method != "POST":
        return render(request, "stations/check_file_remove.html", {"row": row})
    remove_file(row, actor=request.user)
    messages.success(request, f"已删除“{row.name}”。")
    return redirect(check)
