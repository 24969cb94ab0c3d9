"""Pages about seats: entering one, correcting it, and the steps of its life."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from deputies import permissions as may
from deputies.forms.people import STEP_FORMS, MandateCreateForm, MandateEditForm
from deputies.models import Mandate
from deputies.views.people import seen_deputy
from deputies.workflow import FLOW


def _mandate(request: HttpRequest, pk: int) -> Mandate:
    seats = Mandate.objects.visible_to(request.user)
    return get_object_or_404(
        seats.select_related("deputy__area", "term__congress"), pk=pk
    )


@require_http_methods(["GET", "POST"])
def mandate_create(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = seen_deputy(request, pk)
    if not may.may_edit(request.user, deputy):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = MandateCreateForm(data, deputy=deputy, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已登记代表资格。")
        return redirect(deputy)
    status = 422 if form.is_bound else 200
    context = {"form": form, "deputy": deputy}
    return render(request, "deputies/mandate_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
def mandate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    mandate = _mandate(request, pk)
    if not may.may_step(request.user, mandate):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = MandateEditForm(data, mandate=mandate)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(mandate.deputy)
    status = 422 if form.is_bound else 200
    context = {"form": form, "mandate": mandate}
    return render(request, "deputies/mandate_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def mandate_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    mandate = _mandate(request, pk)
    if verb not in STEP_FORMS:
        raise Http404
    step = FLOW.check(verb, mandate, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = STEP_FORMS[verb](data, mandate=mandate)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已办理：{step.label}。")
        return redirect(mandate.deputy)
    status = 422 if form.is_bound else 200
    context = {"form": form, "mandate": mandate, "step": step}
    return render(request, "deputies/mandate_step.html", context, status=status)
