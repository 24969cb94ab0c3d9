"""Promises: the list, and showing that one is kept."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from common.paging import KeysetPage
from proposals.forms.commitments import KeepForm
from proposals.models import Commitment
from proposals.permissions import may_see_matters
from proposals.views.steps import page as step_page

STATES = (
    ("", "全部"),
    ("open", "未到期"),
    ("broken", "逾期未兑现"),
    ("kept", "已兑现"),
)


@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    """All promises one may know of, soonest first."""
    if not may_see_matters(request.user):
        raise PermissionDenied
    state, today = request.GET.get("state", ""), localdate()
    rows = Commitment.objects.visible_to(request.user)
    if state == "broken":
        rows = rows.broken(today)
    elif state == "open":
        rows = rows.filter(state="open", due_on__gte=today)
    elif state == "kept":
        rows = rows.filter(state="kept")
    rows = rows.select_related("unit", "proposal")
    pills = [
        {"label": label, "url": f"?state={value}", "on": state == value}
        for value, label in STATES
    ]
    found = KeysetPage.of(request, rows, ("-due_on", "-id"))
    context = {"page": found, "pills": pills, "today": today}
    return render(request, "proposals/commitments.html", context)


@step_page
def commitment_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit writes how a promise was kept."""
    seen = Commitment.objects.visible_to(request.user).select_related("proposal")
    commitment = get_object_or_404(seen, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = KeepForm(data, commitment=commitment, actor=request.user)
    form.check_allowed()
    if form.is_valid() and form.carry_out():
        messages.success(request, "已记下兑现。")
        return redirect(commitment.proposal)
    context = {"form": form, "commitment": commitment}
    status = 422 if form.is_bound else 200
    return render(request, "proposals/keep.html", context, status=status)
