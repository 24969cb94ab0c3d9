"""Turns of a plan: wishes and pairs before, swaps, moves and leave after publishing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import RuleViolation, WrongState
from common.forms import is_key
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import OPEN_DAYS, PlanStatus
from stations.forms_plans import MoveForm, PairForm, WishForm, deputies_of
from stations.forms_turns import LeaveForm
from stations.models import ReceptionDay, ReceptionPlan
from stations.plan_page import Line
from stations.services.plans import drop_pair, drop_wish
from stations.views.days import seen_day
from stations.views.plans import own_draft, own_plan, plan_context
from stations.wishes import wish_rows
from stations.workflow_plans import swap


@require_GET
def plan_wishes(request: HttpRequest, pk: int) -> HttpResponse:
    return _wishes(request, own_draft(request, pk), PairForm)


def _wishes(
    request: HttpRequest, plan: ReceptionPlan, form: Any, status: int = 200
) -> HttpResponse:
    """All deputies of the plan with their wishes, and the pairs."""
    context = {
        "plan": plan,
        "rows": wish_rows(plan, deputies_of(plan.station, plan.year)),
        "pairs": plan.pairs.select_related("first", "second").order_by("pk"),
        "form": form(None, plan=plan) if form is PairForm else form,
    }
    return render(request, "stations/plan_wishes.html", context, status=status)


def _own_deputy(plan: ReceptionPlan, pk: int) -> Deputy:
    return get_object_or_404(deputies_of(plan.station, plan.year), pk=pk)


@require_http_methods(["GET", "POST"])
def plan_wish(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    plan = own_draft(request, pk)
    person = _own_deputy(plan, deputy)
    wish = plan.wishes.filter(deputy=person).first()
    data = request.POST if request.method == "POST" else None
    form = WishForm(data, plan=plan, deputy=person, wish=wish)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("stations:plan_wishes", plan.pk)
    context = {"plan": plan, "deputy": person, "wish": wish, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "stations/plan_wish.html", context, status=status)


@require_POST
def plan_wish_drop(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    plan = own_draft(request, pk)
    drop_wish(plan, _own_deputy(plan, deputy), actor=request.user)
    return redirect("stations:plan_wishes", plan.pk)


@require_POST
def plan_pair(request: HttpRequest, pk: int) -> HttpResponse:
    plan = own_draft(request, pk)
    form = PairForm(request.POST, plan=plan)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect("stations:plan_wishes", plan.pk)
    return _wishes(request, plan, form, 422)


@require_POST
def plan_pair_drop(request: HttpRequest, pk: int, pair: int) -> HttpResponse:
    plan = own_draft(request, pk)
    row = get_object_or_404(plan.pairs.all(), pk=pair)
    drop_pair(plan, row, actor=request.user)
    return redirect("stations:plan_wishes", plan.pk)


@require_http_methods(["GET", "POST"])
def plan_swap(request: HttpRequest, pk: int) -> HttpResponse:
    """The first click chose a turn (in the address), the second one the other."""
    plan = own_plan(request, pk)
    if plan.status != PlanStatus.PUBLISHED:
        raise WrongState("计划还没有公布，重排就可以，不用换班。")
    day, person = _turn(plan, request.GET, "day", "deputy")
    refusal = ""
    if request.method == "POST":
        other_day, other = _turn(plan, request.POST, "other_day", "other")
        try:
            swap(day, person, other_day, other, actor=request.user)
        except RuleViolation as refused:
            refusal = str(refused)
        else:
            told = f"{person}和{other}换好了班，两人都会收到通知。"
            messages.success(request, told)
            return redirect(plan)
    context = plan_context(request, plan)
    context |= {"day": day, "person": person, "refusal": refusal}
    context |= _no_partners(context["lines"], day, person)
    status = 422 if refusal else 200
    return render(request, "stations/plan_swap.html", context, status=status)


def _no_partners(
    lines: list[Line], day: ReceptionDay, person: Deputy
) -> dict[str, Any]:
    """Who sits on the day already, and days on which this one does: no swap there."""
    taken = {
        line.day.pk: {turn.deputy.pk for turn in line.turns}
        for line in lines
        if line.day
    }
    own = {key for key, people in taken.items() if person.pk in people}
    return {"same_day": taken.get(day.pk, set()), "own_days": own | {day.pk}}


def _turn(
    plan: ReceptionPlan, asked: Any, day: str, deputy: str
) -> tuple[ReceptionDay, Deputy]:
    """A turn of this plan as named in the address or form; else 404."""
    keys = (asked.get(day, ""), asked.get(deputy, ""))
    if not all(map(is_key, keys)):
        raise Http404
    found = get_object_or_404(plan.days.select_related("station__area"), pk=keys[0])
    people = Deputy.objects.all().filter(duties__day=found)
    return found, get_object_or_404(people, pk=keys[1])


@require_http_methods(["GET", "POST"])
def day_move(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    if day.status not in OPEN_DAYS:
        raise WrongState("这次接待已经结束或取消，不能改期。")
    data = request.POST if request.method == "POST" else None
    form = MoveForm(data, day=day)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(day.plan or day)
    status = 422 if form.is_bound else 200
    context = {"form": form, "day": day}
    return render(request, "stations/day_move.html", context, status=status)


@require_http_methods(["GET", "POST"])
def duty_leave(request: HttpRequest, pk: int, deputy: int) -> HttpResponse:
    """Leave of a deputy, with somebody who comes instead."""
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    if day.status not in OPEN_DAYS:
        raise WrongState("这次接待已经结束或取消，值班不能再改。")
    person = get_object_or_404(Deputy.objects.all().filter(duties__day=day), pk=deputy)
    data = request.POST if request.method == "POST" else None
    form = LeaveForm(data, day=day, deputy=person)
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(day)
    context = {"form": form, "day": day, "deputy": person}
    status = 422 if form.is_bound else 200
    return render(request, "stations/duty_leave.html", context, status=status)
