"""Voters' pages: find a station, and what one needs to know of it. No script."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_safe

from areas.models import Area
from common.limits import limited
from deputies.models import Deputy
from stations.choices import Channel
from stations.models import ReceptionDay, Station
from stations.notices import issuer_of, public_path
from stations.qr import qr_of
from stations.seats import expected_names, with_public_page, with_seats
from stations.slots import takes_bookings

MOST_FOUND = 150  # stations on one page; beyond, a name narrows it
LONGEST_ASKED = 50
SOLVED = 4
MOST_A_DAY = 6  # receptions of one station on one day


@login_not_required
@require_safe
@limited("page")
def find(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_ASKED]
    found = list(Station.objects.public().found_by(asked)[: MOST_FOUND + 1])
    names = _names(found)
    groups = [
        {"name": names.get(code, ""), "stations": list(rows)}
        for code, rows in groupby(found[:MOST_FOUND], key=lambda row: row.town_code)
    ]
    context = {
        "asked": asked,
        "groups": groups,
        "has_more": len(found) > MOST_FOUND,
        "brand_url": reverse("public:find"),
    }
    return render(request, "stations/public/find.html", context)


def _names(stations: list[Station]) -> dict[str, str]:
    """Names of the towns, with the county's where there are several counties."""
    counties = {row.county_code for row in stations}
    codes = {row.town_code for row in stations} | counties
    areas = {area.code: area.name for area in Area.objects.filter(code__in=codes)}
    if len(counties) < 2:
        return areas
    return {code: f"{areas.get(code[:6], '')} {name}" for code, name in areas.items()}


@login_not_required
@require_safe
@limited("page")
def station(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Station.objects.public().select_related("area__parent")
    found = get_object_or_404(rows, slug=slug)
    today = localdate()
    here = found.stationings.on(today).values("deputy")
    deputies = Deputy.objects.active(today).filter(pk__in=here).order_by("name", "id")
    day = _next(found)
    context = {
        "station": found,
        "next": day,
        "notice_url": public_path(day) if day else "",
        "takes_bookings": day is not None and takes_bookings(day),
        "say_url": _url("say", found.slug) or f"{request.path}say/",
        "track_url": _url("track") or "/p/track/",
        "deputies": list(
            with_public_page(deputies).prefetch_related(with_seats("", today))
        ),
        "solved": found.proposals.public()
        .filter(result__counts_as_solved=True)
        .only("title", "submitted_at", "closed_at", "satisfaction", "created_at")
        .order_by("-closed_at", "-id")[:SOLVED],
        "year": _year(found, today.year),
        "neighbours": _neighbours(found),
        "issuer": issuer_of(found),
        "qr": qr_of(reverse("public:station", args=[found.slug])),
        "brand_url": reverse("public:station", args=[found.slug]),
    }
    return render(request, "stations/public/station.html", context)


def _url(name: str, *args: Any) -> str:
    """A voters' page of the apps above; empty while there is none."""
    try:
        return reverse(f"public:{name}", args=args)
    except NoReverseMatch:
        return ""


def _next(found: Station) -> ReceptionDay | None:
    """The next announced reception that is not over, with those who are expected."""
    days = ReceptionDay.objects.public().filter(station=found).select_related("station")
    moment = localtime()
    for day in days.coming(moment.date())[:MOST_A_DAY]:
        if day.date > moment.date() or day.ends_at > moment.time():
            day.names = expected_names(day)  # type: ignore[attr-defined]
            return day
    return None


def _neighbours(found: Station) -> list[Station]:
    """The other carriers in the same venue (站、立法联系点、观察点…)."""
    venue = found.host_id or found.pk
    rows = Station.objects.public().filter(Q(pk=venue) | Q(host=venue))
    return list(rows.exclude(pk=found.pk).order_by("code"))


def _year(found: Station, year: int) -> dict[str, int]:
    """This year: visitors received; opinions brought, answered, closed, solved."""
    counted = {"is_counted": True}
    opinions = found.proposals.filter(
        kind="opinion", submitted_at__year=year, **counted
    )
    closed = Q(closed_at__isnull=False)
    figures: dict[str, int] = opinions.aggregate(
        brought=Count("pk"),
        answered=Count("pk", filter=Q(replied_at__isnull=False)),
        closed=Count("pk", filter=closed),
        solved=Count("pk", filter=closed & Q(result__counts_as_solved=True)),
    )
    visits = found.visits.filter(visited_at__year=year, **counted)
    received = visits.exclude(channel=Channel.ONLINE)
    figures["visitors"] = received.aggregate(n=Sum("party_size"))["n"] or 0
    return figures
