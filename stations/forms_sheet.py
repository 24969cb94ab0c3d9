"""What the pages of paper sheets ask for: how many, what is written on one, a photo."""

from typing import Any

from django import forms

from common.forms import RuleForm
from common.uploads import ACCEPT_IMAGES
from stations.choices import Channel
from stations.forms_visit import VisitForm
from stations.models import PaperSheet, Station
from stations.services.sheets import (
    MOST_PRINTED,
    add_photo,
    enter_sheet,
    print_sheets,
)


class PrintSheetsForm(RuleForm):
    """How many sheets."""

    count = forms.IntegerField(
        label="印几张", initial=20, help_text=f"一次最多 {MOST_PRINTED} 张。"
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.station = station
        self.sheets: list[PaperSheet] = []

    def do(self, actor: Any) -> None:
        self.sheets = print_sheets(self.station, actor=actor, **self.cleaned_data)


def photo_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label="纸单照片",
        required=required,
        widget=forms.FileInput(attrs={"accept": ACCEPT_IMAGES}),
        help_text="留作原件；照片里的位置和时间会去掉，只给本站和听取的代表看。",
    )


class SheetForm(VisitForm):
    """The entry form of one sheet, with a photo of it."""

    def __init__(self, *args: Any, sheet: PaperSheet, **kwargs: Any) -> None:
        kwargs |= {"station": sheet.station, "channel": Channel.STATION}
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        del self.fields["key"]
        self.fields["photo"] = photo_field(required=False)

    @property
    def front(self) -> list[forms.BoundField]:
        return [*super().front, self["photo"]]

    def do(self, actor: Any) -> None:
        self.visit = enter_sheet(self.sheet, actor=actor, **self.cleaned_data)


class PhotoForm(RuleForm):
    """A photo that was forgotten."""

    photo = photo_field(required=True)

    def __init__(self, *args: Any, sheet: PaperSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet

    def do(self, actor: Any) -> None:
        add_photo(self.sheet, actor=actor, **self.cleaned_data)
