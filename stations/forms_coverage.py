"""Remedies for many at once: villages to a station, deputies to a station."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from areas.models import Area
from areas.querysets import under
from common.forms import DateField, PickMany, RuleForm
from deputies.models import Deputy
from stations.forms_station import open_stations
from stations.models import Station
from stations.permissions import OVERSEEING
from stations.services import serve, station_deputies


def own_stations(actor: Any) -> QuerySet[Station]:
    """The stations in use that this person oversees."""
    return open_stations(actor).filter(under(actor.area_codes(*OVERSEEING)))


class ServeManyForm(RuleForm):
    """Several villages, and the station that serves them from now on."""

    villages = PickMany(Area.objects.none(), label="村社区")
    station = forms.ModelChoiceField(
        Station.objects.none(), label="由哪个站服务", empty_label="请选择"
    )

    def __init__(
        self, *args: Any, actor: Any, rows: QuerySet[Area], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["villages"].queryset = rows
        self.fields["station"].queryset = own_stations(actor)
        missing = "请先勾选村社区。"
        self.fields["villages"].error_messages["required"] = missing

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        serve(told["station"], actor=actor, add=list(told["villages"]))


class StationManyForm(RuleForm):
    """Several deputies, and the station they belong to from a day on."""

    deputies = PickMany(Deputy.objects.none(), label="代表")
    station = forms.ModelChoiceField(
        Station.objects.none(), label="驻哪个站", empty_label="请选择"
    )
    starts_on = DateField(label="从哪天起", years=(1954, 2100))

    def __init__(
        self, *args: Any, actor: Any, rows: QuerySet[Deputy], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"starts_on": localdate()}, **kwargs)
        self.fields["deputies"].queryset = rows
        self.fields["station"].queryset = own_stations(actor)
        self.fields["deputies"].error_messages["required"] = "请先勾选代表。"

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        chosen = list(told["deputies"])
        station_deputies(
            told["station"], chosen, actor=actor, starts_on=told["starts_on"]
        )
