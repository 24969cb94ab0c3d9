"""谁是我的代表, and the page of one deputy: public facts only. No script."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from areas.choices import Level
from common.limits import limited
from common.texts import cleaned
from stations import who as finding
from stations.choices import CodeKind
from stations.services import codes

LONGEST_ASKED = 50


@login_not_required
@require_safe
@limited("page")
def who(request: HttpRequest) -> HttpResponse:
    """By village (town, then village), or by a name typed."""
    asked = request.GET.get("q", "").strip()[:LONGEST_ASKED]
    asked = cleaned(asked, label="", field="q", longest=LONGEST_ASKED)
    context: dict[str, Any] = {"asked": asked, "brand_url": reverse("public:find")}
    if code := request.GET.get("area", ""):
        context |= _of_place(code)
    elif asked:
        context |= _named(asked)
    else:
        context["counties"] = finding.towns_by_county()
    return render(request, "stations/public/who.html", context)


def _of_place(code: str) -> dict[str, Any]:
    """A town with its villages to choose from, or a village with all it has."""
    area = finding.place_of(code)
    if area is None:
        raise Http404
    found: dict[str, Any] = {"area": area, "found": finding.serving(area, localdate())}
    if area.level == Level.TOWN:
        found["villages"] = finding.villages_of(area)
    return found


def _named(words: str) -> dict[str, Any]:
    return {
        "places": finding.places_named(words),
        "stations": finding.stations_named(words),
        "people": finding.deputies_named(words, localdate()),
        "searched": True,
    }


@login_not_required
@require_safe
@limited("page")
def deputy(request: HttpRequest, token: str) -> HttpResponse:
    """What the law makes public of a deputy; a code taken back says so (410)."""
    found = codes.deputy_of(token)
    if found is None:
        code = codes.find_code(token)
        if code is None or code.kind != CodeKind.DEPUTY:
            raise Http404
        return render(request, "stations/public/gone.html", status=410)
    context = finding.known_of(found, localdate())
    context |= {"say_url": _say_url(context["stations"], token)}
    context |= {"deputy": found, "brand_url": reverse("public:find")}
    return render(request, "stations/public/deputy.html", context)


def _say_url(stations: list[Any], token: str) -> str:
    """The form of the first station, with this deputy as the one wished for."""
    if not stations:
        return ""
    return f"{reverse('public:say', args=[stations[0].slug])}?to={token}"
