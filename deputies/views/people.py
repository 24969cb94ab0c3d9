"""Pages about deputies as persons: the list, the file, creating and editing."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from common.paging import MOST_COUNTED, PARAMETER, KeysetPage
from common.pills import choice_pills, set_pills
from common.spreadsheets import write_workbook
from deputies import permissions as may
from deputies import querysets as known
from deputies.choices import SeatState
from deputies.filters import DeputyFilter
from deputies.forms.people import DeputyCreateForm, DeputyEditForm, RevealForm
from deputies.models import Deputy
from deputies.querysets import DeputyQuerySet
from deputies.services import people
from deputies.services.roll import roll_sheet
from deputies.workflow import FLOW

SHOWN = 8  # lines of a part of the file; the rest is one click away


def _seen(request: HttpRequest) -> DeputyQuerySet:
    if not may.may_see_deputies(request.user):
        raise PermissionDenied
    return Deputy.objects.visible_to(request.user)


def seen_deputy(request: HttpRequest, pk: int) -> Deputy:
    """The deputy, if this person may know of them; else 404."""
    deputies = Deputy.objects.visible_to(request.user).select_related("area")
    return get_object_or_404(deputies, pk=pk)


def _found(request: HttpRequest, seen: DeputyQuerySet) -> DeputyFilter:
    """The filter as the address has it; those in office unless it says otherwise."""
    asked = request.GET.copy()
    asked.setdefault("state", SeatState.ACTIVE)
    return DeputyFilter(asked, seen, request=request)


def _up_to(count: int) -> str:
    return f"超过 {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"


def _listed(request: HttpRequest, found: DeputyFilter) -> dict[str, Any]:
    """What list and table show: the page, how many persons and seats, the filters."""
    rows = found.qs.for_list(localdate())
    page = KeysetPage.of(request, rows, ("name", "id"), 25)
    persons = found.qs.order_by()[: MOST_COUNTED + 1].count()
    seats = found.seats()[: MOST_COUNTED + 1].count()
    return {
        "filter": found,
        "page": page,
        "pager": {"next_url": page.next_url, "prev_url": page.prev_url},
        "persons": _up_to(persons),
        "seats": _up_to(seats),
        "pills": choice_pills(found, "state", request.GET),
        "active": set_pills(found, request.GET, but=("state",)),
        "query": request.GET.urlencode(),
        "kept": [i for i in request.GET.items() if i[0] not in ("q", PARAMETER)],
    }


@require_GET
@vary_on_headers("HX-Request")
def deputy_list(request: HttpRequest) -> HttpResponse:
    found = _found(request, _seen(request))
    user = request.user
    context = _listed(request, found) | {
        "may_keep": may.may_keep(user),
        "may_oversee": may.may_oversee(user),
    }
    if context["may_oversee"]:
        context["ungrouped_count"] = _ungrouped(request).count()
    template = "deputies/_table.html" if request.htmx else "deputies/list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


def _ungrouped(request: HttpRequest) -> DeputyQuerySet:
    today = localdate()
    return _seen(request).active(today).without_group(today)


@require_GET
@vary_on_headers("HX-Request")
def deputy_ungrouped(request: HttpRequest) -> HttpResponse:
    if not may.may_oversee(request.user):
        raise PermissionDenied
    found = _found(request, _ungrouped(request))
    context = _listed(request, found) | {"may_keep": may.may_keep(request.user)}
    context["is_ungrouped"] = True
    template = "deputies/_table.html" if request.htmx else "deputies/ungrouped.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_GET
@never_cache
def deputy_export(request: HttpRequest) -> HttpResponse:
    found = _found(request, _seen(request))
    if not may.may_oversee(request.user):
        raise PermissionDenied
    if found.form.errors:
        return redirect(f"../?{request.GET.urlencode()}")
    count = found.seats().count()
    said = "；".join(pill["label"] for pill in set_pills(found, request.GET))
    people.note_export(actor=request.user, count=count, conditions=said)
    book = io.BytesIO()
    rows = found.qs.order_by("name", "id")
    write_workbook(book, [roll_sheet(rows, found.seats())])
    book.seek(0)
    name = f"代表名册 {localdate():%Y-%m-%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


@require_GET
@never_cache
def deputy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    deputy, today = seen_deputy(request, pk), localdate()
    context = {
        "deputy": deputy,
        "is_self": request.user.deputy_id == deputy.pk,
        "may_edit": may.may_edit(request.user, deputy),
        "may_reveal": may.may_reveal(request.user, deputy),
        "sees_file": may.may_see_file(request.user, deputy),
        "seats": _seats(request, deputy),
        "memberships": deputy.memberships.select_related("group__area").order_by(
            "-starts_on"
        ),
        "stationings": known.stationings_of(deputy, today),
        "duties": known.duties_to_come(deputy, today)[:SHOWN],
        "open_stations": known.stations_open_to(request.user, deputy),
    }
    if context["sees_file"]:
        context |= _file(request, deputy)
    return render(request, "deputies/detail.html", context)


def _seats(request: HttpRequest, deputy: Deputy) -> list[dict[str, Any]]:
    """The seats, each with the steps this person may take with it."""
    rows = []
    for seat in deputy.mandates.for_list():
        seat.deputy = deputy
        steps = FLOW.open_to(seat, actor=request.user)
        may_edit = may.may_step(request.user, seat)
        rows.append({"seat": seat, "steps": steps, "may_edit": may_edit})
    return rows


def _file(request: HttpRequest, deputy: Deputy) -> dict[str, Any]:
    """What those see who work with the deputy: matters, visits, the year, changes."""
    user = request.user
    visits = deputy.visits_heard.visible_to(user).for_list()
    return {
        "led": known.matters_led(deputy, user)[:SHOWN],
        "visits": visits.order_by("-visited_at", "-pk")[:SHOWN],
        "year": known.year_figures(deputy, localdate().year),
        "history": known.story_of(deputy)[:SHOWN],
    }


@require_http_methods(["GET", "POST"])
def deputy_create(request: HttpRequest) -> HttpResponse:
    if not may.may_keep(request.user):
        raise PermissionDenied
    form = DeputyCreateForm(request.POST or None, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已登记{form.deputy}。")
        return redirect(form.deputy)
    status = 422 if form.is_bound else 200
    return render(request, "deputies/create.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def deputy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = seen_deputy(request, pk)
    if not may.may_edit(request.user, deputy):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = DeputyEditForm(data, actor=request.user, deputy=deputy)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(deputy)
    status = 422 if form.is_bound else 200
    context = {"form": form, "deputy": deputy}
    return render(request, "deputies/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def deputy_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = seen_deputy(request, pk)
    if not may.may_reveal(request.user, deputy):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = RevealForm(data, deputy=deputy)
    phone = ""
    if form.is_valid() and form.carry_out(actor=request.user):
        phone = form.phone or "没有登记号码"
    context = {"form": form, "deputy": deputy, "phone": phone}
    template = "deputies/_reveal.html" if request.htmx else "deputies/reveal.html"
    status = 422 if form.is_bound and not phone else 200
    return render(request, template, context, status=status)
