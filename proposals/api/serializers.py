"""Shapes of matters, and of what each step asks, over REST."""

from typing import Any

from rest_framework import serializers

from areas.models import Category, Unit
from proposals.choices import (
    ContactMethod,
    Ground,
    Part,
    Route,
    Satisfaction,
    TellingChannel,
)
from proposals.models import Handling, Proposal, ResultClass
from stations.models import Visit

# What a list row and a record carry, read as values: no model object a row.
FIELDS = (
    "id",
    "number",
    "kind",
    "title",
    "status",
    "round",
    "area_id",
    "station_id",
    "unit_id",
    "category_id",
    "result_id",
    "satisfaction",
    "submitted_at",
    "accepted_at",
    "handed_over_at",
    "reply_due_on",
    "next_due_on",
    "replied_at",
    "told_at",
    "rated_at",
    "closed_at",
    "created_at",
    "updated_at",
)


class ProposalRow(serializers.ModelSerializer):
    """One matter; people's names and contacts are never part of it."""

    area_id = serializers.CharField(help_text="地区代码")
    station_id = serializers.IntegerField(allow_null=True)
    unit_id = serializers.IntegerField(allow_null=True, help_text="答复单位")
    category_id = serializers.IntegerField(allow_null=True)
    result_id = serializers.CharField(allow_null=True, help_text="结果类别")

    class Meta:
        model = Proposal
        fields = FIELDS


class DeadlineRow(serializers.Serializer):
    """A date and why it is that date."""

    kind = serializers.CharField()
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    met_at = serializers.DateTimeField(allow_null=True)
    explanation = serializers.ListField(child=serializers.CharField())


class ProposalRecord(ProposalRow):
    """One matter with its text, its dates, and the steps open to the caller."""

    deadlines = DeadlineRow(many=True)
    steps = serializers.SerializerMethodField(help_text="现在可走的步骤")

    class Meta(ProposalRow.Meta):
        fields = (*FIELDS, "text", "request", "deadlines", "steps")  # type: ignore[assignment]

    def get_steps(self, proposal: Proposal) -> list[str]:
        from_context: Any = self.context["flow"]
        actor = self.context["request"].user
        return [step.verb for step in from_context.open_to(proposal, actor=actor)]


class Nothing(serializers.Serializer):
    """A step that asks for nothing."""


class Reason(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class Refusal(serializers.Serializer):
    ground = serializers.ChoiceField(choices=Ground.choices)
    told = serializers.CharField(max_length=500)


class Acceptance(serializers.Serializer):
    category = serializers.PrimaryKeyRelatedField(
        queryset=Category.objects.filter(is_active=True)
    )
    route = serializers.ChoiceField(choices=Route.choices, required=False)


class OnSite(serializers.Serializer):
    text = serializers.CharField(max_length=2000)
    result = serializers.PrimaryKeyRelatedField(queryset=ResultClass.objects.all())


class ShareRow(serializers.Serializer):
    unit = serializers.PrimaryKeyRelatedField(queryset=Unit.objects.all())
    part = serializers.ChoiceField(choices=Part.choices)
    text = serializers.CharField(max_length=200, required=False, default="")


class HandOver(serializers.Serializer):
    shares = ShareRow(many=True, allow_empty=False)
    is_complex = serializers.BooleanField(required=False, default=False)


class Decision(serializers.Serializer):
    handling = serializers.PrimaryKeyRelatedField(queryset=Handling.objects.none())
    upheld = serializers.BooleanField()
    text = serializers.CharField(max_length=1000)
    unit = serializers.PrimaryKeyRelatedField(
        queryset=Unit.objects.all(), required=False, allow_null=True, default=None
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if proposal := self.context.get("proposal"):
            fields["handling"].queryset = proposal.handlings.all()
        return fields


class ContactNote(serializers.Serializer):
    method = serializers.ChoiceField(choices=ContactMethod.choices)
    contacted_on = serializers.DateField()
    text = serializers.CharField(max_length=2000)


class Telling(serializers.Serializer):
    visit = serializers.PrimaryKeyRelatedField(queryset=Visit.objects.none())
    channel = serializers.ChoiceField(choices=TellingChannel.choices)
    note = serializers.CharField(max_length=200, required=False, default="")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if proposal := self.context.get("proposal"):
            fields["visit"].queryset = proposal.visits.all()
        return fields


class Mark(serializers.Serializer):
    attitude = serializers.ChoiceField(choices=Satisfaction.choices)
    result = serializers.ChoiceField(choices=Satisfaction.choices)
    reason = serializers.CharField(max_length=1000, required=False, default="")


class Closing(serializers.Serializer):
    note = serializers.CharField(max_length=1000, required=False, default="")
