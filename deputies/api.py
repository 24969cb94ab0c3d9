"""Deputies and groups over REST: to read, without phone, identity card and address."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.utils.timezone import localdate
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import ETagMixin
from deputies import permissions as may
from deputies.filters import DeputyFilter, GroupFilter
from deputies.models import Deputy, Group, Mandate, Membership

Row = dict[str, Any]


class SeatSerializer(serializers.Serializer):
    level = serializers.IntegerField(help_text="1 全国 2 省 3 市 4 县（区） 5 乡（镇）")
    congress = serializers.CharField()
    term = serializers.IntegerField(help_text="届")
    source_name = serializers.CharField(help_text="选区或选举单位")
    delegation = serializers.CharField(help_text="代表团")
    is_reelected = serializers.BooleanField(help_text="连任")
    status = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True, help_text="第一天不在任")


class MemberOfSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()


class DeputySerializer(serializers.Serializer):
    """One person with all seats and the groups of today. Counts of these are 人."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    sex = serializers.CharField()
    employer_post = serializers.CharField(help_text="单位及职务")
    occupation_class = serializers.CharField(help_text="代表构成")
    area = serializers.CharField(help_text="地区代码")
    area_name = serializers.CharField()
    state = serializers.CharField(help_text="active, suspended, ended or empty")
    mandates = SeatSerializer(many=True)
    groups = MemberOfSerializer(many=True)


class GroupMemberSerializer(serializers.Serializer):
    deputy = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    starts_on = serializers.DateField()


class GroupSerializer(serializers.Serializer):
    """A group with its members of today."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    field = serializers.CharField(help_text="领域")
    area = serializers.CharField(help_text="地区代码")
    area_name = serializers.CharField()
    founded_on = serializers.DateField(allow_null=True)
    is_active = serializers.BooleanField()
    members = GroupMemberSerializer(many=True)


class Rows(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """Lean rows: values() from the database, no objects and no query per row.

    The serializer describes them for the schema; `rows` builds them.
    """

    queryset: QuerySet

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        if not may.may_see_deputies(self.request.user):
            raise PermissionDenied
        return self.queryset.all().visible_to(self.request.user)

    def rows(self, queryset: QuerySet) -> QuerySet:
        raise NotImplementedError

    def with_parts(self, rows: list[Row]) -> list[Row]:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.rows(self.filter_queryset(self.get_queryset()))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.with_parts(page))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        found = self.rows(self.get_queryset().filter(pk=row.pk))
        return Response(self.with_parts(list(found))[0])


class DeputyViewSet(Rows):
    """代表：按层级、状态、地区、小组和姓名筛选，与页面相同。"""

    queryset = Deputy.objects
    serializer_class = DeputySerializer
    filterset_class = DeputyFilter

    def rows(self, queryset: QuerySet) -> QuerySet:
        plain = ("id", "name", "sex", "employer_post", "occupation_class")
        named = {"area_name": F("area__name"), "state": F("seat_state")}
        return queryset.with_state(localdate()).values(*plain, "area", **named)

    def with_parts(self, rows: list[Row]) -> list[Row]:
        keys = [row["id"] for row in rows]
        seats = Mandate.objects.filter(deputy__in=keys).order_by("level", "-starts_on")
        facts = ("source_name", "delegation", "is_reelected", "status")
        seats = seats.values(
            "deputy_id",
            "level",
            *facts,
            "starts_on",
            "ends_on",
            congress=F("term__congress__name"),
            term_number=F("term__number"),
        )
        inside = Membership.objects.on(localdate()).filter(deputy__in=keys)
        groups = inside.order_by("pk").values(
            "deputy_id", "role", group_key=F("group"), name=F("group__name")
        )
        return _joined(
            rows,
            "deputy_id",
            mandates=(seats, {"term_number": "term"}),
            groups=(groups, {"group_key": "id"}),
        )


class GroupViewSet(Rows):
    """代表小组：按类型、地区、名称和是否在用筛选，带今天的组员。"""

    queryset = Group.objects
    serializer_class = GroupSerializer
    filterset_class = GroupFilter

    def rows(self, queryset: QuerySet) -> QuerySet:
        plain = ("id", "name", "kind", "field", "founded_on", "is_active", "area")
        return queryset.order_by().values(*plain, area_name=F("area__name"))

    def with_parts(self, rows: list[Row]) -> list[Row]:
        members = Membership.objects.on(localdate())
        members = members.filter(group__in=[row["id"] for row in rows]).in_order()
        lines = members.values(
            "group_id", "deputy", "role", "starts_on", name=F("deputy__name")
        )
        return _joined(rows, "group_id", members=(lines, {}))


def _joined(
    rows: list[Row], key: str, **parts: tuple[Iterable[Row], dict[str, str]]
) -> list[Row]:
    """Each row with its parts as lists; the key of a part's line names its row.

    The dictionary beside the lines gives columns another name.
    """
    by_id = {row["id"]: row for row in rows}
    for name, (lines, renamed) in parts.items():
        for row in rows:
            row[name] = []
        for line in lines:
            owner = by_id[line.pop(key)]
            owner[name].append({renamed.get(k, k): v for k, v in line.items()})
    return rows
