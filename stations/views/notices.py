"""The public notice of a reception day, and codes that lead to voters' pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.limits import limited
from stations.models import PublicCode, ReceptionDay
from stations.notices import notice_of
from stations.qr import qr_of, station_path
from stations.services import codes
from stations.views.days import duties_of


@login_not_required
@require_safe
@limited("page")
def notice(request: HttpRequest, slug: str, year: int, number: int) -> HttpResponse:
    days = ReceptionDay.objects.public(ended=True).select_related("station__area")
    day = get_object_or_404(
        days, station__slug=slug, notice_year=year, notice_number=number
    )
    context = {
        "day": day,
        "notice": notice_of(day),
        "duties": duties_of(day),
        "qr": qr_of(station_path(day.station)),
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


def _page_of(code: PublicCode) -> str:
    if code.station is not None:
        return reverse("public:station", args=[code.station.slug])
    return reverse("public:deputy", args=[code.token])
