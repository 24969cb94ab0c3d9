"""Which ledger is asked for: of a station or an area, of which days."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.timezone import localdate

from areas.choices import Level
from areas.models import Area
from areas.querysets import under
from common.forms import DateField
from reports.ledgers.shape import Asked
from stations.models import Station
from stations.permissions import OVERSEEING

MOST_YEARS = 5


class LedgerForm(forms.Form):
    """Station, town and days; what is left out is one's own and this year's."""

    station = forms.ModelChoiceField(
        Station.objects.none(), label="联络站", required=False, empty_label="全部"
    )
    town = forms.ModelChoiceField(
        Area.objects.none(), label="乡镇街道", required=False, empty_label="全部"
    )
    since = DateField(label="自", required=False)
    until = DateField(label="至", required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        own = under(user.area_codes(*OVERSEEING)) | Q(pk__in=user.station_ids())
        stations = Station.objects.visible_to(user).filter(own).order_by("name", "id")
        self.fields["station"].queryset = stations
        if not user.area_codes(*OVERSEEING):
            self.fields["station"].empty_label = None
            self.fields["station"].initial = user.station_ids()[0]
            del self.fields["town"]
            return
        codes = stations.order_by().values("town_code")
        towns = Area.objects.filter(level=Level.TOWN, code__in=codes)
        self.fields["town"].queryset = towns.order_by("code")

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        today = localdate()
        until = values.get("until") or max(today, values.get("since") or today)
        since = values.get("since") or dt.date(until.year, 1, 1)
        if since > until:
            self.add_error("until", "截止日须在起始日之后。")
        elif (until - since).days > 366 * MOST_YEARS:
            self.add_error("since", f"一次最多 {MOST_YEARS} 年。")
        return values | {"since": since, "until": until}

    def asked(self) -> Asked:
        """What the ledger is of; the form is valid."""
        values = self.cleaned_data
        station = values["station"]
        if station is None and "town" not in self.fields:
            station = self.fields["station"].queryset.get(pk=self.user.station_ids()[0])
        area = station.area if station else values.get("town") or self._own_area()
        return Asked(self.user, area, station, values["since"], values["until"])

    def _own_area(self) -> Area:
        return next(g.area for g in self.user.held if g.role in OVERSEEING)
