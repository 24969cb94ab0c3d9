"""What is open to everybody without an account: notices, codes, calendars."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.limits import limited
from stations.feeds import feed_of
from stations.models import PublicCode, ReceptionDay
from stations.notices import guests_of, notice_of
from stations.qr import qr_of, station_path
from stations.services import codes
from stations.slots import takes_bookings
from stations.views.days import duties_of


@login_not_required
@require_safe
@limited("page")
def notice(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    days = ReceptionDay.objects.public(ended=True)
    day = get_object_or_404(
        days.select_related("station__area", "station__host"),
        station__slug=slug,
        notice_year=year,
        notice_number=number,
    )
    context = {
        "day": day,
        "notice": notice_of(day),
        "duties": duties_of(day),
        "guests": guests_of(day),
        "qr": qr_of(station_path(day.station)),
        "takes_bookings": takes_bookings(day),
        "brand_url": reverse("public:station", args=[slug]),
    }
    return render(request, "stations/public/notice.html", context)


@login_not_required
@require_safe
@limited("page")
@never_cache
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """A printed code was opened: counted, without a trace of by whom, and led on."""
    code = codes.find_code(token)
    if code is None or code.kind in codes.FEEDS:
        raise Http404
    if not codes.leads_somewhere(code):
        return render(request, "stations/public/gone.html", {"code": code}, status=410)
    if request.method == "GET":
        codes.count_scan(code, localdate())
    return redirect(_page_of(code))


@login_not_required
@require_safe
@limited("page")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar, for programs that ask again and again: 304 while nothing moved."""
    code = codes.find_code(token)
    if code is None or code.kind not in codes.FEEDS:
        raise Http404
    if code.revoked_at is not None:
        text = "这个日历已经停用，请在系统里重新订阅。"
        return HttpResponse(text, status=410, content_type="text/plain; charset=utf-8")
    found = feed_of(code)
    response = HttpResponse(found.text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="receptions.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    etag = f'"{hashlib.sha256(found.text).hexdigest()[:32]}"'
    changed = int(found.changed_at.timestamp())
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    answer = get_conditional_response(
        request, etag=etag, last_modified=changed, response=response
    )
    return answer or response


def _page_of(code: PublicCode) -> str:
    if code.station is not None:
        return reverse("public:station", args=[code.station.slug])
    return reverse("public:deputy", args=[code.token])
