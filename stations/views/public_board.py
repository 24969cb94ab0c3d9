"""The notice board: announced receptions by date, narrowed to a county or town."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from common.limits import limited
from common.paging import PARAMETER
from stations import board as reading


@login_not_required
@require_safe
@limited("page")
def board(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("area", "")
    if code and not reading.is_place(code):
        raise Http404
    cursor = request.GET.get(PARAMETER, "")
    context = reading.board_page(code, cursor, localdate())
    context |= {
        "code": code,
        "places": reading.places(code),
        "county": code[:6] if len(code) == 9 else "",
        "brand_url": reverse("public:find"),
    }
    return render(request, "stations/public/board.html", context)
