"""The page of gaps, each line with its remedy; and remedies for many at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.choices import Role
from areas.choices import Level
from areas.models import Area
from common.paging import KeysetPage
from stations import permissions as may
from stations.coverage import LOOKING, gaps, overview
from stations.forms_coverage import ServeManyForm, StationManyForm

FIRST = "village"
SIZE = 50


@require_GET
def station_coverage(request: HttpRequest) -> HttpResponse:
    _check(request)
    return _page(request, request.GET.get("gap", ""))


@require_POST
def coverage_serve(request: HttpRequest) -> HttpResponse:
    return _remedy(request, "village", ServeManyForm, "已由所选的站服务。")


@require_POST
def coverage_station(request: HttpRequest) -> HttpResponse:
    return _remedy(request, "stationing", StationManyForm, "已驻所选的站。")


def _check(request: HttpRequest) -> None:
    if not may.may_see_coverage(request.user):
        raise PermissionDenied


def _remedy(request: HttpRequest, key: str, form_class: Any, done: str) -> HttpResponse:
    if not may.may_create_station(request.user):
        raise PermissionDenied
    rows = gaps()[key].all_rows(request.user)
    form = form_class(request.POST, actor=request.user, rows=rows)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, done)
        town = _town(request)
        query = f"?gap={key}" + (f"&town={town.code}" if town else "")
        return redirect(reverse("stations:coverage") + query)
    return _page(request, key, form)


def _page(request: HttpRequest, key: str, form: Any = None) -> HttpResponse:
    town = _town(request)
    code = town.code if town else ""
    lines = overview(request.user, code)
    known = gaps()
    first = next((row["gap"].key for row in lines if row["count"]), FIRST)
    gap = known.get(key) or known[first]
    may_mend = may.may_create_station(request.user)
    context = {
        "lines": lines,
        "gap": gap,
        "line": next(row for row in lines if row["gap"].key == gap.key),
        "page": KeysetPage.of(request, gap.rows(request.user, code), gap.order, SIZE),
        "town": town,
        "towns": _towns(request),
        "may_mend": may_mend,
        "may_grant": request.user.has_role(Role.OFFICER),
        "form": form or (may_mend and _form(request, gap.key)) or None,
    }
    status = 422 if form is not None else 200
    return render(request, "stations/coverage.html", context, status=status)


def _form(request: HttpRequest, key: str) -> Any:
    """The form for many at once, where there is one."""
    forms = {"village": ServeManyForm, "stationing": StationManyForm}
    if key not in forms:
        return None
    rows = gaps()[key].all_rows(request.user)
    return forms[key](actor=request.user, rows=rows)


def _towns(request: HttpRequest) -> list[Area]:
    """The towns one looks after, to narrow by."""
    codes = request.user.area_codes(*LOOKING)
    towns = Area.objects.none()
    for code in set(codes):
        towns = towns | Area.objects.under(code)
    return list(towns.filter(level=Level.TOWN).order_by("code"))


def _town(request: HttpRequest) -> Area | None:
    """The town asked for; one that is not one's own is as good as none."""
    typed = request.POST.get("town") or request.GET.get("town", "")
    return next((town for town in _towns(request) if town.code == typed), None)
