"""The reception desk: the day's register, one line a visitor; by script or without."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal, RuleViolation
from common.middleware import status_of
from proposals import permissions as may
from proposals.desk import Desk, opening_hours
from proposals.forms.desk import ChangeDutyForm, LineForm
from proposals.register import (
    Line,
    alike,
    line_again,
    mergeable,
    totals_of,
)
from proposals.services import desk as service
from stations.choices import StationStatus
from stations.models import ReceptionDay, Station, Visit
from stations.services import create_day

MOST_SIMILAR = 8


def seen_desk(request: HttpRequest, day_pk: int) -> Desk:
    """The desk of a day in this person's scope (else 404) that they may read (403)."""
    seen = ReceptionDay.objects.visible_to(request.user).select_related("station__area")
    day = get_object_or_404(seen, pk=day_pk)
    if not may.may_see_desk(request.user, day.station):
        raise PermissionDenied
    return Desk(day, request.user)


def kept_desk(request: HttpRequest, day_pk: int) -> Desk:
    """As `seen_desk`, of those who write its register."""
    desk = seen_desk(request, day_pk)
    if not desk.keeps:
        raise PermissionDenied
    return desk


def speaks_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"


# --- which day ----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def desk_today(request: HttpRequest) -> HttpResponse:
    """Today's reception of the stations one keeps; else the next one, or one now."""
    seen = Station.objects.visible_to(request.user).filter(status=StationStatus.ACTIVE)
    kept = [s for s in seen.order_by("code") if may.may_keep_desk(request.user, s)]
    if not kept:
        raise PermissionDenied
    today = localtime().date()
    days = ReceptionDay.objects.filter(station__in=kept).select_related("station")
    todays = list(days.coming(today).filter(date=today))
    refused = ""
    if request.method == "POST":
        station = next(
            (s for s in kept if str(s.pk) == request.POST.get("station")), None
        )
        refused = _open_now(request, station)
        if not refused:
            return redirect("proposals:desk_today")
    elif len(todays) == 1:
        return redirect("proposals:desk", todays[0].pk)
    context = {
        "todays": todays,
        "kept": kept,
        "coming": days.coming(today).exclude(date=today)[:5],
        "held": days.filter(date=today, held_at__isnull=False),
        "refused": refused,
    }
    status = 422 if refused else 200
    return render(request, "proposals/desk_today.html", context, status=status)


def _open_now(request: HttpRequest, station: Station | None) -> str:
    """Open a reception that was not planned; answers why not, if so."""
    if station is None:
        return "请选择在哪个站接待。"
    now = localtime()
    starts_at, ends_at = opening_hours(now)
    try:
        create_day(
            station,
            actor=request.user,
            date=now.date(),
            starts_at=starts_at,
            ends_at=ends_at,
        )
    except Refusal as refused:
        return str(refused)
    return ""


@require_GET
def desk(request: HttpRequest, day_pk: int) -> HttpResponse:
    desk = seen_desk(request, day_pk)
    return desk_page(request, desk, blank_line(desk, request.GET.get("line", "")))


def desk_page(
    request: HttpRequest, desk: Desk, form: LineForm, status: int = 200
) -> HttpResponse:
    context = {"desk": desk, "day": desk.day, "form": form}
    context["duty_form"] = ChangeDutyForm(desk=desk) if desk.may_write else None
    return render(request, "proposals/desk.html", context, status=status)


def blank_line(desk: Desk, key: str) -> LineForm:
    """An empty line, or the stored one of this key to be mended."""
    line = next((line for line in desk.lines if line.key == key), None)
    present = [tick["deputy"].pk for tick in desk.ticks if tick["is_present"]]
    new = {"key": uuid.uuid4(), "party_size": 1, "heard_by": present}
    return LineForm(initial=line.typed if line else new, desk=desk)


# --- one line -----------------------------------------------------------------------


@require_POST
def desk_line(request: HttpRequest, day_pk: int) -> HttpResponse:
    """Store or change one line: JSON in and out, or a plain form and a page."""
    desk = kept_desk(request, day_pk)
    if speaks_json(request):
        return _line_as_json(request, desk)
    form = LineForm(request.POST, desk=desk)
    if form.is_valid() and form.carry_out(actor=request.user) and form.line:
        messages.success(request, _stored_words(form.line))
        return redirect("proposals:desk", desk.day.pk)
    return desk_page(request, desk, form, status=422)


def _line_as_json(request: HttpRequest, desk: Desk) -> JsonResponse:
    typed = typed_json(request)
    if typed is None:
        return JsonResponse({"refused": "这一行没有读懂，请刷新页面。"}, status=400)
    form = LineForm(typed, desk=desk)
    try:
        if form.is_valid() and form.carry_out(actor=request.user) and form.line:
            return JsonResponse(stored_answer(request, form.line, desk))
    except Refusal as refused:
        answer: dict[str, Any] = {"refused": str(refused)}
        answer["line"] = _standing(request, desk, typed.get("key", ""))
        return JsonResponse(answer, status=status_of(refused))
    return JsonResponse({"errors": form.errors}, status=422)


def typed_json(request: HttpRequest) -> dict[str, Any] | None:
    """The body as a form takes it, all of it text; None if it is no such object."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    plain = {k: str(v) for k, v in body.items() if isinstance(v, str | int | float)}
    heard = body.get("heard_by")
    if isinstance(heard, list):
        plain["heard_by"] = [str(pk) for pk in heard]  # type: ignore[assignment]
    return plain


def stored_answer(request: HttpRequest, line: Line, desk: Desk) -> dict[str, Any]:
    """What the page needs to show a line that was just stored."""
    context = {"line": line, "desk": desk, "day": desk.day}
    context["alike"] = alike(line, desk.day, desk.user)
    return {
        "line": line.typed | {"number": line.number},
        "row": render_to_string("proposals/_desk_row.html", context, request),
        "fate": render_to_string("proposals/_desk_fate.html", context, request),
        "totals": totals_of(desk.day),
    }


def _standing(request: HttpRequest, desk: Desk, key: str) -> dict[str, Any] | None:
    """The line as it now stands, for somebody who was overtaken."""
    visit = Visit.objects.filter(day=desk.day, key=key).first()
    return stored_answer(request, line_again(visit), desk) if visit else None


def _stored_words(line: Line) -> str:
    words = f"第 {line.number} 行已存：{line.fate[1]}"
    if line.opinion is not None:
        words += f" {line.opinion.number}"
    if line.code:
        words += f"，查询码 {line.code}（只显示这一次，请抄给来访人）"
    return words


@require_POST
def desk_code(request: HttpRequest, day_pk: int) -> HttpResponse:
    """A new query code for a line; shown once."""
    desk = kept_desk(request, day_pk)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        line = service.reissue_code(desk.day, actor=request.user, key=key)
    except ValueError as error:
        raise RuleViolation("这一行的标识无效，请刷新页面。") from error
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(stored_answer(request, line, desk))
    messages.success(request, _stored_words(line))
    return redirect("proposals:desk", desk.day.pk)


@require_GET
def desk_similar(request: HttpRequest, day_pk: int) -> HttpResponse:
    """Open opinions of the station by number or words, newest first, for key 4."""
    desk = kept_desk(request, day_pk)
    asked = request.GET.get("q", "").strip()[:50]
    found = mergeable(desk.day, request.user)
    if asked:
        by_number = found.filter(number__icontains=asked)
        found = by_number if by_number.exists() else found.search(asked)
    rows = [
        {"number": p.number, "title": p.title, "state": p.get_status_display()}
        for p in found.only("number", "title", "status")[:MOST_SIMILAR]
    ]
    return JsonResponse({"found": rows})


# --- the end ---------------------------------------------------------------------


@require_POST
def desk_close(request: HttpRequest, day_pk: int) -> HttpResponse:
    """End today's reception; then the register is there to be printed."""
    desk = kept_desk(request, day_pk)
    service.close_desk(desk.day, actor=request.user)
    messages.success(request, "接待已结束，登记表已定稿，可以打印。")
    return redirect("proposals:desk", desk.day.pk)
