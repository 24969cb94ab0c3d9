"""The bookings of a reception day, for its staff: list, book for others, call them."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stations import permissions as may
from stations.choices import OPEN_DAYS, BookingState, DayStatus
from stations.forms_booking import BookingRevealForm, CallsForm, StaffBookingForm
from stations.models import Booking, ReceptionDay
from stations.services import bookings as service
from stations.slots import HOLDING, slot_times
from stations.views.days import seen_day

# The verbs of the list's buttons: what they do, and what is said after.
STEPS = {
    "cancel": (service.cancel_booking, "预约已取消，时段空出来了。"),
    "came": (service.mark_came, "已登记到站，来访登记里有了一行。"),
    "missed": (service.mark_missed, "已记为未到。"),
    "called": (service.mark_called, "已记为告知。"),
}


def run_day(request: HttpRequest, pk: int) -> ReceptionDay:
    """The day, for who runs its station (else 403, or 404 for who may not know)."""
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    return day


def run_booking(request: HttpRequest, pk: int) -> Booking:
    """The booking, for who runs its station."""
    rows = Booking.objects.visible_to(request.user)
    booking = get_object_or_404(rows.select_related("day__station", "visit"), pk=pk)
    if not may.runs_day(request.user, booking.day):
        raise PermissionDenied
    return booking


@require_http_methods(["GET", "POST"])
@never_cache
def booking_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The day's slots in order; a booking for who calls or comes by."""
    day = run_day(request, pk)
    may_book = day.status == DayStatus.ANNOUNCED and day.date >= localdate()
    form = None
    if may_book:
        data = request.POST if request.method == "POST" else None
        key = (data or {}).get("key") or secrets.token_hex(16)
        form = StaffBookingForm(data, day=day, key=key)
        if form.is_valid() and form.carry_out(actor=request.user):
            messages.success(request, f"约好了，预约码 {form.code}，请告诉对方。")
            return redirect("stations:booking_list", day.pk)
    context = {"day": day, "form": form} | _rows(day)
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "stations/booking_list.html", context, status=status)


def _rows(day: ReceptionDay) -> dict[str, Any]:
    """Every slot with who holds it, those cancelled or missed, those to be called."""
    rows = list(day.bookings.order_by("slot_at", "id"))
    held = {row.slot_at: row for row in rows if row.state in HOLDING}
    return {
        "slots": [(at, held.get(at)) for at in sorted({*slot_times(day), *held})],
        "booked": len(held),
        "former": [row for row in rows if row.state not in HOLDING],
        "to_call": [row for row in rows if row.to_call_at],
        "has_come": day.date <= localdate() and day.status in OPEN_DAYS,
        "BOOKED": BookingState.BOOKED,
    }


@require_POST
def booking_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One button of the list; afterwards the list again."""
    if verb not in STEPS:
        raise Http404
    booking = run_booking(request, pk)
    deed, said = STEPS[verb]
    deed(booking, actor=request.user)
    messages.success(request, said)
    return redirect("stations:booking_list", booking.day_id)


@require_http_methods(["GET", "POST"])
@never_cache
def booking_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone of one who booked, for a reason that stays on the trail."""
    booking = run_booking(request, pk)
    data = request.POST if request.method == "POST" else None
    form = BookingRevealForm(data, booking=booking)
    shown = form.is_valid() and form.carry_out(actor=request.user)
    context = {"form": form, "day": booking.day, "calls": [booking] if shown else []}
    status = 422 if form.is_bound and not shown else 200
    return render(request, "stations/booking_calls.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def booking_calls(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone list of those to be told that the day was moved or called off."""
    day = run_day(request, pk)
    data = request.POST if request.method == "POST" else None
    form = CallsForm(data, day=day)
    shown = form.is_valid() and form.carry_out(actor=request.user)
    context = {"form": form, "day": day, "calls": form.calls, "shown": shown}
    status = 422 if form.is_bound and not shown else 200
    return render(request, "stations/booking_calls.html", context, status=status)
