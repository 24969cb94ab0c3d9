"""Stations, reception days and visits over REST; visitors stay masked."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.timezone import localdate
from rest_framework import serializers, viewsets

from common.api import CursorPages, ETagMixin
from common.fields import masked_name, masked_phone
from stations.api_visits import LogsVisits
from stations.filters import DayFilter, StationFilter, VisitFilter
from stations.models import ReceptionDay, Station, Visit
from stations.permissions import may_see_stations


class StationSerializer(serializers.ModelSerializer):
    """A station with its public address and the next reception.

    `host` is the venue it is a guest of, `serves` the villages besides its own.
    `star` 0 is 合格; with `star_since` and no star it is 待提升.
    """

    serves = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    area_code = serializers.CharField(source="area_id")
    area_name = serializers.CharField(source="area.name")
    deputy_count = serializers.IntegerField()
    next_on = serializers.DateField()

    class Meta:
        model = Station
        fields = (
            *("id", "code", "slug", "name", "kind", "status", "area_code"),
            *(
                "area_name",
                "parent",
                "host",
                "serves",
                "address",
                "longitude",
                "latitude",
                "phone",
            ),
            *("hours", "venue", "shared_with", "brand", "opened_on", "is_public"),
            *("star", "star_since", "deputy_count", "next_on", "updated_at"),
        )


class DutySerializer(serializers.Serializer):
    """One deputy's turn."""

    deputy = serializers.IntegerField(source="deputy_id")
    name = serializers.CharField(source="deputy.name")
    state = serializers.CharField()
    stands_in_for = serializers.IntegerField(source="stands_in_for_id")


class DaySerializer(serializers.ModelSerializer):
    """A reception day with its deputies, and how many came."""

    station_name = serializers.CharField(source="station.name")
    duties = DutySerializer(source="listed_duties", many=True)
    visit_count = serializers.IntegerField()
    visitor_count = serializers.IntegerField()

    class Meta:
        model = ReceptionDay
        fields = (
            *("id", "station", "station_name", "date", "starts_at", "ends_at"),
            *("place", "topic", "status", "cancel_reason", "announced_at", "held_at"),
            *("duties", "visit_count", "visitor_count", "updated_at"),
        )


class VisitSerializer(serializers.Serializer):
    """A visit as the register has it; name and contact masked, for ever."""

    id = serializers.IntegerField()
    station = serializers.IntegerField(source="station_id")
    station_name = serializers.CharField(source="station__name")
    day = serializers.IntegerField(source="day_id")
    area_code = serializers.CharField(source="area_id")
    channel = serializers.CharField()
    visited_at = serializers.DateTimeField()
    visitor = serializers.SerializerMethodField()
    contact = serializers.SerializerMethodField()
    sex = serializers.CharField()
    age_band = serializers.CharField()
    party_size = serializers.IntegerField()
    words = serializers.CharField()
    category = serializers.IntegerField(source="category_id")
    category_name = serializers.CharField(source="category__name")
    outcome = serializers.CharField()
    answer = serializers.CharField()
    referred_to = serializers.CharField()
    is_assisted = serializers.BooleanField()
    source = serializers.CharField()
    request = serializers.CharField()
    updated_at = serializers.DateTimeField()

    def get_visitor(self, row: dict[str, Any]) -> str:
        return masked_name(row["visitor_name"]) or "匿名"

    def get_contact(self, row: dict[str, Any]) -> str:
        return masked_phone(row["visitor_contact"]) or "未留"


VISIT_COLUMNS = (
    *("id", "station_id", "station__name", "day_id", "area_id", "channel"),
    *("visited_at", "visitor_name", "visitor_contact", "sex", "age_band"),
    *("party_size", "words", "category_id", "category__name", "outcome", "answer"),
    *("referred_to", "is_assisted", "source", "request", "updated_at"),
)


class StationPages(CursorPages):
    ordering = ("name", "id")


class DayPages(CursorPages):
    ordering = ("-date", "-id")


class VisitPages(CursorPages):
    ordering = ("-visited_at", "-id")


class Scoped(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """Rows the asking person works with; 403 for roles with no stations at all."""

    queryset: QuerySet

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        if not may_see_stations(self.request.user):
            raise PermissionDenied
        return self.rows(self.queryset.model.objects.visible_to(self.request.user))

    def rows(self, seen: Any) -> QuerySet:
        """With what an answer shows: no query per row."""
        return seen.for_list()


class StationViewSet(Scoped):
    """联络站：按名称、类型、乡镇街道和状态筛选，与页面相同。"""

    queryset = Station.objects.none()
    serializer_class = StationSerializer
    filterset_class = StationFilter
    pagination_class = StationPages

    def rows(self, seen: Any) -> QuerySet:
        return seen.for_list(localdate()).prefetch_related("serves")


class ReceptionViewSet(Scoped):
    """接待日：按时间、联络站、状态和日期筛选，带值班代表和来访人次。"""

    queryset = ReceptionDay.objects.none()
    serializer_class = DaySerializer
    filterset_class = DayFilter
    pagination_class = DayPages


class VisitViewSet(LogsVisits, Scoped):
    """来访：按原话、联络站、怎么办、类别和日期筛选；姓名、电话一律脱敏。"""

    queryset = Visit.objects.none()
    serializer_class = VisitSerializer
    filterset_class = VisitFilter
    pagination_class = VisitPages

    def rows(self, seen: Any) -> QuerySet:
        return seen.values(*VISIT_COLUMNS)
