"""Outlines that maps draw: loaded, looked at, removed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from areas import permissions as may
from areas.forms_outline import OutlineForm
from areas.models import Outline
from areas.services.outlines import remove_outline

MOST = 300


@require_http_methods(["GET", "POST"])
def outline_list(request: HttpRequest) -> HttpResponse:
    if not may.may_keep_outlines(request.user):
        raise PermissionDenied
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OutlineForm(*given, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "边界已读入。")
        return redirect("areas:outline_list")
    seen = Outline.objects.visible_to(request.user).defer("geojson")
    rows = seen.select_related("area").order_by("area")[:MOST]
    context = {"form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return render(request, "areas/outlines.html", context, status=status)


@require_http_methods(["GET", "POST"])
def outline_remove(request: HttpRequest, pk: int) -> HttpResponse:
    if not may.may_keep_outlines(request.user):
        raise PermissionDenied
    seen = Outline.objects.visible_to(request.user).select_related("area")
    row = get_object_or_404(seen, pk=pk)
    if request.method != "POST":
        return render(request, "areas/outline_remove.html", {"row": row})
    remove_outline(row, actor=request.user)
    messages.success(request, f"已删除{row.area}的边界。")
    return redirect("areas:outline_list")
