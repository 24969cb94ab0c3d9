"""What the pages ask for about reception days and duties."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from areas.querysets import under
from common.forms import DateField, PickMany, RuleForm, TimeInput
from deputies.models import Deputy
from stations import workflow
from stations.choices import DutyState
from stations.models import ReceptionDay, Station
from stations.services import create_day, edit_day

START, END = dt.time(9), dt.time(11)  # the usual hours


class DayForm(RuleForm):
    """A reception day by hand: when, where, about what, and who is on duty."""

    date = DateField(label="日期")
    starts_at = forms.TimeField(label="开始", widget=TimeInput, initial=START)
    ends_at = forms.TimeField(label="结束", widget=TimeInput, initial=END)
    place = forms.CharField(label="地点")
    topic = forms.CharField(label="主题", required=False)
    deputies = PickMany(
        Deputy.objects.none(),
        label="值班代表",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="也可以以后再排；公告前至少排一名。",
    )

    def __init__(
        self,
        *args: Any,
        actor: Any,
        station: Station,
        day: ReceptionDay | None = None,
        **kwargs: Any,
    ) -> None:
        self.station, self.day = station, day
        held: dict[str, Any] = {"place": station.venue or station.address}
        if day is not None:
            names = ("date", "starts_at", "ends_at", "place", "topic")
            held = {name: getattr(day, name) for name in names}
            held["version"] = day.version
        super().__init__(*args, initial=held, **kwargs)
        if day is not None:
            del self.fields["deputies"]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            return
        self.fields["deputies"].queryset = here = stationed(station)
        if not here.exists():
            del self.fields["deputies"]

    def do(self, actor: Any) -> None:
        if self.day is None:
            self.day = create_day(self.station, actor=actor, **self.cleaned_data)
        else:
            edit_day(self.day, actor=actor, **self.cleaned_data)


def stationed(station: Station) -> QuerySet[Deputy]:
    """The deputies stationed here today who hold a seat, by name."""
    today = localdate()
    here = station.stationings.on(today).values("deputy")
    return Deputy.objects.active(today).filter(pk__in=here).order_by("name", "id")


class DutyForm(RuleForm):
    """One more deputy for the day, perhaps in place of another."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label="代表", empty_label="请选择"
    )
    stands_in_for = forms.ModelChoiceField(
        Deputy.objects.none(), label="替谁", required=False, empty_label="不替谁，加排"
    )

    def __init__(
        self, *args: Any, actor: Any, day: ReceptionDay, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        on_duty = day.duties.values("deputy")
        seen = Deputy.objects.visible_to(actor).active(day.date)
        here = day.station.stationings.on(day.date).values("deputy")
        near = under([day.station.area_id[:9]])
        known = seen.filter(near) | seen.filter(pk__in=here)
        self.fields["deputy"].queryset = known.exclude(pk__in=on_duty).order_by(
            "name", "id"
        )
        replaced = Deputy.objects.filter(pk__in=on_duty).order_by("name", "id")
        self.fields["stands_in_for"].queryset = replaced

    def do(self, actor: Any) -> None:
        asked = self.cleaned_data
        workflow.set_duty(
            self.day,
            asked["deputy"],
            DutyState.INVITED,
            actor=actor,
            stands_in_for=asked["stands_in_for"],
        )


class CancelForm(RuleForm):
    """Why the day is called off."""

    reason = forms.CharField(
        label="取消原因", help_text="会写进取消通知，如“防汛值守，改期另行公告”。"
    )

    def __init__(self, *args: Any, day: ReceptionDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day

    def do(self, actor: Any) -> None:
        workflow.cancel(self.day, actor=actor, **self.cleaned_data)


class ConfirmForm(RuleForm):
    """A step that asks for nothing but the yes."""

    def __init__(self, *args: Any, day: ReceptionDay, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.verb = day, verb

    def do(self, actor: Any) -> None:
        steps = {"announce": workflow.announce, "hold": workflow.hold}
        steps[self.verb](self.day, actor=actor)
