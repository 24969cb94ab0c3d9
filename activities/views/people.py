"""Deputies invited to an activity: added, said how it stands, taken off; and files."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from activities import permissions as may
from activities.forms import AttachForm, InviteForm
from activities.models import Activity, ActivityFile
from activities.services import planning, recording
from activities.views.activities import render_activity, seen_activity
from common.errors import RuleViolation
from deputies.models import Deputy

# Whatever a file holds, a browser runs nothing of it and fetches nothing for it.
READ_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _invited(activity: Activity, pk: int) -> Deputy:
    """A deputy of the list; others are unknown here."""
    parts = activity.attendances.select_related("deputy")
    return get_object_or_404(parts, deputy=pk).deputy


@require_POST
def activity_invite(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    if not may.runs(request.user, activity):
        raise PermissionDenied
    form = InviteForm(request.POST, actor=request.user, activity=activity)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(f"{activity.get_absolute_url()}#people")
    return render_activity(request, activity, status=422, invite_form=form)


@require_POST
def activity_attend(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    person, state = _invited(activity, deputy), request.POST.get("state", "")
    try:
        planning.set_attendance(activity, person, state, actor=request.user)
    except RuleViolation as refused:
        return render_activity(request, activity, status=422, refusal=str(refused))
    return redirect(f"{activity.get_absolute_url()}#people")


@require_POST
def activity_drop(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    planning.drop(activity, _invited(activity, deputy), actor=request.user)
    return redirect(f"{activity.get_absolute_url()}#people")


@require_http_methods(["GET", "POST"])
def activity_attach(request: HttpRequest, pk: int) -> HttpResponse:
    activity = seen_activity(request, pk)
    recording.check_may_attach(activity, actor=request.user)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AttachForm(*given, activity=activity)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(f"{activity.get_absolute_url()}#files")
    context = {"form": form, "activity": activity}
    status = 422 if form.is_bound else 200
    return render(request, "activities/attach.html", context, status=status)


def _file(request: HttpRequest, pk: int) -> ActivityFile:
    """The file, if this person may know of its activity; else 404."""
    seen = ActivityFile.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("activity__station"), pk=pk)


@require_safe
def activity_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself: images to look at, everything else to save."""
    row = _file(request, pk)
    path = Path(settings.MEDIA_ROOT) / row.path
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        as_attachment=not row.is_image,
        filename=row.name,
        content_type=row.content_type,
    )
    response["Content-Security-Policy"] = READ_ONLY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def activity_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _file(request, pk)
    if not may.may_remove_file(request.user, row):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "activities/file_remove.html", {"row": row})
    recording.remove_file(row, actor=request.user)
    return redirect(f"{row.activity.get_absolute_url()}#files")
