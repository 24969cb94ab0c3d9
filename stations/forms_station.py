"""What the pages ask for about a station itself: its facts, place, deputies, end."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from areas.choices import Level
from areas.models import Area
from areas.querysets import under
from common.forms import DateField, PickMany, RuleForm
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import StationKind, StationStatus
from stations.models import Station, Stationing
from stations.permissions import OVERSEEING
from stations.services import (
    close_station,
    create_station,
    edit_station,
    end_stationing,
    serve,
    station_deputy,
)
from stations.services.stations import LONGEST_SLOT, STAFF_FIELDS


class AreaChoice(forms.ModelChoiceField):
    """An area, named so that villages of one name are told apart."""

    def label_from_instance(self, area: Area) -> str:
        if area.level > Level.TOWN and area.parent:
            return f"{area.parent.name} {area.name}"
        return area.name


def areas_of(actor: Any) -> QuerySet[Area]:
    """Towns and villages of the actor's own area, and the area itself."""
    found = Area.objects.none()
    for code in set(actor.area_codes(*OVERSEEING)):
        found = found | Area.objects.under(code)
    low = found.filter(level__lte=Level.VILLAGE)
    return low.select_related("parent").order_by("code")


def open_stations(actor: Any) -> QuerySet[Station]:
    """The stations this person works with that are not closed, by name."""
    seen = Station.objects.visible_to(actor).exclude(status=StationStatus.CLOSED)
    return seen.order_by("name", "id")


class StationForm(RuleForm):
    """Set up a station or edit it; its staff see only what they may change."""

    name = forms.CharField(label="名称")
    code = forms.CharField(
        label="站码", help_text="事项按它编号，如 WF；有事项后不能改。"
    )
    kind = forms.ChoiceField(label="类型", choices=StationKind.choices)
    area = AreaChoice(Area.objects.none(), label="所在地区", empty_label="请选择")
    parent = forms.ModelChoiceField(
        Station.objects.none(), label="上级站", required=False, empty_label="没有"
    )
    host = forms.ModelChoiceField(
        Station.objects.none(),
        label="设在",
        required=False,
        empty_label="自己的场所",
        help_text="几块牌子一处场所时选主站；地址、电话、时间不填就用主站的。",
    )
    status = forms.ChoiceField(label="状态", choices=StationStatus.choices)
    address = forms.CharField(label="地址", required=False)
    venue = forms.CharField(
        label="场所", required=False, help_text="接待在哪里，如“社区一楼接待室”。"
    )
    phone = forms.CharField(label="电话", required=False)
    hours = forms.CharField(
        label="开放时间", required=False, help_text="如“工作日 8:30–17:30”。"
    )
    brand = forms.CharField(
        label="品牌", required=False, help_text="一站一品，如“周四说事”。"
    )
    shared_with = forms.CharField(label="共用单位", required=False)
    opened_on = DateField(label="建站日", required=False)
    longitude = forms.DecimalField(label="经度", required=False, max_digits=12)
    latitude = forms.DecimalField(label="纬度", required=False, max_digits=12)
    slot_minutes = forms.IntegerField(
        label="每个预约时段（分钟）",
        required=False,
        min_value=0,
        max_value=LONGEST_SLOT,
        help_text="0 表示不接受预约。",
    )
    is_public = forms.BooleanField(label="对外公开", required=False)

    def __init__(
        self, *args: Any, actor: Any, station: Station | None = None, **kwargs: Any
    ) -> None:
        self.station = station
        if station is not None:
            held = {name: getattr(station, name) for name in self.base_fields}
            kwargs["initial"] = held | kwargs.get("initial", {})
        else:
            usual = {"is_public": True, "slot_minutes": 15}
            kwargs["initial"] = usual | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if station is not None and not may.oversees(actor, station):
            for name in set(self.fields) - set(STAFF_FIELDS):
                del self.fields[name]
            return
        self.fields["area"].queryset = areas_of(actor)
        others = open_stations(actor)
        held = (station.parent_id, station.host_id) if station else ()
        others = others | Station.objects.visible_to(actor).filter(pk__in=held)
        others = others.exclude(pk=station.pk) if station else others
        self.fields["parent"].queryset = others
        self.fields["host"].queryset = others.filter(host=None)
        if station is None:
            del self.fields["slot_minutes"]
        if station is None or station.status != StationStatus.CLOSED:
            states = [c for c in StationStatus.choices if c[0] != StationStatus.CLOSED]
            self.fields["status"].choices = states

    def do(self, actor: Any) -> None:
        values = dict(self.cleaned_data)
        if values.get("slot_minutes") is None:
            values.pop("slot_minutes", None)
        if self.station is None:
            self.station = create_station(values.pop("area"), actor=actor, **values)
        else:
            edit_station(self.station, actor=actor, **values)


class StationingForm(RuleForm):
    """Which deputy is stationed here from when."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label="代表", empty_label="请选择"
    )
    starts_on = DateField(label="开始", years=(1954, 2100))

    def __init__(self, *args: Any, actor: Any, station: Station, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starts_on": localdate()})
        super().__init__(*args, **kwargs)
        self.station = station
        here = station.stationings.on(localdate()).values("deputy")
        seen = Deputy.objects.visible_to(actor).active(localdate())
        near = seen.filter(under([station.area_id[:9]])).exclude(pk__in=here)
        self.fields["deputy"].queryset = near.order_by("name", "id")

    def do(self, actor: Any) -> None:
        station_deputy(self.station, actor=actor, **self.cleaned_data)


class EndStationingForm(RuleForm):
    """The first day on which the deputy is no longer stationed here."""

    ends_on = DateField(label="离站日", years=(1954, 2100))

    def __init__(self, *args: Any, stationing: Stationing, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"ends_on": localdate()})
        super().__init__(*args, **kwargs)
        self.stationing = stationing

    def do(self, actor: Any) -> None:
        end_stationing(self.stationing, actor=actor, **self.cleaned_data)


class TicksByTown(forms.CheckboxSelectMultiple):
    """Ticks in parts, a town each; those with ticks stand open."""

    template_name = "stations/_ticks_by_town.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["parts"] = [
            (town, options, any(option["selected"] for option in options))
            for town, options, _ in context["widget"]["optgroups"]
        ]
        return context


class ByTown(forms.models.ModelChoiceIterator):
    """Villages in groups, a town each."""

    def __iter__(self) -> Iterator[Any]:
        rows = self.queryset.select_related("parent").order_by("code")
        for town, group in groupby(rows, key=lambda row: row.parent):
            yield str(town), [self.choice(row) for row in group]


class VillagesField(PickMany):
    """Villages to tick, town by town."""

    iterator = ByTown
    widget = TicksByTown


class ServeForm(RuleForm):
    """Which villages of the county the station serves, as far as one oversees them."""

    villages = VillagesField(Area.objects.none(), label="服务村社区", required=False)

    def __init__(self, *args: Any, actor: Any, station: Station, **kwargs: Any) -> None:
        self.station = station
        self.served = list(station.serves.order_by("code"))
        super().__init__(*args, initial={"villages": self.served}, **kwargs)
        near = areas_of(actor).filter(level=Level.VILLAGE)
        county = near.filter(code__startswith=station.area_id[:6])
        self.fields["villages"].queryset = county

    def do(self, actor: Any) -> None:
        wanted = set(self.cleaned_data["villages"])
        offered = set(self.fields["villages"].queryset)
        drop = [row for row in self.served if row in offered - wanted]
        serve(self.station, actor=actor, add=self.cleaned_data["villages"], drop=drop)


class CloseForm(RuleForm):
    """Why a station closes, and where its deputies go."""

    reason = forms.CharField(label="原因", max_length=200)
    moves_to = forms.ModelChoiceField(
        Station.objects.none(),
        label="驻站代表改驻",
        required=False,
        empty_label="都离站，以后再安排",
    )

    def __init__(self, *args: Any, actor: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.station = station
        others = open_stations(actor).exclude(pk=station.pk)
        self.fields["moves_to"].queryset = others.filter(under([station.area_id[:6]]))

    def do(self, actor: Any) -> None:
        close_station(self.station, actor=actor, **self.cleaned_data)


class PointForm(RuleForm):
    """Where on the map a station stands."""

    longitude = forms.DecimalField(label="经度", max_digits=12)
    latitude = forms.DecimalField(label="纬度", max_digits=12)

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        names = ("longitude", "latitude")
        held = {name: getattr(station, name) for name in names}
        super().__init__(*args, initial=held, **kwargs)
        self.station = station

    def do(self, actor: Any) -> None:
        edit_station(self.station, actor=actor, **self.cleaned_data)
