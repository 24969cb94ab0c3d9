"""The figures over REST: the dictionary, and one figure by month, area, unit …"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localtime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import ETagMixin
from reports.forms import FiguresForm
from reports.labels import labelled
from reports.metrics import METRICS, Figure, Metric
from reports.questions import Question, month_after
from reports.reading import BY, answer
from reports.scopes import may_see_figures
from reports.tables import rows_url

BY_WORDS = {
    "month": "月份",
    "area": "下一级地区",
    "station": "联络站",
    "unit": "承办单位",
    "category": "类别",
}


class MetricSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField(help_text="空：这是件数，不是率")
    exclusions = serializers.CharField()
    period = serializers.CharField(help_text="按哪一天计入月份")
    unit = serializers.CharField()
    source = serializers.CharField()


class FigureSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="月份、地区代码或编号；空：没有这一项")
    label = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="分母为零时为空")
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField(allow_null=True)
    rows = serializers.URLField(help_text="明细页")


class StatsSerializer(serializers.Serializer):
    metric = MetricSerializer()
    area = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="期间后的第一天")
    by = serializers.CharField()
    as_of = serializers.DateTimeField(help_text="截至这一分钟")
    total = FigureSerializer()
    rows = FigureSerializer(many=True)


def _month(name: str, meaning: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=f"{meaning}，写作 2026-01")


PARAMETERS = [
    OpenApiParameter("metric", str, required=True, enum=list(METRICS)),
    OpenApiParameter("by", str, enum=list(BY), description="按什么分开"),
    OpenApiParameter("area", str, description="地区代码；默认本人范围"),
    _month("from", "开始月份；默认今年一月"),
    _month("to", "结束月份（含）；默认本月"),
    OpenApiParameter("kind", str, description="opinion、suggestion 或 bill"),
    OpenApiParameter("category", int, description="类别编号，含下级；0：未定类别"),
    OpenApiParameter("station", int, description="联络站编号；0：不经联络站"),
    OpenApiParameter("unit", int, description="承办单位编号；0：尚无承办单位"),
]
KNOWN = {parameter.name for parameter in PARAMETERS} | {"period"}


class FigureViewSet(ETagMixin, viewsets.ViewSet):
    """Of both: tokens need the scope "stats", people some scope of figures."""

    scope = "stats"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_see_figures(request.user):
            raise PermissionDenied


class MetricViewSet(FigureViewSet):
    """The dictionary of figures."""

    @extend_schema(responses=MetricSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response([_described(metric) for metric in METRICS.values()])


class StatsViewSet(FigureViewSet):
    """One figure with its base: in all, and by month, area, station, unit, category."""

    @extend_schema(parameters=PARAMETERS, responses=StatsSerializer)
    def list(self, request: Request) -> Response:
        metric, by, question = _asked(request)
        total = answer([metric.code], question)[""][metric.code]
        body = {
            "metric": _described(metric),
            "area": question.area,
            "starts_on": question.starts_on,
            "ends_on": question.ends_on,
            "by": by,
            # To the minute, so that an unchanged answer stays the same answer.
            "as_of": localtime().replace(second=0, microsecond=0),
            "total": _said(request, "", "合计", total, question),
            "rows": _rows(request, metric, by, question) if by else [],
        }
        return Response(body)


def _asked(request: Request) -> tuple[Metric, str, Question]:
    """The parameters, or a 422 that names each one at fault."""
    asked = request.query_params
    form = FiguresForm(asked, user=request.user)
    errors = {
        name: [str(text) for text in texts]
        for name, texts in ({} if form.is_valid() else form.errors).items()
    }
    for name in asked.keys() - KNOWN:
        errors[name] = ["没有这个参数。"]
    metric, by = METRICS.get(asked.get("metric", "")), asked.get("by", "")
    if metric is None:
        errors["metric"] = [f"请选一个指标：{'、'.join(METRICS)}。"]
    if by and by not in BY:
        errors["by"] = [f"只能按这些分开：{'、'.join(BY)}。"]
    if errors or metric is None:
        raise serializers.ValidationError(errors)
    return metric, by, form.question()


def _rows(
    request: Request, metric: Metric, by: str, question: Question
) -> list[dict[str, Any]]:
    found = {
        key: figures[metric.code]
        for key, figures in answer([metric.code], question, by).items()
    }
    if by == "month":
        for key in _months(question):
            found.setdefault(key, Figure(metric, 0, 0 if metric.is_rate else None))
    return [
        _said(request, key, label, found[key], asked)
        for key, label, asked in labelled(by, found, question)
    ]


def _months(question: Question) -> list[str]:
    months, month = [], question.starts_on
    while month < question.ends_on:
        months.append(f"{month:%Y-%m}")
        month = month_after(month)
    return months


def _said(
    request: Request, key: str, label: str, figure: Figure, question: Question
) -> dict[str, Any]:
    value = figure.value
    return {
        "key": key,
        "label": label,
        "value": None if value is None else float(value),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "rows": request.build_absolute_uri(rows_url(figure, question)),
    }


def _described(metric: Metric) -> dict[str, str]:
    return {
        "code": metric.code,
        "name": metric.name,
        "definition": metric.definition,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "exclusions": metric.exclusions,
        "period": metric.period,
        "unit": metric.unit,
        "source": metric.source.label,
    }
