"""Pages of activities: the list and its file, one activity, planning and printing."""

import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from activities import permissions as may
from activities.choices import ActivityStatus
from activities.filters import ActivityFilter
from activities.forms import ActivityForm, AttachForm, InviteForm
from activities.models import Activity
from activities.registers import HEADER as RECORD
from activities.registers import MOST_ROWS, record_line, record_sheet
from activities.workflow import FLOW
from audit.services import history_of, record
from common.forms import is_key
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from common.spreadsheets import write_workbook
from stations.models import Visit
from stations.permissions import may_export_visits, may_log
from stations.seats import with_seats

ORDER = ("-starts_at", "-id")
ICONS = {"hold": "check2-circle", "cancel": "x-circle", "review": "patch-check"}


def seen_activity(request: HttpRequest, pk: int) -> Activity:
    """The activity, if this person may know of it; else 404."""
    seen = Activity.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("station", "group", "area"), pk=pk)


def _found(request: HttpRequest) -> ActivityFilter:
    if not may.may_see_activities(request.user):
        raise PermissionDenied
    seen = Activity.objects.visible_to(request.user)
    return ActivityFilter(request.GET, seen, request=request)


@require_GET
@vary_on_headers("HX-Request")
def activity_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    context = {
        "filter": found,
        "page": KeysetPage.of(request, found.qs.for_list(), ORDER, 25),
        "pills": choice_pills(found, "kind", request.GET),
        "active": set_pills(found, request.GET, but=("kind",)),
        "may_plan": may.may_plan(request.user),
        "may_export": may_export_visits(request.user),
        "query": request.GET.urlencode(),
    }
    template = "activities/_table.html" if request.htmx else "activities/list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_GET
@never_cache
def activity_export(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    if not may_export_visits(request.user):
        raise PermissionDenied
    if found.form.errors:
        return redirect(f"{reverse('activities:list')}?{request.GET.urlencode()}")
    count = found.qs.order_by()[:MOST_ROWS].count()
    label, data = "导出活动记录", {"rows": count}
    record("export", None, actor=request.user, label=label, data=data)
    book = io.BytesIO()
    write_workbook(book, [record_sheet(found.qs.order_by(*ORDER))])
    book.seek(0)
    name = f"活动记录 {localdate():%Y-%m-%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


@require_http_methods(["GET", "POST"])
def activity_plan(request: HttpRequest) -> HttpResponse:
    if not may.may_plan(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    asked = {n: request.GET[n] for n in ("station", "kind") if n in request.GET}
    if not is_key(asked.get("station", "0")):
        del asked["station"]
    form = ActivityForm(data, actor=request.user, initial=asked)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(form.activity)
    status = 422 if form.is_bound else 200
    return render(request, "activities/plan.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    if not may.runs(request.user, activity):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ActivityForm(data, actor=request.user, activity=activity)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(activity)
    context = {"form": form, "activity": activity}
    status = 422 if form.is_bound else 200
    return render(request, "activities/edit.html", context, status=status)


@require_GET
def activity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render_activity(request, seen_activity(request, pk))


def render_activity(
    request: HttpRequest, activity: Activity, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of an activity; `more` carries a form with errors back onto it."""
    user = request.user
    parts = activity.attendances.select_related("deputy").order_by("deputy__name", "id")
    visits = Visit.objects.visible_to(user).filter(activities=activity)
    may_record = may.may_record(user, activity)
    context = {
        "activity": activity,
        "attendances": parts.prefetch_related(
            with_seats("deputy", localdate(activity.starts_at))
        ),
        "guests": activity.guests.all(),
        "visits": visits.for_list().with_matters().order_by("visited_at", "id"),
        "files": activity.files.select_related("added_by"),
        "runs": may.runs(user, activity),
        "may_record": may_record,
        "may_hear": _may_hear(user, activity),
        "is_planned": activity.status == ActivityStatus.PLANNED,
        "steps": _steps(request, activity),
        "history": history_of(activity).order_by("-at", "-id")[:12],
    }
    if may_record:
        context["invite_form"] = InviteForm(actor=user, activity=activity)
        context["attach_form"] = AttachForm(activity=activity)
    return render(request, "activities/detail.html", context | more, status=status)


def _may_hear(user: Any, activity: Activity) -> bool:
    if activity.station is None or activity.status == ActivityStatus.CANCELLED:
        return False
    return activity.has_begun and may_log(user, activity.station)


def _steps(request: HttpRequest, activity: Activity) -> list[dict[str, Any]]:
    """What this person may do, the likeliest first; recording before all."""
    steps = FLOW.open_to(activity, actor=request.user)
    rows = [
        {
            "label": step.label,
            "hint": step.hint,
            "url": reverse(f"activities:{step.verb}", args=[activity.pk]),
            "icon": ICONS[step.verb],
        }
        for step in steps
        if step.verb != "hold" or activity.has_begun
    ]
    if activity.has_begun and may.may_record(request.user, activity):
        record_url = reverse("activities:record", args=[activity.pk])
        hint = "到会打勾，写纪要和形成的意见。"
        rows.insert(
            0,
            {"label": "记录", "hint": hint, "url": record_url, "icon": "pencil-square"},
        )
    return [row | {"primary": at == 0} for at, row in enumerate(rows)]


@require_GET
def activity_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The activity record (活动记录), to be printed and signed."""
    seen = Activity.objects.visible_to(request.user).with_people()
    activity = get_object_or_404(seen.select_related("area"), pk=pk)
    line = dict(zip(RECORD, record_line(activity), strict=True))
    images = [file for file in activity.files.all() if file.is_image]
    context = {"activity": activity, "line": line, "images": images[:4]}
    return render(request, "activities/paper.html", context)
