"""What the page of reports asks for."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied

from areas.choices import Level
from areas.models import Area
from common.errors import RuleViolation
from common.forms import MonthField
from reports.models import Report
from reports.permissions import WRITING_ROLES
from reports.services.reports import last_month, request_report
from stations.models import Station


class ReportForm(forms.Form):
    """The monthly report of which place, and of which month."""

    place = forms.ChoiceField(label="地区或联络站")
    month = MonthField(label="月份")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.report: Report | None = None
        self.areas, self.stations = _areas(user), _stations(user)
        self.fields["place"].choices = [
            *((f"area:{area.pk}", area.name) for area in self.areas),
            *((f"station:{station.pk}", station.name) for station in self.stations),
        ]
        self.fields["month"].initial = last_month()

    def carry_out(self) -> bool:
        """Ask for the report; a refused rule becomes an error of the form."""
        kind, _, key = self.cleaned_data["place"].partition(":")
        rows = self.areas if kind == "area" else self.stations
        chosen = next(row for row in rows if str(row.pk) == key)
        try:
            self.report = request_report(
                actor=self.user, month=self.cleaned_data["month"], **{kind: chosen}
            )
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        except PermissionDenied:
            self.add_error("place", "您不负责这个地区或联络站。")
        return self.is_valid()


def _areas(user: Any) -> list[Area]:
    """The areas one is there for, and the towns of a county."""
    codes = user.area_codes(*WRITING_ROLES)
    own = Area.objects.filter(pk__in=codes)
    towns = Area.objects.filter(parent__in=codes, level__lte=Level.TOWN)
    return list((own | towns).order_by("code"))


def _stations(user: Any) -> list[Station]:
    seen = Station.objects.visible_to(user).select_related("area")
    codes = tuple(user.area_codes(*WRITING_ROLES))
    own = user.station_ids()
    return [s for s in seen if s.pk in own or s.area_id.startswith(codes or ("-",))]
