"""Activities over REST: read as in the pages; each step is one POST."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activities import workflow
from activities.filters import ActivityFilter
from activities.models import Activity
from activities.permissions import may_see_activities
from common.api import CursorPages, ETagMixin


class AttendanceSerializer(serializers.Serializer):
    """One invited deputy."""

    deputy = serializers.IntegerField(source="deputy_id")
    name = serializers.CharField(source="deputy.name")
    state = serializers.CharField()


class GuestSerializer(serializers.Serializer):
    """One of those who came from a unit or another body."""

    organisation = serializers.CharField()
    name = serializers.CharField()
    post = serializers.CharField()


class ActivityRow(serializers.ModelSerializer):
    """An activity as a list has it."""

    area_code = serializers.CharField(source="area_id")
    station_name = serializers.CharField(source="station.name", default="")
    invited_count = serializers.IntegerField()
    attended_count = serializers.IntegerField()

    class Meta:
        model = Activity
        fields: tuple[str, ...] = (
            *("id", "kind", "title", "status", "starts_at", "ends_at", "place"),
            *("organiser", "target", "area_code", "station", "station_name", "group"),
            *("met_count", "invited_count", "attended_count", "cancel_reason"),
            *("held_at", "reviewed_at", "updated_at"),
        )


class ActivityRecord(ActivityRow):
    """An activity with its record and who took part."""

    deputies = AttendanceSerializer(source="attendances", many=True)
    guests = GuestSerializer(many=True)

    class Meta(ActivityRow.Meta):
        fields = (
            *ActivityRow.Meta.fields,
            *("speaker", "hours", "agenda", "minutes", "findings", "outcome"),
            *("satisfied", "basically", "dissatisfied", "deputies", "guests"),
        )


class Nothing(serializers.Serializer):
    """A step that asks for nothing."""


class Reason(serializers.Serializer):
    """Why it is called off."""

    reason = serializers.CharField(max_length=200)


class ActivityPages(CursorPages):
    ordering = ("-starts_at", "-id")


class ActivityViewSet(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """活动：按类型、状态、联络站和日期筛选；单条带参加代表、部门和纪要。"""

    queryset = Activity.objects.none()
    serializer_class = ActivityRecord
    filterset_class = ActivityFilter
    pagination_class = ActivityPages

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        if not may_see_activities(self.request.user):
            raise PermissionDenied
        seen = Activity.objects.visible_to(self.request.user).for_list()
        if self.action == "list":
            return seen
        return seen.prefetch_related("attendances__deputy", "guests")

    def get_serializer_class(self) -> type[serializers.Serializer]:
        return ActivityRow if self.action == "list" else ActivityRecord

    def _take(
        self,
        request: Request,
        shape: type[serializers.Serializer],
        step: Callable[..., Any],
    ) -> Response:
        activity = self.get_object()
        asked = shape(data=request.data)
        asked.is_valid(raise_exception=True)
        step(activity, actor=request.user, **asked.validated_data)
        fresh = self.get_queryset().get(pk=activity.pk)
        return Response(ActivityRecord(fresh).data)

    @extend_schema(request=Nothing, responses=ActivityRecord)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str | None = None) -> Response:
        """确认已开展。"""
        return self._take(request, Nothing, workflow.hold)

    @extend_schema(request=Reason, responses=ActivityRecord)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """取消，写明原因。"""
        return self._take(request, Reason, workflow.cancel)

    @extend_schema(request=Nothing, responses=ActivityRecord)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: str | None = None) -> Response:
        """审核定稿，须由记录人以外的人。"""
        return self._take(request, Nothing, workflow.review)
