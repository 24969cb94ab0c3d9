"""Pages of checklists: the list, a new one, editing, a copy for one's own area."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from stations import permissions as may
from stations.forms_checklists import ChecklistForm, CopyForm, offices
from stations.models import Checklist

page = require_http_methods(["GET", "POST"])


def _seen_checklist(request: HttpRequest, pk: int) -> Checklist:
    """The checklist, if this person works by it or keeps it; else 404."""
    if not may.may_see_checklists(request.user):
        raise PermissionDenied
    return get_object_or_404(Checklist.objects.visible_to(request.user), pk=pk)


@require_GET
def checklist_list(request: HttpRequest) -> HttpResponse:
    if not may.may_see_checklists(request.user):
        raise PermissionDenied
    seen = Checklist.objects.visible_to(request.user).select_related("area")
    rows = seen.annotate(item_count=Count("items"), points=Sum("items__score"))
    user = request.user
    context = {
        "lines": [
            (row, may.may_keep_checklist(user, row))
            for row in rows.order_by("-is_active", "name", "id")
        ],
        "may_copy": offices(user).exists(),
        "may_create": offices(user).exists() or may.may_keep_checklists_of(user, None),
        "may_begin": may.may_begin_checks(user),
    }
    return render(request, "stations/checklists.html", context)


@page
def checklist_create(request: HttpRequest) -> HttpResponse:
    is_keeper = may.may_keep_checklists_of(request.user, None)
    if not is_keeper and not offices(request.user).exists():
        raise PermissionDenied
    return _write(request, None)


@page
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    checklist = _seen_checklist(request, pk)
    if not may.may_keep_checklist(request.user, checklist):
        raise PermissionDenied
    return _write(request, checklist)


def _write(request: HttpRequest, checklist: Checklist | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ChecklistForm(data, actor=request.user, checklist=checklist)
    status = 200
    if data is not None and "more" in data:
        form.add_rows()
    elif form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "检查标准已保存。")
        return redirect("stations:checklist_list")
    elif data is not None:
        status = 422
    context = {"form": form, "checklist": checklist}
    return render(request, "stations/checklist_form.html", context, status=status)


@page
def checklist_copy(request: HttpRequest, pk: int) -> HttpResponse:
    checklist = _seen_checklist(request, pk)
    if not offices(request.user).exists():
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = CopyForm(data, actor=request.user, checklist=checklist)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已复制，可以按本地区的要求修改。")
        return redirect("stations:checklist_edit", form.made.pk)
    context = {"form": form, "checklist": checklist}
    status = 422 if form.is_bound else 200
    return render(request, "stations/checklist_copy.html", context, status=status)
