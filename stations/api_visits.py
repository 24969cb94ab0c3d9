"""Logging a visit over REST: one POST, once, however often it is sent."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from areas.models import Category
from common.errors import RuleViolation
from deputies.choices import Sex
from deputies.models import Deputy
from stations.choices import AgeBand, Channel, Outcome, ReferredTo
from stations.models import Station, Visit
from stations.services import log_visit

HEADER = "Idempotency-Key"
# What is made of a visit beyond that is made in the pages.
SETTLED = (Outcome.OPEN, Outcome.ANSWERED, Outcome.REFERRED)


class VisitIn(serializers.Serializer):
    """What a visitor said; lengths and what an outcome needs are the rules' to say."""

    station = serializers.IntegerField(help_text="联络站")
    key = serializers.UUIDField(required=False, help_text="或写在 Idempotency-Key 头")
    day = serializers.IntegerField(required=False, allow_null=True, help_text="接待日")
    channel = serializers.ChoiceField(Channel.choices, default=Channel.STATION)
    visited_at = serializers.DateTimeField(required=False, allow_null=True)
    visitor_name = serializers.CharField(required=False, allow_blank=True)
    visitor_contact = serializers.CharField(required=False, allow_blank=True)
    home = serializers.CharField(required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    age_band = serializers.ChoiceField(
        AgeBand.choices, required=False, allow_blank=True
    )
    party_size = serializers.IntegerField(required=False, help_text="人数")
    words = serializers.CharField(help_text="原话")
    request = serializers.CharField(required=False, allow_blank=True, help_text="诉求")
    category = serializers.IntegerField(required=False, allow_null=True)
    outcome = serializers.ChoiceField(
        [(each.value, each.label) for each in SETTLED], required=False
    )
    answer = serializers.CharField(required=False, allow_blank=True)
    referred_to = serializers.ChoiceField(
        ReferredTo.choices, required=False, allow_blank=True
    )
    heard_by = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=30
    )
    is_assisted = serializers.BooleanField(required=False, help_text="代填")
    helper_name = serializers.CharField(required=False, allow_blank=True)
    helper_relation = serializers.CharField(required=False, allow_blank=True)
    source = serializers.CharField(required=False, allow_blank=True)


class LogsVisits:
    """Adds POST to the visits; tokens need the scope to write."""

    @extend_schema(
        request=VisitIn,
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)],
        responses={201: dict, 200: dict},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """登记一次来访；同一个标识再发一次，得到的是同一条。"""
        asked = VisitIn(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = dict(asked.validated_data)
        key = _key(request, facts.pop("key", None))
        seen = Station.objects.visible_to(request.user).select_related("area")
        station = get_object_or_404(seen, pk=_number(facts.pop("station")))
        was_there = Visit.objects.visible_to(request.user).filter(key=key).exists()
        facts |= _rows(facts, station)
        visit = log_visit(station, actor=request.user, key=key, **facts)
        # The key may be that of a visit which this person may not know.
        rows = self.get_queryset()  # type: ignore[attr-defined]
        row = get_object_or_404(rows, id=visit.pk)
        told = self.get_serializer(row).data  # type: ignore[attr-defined]
        return Response(told, status=200 if was_there else 201)


def _key(request: Request, in_body: uuid.UUID | None) -> uuid.UUID:
    """The sender's own mark of this visit, from the body or the header."""
    given = request.headers.get(HEADER, "")
    try:
        in_header = uuid.UUID(given) if given else None
    except ValueError as odd:
        raise RuleViolation(f"{HEADER} 应是 UUID。", field="key") from odd
    if in_body and in_header and in_body != in_header:
        raise RuleViolation("标识写了两个，而且不一样。", field="key")
    key = in_body or in_header
    if key is None:
        raise RuleViolation("请给这次来访一个 UUID 标识，重发时用同一个。", field="key")
    return key


def _number(given: int) -> int:
    """A key as databases know them; others are nobody's."""
    return given if 0 < given < 10**18 else 0


def _rows(facts: dict[str, Any], station: Station) -> dict[str, Any]:
    """The records that the numbers name; unknown ones are refused at their field."""
    found: dict[str, Any] = {}
    if facts.get("day") is not None:
        missing = "这一站没有这个接待日。"
        found["day"] = _named(station.days, facts["day"], "day", missing)
    if facts.get("category") is not None:
        rows = Category.objects.filter(is_active=True)
        found["category"] = _named(
            rows, facts["category"], "category", "没有这一类别。"
        )
    if "heard_by" in facts:
        near = Deputy.objects.filter(area__code__startswith=station.area_id[:6])
        found["heard_by"] = [
            _named(near, pk, "heard_by", "没有这位代表。") for pk in facts["heard_by"]
        ]
    return found


def _named(rows: Any, pk: int, field: str, missing: str) -> Any:
    row = rows.filter(pk=_number(pk)).first()
    if row is None:
        raise RuleViolation(missing, field=field)
    return row
