"""Pages of the registry: the tree, villages served, closing, what changed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from stations import permissions as may
from stations.filters import StationFilter
from stations.forms_staff import StaffForm
from stations.forms_station import CloseForm, ServeForm
from stations.models import Station
from stations.services.registry import closing_blocks
from stations.staffing import may_grant_staff
from stations.story import story_of, told
from stations.tree import tree_lines
from stations.views.stations import seen_station


@require_GET
@vary_on_headers("HX-Request")
def station_tree(request: HttpRequest) -> HttpResponse:
    if not may.may_see_stations(request.user):
        raise PermissionDenied
    seen = Station.objects.visible_to(request.user)
    found = StationFilter(request.GET, seen, request=request)
    active = set_pills(found, request.GET, but=("kind",))
    is_narrow = active or request.GET.get("kind")
    wanted = set(found.qs.values_list("pk", flat=True)) if is_narrow else None
    context = {
        "filter": found,
        "lines": tree_lines(seen.for_list(localdate()), wanted),
        "pills": choice_pills(found, "kind", request.GET),
        "active": active,
        "may_create": may.may_create_station(request.user),
        "may_see_coverage": may.may_see_coverage(request.user),
        "may_see_checks": may.may_see_checks(request.user),
    }
    template = "stations/_tree.html" if request.htmx else "stations/tree.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
def station_serve(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.oversees(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ServeForm(data, actor=request.user, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "服务村社区已保存。")
        return redirect(station)
    context = {"form": form, "station": station}
    status = 422 if form.is_bound else 200
    return render(request, "stations/serve.html", context, status=status)


@require_http_methods(["GET", "POST"])
def station_close(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.oversees(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = CloseForm(data, actor=request.user, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"{station}已撤销。")
        return redirect(station)
    stationed = station.stationings.filter(ends_on=None).count()
    context = {"form": form, "station": station, "blocks": closing_blocks(station)}
    context["consequence"] = (
        f"公开页不再出现，登记和事项都留着。驻站代表 {stationed} 名今天离站。"
    )
    status = 422 if form.is_bound else 200
    return render(request, "stations/close.html", context, status=status)


@require_http_methods(["GET", "POST"])
def station_staff(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may_grant_staff(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    wanted = {"is_head": bool(request.GET.get("is_head"))}
    form = StaffForm(data, actor=request.user, station=station, initial=wanted)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已授权。")
        return redirect(f"{station.get_absolute_url()}#staff")
    context = {"form": form, "station": station}
    status = 422 if form.is_bound else 200
    return render(request, "stations/staff.html", context, status=status)


@require_GET
def station_history(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.may_read_story(request.user, station):
        raise PermissionDenied
    page = KeysetPage.of(request, story_of(station), ("-at", "-id"), 40)
    for event in page:
        event.told = told(event)
    context = {"station": station, "page": page}
    return render(request, "stations/history.html", context)
