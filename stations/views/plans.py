"""Pages of year plans: the list, one plan, its rules, publishing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from areas.calendar import working_calendar
from areas.permissions import may_read
from common.errors import RuleViolation, WrongState
from common.paging import KeysetPage
from stations import permissions as may
from stations.choices import NOT_RECEIVING, PlanStatus, StationStatus
from stations.drafts import draft_of, fairness_of
from stations.forms_plans import (
    ManyPlansForm,
    PlanCreateForm,
    PlanEditForm,
    plan_years,
    stations_to_plan,
    usual_year,
)
from stations.forms_rules import RuleForms, one_more
from stations.models import ReceptionDay, ReceptionPlan, Station
from stations.plan_list import plan_rows
from stations.plan_page import (
    changes_of,
    draft_lines,
    months_of,
    published_lines,
    rule_words,
    shares_of,
    spread_words,
)
from stations.plan_preview import preview_of
from stations.services.drafting import draft
from stations.services.plans import copy_plan
from stations.views.stations import seen_station
from stations.workflow_plans import publish

MOST_SEED = 1_000_000


def seen_plan(request: HttpRequest, pk: int) -> ReceptionPlan:
    """The plan, if this person works with its station; drafts not for deputies."""
    seen = ReceptionPlan.objects.visible_to(request.user)
    plan = get_object_or_404(seen.select_related("station__area"), pk=pk)
    if not may.may_see_plan(request.user, plan):
        raise Http404
    return plan


def own_plan(request: HttpRequest, pk: int) -> ReceptionPlan:
    """A plan that this person makes; else 404 or 403."""
    plan = seen_plan(request, pk)
    if not may.runs(request.user, plan.station):
        raise PermissionDenied
    return plan


def own_draft(request: HttpRequest, pk: int) -> ReceptionPlan:
    """The same while it may still change; published ones are 409."""
    plan = own_plan(request, pk)
    if plan.status != PlanStatus.DRAFT:
        raise WrongState("计划已经公布，只能换班、改期或取消。")
    return plan


def asked_year(request: HttpRequest) -> int:
    """The year in the address; the one to plan now where it says nothing sensible."""
    said = request.POST.get("year") or request.GET.get("year") or ""
    year = int(said) if said.isdecimal() and len(said) == 4 else usual_year()
    return year if 2000 <= year <= 2100 else usual_year()


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    user, year = request.user, asked_year(request)
    if not may.may_see_stations(user):
        raise PermissionDenied
    page = KeysetPage.of(request, _planning(request), ("town_code", "name", "id"), 60)
    rows = plan_rows(list(page), user, year)
    context = {
        "year": year,
        "years": _years(year, before=1),
        "page": page,
        "rows": rows,
        "to_plan": stations_to_plan(user, year).count(),
        "ready": sum(row.is_ready for row in rows),
        "published": sum(row.is_published for row in rows),
    }
    return render(request, "stations/plan_list.html", context)


def _planning(request: HttpRequest) -> QuerySet[Station]:
    """The stations in use of which receptions are expected."""
    seen = Station.objects.visible_to(request.user).select_related("area")
    return seen.filter(status=StationStatus.ACTIVE).exclude(kind__in=NOT_RECEIVING)


def _years(year: int, before: int = 0) -> list[dict[str, Any]]:
    """Those one may plan, and so many before them, as pills."""
    first = localdate().year - before
    years = sorted({year, first, *(key for key, _ in plan_years())})
    return [
        {"label": f"{one}年", "url": f"?year={one}", "on": one == year} for one in years
    ]


@require_http_methods(["GET", "POST"])
def plan_create(request: HttpRequest, pk: int) -> HttpResponse:
    station, year = seen_station(request, pk), asked_year(request)
    if not may.runs(request.user, station):
        raise PermissionDenied
    planned = station.plans.filter(year=year).first()
    if planned and request.method == "GET":
        return redirect(planned)
    form = PlanCreateForm(_typed(request), station=station, year=year)
    if _saves(request) and form.is_valid() and form.carry_out(actor=request.user):
        return redirect(form.plan)
    last = station.plans.filter(year__lt=year).order_by("-year").first()
    context = {"form": form, "station": station, "year": year, "last": last}
    status = 422 if _saves(request) else 200
    return render(request, "stations/plan_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = own_draft(request, pk)
    form = PlanEditForm(_typed(request), plan=plan)
    if _saves(request) and form.is_valid() and form.carry_out(actor=request.user):
        return redirect(plan)
    context = {"form": form, "station": plan.station, "plan": plan, "year": plan.year}
    status = 422 if _saves(request) else 200
    return render(request, "stations/plan_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def plan_draft_all(request: HttpRequest) -> HttpResponse:
    """The plans of many stations in one go."""
    user, year = request.user, asked_year(request)
    if not (may.may_create_station(user) or user.station_ids()):
        raise PermissionDenied
    form = ManyPlansForm(_typed(request), actor=user, year=year)
    if _saves(request) and form.is_valid() and form.carry_out(actor=user):
        done = len(form.cleaned_data["stations"])
        messages.success(request, f"{done} 个站的 {year} 年计划排好了，看过再公布。")
        return redirect(f"{reverse('stations:plan_list')}?year={year}")
    context = {"form": form, "year": year, "years": _years(year)}
    status = 422 if _saves(request) else 200
    return render(request, "stations/plan_draft_all.html", context, status=status)


def _typed(request: HttpRequest) -> Any:
    """What was typed, with an empty rule behind if one more was asked for."""
    if request.method != "POST":
        return None
    return one_more(request.POST) if "add" in request.POST else request.POST


def _saves(request: HttpRequest) -> bool:
    """One more rule is no saving."""
    return request.method == "POST" and "add" not in request.POST


@require_POST
def plan_preview(request: HttpRequest) -> HttpResponse:
    """The dates that the typed rules give; nothing is saved."""
    if not (may.may_create_station(request.user) or request.user.station_ids()):
        raise PermissionDenied
    year = asked_year(request)
    rules = RuleForms(request.POST, prefix="rules", form_kwargs={"year": year})
    preview = preview_of(rules, year, working_calendar())
    whole = "" if request.htmx else "_page"
    template = f"stations/_plan_preview{whole}.html"
    return render(request, template, {"preview": preview})


@require_POST
def plan_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for the year after, in one click."""
    plan = own_plan(request, pk)
    try:
        made = copy_plan(plan, actor=request.user, year=asked_year(request))
        (made,) = draft([made], actor=request.user)
    except RuleViolation as refused:
        messages.error(request, str(refused))
        return redirect(plan)
    return redirect(made)


@require_GET
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render_plan(request, seen_plan(request, pk))


def render_plan(
    request: HttpRequest, plan: ReceptionPlan, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a plan; `more` carries a refusal back onto it."""
    context = plan_context(request, plan) | more
    return render(request, "stations/plan_detail.html", context, status=status)


def plan_context(request: HttpRequest, plan: ReceptionPlan) -> dict[str, Any]:
    """What is shown of a plan, drafted or published."""
    today, drafted = localdate(), None
    if plan.status == PlanStatus.PUBLISHED:
        fairness = fairness_of(plan)
        days = ReceptionDay.objects.visible_to(request.user).filter(plan=plan)
        lines = published_lines(days, fairness, today)
    else:
        drafted = draft_of(plan)
        fairness = drafted.fairness if drafted else []
        usual = plan.station.venue or plan.station.address or plan.station.name
        lines = draft_lines(drafted, usual) if drafted else []
    rules = list(plan.rules.order_by("pk"))
    return {
        "plan": plan,
        "draft": drafted,
        "lines": lines,
        "months": months_of(plan.year, lines, working_calendar(), today),
        "shifted": [line for line in lines if line.is_shifted],
        "unsure": sum(line.is_provisional for line in lines),
        "held": sum(line.is_held for line in lines),
        "shares": shares_of(fairness, lines, today),
        "elsewhere": any(turns.elsewhere for turns in fairness),
        "spread": spread_words(fairness),
        "rules": [rule_words(rule, plan) for rule in rules],
        "changes": changes_of(plan, lines),
        "runs": may.runs(request.user, plan.station),
        "reads_calendar": may_read(request.user),
        "next_year": plan.year + 1,
        "next_plan": _next_plan(request, plan),
        "may_plan_next": plan.year + 1 in dict(plan_years()),
    }


def _next_plan(request: HttpRequest, plan: ReceptionPlan) -> ReceptionPlan | None:
    """The plan of the year after, if this person may see it."""
    found = plan.station.plans.filter(year=plan.year + 1).first()
    return found if found and may.may_see_plan(request.user, found) else None


@require_POST
def plan_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Work it out anew; `other`: with another seed, for other turns."""
    plan = own_draft(request, pk)
    seed = plan.seed % MOST_SEED + 1 if "other" in request.POST else None
    try:
        draft([plan], actor=request.user, seed=seed)
    except RuleViolation as refused:
        return render_plan(request, plan, status=422, refusal=str(refused))
    return redirect(plan)


@require_http_methods(["GET", "POST"])
def plan_publish(request: HttpRequest, pk: int) -> HttpResponse:
    plan, refusal = own_draft(request, pk), ""
    if request.method == "POST":
        try:
            publish(plan, actor=request.user)
        except RuleViolation as refused:
            refusal = str(refused)
        else:
            messages.success(request, "计划已公布，有排班的代表都会收到通知。")
            return redirect(plan)
    context = plan_context(request, plan) | {"refusal": refusal}
    status = 422 if refusal else 200
    return render(request, "stations/plan_publish.html", context, status=status)
