"""Matters over REST: read as in the pages; each step of the workflow is one POST."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import ETagMixin
from proposals.api import serializers as shapes
from proposals.filters import ProposalFilter
from proposals.models import Proposal
from proposals.permissions import may_see_matters
from proposals.workflow import closing, handling, handover, intake
from proposals.workflow.table import FLOW


class ProposalApiFilter(ProposalFilter):
    """The page's conditions, and what has changed since a moment."""

    updated_since = filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", label="此后有变动"
    )


class ProposalViewSet(ETagMixin, viewsets.ReadOnlyModelViewSet):
    """Voters' opinions, deputies' suggestions and bills one may know of."""

    queryset = Proposal.objects.none()
    serializer_class = shapes.ProposalRecord
    filterset_class = ProposalApiFilter

    def get_queryset(self) -> QuerySet:
        if not may_see_matters(self.request.user):
            raise PermissionDenied
        seen = Proposal.objects.visible_to(self.request.user)
        if self.action == "list":
            return seen
        return seen.select_related("lead__deputy", "station", "unit", "result")

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"flow": FLOW}

    @extend_schema(responses=shapes.ProposalRow(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first; rows are plain values, so a page costs one query."""
        found = self.filter_queryset(self.get_queryset()).values(*shapes.FIELDS)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(page)

    def _take(
        self,
        request: Request,
        shape: type[serializers.Serializer],
        step: Callable[..., Any],
    ) -> Response:
        proposal = self.get_object()
        context = self.get_serializer_context() | {"proposal": proposal}
        asked = shape(data=request.data, context=context)
        asked.is_valid(raise_exception=True)
        step(proposal, actor=request.user, **asked.validated_data)
        fresh = self.get_queryset().get(pk=proposal.pk)
        return Response(self.get_serializer(fresh).data)

    @extend_schema(request=shapes.Nothing, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Nothing, intake.submit)

    @extend_schema(request=shapes.Reason, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Reason, intake.withdraw)

    @extend_schema(request=shapes.Reason, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Reason, intake.return_)

    @extend_schema(request=shapes.Refusal, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Refusal, intake.refuse)

    @extend_schema(request=shapes.Acceptance, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Acceptance, intake.accept)

    @extend_schema(request=shapes.OnSite, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def answer_on_site(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.OnSite, intake.answer_on_site)

    @extend_schema(request=shapes.HandOver, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def hand_over(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.HandOver, _hand_over)

    @extend_schema(request=shapes.Nothing, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def sign_for(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Nothing, handover.sign_for)

    @extend_schema(request=shapes.Reason, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"], url_path="object", url_name="object")
    def object_(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Reason, handover.object_)

    @extend_schema(request=shapes.Decision, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def decide_objection(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Decision, handover.decide_objection)

    @extend_schema(request=shapes.ContactNote, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def note_contact(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.ContactNote, handling.note_contact)

    @extend_schema(request=shapes.Nothing, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Nothing, handling.reply)

    @extend_schema(request=shapes.Telling, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def tell(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Telling, closing.tell)

    @extend_schema(request=shapes.Mark, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Mark, closing.rate)

    @extend_schema(request=shapes.Reason, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Reason, closing.redo)

    @extend_schema(request=shapes.Closing, responses=shapes.ProposalRecord)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str | None = None) -> Response:
        return self._take(request, shapes.Closing, closing.close)


def _hand_over(
    proposal: Proposal, *, actor: Any, shares: Any, is_complex: bool
) -> None:
    parts = [handover.Share(**share) for share in shares]
    handover.hand_over(proposal, actor=actor, shares=parts, is_complex=is_complex)
