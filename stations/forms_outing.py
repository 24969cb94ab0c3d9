"""What the page of a walk (走访) asks for: where, with whom, and who said what."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.timezone import now

from common.forms import DateTimeInput, PickMany, RuleForm
from deputies.models import Deputy
from stations.forms import stationed
from stations.models import Station, Visit
from stations.services.outings import MOST_MET, log_outing

ROWS = 3  # at first, and so many more for each asking


class MetForm(forms.Form):
    """One household or person met; a line without words is nobody."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    visitor_name = forms.CharField(label="见到谁", required=False)
    words = forms.CharField(
        label="说了什么（原话）",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    visitor_contact = forms.CharField(label="联系方式", required=False)

    @property
    def is_empty(self) -> bool:
        return not any(
            self.cleaned_data.get(name)
            for name in ("visitor_name", "words", "visitor_contact")
        )

    def clean(self) -> dict[str, Any] | None:
        if not self.is_empty and not self.cleaned_data.get("words"):
            self.add_error("words", "请写说了什么；没有说什么的，把这一行清空。")
        return super().clean()


class OutingForm(RuleForm):
    """One walk, with as many lines as there are people met."""

    source = forms.CharField(label="走到哪里", help_text="村组、小区或单位。")
    visited_at = forms.DateTimeField(
        label="时间", widget=DateTimeInput, required=False, help_text="不填就是现在。"
    )
    heard_by = PickMany(
        Deputy.objects.none(),
        label="走访的代表",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"visited_at": now()})
        super().__init__(*args, **kwargs)
        self.station = station
        self.logged: list[Visit] = []
        self.fields["heard_by"].queryset = stationed(station)
        self.rows = [self._row(n) for n in range(self._asked())]

    def _asked(self) -> int:
        """How many lines the page has: as many as came, or more on asking."""
        if not self.is_bound:
            return ROWS
        given = str(self.data.get("rows", ROWS))
        known = int(given) if given.isdecimal() and len(given) < 4 else ROWS
        more = ROWS if "more" in self.data else 0
        return min(max(known + more, 1), MOST_MET)

    def _row(self, n: int) -> MetForm:
        first = {"key": uuid.uuid4()}
        was_there = self.is_bound and f"met-{n}-words" in self.data
        data = self.data if was_there else None
        return MetForm(data, prefix=f"met-{n}", initial=first)

    @property
    def wants_more(self) -> bool:
        """More lines were asked for: nothing is stored yet."""
        return self.is_bound and "more" in self.data

    def clean(self) -> dict[str, Any] | None:
        good = [row.is_valid() for row in self.rows if row.is_bound]
        if not all(good):
            raise forms.ValidationError("有一行没有写完整。")
        if all(row.is_empty for row in self.rows if row.is_bound):
            raise forms.ValidationError("至少写下一位说了什么。")
        return super().clean()

    def do(self, actor: Any) -> None:
        met = [row.cleaned_data for row in self.rows if row.is_bound]
        told = [line for line in met if line.get("words")]
        for line in told:
            line["key"] = line.get("key") or uuid.uuid4()
        asked = dict(self.cleaned_data)
        moment: dt.datetime | None = asked.pop("visited_at")
        self.logged = log_outing(
            self.station, actor=actor, met=told, visited_at=moment, **asked
        )
