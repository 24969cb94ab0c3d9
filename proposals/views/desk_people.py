"""Who sits at the desk, who has booked a slot; and what others wrote meanwhile."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refusal, RuleViolation
from common.forms import is_key
from common.middleware import status_of
from deputies.models import Deputy
from proposals.desk import Desk
from proposals.forms.desk import ChangeDutyForm
from proposals.register import line_again, mark_of
from proposals.services import attendance
from proposals.views.desk import (
    blank_line,
    kept_desk,
    seen_desk,
    speaks_json,
    stored_answer,
    typed_json,
)
from stations.services.bookings import mark_came
from stations.services.guests import tick_guest


@require_POST
def desk_attend(request: HttpRequest, day_pk: int) -> HttpResponse:
    """One tick as JSON; or the ticks (all of those present), or a change of duty."""
    desk = kept_desk(request, day_pk)
    if speaks_json(request):
        return _tick_as_json(request, desk)
    if "change" in request.POST:
        return _change_duty(request, desk)
    came = [int(pk) for pk in request.POST.getlist("present") if is_key(pk)]
    guests = [int(pk) for pk in request.POST.getlist("guest") if is_key(pk)]
    names = attendance.tick_present(desk.day, came, actor=request.user)
    for guest in desk.guests:
        tick_guest(guest, actor=request.user, is_present=guest.pk in guests)
    messages.success(request, f"到站：{'、'.join(names) or '还没有人'}")
    return redirect("proposals:desk", desk.day.pk)


def _tick_as_json(request: HttpRequest, desk: Desk) -> JsonResponse:
    typed = typed_json(request)
    if typed is None:
        return JsonResponse({"refused": "没有读懂，请刷新页面。"}, status=400)
    try:
        _tick(desk, typed, request.user)
    except Refusal as refused:
        return JsonResponse({"refused": str(refused)}, status=status_of(refused))
    fresh = Desk(desk.day, request.user)
    return JsonResponse({"ticks": fresh.people})


def _tick(desk: Desk, typed: dict[str, Any], actor: Any) -> None:
    """`key` is d and the deputy's key, or g and the guest's."""
    kind, pk = typed.get("key", "")[:1], typed.get("key", "")[1:]
    state = typed.get("state", "")
    if kind == "g":
        guest = next((row for row in desk.guests if str(row.pk) == pk), None)
        if guest is None:
            raise RuleViolation("没有这一位，请刷新页面。", field="key")
        tick_guest(guest, actor=actor, is_present=state == attendance.CAME)
        return
    instead_of = typed.get("stands_in_for", "")
    attendance.tick(
        desk.day,
        _known(desk, pk),
        actor=actor,
        state=state,
        stands_in_for=_known(desk, instead_of) if instead_of else None,
    )


def _known(desk: Desk, pk: str) -> Deputy:
    """A deputy on duty, or one of those who could come."""
    on_duty = [duty.deputy for duty in desk.duties]
    found = next((d for d in [*on_duty, *desk.candidates] if str(d.pk) == pk), None)
    if found is None:
        raise RuleViolation("这位代表不在可选的名单里，请刷新页面。", field="key")
    return found


def _change_duty(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ChangeDutyForm(request.POST, desk=desk)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "值班已改")
        return redirect("proposals:desk", desk.day.pk)
    context = {"desk": desk, "day": desk.day, "form": blank_line(desk, "")}
    context["duty_form"] = form
    return render(request, "proposals/desk.html", context, status=422)


@require_POST
def desk_booking(request: HttpRequest, day_pk: int, booking: int) -> HttpResponse:
    """Who booked is here: the booking is a line of the register, typed by nobody."""
    desk = kept_desk(request, day_pk)
    row = get_object_or_404(
        desk.day.bookings.select_related("day__station"), pk=booking
    )
    visit = mark_came(row, actor=request.user)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(stored_answer(request, line_again(visit), desk))
    messages.success(request, "已转为登记，请写怎么办。")
    return redirect(f"{desk.url}?line={visit.key}")


@require_GET
def desk_news(request: HttpRequest, day_pk: int) -> HttpResponse:
    """The register as it now stands, for a desk that others keep too; 304 if the same.

    What tells whether it is the same costs a few sums, however long the register.
    """
    desk = seen_desk(request, day_pk)
    mark = json.dumps([mark_of(desk.day), desk.may_write], default=str)
    etag = f'"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    else:
        answer = JsonResponse(_news(request, desk))
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _news(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    lines = []
    for line in desk.lines:
        context = {"line": line, "desk": desk, "day": desk.day}
        row = render_to_string("proposals/_desk_row.html", context, request)
        fate = render_to_string("proposals/_desk_fate.html", context, request)
        version = line.visit.version
        lines.append({"key": line.key, "version": version, "row": row, "fate": fate})
    context = {"desk": desk, "day": desk.day}
    return {
        "lines": lines,
        "ticks": desk.people,
        "bookings": render_to_string("proposals/_desk_bookings.html", context, request),
        "totals": desk.totals,
        "is_open": desk.is_open,
    }
