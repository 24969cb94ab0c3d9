"""Steps of an activity: recorded, held, cancelled, reviewed; and what was heard."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activities import permissions as may
from activities.choices import TakingPart
from activities.forms import CancelForm, ConfirmForm, HearForm, RecordForm
from activities.models import Activity
from activities.views.activities import seen_activity
from activities.workflow import FLOW
from common.errors import WrongState
from stations.permissions import may_log

page = require_http_methods(["GET", "POST"])


@page
def activity_record(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    if not may.runs(request.user, activity):
        raise PermissionDenied
    if not may.may_record(request.user, activity):
        raise WrongState("活动已经取消或审核，记录不能再改。")
    data = request.POST if request.method == "POST" else None
    form = RecordForm(data, activity=activity)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(activity)
    context = {"form": form, "activity": activity}
    status = 422 if form.is_bound else 200
    return render(request, "activities/record.html", context, status=status)


def _step(
    request: HttpRequest, activity: Activity, verb: str, form: Any, **more: Any
) -> HttpResponse:
    """The page of one step: ask, do, go back to the activity."""
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(activity)
    context = {"form": form, "activity": activity} | more
    status = 422 if form.is_bound else 200
    return render(request, f"activities/{verb}.html", context, status=status)


@page
def activity_hold(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    FLOW.check("hold", activity, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = ConfirmForm(data, activity=activity, verb="hold")
    return _step(request, activity, "hold", form, said=_closing(activity))


def _closing(activity: Activity) -> str:
    """What the record will say of the deputies."""
    states = list(activity.attendances.values_list("state", flat=True))
    said = (
        f"应到 {len(states)} 名，到会 {states.count(TakingPart.ATTENDED)} 名，"
        f"请假 {states.count(TakingPart.ON_LEAVE)} 名"
    )
    if absent := states.count(TakingPart.INVITED):
        said += f"；{absent} 名没有打勾，将记为未到"
    return f"{said}。确认后仍可补记，审核后定稿。"


@page
def activity_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    FLOW.check("cancel", activity, actor=request.user)
    data = request.POST if request.method == "POST" else None
    return _step(request, activity, "cancel", CancelForm(data, activity=activity))


@page
def activity_review(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    FLOW.check("review", activity, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = ConfirmForm(data, activity=activity, verb="review")
    return _step(request, activity, "review", form)


@page
@never_cache
def activity_hear(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    if activity.station is None or not activity.has_begun:
        raise WrongState("活动开始以后，在联络站开展的活动才能登记意见。")
    if not may_log(request.user, activity.station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = HearForm(data, activity=activity)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(f"{activity.get_absolute_url()}#heard")
    context = {"form": form, "activity": activity}
    status = 422 if form.is_bound else 200
    return render(request, "activities/hear.html", context, status=status)
