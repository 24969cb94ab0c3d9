"""The map of stations, and the page that sets a station's point on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from areas.models import Outline
from common.pills import choice_pills, set_pills
from stations import permissions as may
from stations.filters import StationFilter
from stations.forms_station import PointForm
from stations.mapping import corners, frame_of, grid, markers, paths
from stations.models import Station
from stations.views.stations import seen_station

# Somewhere to click for the very first point of an installation without outlines.
CHINA = ((98.0, 22.0), (122.0, 42.0))


@require_GET
@vary_on_headers("HX-Request")
def station_map(request: HttpRequest) -> HttpResponse:
    if not may.may_see_stations(request.user):
        raise PermissionDenied
    seen = Station.objects.visible_to(request.user).for_list(localdate())
    found = StationFilter(request.GET, seen, request=request)
    stations = list(found.qs.order_by("town_code", "name", "id"))
    context = {
        "filter": found,
        "map": _map(stations),
        "placed": [row for row in stations if row.point],
        "lines": [(r, may.oversees(request.user, r)) for r in stations if not r.point],
        "pills": choice_pills(found, "kind", request.GET),
        "active": set_pills(found, request.GET, but=("kind",)),
        "may_create": may.may_create_station(request.user),
        "may_see_coverage": may.may_see_coverage(request.user),
        "may_see_checks": may.may_see_checks(request.user),
    }
    template = "stations/_map.html" if request.htmx else "stations/map.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
def station_point(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.oversees(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = PointForm(data, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "位置已保存。")
        return redirect(station)
    near = Station.objects.visible_to(request.user).select_related("host")
    near = near.filter(county_code=station.area_id[:6]).exclude(pk=station.pk)
    context = {"form": form, "station": station, "map": _map([*near], station)}
    status = 422 if form.is_bound else 200
    return render(request, "stations/point.html", context, status=status)


def _map(stations: list[Any], to_set: Station | None = None) -> dict[str, Any] | None:
    """What the drawing needs; None when there is nothing to draw."""
    rows = [*stations, to_set] if to_set else stations
    counties = {row.area_id[:6] for row in rows}
    outlines = list(Outline.objects.around(counties).select_related("area"))
    points = corners(outlines) + [row.point for row in rows if row.point]
    frame = frame_of(points or (CHINA if to_set else ()))
    if frame is None:
        return None
    here = frame.place(*to_set.point) if to_set and to_set.point else None
    return {
        "frame": frame,
        "paths": paths(outlines, frame),
        "grid": [] if outlines else grid(frame),
        "markers": markers(stations, frame),
        "here": here,
        "notes": sorted({row.note for row in outlines if row.note}),
    }
