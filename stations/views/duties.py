"""Who is on duty on a day: put on, said how it stands, taken back."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from common.errors import RuleViolation
from deputies.models import Deputy
from stations import permissions as may
from stations import workflow
from stations.forms import DutyForm
from stations.models import ReceptionDay
from stations.views.days import render_day, seen_day


def _on_duty(day: ReceptionDay, pk: int) -> Deputy:
    """A deputy on duty that day; others are unknown here."""
    return get_object_or_404(Deputy.objects.filter(duties__day=day), pk=pk)


@require_POST
def duty_add(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    form = DutyForm(request.POST, actor=request.user, day=day)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(day)
    return render_day(request, day, status=422, duty_form=form)


@require_POST
def duty_set(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    day = seen_day(request, pk)
    person = _on_duty(day, deputy)
    state = request.POST.get("state", "")
    try:
        workflow.set_duty(day, person, state, actor=request.user)
    except RuleViolation as refused:
        return render_day(request, day, status=422, refusal=str(refused))
    return redirect(day)


@require_POST
def duty_drop(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    day = seen_day(request, pk)
    workflow.drop_duty(day, _on_duty(day, deputy), actor=request.user)
    return redirect(day)
