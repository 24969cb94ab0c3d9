"""What the pages ask for about visits: how they came in, and looking at a contact."""

import uuid
from typing import Any

from django import forms
from django.utils.timezone import now

from areas.models import Category
from common.fields import masked_name, masked_phone
from common.forms import DateTimeInput, PickMany, RuleForm
from deputies.choices import Sex
from deputies.models import Deputy
from stations.choices import OPEN_DAYS, AgeBand, Channel, Outcome, ReferredTo
from stations.forms import stationed
from stations.models import Station, Visit
from stations.services import amend_visit, log_visit, reveal_contact
from stations.services.visits import LATER

# What a visit can become on these pages; the rest is made of it in proposals.
SETTLED = [
    (Outcome.OPEN.value, Outcome.OPEN.label),
    (Outcome.ANSWERED.value, Outcome.ANSWERED.label),
    (Outcome.REFERRED.value, Outcome.REFERRED.label),
]


class VisitForm(RuleForm):
    """A visit outside the desk: on the phone, on a walk; or settled afterwards.

    With `visit` it amends; once the register is closed only what LATER allows.
    Opinions and merged ones are made in proposals, so they are no choice here.
    """

    channel = forms.ChoiceField(
        label="方式", choices=[c for c in Channel.choices if c[0] != Channel.ONLINE]
    )
    visited_at = forms.DateTimeField(label="时间", widget=DateTimeInput)
    visitor_name = forms.CharField(label="来访人", required=False)
    visitor_contact = forms.CharField(label="联系方式", required=False)
    party_size = forms.IntegerField(label="人数", initial=1)
    sex = forms.ChoiceField(
        label="性别", choices=[("", "未填"), *Sex.choices], required=False
    )
    age_band = forms.ChoiceField(
        label="年龄段", choices=[("", "未填"), *AgeBand.choices], required=False
    )
    words = forms.CharField(
        label="反映内容（原话）",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="照来访人的原话写。",
    )
    heard_by = PickMany(
        Deputy.objects.none(),
        label="听取的代表",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label="类别",
        required=False,
        empty_label="未定",
    )
    outcome = forms.ChoiceField(
        label="怎么办", choices=SETTLED, widget=forms.RadioSelect, initial=Outcome.OPEN
    )
    answer = forms.CharField(
        label="当场答复", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    referred_to = forms.ChoiceField(
        label="引导去处", choices=[("", "没有"), *ReferredTo.choices], required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, station: Station, visit: Visit | None = None, **kwargs: Any
    ) -> None:
        self.station, self.visit = station, visit
        held: dict[str, Any] = {"visited_at": now(), "key": uuid.uuid4()}
        held["channel"] = Channel.PHONE
        if visit is not None:
            names = set(self.base_fields) - {"key", "heard_by"}
            held = {name: getattr(visit, name) for name in names}
            held["heard_by"] = visit.heard_by.all()
            held |= masked_person(visit)
        super().__init__(*args, initial=held, **kwargs)
        here = stationed(station)
        if visit is None:
            del self.fields["version"]
        else:
            here = (
                here | Deputy.objects.filter(pk__in=visit.heard_by.all())
            ).distinct()
            self._keep_what_may_change(visit)
        if "heard_by" in self.fields:
            self.fields["heard_by"].queryset = here

    def _keep_what_may_change(self, visit: Visit) -> None:
        del self.fields["key"]
        if visit.outcome not in dict(SETTLED):
            for name in ("outcome", "answer", "referred_to"):
                del self.fields[name]
        if visit.channel == Channel.ONLINE:
            del self.fields["channel"]
        if visit.day and visit.day.status not in OPEN_DAYS:
            for name in set(self.fields) - LATER - {"version"}:
                del self.fields[name]

    def clean(self) -> dict[str, Any] | None:
        """What comes back as it was shown, masked, is what is there."""
        for name, shown in masked_person(self.visit).items() if self.visit else ():
            if shown and self.cleaned_data.get(name) == shown:
                self.cleaned_data[name] = getattr(self.visit, name)
        return super().clean()

    def do(self, actor: Any) -> None:
        if self.visit is None:
            self.visit = log_visit(self.station, actor=actor, **self.cleaned_data)
        else:
            amend_visit(self.visit, actor=actor, **self.cleaned_data)


def masked_person(visit: Visit) -> dict[str, str]:
    """Name and contact as a form may show them; in clear only against a reason."""
    return {
        "visitor_name": masked_name(visit.visitor_name),
        "visitor_contact": masked_phone(visit.visitor_contact),
    }


class RevealForm(RuleForm):
    """Why a visitor's contact is looked at; the reason stays in the trail."""

    reason = forms.CharField(
        label="查看原因", help_text="会记入审计，如“回电告知结果”。"
    )

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit, self.contact = visit, ""

    def do(self, actor: Any) -> None:
        self.contact = reveal_contact(self.visit, actor=actor, **self.cleaned_data)
