"""Voters book a slot of a reception, look at it again, give it back. No script."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.elder import remember_elder, wants_elder
from common.errors import TooOften
from common.limits import count_call, limited
from common.middleware import client_address
from common.public_forms import key_of, new_stamp, sent_by_machine, stamp_again
from stations.forms_booking import BookingForm, CodeForm
from stations.models import Booking, ReceptionDay, Station
from stations.notices import issuer_of
from stations.seats import expected_names
from stations.services.bookings import (
    begins_at,
    booked_with,
    booking_of,
    cancel_booking,
    find_booking,
)
from stations.slots import open_days, takes_bookings

COOKIE, HALF_AN_HOUR = "booked", 1800


@login_not_required
@require_safe
@limited("page")
def book_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The receptions of a station that can be booked."""
    return _days_page(request, _station(slug))


def _station(slug: str) -> Station:
    rows = Station.objects.public().select_related("area")
    return get_object_or_404(rows, slug=slug)


def _days_page(
    request: HttpRequest, station: Station, *, closed: ReceptionDay | None = None
) -> HttpResponse:
    """`closed`: the day that was asked for and cannot be booked any more."""
    context = {"days": open_days(station), "closed": closed} | _frame(station)
    status = 409 if closed else 200
    return render(request, "stations/public/book_days.html", context, status=status)


def _frame(station: Station) -> dict[str, Any]:
    return {
        "station": station,
        "place_label": station.name,
        "brand_url": reverse("public:station", args=[station.slug]),
        "issuer": issuer_of(station),
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str, day: int) -> HttpResponse:
    """Choose a slot of one reception; sent twice it is one booking."""
    station = _station(slug)
    rows = ReceptionDay.objects.public().filter(station=station)
    found = get_object_or_404(rows.select_related("station__area"), pk=day)
    typed = request.POST
    if earlier := booked_with(key_of(typed.get("stamp", "")), found):
        return _card(request, *earlier)
    if not takes_bookings(found):
        return _days_page(request, station, closed=found)
    if "check" not in typed or "switch" in typed:
        return _form_page(request, found, _unsent(request, found))
    form = BookingForm(typed, day=found, key=key_of(typed.get("stamp", "")))
    status = _taken(request, form)
    if form.booking:
        return _card(request, form.booking, form.code)
    return _form_page(request, found, form, status=status)


def _unsent(request: HttpRequest, day: ReceptionDay) -> BookingForm:
    """An empty form; or what was typed, when only the size of letters changes."""
    typed = request.POST
    held = {name: typed[name] for name in BookingForm.base_fields if name in typed}
    return BookingForm(initial=held, day=day, key="")


def _taken(request: HttpRequest, form: BookingForm) -> int:
    """Carry the form out, if nothing speaks against it; else the errors are in it."""
    if not form.is_valid():
        return 422
    try:
        count_call("book", client_address(request))
    except TooOften as refused:
        form.add_error(None, str(refused))
        return 429
    if refused := sent_by_machine(request.POST):
        form.add_error(None, refused)
    else:
        form.carry_out(actor=None)
    return 422


def _form_page(
    request: HttpRequest, day: ReceptionDay, form: BookingForm, *, status: int = 200
) -> HttpResponse:
    """The page of the form; 关怀版 is switched here without losing what was typed."""
    switched = "switch" in request.POST
    elder = wants_elder(request) != switched
    stamp = stamp_again(request.POST) if request.method == "POST" else new_stamp()
    context = {"day": day, "form": form, "stamp": stamp, "elder": elder}
    context["names"] = expected_names(day)
    context |= _frame(day.station)
    response = render(request, "stations/public/book.html", context, status=status)
    if switched:
        remember_elder(response, request, elder)
    return response


def _card(request: HttpRequest, booking: Booking, code: str) -> HttpResponse:
    day = booking.day
    context = {"booking": booking, "code": code, "day": day} | _frame(day.station)
    response = render(request, "stations/public/booked.html", context)
    return _remember(response, booking)


def _remember(response: HttpResponse, booking: Booking) -> HttpResponse:
    """Let this browser see its booking for half an hour, without the code."""
    response.set_signed_cookie(
        COOKIE,
        str(booking.pk),
        max_age=HALF_AN_HOUR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/p/",
    )
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("track", methods=("POST",))
def booking(request: HttpRequest) -> HttpResponse:
    """The booking this browser looked up; else asks for the code (never in a URL)."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = find_booking(form.cleaned_data["code"])
        if found is not None:
            return _remember(redirect("public:booking"), found)
        form.add_error("code", "没有找到，请看看预约码有没有抄错。")
    held = None if form.is_bound or "other" in request.GET else _held(request)
    status = 422 if form.is_bound else 200
    return _booking_page(request, held, form, status=status)


def _held(request: HttpRequest) -> Booking | None:
    """The booking this browser looked up in the last half hour."""
    try:
        return booking_of(int(request.get_signed_cookie(COOKIE, max_age=HALF_AN_HOUR)))
    except (KeyError, BadSignature, ValueError):
        return None


def _booking_page(
    request: HttpRequest, held: Booking | None, form: CodeForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"booking": held, "form": form}
    if held is not None:
        may_cancel = held.state == "booked" and begins_at(held) > now()
        context |= {"day": held.day, "may_cancel": may_cancel}
        context |= _frame(held.day.station)
    return render(request, "stations/public/booking.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["POST"])
@limited("book")
def booking_cancel(request: HttpRequest) -> HttpResponse:
    """Give back the slot that this browser looked up."""
    held = _held(request)
    if held is not None:
        cancel_booking(held)
    return redirect("public:booking")
