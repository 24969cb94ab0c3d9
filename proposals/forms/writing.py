"""What a deputy's pen asks for: a suggestion, or a few words of a voter."""

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area, Category
from common.errors import RuleViolation, WrongState
from deputies.models import Mandate
from proposals.choices import Kind
from proposals.forms.steps import words
from proposals.models import Proposal
from proposals.services.opening import draft_suggestion, issue_code, open_opinion
from stations.choices import Channel
from stations.models import Station
from stations.services.visits import log_visit

HEARD_OUTSIDE = [
    (value, label)
    for value, label in Channel.choices
    if value not in (Channel.STATION, Channel.ONLINE)
]


class SuggestionForm(forms.Form):
    """A suggestion or bill: one matter; where, facts, request."""

    lead = forms.ModelChoiceField(
        Mandate.objects.none(), label="以哪一级代表提出", empty_label=None
    )
    title = forms.CharField(
        label="标题", max_length=120, help_text="一事一议，如“关于改造文峰泵站的建议”。"
    )
    text = words("情况和问题", rows=8, longest=20000)
    request = words("具体建议", rows=5, longest=10000)
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), label="类别", required=False
    )

    def __init__(
        self, *args: Any, actor: User, proposal: Proposal | None = None, **kwargs: Any
    ) -> None:
        if proposal is not None:
            names = ("lead", "title", "text", "request", "category")
            kwargs["initial"] = {name: getattr(proposal, name) for name in names}
        super().__init__(*args, **kwargs)
        self.actor, self.proposal = actor, proposal
        seats = Mandate.objects.on(localdate()).filter(
            deputy=actor.deputy_id, status="active"
        )
        field = self.fields["lead"]
        field.queryset = seats.select_related("deputy", "term__congress")  # type: ignore[attr-defined]
        field.label_from_instance = lambda seat: str(seat.term.congress)  # type: ignore[attr-defined]

    def carry_out(self) -> bool:
        """Save the draft; afterwards `proposal` is what was saved."""
        data = self.cleaned_data
        area = data["lead"].term.congress.area or Area.objects.get(
            pk=data["lead"].deputy.area_id[:6]
        )
        try:
            self.proposal = draft_suggestion(
                actor=self.actor,
                area=area,
                proposal=self.proposal,
                kind=self.proposal.kind if self.proposal else Kind.SUGGESTION,
                **data,
            )
        except (RuleViolation, WrongState) as refused:
            self.add_error(getattr(refused, "field", None), str(refused))
        return self.is_valid()


class NoteForm(forms.Form):
    """记一条: what a voter told a deputy outside the station."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    station = forms.ModelChoiceField(
        Station.objects.none(), label="记在哪个站", empty_label=None
    )
    channel = forms.ChoiceField(
        label="怎么听到的", choices=HEARD_OUTSIDE, widget=forms.RadioSelect
    )
    words = words("原话", rows=5, longest=5000)
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), label="类别", required=False
    )
    party_size = forms.IntegerField(
        label="几个人", min_value=1, max_value=999, initial=1
    )
    visitor_name = forms.CharField(label="怎么称呼", max_length=50, required=False)
    visitor_contact = forms.CharField(
        label="电话",
        max_length=50,
        required=False,
        help_text="办好后好告诉他；不愿留也可以。",
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.code = ""
        stationed = Station.objects.filter(
            stationings__in=actor.deputy.stationings.on(localdate())
        )
        self.fields["station"].queryset = stationed  # type: ignore[attr-defined]

    def carry_out(self) -> Proposal | None:
        """Log the visit and open its opinion; None when a rule refused."""
        data = dict(self.cleaned_data)
        data["visitor_contact"] = data["visitor_contact"].strip()
        try:
            # Both or neither: a visit without its opinion could not be sent again.
            with transaction.atomic():
                visit = log_visit(
                    data.pop("station"),
                    actor=self.actor,
                    outcome="opinion",
                    heard_by=[self.actor.deputy],
                    **data,
                )
                proposal = open_opinion(visit, actor=self.actor)
        except RuleViolation as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))
            return None
        if visit.visitor_contact:
            self.code = issue_code(proposal)
        return proposal
