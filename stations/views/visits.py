"""Pages of visits: the list, its file, one visit, and its contact for a reason."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from audit.services import history_of, record
from common.fields import masked_name
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from common.spreadsheets import write_workbook
from stations import permissions as may
from stations.choices import Channel
from stations.filters import VisitFilter
from stations.forms_outing import OutingForm
from stations.forms_visit import RevealForm, VisitForm
from stations.models import Station, Visit
from stations.registers import MOST_ROWS, register_sheet
from stations.views.stations import own_stations, seen_station

ORDER = ("-visited_at", "-id")


def seen_visit(request: HttpRequest, pk: int) -> Visit:
    """The visit, if this person may know of it; else 404."""
    seen = Visit.objects.visible_to(request.user).for_list()
    return get_object_or_404(seen.select_related("area", "recorded_by"), pk=pk)


def _found(request: HttpRequest) -> VisitFilter:
    if not may.may_see_visits(request.user):
        raise PermissionDenied
    seen = Visit.objects.visible_to(request.user)
    return VisitFilter(request.GET, seen, request=request)


@require_GET
@vary_on_headers("HX-Request")
def visit_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    rows = found.qs.for_list().with_matters()
    context = {
        "filter": found,
        "page": KeysetPage.of(request, rows, ORDER, 25),
        "pills": choice_pills(found, "outcome", request.GET),
        "active": set_pills(found, request.GET, but=("outcome",)),
        "may_export": may.may_export_visits(request.user),
        "query": request.GET.urlencode(),
        "stations": own_stations(request),
        "many_stations": may.works_with_many(request.user),
    }
    template = (
        "stations/_visit_table.html" if request.htmx else "stations/visit_list.html"
    )
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_GET
@never_cache
def visit_export(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    if not may.may_export_visits(request.user):
        raise PermissionDenied
    if found.form.errors:
        return redirect(f"{reverse('stations:visit_list')}?{request.GET.urlencode()}")
    count = found.qs.order_by()[: MOST_ROWS + 1].count()
    # Words looked for may be a telephone number or a name: not for the trail.
    pills = set_pills(found, request.GET, but=("q",))
    said = "；".join(pill["label"] for pill in pills)
    record(
        "export",
        None,
        actor=request.user,
        label="导出来访登记",
        note=said,
        data={"rows": min(count, MOST_ROWS)},
    )
    book = io.BytesIO()
    write_workbook(book, [register_sheet(found.qs.order_by(*ORDER), count)])
    book.seek(0)
    name = f"选民接待登记表 {localdate():%Y-%m-%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


@require_GET
@never_cache
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _visit_page(request, seen_visit(request, pk))


def _opinion_url(visit: Visit) -> str:
    """Where a visit becomes an opinion; a page of proposals, if it is there."""
    try:
        return reverse("proposals:open_opinion", args=[visit.pk])
    except NoReverseMatch:
        return ""


def _visit_page(
    request: HttpRequest, visit: Visit, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "visit": visit,
        "heard_by": visit.heard_by.order_by("name"),
        "matters": visit.proposals.visible_to(request.user).order_by("id"),
        "may_reveal": may.may_reveal(request.user, visit),
        "may_amend": may.may_amend(request.user, visit),
        "opinion_url": _opinion_url(visit),
        "helper": masked_name(visit.helper_name),
        "home": masked_name(visit.home),
        "history": history_of(visit).order_by("-at", "-id")[:12],
        "form": more.pop("form", None) or RevealForm(visit=visit),
    }
    return render(request, "stations/visit_detail.html", context | more, status=status)


def ways_in(station: Station, on: str, user: Any) -> list[dict[str, Any]]:
    """The ways in as pills; the walk has a page of its own."""
    new = reverse("stations:visit_create", args=[station.pk])
    rows = [
        {"label": Channel(way).label, "url": f"{new}?channel={way}", "on": way == on}
        for way in (
            *(Channel.STATION, Channel.PHONE, Channel.LETTER),
            *(Channel.APPOINTMENT, Channel.ONLINE),
        )
    ]
    walk = reverse("stations:visit_outing", args=[station.pk])
    walk_row = {"label": Channel.VISIT.label, "url": walk, "on": on == Channel.VISIT}
    found = [*rows[:3], walk_row, *rows[3:]]
    if may.runs(user, station):
        sheets = reverse("stations:sheet_list", args=[station.pk])
        found.append({"label": "纸单", "url": sheets, "on": False})
    return found


@require_http_methods(["GET", "POST"])
def visit_create(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.may_log(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    channel = request.GET.get("channel", "")
    form = VisitForm(data, station=station, channel=channel)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("stations:visit_detail", form.visit.pk)
    context = {"form": form, "station": station, "way": Channel(form.channel).label}
    context["ways"] = ways_in(station, form.channel, request.user)
    status = 422 if form.is_bound else 200
    return render(request, "stations/visit_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
def visit_outing(request: HttpRequest, pk: int) -> HttpResponse:
    """A walk: several people met, each with their own words."""
    station = seen_station(request, pk)
    if not may.may_log(request.user, station):
        raise PermissionDenied
    form = OutingForm(request.POST or None, station=station)
    asks = form.is_bound and not form.wants_more
    if asks and form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已登记 {len(form.logged)} 位。")
        listed = reverse("stations:visit_list")
        return redirect(f"{listed}?station={station.pk}&channel={Channel.VISIT}")
    context = {"form": form, "station": station}
    context["ways"] = ways_in(station, Channel.VISIT, request.user)
    status = 422 if asks else 200
    return render(request, "stations/visit_outing.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def visit_amend(request: HttpRequest, pk: int) -> HttpResponse:
    visit = seen_visit(request, pk)
    if not may.may_amend(request.user, visit):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = VisitForm(data, station=visit.station, visit=visit)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("stations:visit_detail", visit.pk)
    context = {"form": form, "visit": visit}
    status = 422 if form.is_bound else 200
    return render(request, "stations/visit_amend.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def visit_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    visit = seen_visit(request, pk)
    if not may.may_reveal(request.user, visit):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = RevealForm(data, visit=visit)
    if form.is_valid() and form.carry_out(actor=request.user):
        shown = {"contact": form.contact or "未留", "name": visit.visitor_name}
        shown |= {"home": visit.home, "helper": visit.helper_name}
        return _visit_page(request, visit, form=form, revealed=shown)
    status = 422 if form.is_bound else 200
    return _visit_page(request, visit, status=status, form=form)
