"""What the pages of promises ask for: making one at a reception, keeping it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When

from accounts.models import User
from areas.models import Unit
from common.errors import RuleViolation
from common.forms import DateField, RuleForm
from proposals.forms.steps import words
from proposals.models import Commitment, Proposal
from proposals.services.promising import matters_of_day, promise
from proposals.workflow.handling import keep
from stations.models import ReceptionDay


class PromiseForm(RuleForm):
    """What a unit's head promised at the reception, and until when."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="承诺单位")
    made_by = forms.CharField(
        label="承诺人", required=False, help_text="姓名和职务，如“何志远 副局长”。"
    )
    what = words("承诺做什么", rows=3, longest=300)
    due_on = DateField(label="什么时候完成")
    proposal = forms.ModelChoiceField(
        Proposal.objects.none(),
        label="关于哪一件",
        required=False,
        empty_label="不专对某一件",
    )

    def __init__(self, *args: Any, day: ReceptionDay, **kwargs: Any) -> None:
        self.day = day
        here = list(day.guests.filter(is_present=True).select_related("unit"))
        if len({guest.unit_id for guest in here}) == 1:
            first = {"unit": here[0].unit, "made_by": f"{here[0].name} {here[0].post}"}
            kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        guests = day.guests.values("unit")
        county = Unit.objects.filter(area__code__startswith=day.station.area_id[:6])
        first_guests = Case(When(pk__in=guests, then=0), default=1)
        self.fields["unit"].queryset = county.filter(is_active=True).order_by(
            first_guests, "name"
        )
        self.fields["proposal"].queryset = matters_of_day(day)
        if not self.fields["proposal"].queryset.exists():
            del self.fields["proposal"]

    def do(self, actor: Any) -> None:
        self.commitment = promise(self.day, actor=actor, **self.cleaned_data)


class KeepForm(forms.Form):
    """How the promise was kept."""

    proof = words("怎么完成的", rows=4, longest=1000)

    def __init__(self, *args: Any, commitment: Commitment, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.commitment, self.actor = commitment, actor

    def check_allowed(self) -> None:
        """Raises PermissionDenied unless one works for the unit that promised."""
        if self.commitment.unit_id not in self.actor.unit_ids():
            raise PermissionDenied

    def carry_out(self) -> bool:
        try:
            keep(self.commitment, actor=self.actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()
