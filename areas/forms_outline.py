"""What the page of outlines asks for."""

from typing import Any

from django import forms
from django.db.models import Q

from areas.choices import Level
from areas.models import Area
from areas.permissions import KEEPERS
from areas.services.outlines import MOST_BYTES, load_outline
from common.forms import RuleForm


def areas_to_outline(actor: Any) -> Any:
    """The counties and towns one keeps outlines for."""
    low = Area.objects.filter(level__in=(Level.COUNTY, Level.TOWN)).order_by("code")
    if actor.has_role(*KEEPERS):
        return low
    own = Q(pk__in=())
    for code in actor.area_codes("officer"):
        own |= Q(code__startswith=code)
    return low.filter(own)


class OutlineForm(RuleForm):
    """A file with the outline of an area."""

    area = forms.ModelChoiceField(
        Area.objects.none(), label="地区", to_field_name="code", empty_label=None
    )
    file = forms.FileField(
        label="GeoJSON 文件",
        widget=forms.FileInput(attrs={"accept": ".json,.geojson"}),
        help_text="Polygon 或 MultiPolygon，不超过 3 MB；有多块时按代码或名称找。",
    )
    note = forms.CharField(
        label="审图号",
        required=False,
        max_length=100,
        help_text="显示在地图下面。公开使用的地图须有审图号。",
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        field.queryset = areas_to_outline(actor)
        if actor.has_role(*KEEPERS):  # all the country's areas would be no choice
            field.widget = forms.TextInput(attrs={"inputmode": "numeric"})
            field.label, field.help_text = "地区代码", "如 420802"
            field.error_messages["invalid_choice"] = "没有这个代码的县或乡镇。"

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        data = told["file"].read(MOST_BYTES + 1)
        load_outline(told["area"], data, actor=actor, note=told["note"])
