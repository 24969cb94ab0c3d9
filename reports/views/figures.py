"""Pages of figures: the dashboard, the rows behind a number, the dictionary."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from areas.models import Area
from common.paging import KeysetPage
from proposals.listing import decorate
from reports import rows
from reports.breakdown import BY_WORDS, breakdown
from reports.counting import DUTIES, PROPOSALS
from reports.dashboard import RATES, Dashboard
from reports.export import workbook
from reports.forms import DashboardForm, FiguresForm, address
from reports.metrics import EVERY, METRICS, Metric
from reports.pills import active, pills
from reports.questions import Question
from reports.reading import figure
from reports.scopes import may_see_figures

PARTS = ("numerator", "denominator")


def _form(request: HttpRequest, kind: type[FiguresForm]) -> FiguresForm:
    if not may_see_figures(request.user):
        raise PermissionDenied
    return kind(request.GET, user=request.user)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    form = _form(request, DashboardForm)
    context: dict[str, Any] = {"form": form, "as_of": now()}
    if not form.is_valid():
        return render(request, "reports/dashboard.html", context, status=422)
    question = form.question()
    area = Area.objects.filter(pk=question.area).first()
    context |= {
        "board": Dashboard(question),
        "area": area,
        "pills": pills(request, form),
        "active": active(request, form),
        "query": address(question),
    } | _breakdown(request, question)
    return render(request, "reports/dashboard.html", context)


def _breakdown(request: HttpRequest, question: Question) -> dict[str, Any]:
    """The five rates by what the address asks for, months unless told."""
    asked = request.GET.get("by", "")
    by = asked if asked in BY_WORDS else "month"
    choices = []
    for key, label in BY_WORDS.items():
        query = request.GET.copy()
        query["by"] = key
        url = f"?{query.urlencode()}#breakdown"
        choices.append({"label": f"按{label}", "url": url, "on": key == by})
    return {
        "lines": breakdown(question, by),
        "heads": [METRICS[code].name for code in RATES],
        "what": BY_WORDS[by],
        "choices": choices,
    }


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The dashboard as Excel, with the same conditions."""
    form = _form(request, FiguresForm)
    if not form.is_valid():
        return render(request, "reports/dashboard.html", {"form": form}, status=422)
    name = f"数据看板{localdate():%Y%m%d}.xlsx"
    file = workbook(Dashboard(form.question()))
    return FileResponse(file, as_attachment=True, filename=name)


@require_safe
def figure_rows(request: HttpRequest) -> HttpResponse:
    """The rows behind one number."""
    form = _form(request, FiguresForm)
    metric = EVERY.get(request.GET.get("metric", ""))
    part = request.GET.get("part", PARTS[0])
    if metric is None or part not in PARTS:
        raise Http404
    if not form.is_valid():
        context = {"form": form, "metric": metric}
        return render(request, "reports/rows.html", context, status=422)
    question = form.question()
    page, template = _rows_page(request, metric, part, form)
    template = template if request.htmx else "reports/rows.html"
    context = {
        "page": page,
        "metric": metric,
        "figure": figure(metric.code, question),
        "part_label": metric.denominator if part == PARTS[1] else metric.numerator,
        "board": Dashboard(question),
        "table": _rows_template(metric),
        "back": address(question),
    }
    return render(request, template, context)


def _rows_template(metric: Metric) -> str:
    if metric.of_persons:
        return "reports/_persons.html"
    if metric.source is PROPOSALS:
        return "proposals/_table.html"
    return "reports/_days.html" if metric.source is DUTIES else "reports/_visits.html"


def _rows_page(
    request: HttpRequest, metric: Metric, part: str, form: FiguresForm
) -> tuple[KeysetPage, str]:
    question, template = form.question(), _rows_template(metric)
    if metric.of_persons:
        found = rows.persons(part, question, request.user)
        page = KeysetPage.of(request, found, ("id",))
    elif metric.source is PROPOSALS:
        found = rows.matters(metric, part, question, request.user)
        page = KeysetPage.of(request, found.for_list())
        decorate(page)
    elif metric.source is DUTIES:
        found = rows.days(question, request.user).for_list()
        page = KeysetPage.of(request, found, ("-date", "-id"))
    else:
        found = rows.visits(metric, question, request.user).for_list()
        page = KeysetPage.of(request, found, ("-visited_at", "-id"))
    return page, template


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The dictionary of figures (指标口径)."""
    if not may_see_figures(request.user):
        raise PermissionDenied
    return render(request, "reports/metrics.html", {"metrics": METRICS.values()})
