"""Who of which unit sits with the deputies: invited, and taken off the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import WrongState
from stations import permissions as may
from stations.choices import OPEN_DAYS
from stations.forms_guest import GuestForm
from stations.services.guests import drop_guest
from stations.views.days import seen_day


@require_http_methods(["GET", "HEAD", "POST"])
def guest_invite(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    if day.status not in OPEN_DAYS:
        raise WrongState("这次接待已经结束或取消，参加单位不能再改。")
    form = GuestForm(request.POST if request.method == "POST" else None, day=day)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已加入名单。")
        return redirect("stations:guest_invite", day.pk)
    guests = day.guests.select_related("unit").order_by("id")
    context = {"form": form, "day": day, "guests": guests}
    status = 422 if form.is_bound else 200
    return render(request, "stations/guest_invite.html", context, status=status)


@require_POST
def guest_drop(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    day = seen_day(request, pk)
    row = get_object_or_404(day.guests.select_related("day__station", "unit"), pk=guest)
    drop_guest(row, actor=request.user)
    return redirect("stations:guest_invite", day.pk)
