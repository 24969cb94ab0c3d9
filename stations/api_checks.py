"""Checks of stations over REST, read-only: points, stars, and what was found."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers, viewsets

from common.api import CursorPages, ETagMixin
from stations.filters_checks import CheckFilter
from stations.models import CheckMark, StationCheck
from stations.permissions import may_see_checks


class MarkSerializer(serializers.ModelSerializer):
    """One item: its points of how many."""

    class Meta:
        model = CheckMark
        fields = ("text", "out_of", "is_required", "score", "note")


class CheckSerializer(serializers.ModelSerializer):
    """A check with its points; star 0 is 合格, null 待提升 or not rated."""

    station_name = serializers.CharField(source="station.name")
    checklist_name = serializers.CharField(source="checklist.name")
    gives_star = serializers.BooleanField(source="checklist.gives_star")
    points = serializers.IntegerField()
    out_of = serializers.IntegerField()
    marks = MarkSerializer(source="listed_marks", many=True)

    class Meta:
        model = StationCheck
        fields = (
            *("id", "station", "station_name", "checklist", "checklist_name"),
            *("gives_star", "status", "checked_on", "points", "out_of", "veto"),
            *("proposed_star", "confirmed_star", "confirmed_at", "summary", "reason"),
            *("marks", "updated_at"),
        )


class CheckPages(CursorPages):
    ordering = ("-checked_on", "-id")


class CheckViewSet(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """站点检查：按状态、联络站、乡镇街道和标准筛选，带各项得分和评定星级。"""

    queryset = StationCheck.objects.none()
    serializer_class = CheckSerializer
    filterset_class = CheckFilter
    pagination_class = CheckPages

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        if not may_see_checks(self.request.user):
            raise PermissionDenied
        marks = Prefetch(
            "marks",
            CheckMark.objects.order_by("position", "id"),
            to_attr="listed_marks",
        )
        seen = StationCheck.objects.visible_to(self.request.user)
        return seen.for_list().prefetch_related(marks)
