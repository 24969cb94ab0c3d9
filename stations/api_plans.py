"""Year plans over REST: the draft or the published days, fairness, publish, swap."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import CursorPages, ETagMixin
from deputies.models import Deputy
from stations.choices import PlanStatus
from stations.drafts import Draft, PlannedDay, Turns, draft_of, fairness_of
from stations.models import Duty, ReceptionDay, ReceptionPlan
from stations.permissions import OVERSEEING, WATCHING, may_see_plan, may_see_stations
from stations.workflow_plans import publish, swap


class PlanFilter(filters.FilterSet):
    """By year, station and status."""

    class Meta:
        model = ReceptionPlan
        fields = ("year", "station", "status")


class RuleShape(serializers.Serializer):
    """A rule: RRULE, or dates picked freely."""

    kind = serializers.CharField()
    rrule = serializers.CharField()
    dates = serializers.ListField(child=serializers.DateField())
    starts_at = serializers.TimeField()
    ends_at = serializers.TimeField()
    manner = serializers.CharField()


class PlanRow(serializers.ModelSerializer):
    """A plan without its days."""

    station_name = serializers.CharField(source="station.name")

    class Meta:
        model = ReceptionPlan
        fields = (
            *("id", "station", "station_name", "year", "status", "per_day", "least"),
            *("most", "mixes_levels", "not_twice_running", "seed", "drafted_at"),
            *("published_at", "version", "updated_at"),
        )


class PlannedDayShape(serializers.Serializer):
    """A reception; `id` once it is published. `planned_on` is what the rule said."""

    id = serializers.IntegerField(allow_null=True)
    date = serializers.DateField()
    planned_on = serializers.DateField(allow_null=True)
    explanation = serializers.CharField()
    is_provisional = serializers.BooleanField()
    starts_at = serializers.TimeField()
    ends_at = serializers.TimeField()
    place = serializers.CharField()
    topic = serializers.CharField()
    status = serializers.CharField()
    deputies = serializers.ListField(child=serializers.IntegerField())


class TurnsShape(serializers.Serializer):
    """One line of the fairness table."""

    deputy = serializers.IntegerField(source="deputy.pk")
    name = serializers.CharField(source="deputy.name")
    levels = serializers.CharField()
    turns = serializers.IntegerField()
    elsewhere = serializers.IntegerField()
    months = serializers.ListField(child=serializers.IntegerField())
    least = serializers.IntegerField()
    most = serializers.IntegerField(allow_null=True)


class GivenWayShape(serializers.Serializer):
    """A wish that gave way, and why."""

    wish = serializers.CharField()
    label = serializers.CharField()
    sentence = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class PlanRecord(PlanRow):
    """A plan with rules, days and fairness."""

    rules = RuleShape(many=True)
    days = serializers.SerializerMethodField()
    fairness = serializers.SerializerMethodField()
    given_way = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    is_stale = serializers.SerializerMethodField()

    class Meta(PlanRow.Meta):
        fields = (
            *PlanRow.Meta.fields,
            *("rules", "days", "fairness", "given_way", "warnings", "is_stale"),
        )

    def _draft(self, plan: ReceptionPlan) -> Draft | None:
        if plan.status == PlanStatus.PUBLISHED:
            return None
        if "draft" not in self.context:
            self.context["draft"] = draft_of(plan)
        return self.context["draft"]

    @extend_schema_field(PlannedDayShape(many=True))
    def get_days(self, plan: ReceptionPlan) -> Any:
        draft = self._draft(plan)
        if draft is not None:
            rows = [_drafted(day) for day in draft.days]
        else:
            rows = [_held(day) for day in plan.listed_days]
        return PlannedDayShape(rows, many=True).data

    @extend_schema_field(TurnsShape(many=True))
    def get_fairness(self, plan: ReceptionPlan) -> Any:
        draft = self._draft(plan)
        rows: list[Turns] = draft.fairness if draft else []
        if plan.status == PlanStatus.PUBLISHED:
            rows = fairness_of(plan)
        return TurnsShape(rows, many=True).data

    @extend_schema_field(GivenWayShape(many=True))
    def get_given_way(self, plan: ReceptionPlan) -> Any:
        draft = self._draft(plan)
        return GivenWayShape(draft.given_way if draft else [], many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, plan: ReceptionPlan) -> Any:
        draft = self._draft(plan)
        return draft.warnings if draft else []

    def get_is_stale(self, plan: ReceptionPlan) -> bool:
        draft = self._draft(plan)
        return bool(draft and draft.is_stale)


SHOWN = (
    *("date", "planned_on", "is_provisional", "starts_at", "ends_at", "place"),
    "topic",
)


def _drafted(day: PlannedDay) -> dict[str, Any]:
    told = {name: getattr(day, name) for name in SHOWN}
    told |= {"id": None, "status": "draft", "explanation": day.explanation}
    return told | {"deputies": [deputy.pk for deputy in day.deputies]}


def _held(day: Any) -> dict[str, Any]:
    told = {name: getattr(day, name) for name in SHOWN}
    why = day.shift_note + (f"改期：{day.moved_reason}" if day.moved_reason else "")
    told |= {"id": day.pk, "status": day.status, "explanation": why}
    return told | {"deputies": [duty.deputy_id for duty in day.listed_duties]}


class SwapShape(serializers.Serializer):
    """Two turns of the plan to be exchanged."""

    day_a = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    deputy_a = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    day_b = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    deputy_b = serializers.IntegerField(min_value=1, max_value=2**63 - 1)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Ids become rows of this plan."""
        plan, found = self.context["plan"], dict(asked)
        for side in ("a", "b"):
            day = plan.days.filter(pk=asked[f"day_{side}"])
            day = day.select_related("station__area").first()
            people = Deputy.objects.all().filter(duties__day=day)
            deputy = people.filter(pk=asked[f"deputy_{side}"]).first() if day else None
            if deputy is None:
                raise serializers.ValidationError(
                    {f"deputy_{side}": "本计划这一天没有这位代表的值班。"}
                )
            found |= {f"day_{side}": day, f"deputy_{side}": deputy}
        return found


class PlanPages(CursorPages):
    ordering = ("-year", "-id")


class PlanViewSet(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """年度计划：按年度、联络站和状态筛选；单个计划带规则、各次接待和轮次表。"""

    queryset = ReceptionPlan.objects.none()
    serializer_class = PlanRow
    filterset_class = PlanFilter
    pagination_class = PlanPages

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        user: Any = self.request.user
        if not may_see_stations(user):
            raise PermissionDenied
        seen = ReceptionPlan.objects.visible_to(user).select_related("station__area")
        if user.deputy_id and not user.has_role(*OVERSEEING, *WATCHING):
            own = Q(station__in=user.station_ids())
            seen = seen.filter(own | Q(status=PlanStatus.PUBLISHED))
        if self.action == "list":
            return seen.defer("draft")
        return seen.prefetch_related("rules", _days())

    def get_object(self) -> Any:
        plan = super().get_object()
        if not may_see_plan(self.request.user, plan):
            raise Http404
        return plan

    @extend_schema(responses=PlanRecord)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._record(self.get_object())

    @extend_schema(request=None, responses=PlanRecord)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str | None = None) -> Response:
        """公布：按草案生成接待日和值班，通知有排班的代表。"""
        plan = self.get_object()
        publish(plan, actor=request.user)
        return self._record(self.get_queryset().get(pk=plan.pk))

    @extend_schema(request=SwapShape, responses=PlanRecord)
    @action(detail=True, methods=["post"])
    def swap(self, request: Request, pk: str | None = None) -> Response:
        """换班：两次接待的两位代表互换，两人都收到通知。"""
        plan = self.get_object()
        asked = SwapShape(data=request.data, context={"plan": plan})
        asked.is_valid(raise_exception=True)
        swap(**asked.validated_data, actor=request.user)
        return self._record(self.get_queryset().get(pk=plan.pk))

    def _record(self, plan: ReceptionPlan) -> Response:
        return Response(PlanRecord(plan, context={}).data)


def _days() -> Prefetch:
    duties = Duty.objects.order_by("pk")
    days = ReceptionDay.objects.all().prefetch_related(
        Prefetch("duties", duties, to_attr="listed_duties")
    )
    return Prefetch("days", days.order_by("date", "starts_at"), to_attr="listed_days")
