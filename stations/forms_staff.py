"""What the page asks for that makes somebody head or liaison officer of a station."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from accounts.choices import Role
from accounts.models import User
from accounts.services.grants import grant
from common.forms import DateField, RuleForm
from stations.models import Station

# Whose accounts are offered: people of stations and towns, now or before.
LIKELY = (Role.STATION, Role.TOWNSHIP)


class PersonChoice(forms.ModelChoiceField):
    """People by name, with their account: names repeat."""

    def label_from_instance(self, person: User) -> str:
        return f"{person.name}（{person.username}）"


class StaffForm(RuleForm):
    """Who becomes head or liaison officer, from when until when."""

    person = PersonChoice(User.objects.none(), label="人员", empty_label="请选择")
    is_head = forms.BooleanField(label="站长", required=False)
    starts_on = DateField(label="从哪天起", years=(1980, 2100))
    ends_on = DateField(
        label="到哪天止",
        required=False,
        years=(1980, 2100),
        help_text="这一天起不再担任；不填为长期。",
    )

    def __init__(self, *args: Any, actor: Any, station: Station, **kwargs: Any) -> None:
        wanted = {"starts_on": localdate()} | kwargs.pop("initial", {})
        super().__init__(*args, initial=wanted, **kwargs)
        self.station = station
        near = User.objects.visible_to(actor).filter(is_active=True)
        near = near.filter(grants__role__in=LIKELY).exclude(pk=actor.pk).distinct()
        self.fields["person"].queryset = near.order_by("name", "pk")

    def do(self, actor: Any) -> None:
        told = dict(self.cleaned_data)
        person = told.pop("person")
        grant(person, actor=actor, role=Role.STATION, station=self.station, **told)
