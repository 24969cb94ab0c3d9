"""Pages about deadlines and the working calendar."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from areas import permissions as may
from areas.calendar import calendar_warning
from areas.forms import DayForm, PolicyForm, offices_of
from areas.models import Area, CalendarDay, Policy
from areas.querysets import READERS
from areas.services import calendar, policies


def _places(request: HttpRequest) -> list[Area]:
    """The areas whose rules a person works under: those of their roles."""
    if not may.may_read(request.user):
        raise PermissionDenied
    codes = request.user.area_codes(*READERS)
    return list(Area.objects.filter(pk__in=codes).order_by("code"))


def _place(request: HttpRequest, places: list[Area]) -> Area | None:
    """The one that ?area= asks for, else the first; none for the platform's keeper."""
    asked = request.GET.get("area")
    if asked is None:
        return places[0] if places else None
    return get_object_or_404(Area, pk__in=[p.pk for p in places if p.pk == asked])


@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    places = _places(request)
    area = _place(request, places)
    code, today = area.pk if area else "", localdate()
    now = policies.policy_at(code, today)
    context = {
        "area": area,
        "places": places,
        "policy": now,
        "rules": _rules(now),
        "versions": policies.versions_of(code, today),
        "may_set": bool(area) and may.is_office_of(request.user, code),
        "warning": calendar_warning(today),
    }
    return render(request, "areas/policy.html", context)


def _rules(now: Policy) -> list[dict[str, Any]]:
    """Label, value, unit and source of each rule, in the order of the model."""
    return [policies.told_rule(name, getattr(now, name)) for name in policies.RULES]


@require_http_methods(["GET", "POST"])
def policy_create(request: HttpRequest) -> HttpResponse:
    places = list(offices_of(request.user))
    if not places:
        raise PermissionDenied
    area = _place(request, places)
    assert area is not None  # noqa: S101  (places is not empty)
    form = PolicyForm(request.POST or None, area=area)
    if form.is_bound and form.is_valid() and form.carry_out(actor=request.user):
        return redirect("areas:policy")
    context = {"form": form, "area": area}
    status = 422 if form.is_bound else 200
    return render(request, "areas/policy_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def calendar_year(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The special days of a year, and a form to correct one."""
    if not may.may_read(request.user):
        raise PermissionDenied
    may_edit, today = may.may_edit_calendar(request.user), localdate()
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    form = DayForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.carry_out(actor=request.user):
        return redirect("areas:calendar_year", year=form.cleaned_data["day"].year)
    shown = _shown_year(form, year, today)
    days = list(CalendarDay.objects.filter(day__year=shown))
    context = {
        "year": shown,
        "years": range(today.year - 2, today.year + 3),
        "days": days,
        "is_provisional": any(day.is_provisional for day in days),
        "form": form if may_edit else None,
        "warning": calendar_warning(today),
    }
    status = 422 if form.is_bound else 200
    return render(request, "areas/calendar.html", context, status=status)


def _shown_year(form: DayForm, year: int | None, today: dt.date) -> int:
    if year is None:
        return today.year
    return min(max(year, calendar.FIRST_YEAR), calendar.LAST_YEAR)


@require_POST
def calendar_settle(request: HttpRequest, year: int) -> HttpResponse:
    calendar.settle_year(year, actor=request.user)
    return redirect("areas:calendar_year", year=year)
