"""今日: the home of each role; late first, then what is due, then one's own moves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.choices import PLATFORM_ROLES, Role
from accounts.models import User
from proposals.worklist import buckets
from reports.dashboard import Dashboard
from reports.questions import Question, month_after
from reports.scopes import figures_scope
from stations.models import ReceptionDay

FIGURES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP, Role.COORDINATOR, Role.STATION)
DAYS_SHOWN = 4
MONTHS_SHOWN = 12


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The page a person starts from; some roles have one of their own."""
    user = request.user
    if elsewhere := _own_home(user):
        return redirect(elsewhere)
    context: dict[str, Any] = {"buckets": buckets(user), "today": localdate()}
    if user.has_role(*FIGURES) or user.deputy_id:
        days = ReceptionDay.objects.visible_to(user).coming(localdate())
        context["days"] = days.for_list()[:DAYS_SHOWN]
    if user.has_role(*FIGURES):
        context |= _figures(user)
    return render(request, "reports/today.html", context)


def _own_home(user: User) -> str:
    """Administrators and deputies begin elsewhere, unless they are more than that."""
    roles = {grant.role for grant in user.held}
    if not roles or roles <= {Role.CLIENT}:
        return "notices:inbox"
    if roles <= {Role.AUDIT_ADMIN}:
        return "accounts:audit"
    if roles <= set(PLATFORM_ROLES):
        return "accounts:user_list"
    return "deputies:me" if roles <= {Role.DEPUTY} and user.deputy_id else ""


def _figures(user: User) -> dict[str, Any]:
    """This year's five rates, and twelve whole months received and closed."""
    now = localdate()
    month = now.replace(day=1)
    year = Question(
        now.replace(month=1, day=1), month_after(month), now, figures_scope(user)
    )
    board = Dashboard(year)
    months = board.months[-MONTHS_SHOWN:]
    return {"rates": board.rates(), "months": months, "finding": _finding(months)}


def _finding(rows: list[dict[str, Any]]) -> str:
    """What the chart shows, in a sentence worked out from its numbers."""
    most = max(rows, key=lambda row: row["received"])
    total = sum(row["received"] for row in rows)
    if not total:
        return "近十二个月还没有收到事项"
    return f"近十二个月收到 {total} 件，{most['month'].month}月最多"
