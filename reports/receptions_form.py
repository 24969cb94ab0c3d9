"""Which year, town and figure the table of receptions is asked for."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from reports.forms import FiguresForm
from reports.questions import Question
from reports.receptions import KINDS
from stations.forms_calendar import TownForm

YEARS_BACK = 4


class ReceptionsForm(TownForm):
    """Year, town and kind of figure; left out: this year, all, receptions."""

    year = forms.TypedChoiceField(label="年份", required=False, coerce=int)
    kind = forms.ChoiceField(choices=[(k, k) for k in KINDS], required=False)
    field_order = ("year", "town")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user, this = user, localdate().year
        self.fields["year"].choices = [
            (year, f"{year}年") for year in range(this, this - YEARS_BACK - 1, -1)
        ]
        self.fields["kind"].widget = forms.HiddenInput()

    def question(self) -> Question:
        """What is asked; call when valid."""
        year = self.cleaned_data["year"] or localdate().year
        town = self.cleaned_data["town"]
        asked = {"from": f"{year}-01", "to": f"{year}-12", "area": ""}
        if town:
            asked["area"] = town.pk
        form = FiguresForm(asked, user=self.user)
        form.full_clean()
        return form.question()
