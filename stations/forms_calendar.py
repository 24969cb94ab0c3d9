"""What the pages over all stations can be narrowed by."""

from typing import Any

from django import forms

from areas.choices import Level
from areas.models import Area
from areas.querysets import under
from common.forms import MonthField
from stations.models import Station


class TownForm(forms.Form):
    """Of which town; left out: of all one works with."""

    town = forms.ModelChoiceField(
        Area.objects.none(), label="乡镇街道", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Station.objects.visible_to(user).values("town_code")
        towns = Area.objects.filter(level=Level.TOWN, code__in=codes)
        self.fields["town"].queryset = towns.order_by("code")

    def narrowed(self, found: Any, prefix: str = "") -> Any:
        """The rows of the town asked for, all without one; call when validated."""
        town = self.cleaned_data.get("town")
        return found.filter(under([town.code], prefix=prefix)) if town else found


class CalendarForm(TownForm):
    """Which month, and of which town."""

    month = MonthField(label="月份", required=False)
    field_order = ("month", "town")
