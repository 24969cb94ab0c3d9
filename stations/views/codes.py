"""Pages to keep public codes and calendars: given, printed, renewed, taken back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from deputies.models import Deputy
from stations import permissions as may
from stations.choices import CodeKind
from stations.forms_code import RevokeForm
from stations.models import PublicCode, Station
from stations.notices import issuer_of_area
from stations.qr import qr_of
from stations.seats import with_seats
from stations.services import codes
from stations.views.stations import seen_station

OF_DEPUTIES = (CodeKind.DEPUTY, CodeKind.DEPUTY_FEED)
TAGS = 10  # small cards on an A4 page


def _seen_deputy(request: HttpRequest, pk: int) -> Deputy:
    return get_object_or_404(Deputy.objects.visible_to(request.user), pk=pk)


def _own_code(request: HttpRequest, pk: int) -> PublicCode:
    """A code in use that this person may give and take; 404, 403 otherwise."""
    seen = PublicCode.objects.visible_to(request.user).open()
    code = get_object_or_404(seen.select_related("station", "deputy"), pk=pk)
    if not may.gives_code(request.user, code.kind, codes.owner_of(code)):
        raise PermissionDenied
    return code


def _page_of(of: Station | Deputy) -> str:
    kind = "station" if isinstance(of, Station) else "deputy"
    return reverse(f"stations:{kind}_codes", args=[of.pk])


def path_of(code: PublicCode) -> str:
    """What the code opens, below our address."""
    name = "feed" if code.kind in codes.FEEDS else "scan"
    return reverse(f"stations:{name}", args=[code.token])


def _panel(kind: CodeKind, of: Station | Deputy) -> dict[str, Any]:
    """One kind of code as stations/_code.html and _feed.html show it."""
    code = codes.open_code(kind, of)
    owner = "station" if isinstance(of, Station) else "deputy"
    panel: dict[str, Any] = {
        "label": kind.label,
        "code": code,
        "give_url": reverse(f"stations:{owner}_give_code", args=[of.pk, kind.value]),
    }
    if code is not None:
        path = path_of(code)
        panel["url"] = f"{settings.SITE_URL}{path}"
        panel["qr"] = qr_of(path)
    if kind not in codes.FEEDS:
        panel["months"] = codes.months_of(kind, of, localdate())[::-1]
        panel["total"] = sum(month.count for month in panel["months"])
    return panel


@require_GET
@never_cache
def station_codes(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.runs(request.user, station):
        raise PermissionDenied
    context = {
        "of": station,
        "is_public": station.is_public,
        "panel": _panel(CodeKind.STATION, station),
        "feed": _panel(CodeKind.STATION_FEED, station),
    }
    return render(request, "stations/codes.html", context)


@require_GET
@never_cache
def deputy_codes(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = _seen_deputy(request, pk)
    if not may.gives_code(request.user, CodeKind.DEPUTY, deputy):
        raise PermissionDenied
    context = {
        "of": deputy,
        "is_public": True,
        "panel": _panel(CodeKind.DEPUTY, deputy),
    }
    if may.gives_code(request.user, CodeKind.DEPUTY_FEED, deputy):
        context["feed"] = _panel(CodeKind.DEPUTY_FEED, deputy)
    return render(request, "stations/codes.html", context)


@require_POST
def station_give_code(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in codes.OF_STATIONS:
        raise Http404
    station = seen_station(request, pk)
    codes.give_code(kind, station, actor=request.user)
    return redirect(_page_of(station))


@require_POST
def deputy_give_code(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in OF_DEPUTIES:
        raise Http404
    deputy = _seen_deputy(request, pk)
    codes.give_code(kind, deputy, actor=request.user)
    return redirect(_page_of(deputy))


@require_http_methods(["GET", "POST"])
def code_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _take_back(request, _own_code(request, pk), "revoke")


@require_http_methods(["GET", "POST"])
def code_renew(request: HttpRequest, pk: int) -> HttpResponse:
    return _take_back(request, _own_code(request, pk), "renew")


def _take_back(request: HttpRequest, code: PublicCode, verb: str) -> HttpResponse:
    """Ask why, take the code back, go back to its page."""
    data = request.POST if request.method == "POST" else None
    form = RevokeForm(data, code=code, renews=verb == "renew")
    of = codes.owner_of(code)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"{code.get_kind_display()}已停用。")
        return redirect(_page_of(of))
    context = {
        "form": form,
        "code": code,
        "of": of,
        "verb": verb,
        "is_feed": code.kind in codes.FEEDS,
        "action": reverse(f"stations:code_{verb}", args=[code.pk]),
        "back_url": _page_of(of),
    }
    status = 422 if form.is_bound else 200
    return render(request, "stations/code_take_back.html", context, status=status)


@require_GET
def code_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A printed code as an A4 sheet, or with ?as=tags as ten small cards."""
    code = _own_code(request, pk)
    if code.kind in codes.FEEDS:
        raise Http404
    of = codes.owner_of(code)
    if isinstance(of, Deputy):
        of = _with_seats(Deputy.objects.visible_to(request.user)).get(pk=of.pk)
    context = {"back_url": _page_of(of), **_drawn(code, of)}
    if request.GET.get("as") == "tags":
        context["tags"] = [_drawn(code, of)] * TAGS
        return render(request, "stations/code_tags.html", context)
    context["issuer"] = issuer_of_area(of.area_id)
    return render(request, "stations/code_sheet.html", context)


def _with_seats(deputies: Any) -> Any:
    return deputies.prefetch_related(with_seats("", localdate()))


def _drawn(code: PublicCode, of: Station | Deputy) -> dict[str, Any]:
    """A code as it is printed: whose it is, and where it leads."""
    return {
        "of": of,
        "is_deputy": isinstance(of, Deputy),
        "qr": qr_of(path_of(code)),
        "address": f"{settings.SITE_URL}{path_of(code)}",
    }


@require_http_methods(["GET", "POST"])
def station_tags(request: HttpRequest, pk: int) -> HttpResponse:
    """The codes of all deputies of a station as cards; posting gives the missing."""
    station = seen_station(request, pk)
    if not may.runs(request.user, station):
        raise PermissionDenied
    today = localdate()
    here = station.stationings.on(today).values("deputy")
    deputies = Deputy.objects.visible_to(request.user).active(today)
    rows = list(_with_seats(deputies.filter(pk__in=here).order_by("name", "id")))
    if request.method == "POST":
        codes.give_deputies(rows, actor=request.user)
        return redirect(request.path)
    held = codes.codes_of(rows)
    context = {
        "of": station,
        "tags": [_drawn(held[row.pk], row) for row in rows if row.pk in held],
        "missing": sum(row.pk not in held for row in rows),
        "back_url": _page_of(station),
    }
    return render(request, "stations/code_tags.html", context)
