"""Pages of stations: the list, one station, setting up and editing, its deputies."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from audit.services import history_of
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from stations import permissions as may
from stations.filters import StationFilter
from stations.forms_station import EndStationingForm, StationForm, StationingForm
from stations.models import (
    ReceptionDay,
    ReceptionPlan,
    Station,
    StationCheck,
    Visit,
)
from stations.seats import with_seats
from stations.staffing import may_grant_staff, staff_lines

SHOWN = 6  # lines of a part of the page; the rest is one click away
MOST_FORMER = 100


def seen_station(request: HttpRequest, pk: int) -> Station:
    """The station, if this person works with it; else 404."""
    seen = Station.objects.visible_to(request.user)
    seen = seen.select_related("area", "parent", "host")
    return get_object_or_404(seen, pk=pk)


def own_stations(request: HttpRequest) -> list[Any]:
    """The stations this person staffs: theirs to plan days and log visits for."""
    return [grant.station for grant in request.user.held if grant.station_id]


@require_GET
@vary_on_headers("HX-Request")
def station_list(request: HttpRequest) -> HttpResponse:
    if not may.may_see_stations(request.user):
        raise PermissionDenied
    if not may.works_with_many(request.user) and not request.GET:
        return redirect("stations:detail", request.user.station_ids()[0])
    seen = Station.objects.visible_to(request.user).for_list(localdate())
    found = StationFilter(request.GET, seen, request=request)
    context = {
        "filter": found,
        "page": KeysetPage.of(request, found.qs, ("name", "id"), 25),
        "pills": choice_pills(found, "kind", request.GET),
        "active": set_pills(found, request.GET, but=("kind",)),
        "may_create": may.may_create_station(request.user),
        "may_see_coverage": may.may_see_coverage(request.user),
        "may_see_checks": may.may_see_checks(request.user),
    }
    template = "stations/_table.html" if request.htmx else "stations/list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_GET
def station_detail(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    user, today = request.user, localdate()
    stationings = station.stationings.select_related("deputy")
    context = {
        "station": station,
        "may_edit": may.may_edit_station(user, station),
        "oversees": may.oversees(user, station),
        "runs": may.runs(user, station),
        "may_log": may.may_log(user, station),
        "stationings": stationings.on(today)
        .prefetch_related(with_seats("deputy", today))
        .order_by("starts_on", "id"),
        "former": stationings.filter(ends_on__lte=today).order_by("-ends_on", "-id")[
            :MOST_FORMER
        ],
        "staff": staff_lines(station, user),
        "may_grant": may_grant_staff(user, station),
        "may_read_story": may.may_read_story(user, station),
        "served": list(station.serves.order_by("code")),
        "guests": list(station.guests.visible_to(user).order_by("name", "id")),
        "checks": _checks(request, station),
        "days": _days(request, station, today),
        "plan": _plan(request, station, today),
        "figures": _figures(request, station, today),
        "matters": station.proposals.visible_to(user).order_by("-created_at", "-id")[
            :SHOWN
        ],
        "history": history_of(station).order_by("-at", "-id")[:SHOWN],
    }
    return render(request, "stations/detail.html", context)


def _checks(request: HttpRequest, station: Station) -> list[StationCheck]:
    """The newest checks, with the stars they led to."""
    seen = StationCheck.objects.visible_to(request.user).filter(station=station)
    return list(seen.for_list().order_by("-checked_on", "-id")[:SHOWN])


def _plan(
    request: HttpRequest, station: Station, today: dt.date
) -> ReceptionPlan | None:
    """This year's plan, for those who may see plans."""
    seen = ReceptionPlan.objects.visible_to(request.user)
    plan = seen.filter(station=station, year=today.year).first()
    return plan if plan and may.may_see_plan(request.user, plan) else None


def _days(request: HttpRequest, station: Station, today: dt.date) -> list[Any]:
    """The days to come, nearest first; none: the last ones held."""
    seen = ReceptionDay.objects.visible_to(request.user).filter(station=station)
    coming = list(seen.coming(today).for_list()[:SHOWN])
    return coming or list(seen.for_list().order_by("-date", "-id")[:3])


def _figures(request: HttpRequest, station: Station, today: dt.date) -> dict[str, Any]:
    """What came in since New Year, by what became of it."""
    seen = Visit.objects.visible_to(request.user).filter(station=station)
    year = seen.filter(visited_at__year=today.year, is_counted=True)
    rows = list(
        year.order_by()
        .values("outcome")
        .annotate(visits=Count("pk"), visitors=Sum("party_size"))
        .order_by("-visits", "outcome")
    )
    words = dict(Visit._meta.get_field("outcome").flatchoices)
    for row in rows:
        row["label"] = words.get(row["outcome"], row["outcome"])
    return {
        "rows": rows,
        "visits": sum(row["visits"] for row in rows),
        "visitors": sum(row["visitors"] for row in rows),
        "year": today.year,
    }


@require_http_methods(["GET", "POST"])
def station_create(request: HttpRequest) -> HttpResponse:
    if not may.may_create_station(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    wanted = {name: request.GET.get(name) for name in ("area", "parent", "name")}
    form = StationForm(data, actor=request.user, initial=wanted)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(form.station)
    status = 422 if form.is_bound else 200
    return render(request, "stations/create.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def station_edit(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.may_edit_station(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = StationForm(data, actor=request.user, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(station)
    context = {"form": form, "station": station}
    status = 422 if form.is_bound else 200
    return render(request, "stations/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def station_deputy_add(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.oversees(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = StationingForm(data, actor=request.user, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(station)
    context = {"form": form, "station": station}
    status = 422 if form.is_bound else 200
    return render(request, "stations/station_deputy.html", context, status=status)


@require_http_methods(["GET", "POST"])
def stationing_end(request: HttpRequest, pk: int, stationing: int) -> HttpResponse:
    station = seen_station(request, pk)
    row = get_object_or_404(station.stationings.select_related("deputy"), pk=stationing)
    if not may.oversees(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = EndStationingForm(data, stationing=row)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(station)
    context = {"form": form, "station": station, "stationing": row}
    status = 422 if form.is_bound else 200
    return render(request, "stations/end_stationing.html", context, status=status)
