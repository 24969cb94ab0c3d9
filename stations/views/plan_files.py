"""Year plans published together, and the yearly table as Word and Excel."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import RuleViolation, WrongState
from stations import permissions as may
from stations.choices import PlanStatus
from stations.drafts import draft_of
from stations.models import ReceptionDay, ReceptionPlan
from stations.plan_page import spread_words
from stations.views.plans import asked_year, plan_context, seen_plan
from stations.workflow_plans import publish
from stations.yearly import Entry, document, entries_of_days, entries_of_lines, workbook

KINDS = ("docx", "xlsx")
MOST_AT_ONCE = 100


@require_http_methods(["GET", "POST"])
def plan_publish_all(request: HttpRequest) -> HttpResponse:
    """The confirmation shows how fair each plan is; those ticked are published."""
    user, year = request.user, asked_year(request)
    if not (may.may_create_station(user) or user.station_ids()):
        raise PermissionDenied
    plans = _drafts(request, year)
    if request.method == "POST":
        chosen = set(request.POST.getlist("plans"))
        _publish(request, [plan for plan in plans if str(plan.pk) in chosen])
        return redirect(f"{reverse('stations:plan_list')}?year={year}")
    context = {"year": year, "drafts": [_summary(plan) for plan in plans]}
    return render(request, "stations/plan_publish_all.html", context)


def _drafts(request: HttpRequest, year: int) -> list[ReceptionPlan]:
    """Drafted plans of the year that this person may publish."""
    seen = ReceptionPlan.objects.visible_to(request.user).select_related("station")
    found = seen.filter(year=year, status=PlanStatus.DRAFT, drafted_at__isnull=False)
    found = found.order_by("station__town_code", "station__name", "pk")
    own = [plan for plan in found if may.runs(request.user, plan.station)]
    return own[:MOST_AT_ONCE]


def _summary(plan: ReceptionPlan) -> dict[str, Any]:
    """One line of the confirmation; a plan with doubts is not ticked beforehand."""
    drafted = draft_of(plan)
    if drafted is None:
        return {"plan": plan, "count": 0, "doubts": ["还没有排"], "spread": ""}
    doubts = [f"{len(drafted.given_way)} 处要求没有排到"] if drafted.given_way else []
    unsure = sum(day.is_provisional for day in drafted.days)
    doubts += [f"{unsure} 次的日子是暂定的"] if unsure else []
    doubts += ["排好以后有变化，请先重排"] if drafted.is_stale else []
    return {
        "plan": plan,
        "count": len(drafted.days),
        "spread": spread_words(drafted.fairness),
        "doubts": doubts,
        "is_chosen": not drafted.is_stale,
    }


def _publish(request: HttpRequest, plans: list[ReceptionPlan]) -> None:
    done, refused = 0, []
    for plan in plans:
        try:
            publish(plan, actor=request.user)
        except (RuleViolation, WrongState) as why:
            refused.append(f"{plan.station}：{why}")
        else:
            done += 1
    if done:
        messages.success(request, f"{done} 个站的计划已公布，代表会收到通知。")
    for said in refused:
        messages.error(request, said)
    if not plans:
        messages.error(request, "没有选站，什么也没有公布。")


@require_GET
def plan_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The yearly table of one station, of a draft too."""
    plan = seen_plan(request, pk)
    lines = plan_context(request, plan)["lines"]
    entries = entries_of_lines(plan.station, lines)
    is_draft = plan.status != PlanStatus.PUBLISHED
    return _file(
        entries, plan.year, kind, plan.station.area_id, plan.station.name, is_draft
    )


@require_GET
def plans_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The yearly table of all stations one works with: days that are fixed."""
    user, year = request.user, asked_year(request)
    if not may.may_see_stations(user):
        raise PermissionDenied
    entries = entries_of_days(ReceptionDay.objects.visible_to(user), year)
    codes = [grant.area_code for grant in user.held if grant.area_code]
    area = min(codes, key=len) if codes else ""
    return _file(entries, year, kind, area, "各站", is_draft=False)


def _file(
    entries: list[Entry],
    year: int,
    kind: str,
    area: str,
    name: str,
    is_draft: bool,
) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    file: io.BytesIO
    if kind == "xlsx":
        file = workbook(entries, year)
    else:
        now = localtime()
        file = document(entries, year, created=now, area_code=area, is_draft=is_draft)
    title = f"{name}{year}年接待安排表{'（草案）' if is_draft else ''}.{kind}"
    return FileResponse(file, as_attachment=True, filename=title)
