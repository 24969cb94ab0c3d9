"""Promises: the list, one of them, making one at a reception, showing it is kept."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from common.paging import KeysetPage
from proposals.forms.commitments import KeepForm, PromiseForm
from proposals.inbox import promise_url, promised_where
from proposals.models import Commitment, Proposal
from proposals.permissions import may_see_matters
from proposals.views.steps import page as step_page
from stations.models import ReceptionDay
from stations.permissions import runs_day

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
    rows = rows.for_list()
    pills = [
        {"label": label, "url": f"?state={value}", "on": state == value}
        for value, label in STATES
    ]
    found = KeysetPage.of(request, rows, ("-due_on", "-id"))
    for row in found.rows:
        row.url = promise_url(row)
        row.where = promised_where(row) if row.day_id else row.proposal.number
    context = {"page": found, "pills": pills, "today": today}
    return render(request, "proposals/commitments.html", context)


def _seen(request: HttpRequest, pk: int) -> Commitment:
    """The promise, if this person may know of it; else 404."""
    seen = Commitment.objects.visible_to(request.user).for_list()
    return get_object_or_404(seen, pk=pk)


@require_safe
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: by whom, where, until when, and what came of it."""
    if not may_see_matters(request.user):
        raise PermissionDenied
    row = _seen(request, pk)
    known = Proposal.objects.visible_to(request.user).filter(pk=row.proposal_id)
    days = ReceptionDay.objects.visible_to(request.user).filter(pk=row.day_id)
    context = {
        "row": row,
        "where": promised_where(row),
        "matter": known.first(),
        "day": days.first(),
        "may_keep": row.is_open and row.unit_id in request.user.unit_ids(),
        "today": localdate(),
    }
    return render(request, "proposals/commitment.html", context)


@step_page
def promise(request: HttpRequest, day_pk: int) -> HttpResponse:
    """Put down what a unit promised at this reception."""
    seen = ReceptionDay.objects.visible_to(request.user).select_related("station")
    day = get_object_or_404(seen, pk=day_pk)
    if not runs_day(request.user, day):
        raise PermissionDenied
    form = PromiseForm(request.POST if request.method == "POST" else None, day=day)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已记下，并通知承诺单位。")
        return redirect("proposals:promise", day.pk)
    made = day.commitments.for_list().order_by("due_on", "id")
    context = {"form": form, "day": day, "made": made, "today": localdate()}
    status = 422 if form.is_bound else 200
    return render(request, "proposals/promise.html", context, status=status)


@step_page
def commitment_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit writes how a promise was kept."""
    commitment = _seen(request, pk)
    data = request.POST if request.method == "POST" else None
    form = KeepForm(data, commitment=commitment, actor=request.user)
    form.check_allowed()
    if form.is_valid() and form.carry_out():
        messages.success(request, "已记下兑现。")
        return redirect(promise_url(commitment))
    context = {"form": form, "commitment": commitment, "back": promise_url(commitment)}
    status = 422 if form.is_bound else 200
    return render(request, "proposals/keep.html", context, status=status)
