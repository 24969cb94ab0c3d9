"""What the page of a joint reception asks for: who comes for which unit."""

from typing import Any

from django import forms

from areas.models import Unit
from common.forms import RuleForm
from stations.models import ReceptionDay
from stations.services.guests import invite_guest


class GuestForm(RuleForm):
    """One person of a unit."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="单位")
    name = forms.CharField(label="姓名")
    post = forms.CharField(label="职务", required=False, help_text="如“副局长”。")

    def __init__(self, *args: Any, day: ReceptionDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        county = Unit.objects.filter(area__code__startswith=day.station.area_id[:6])
        self.fields["unit"].queryset = county.filter(is_active=True).order_by("name")

    def do(self, actor: Any) -> None:
        invite_guest(self.day, actor=actor, **self.cleaned_data)
