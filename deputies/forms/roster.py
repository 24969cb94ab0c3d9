"""What the pages of the roster import ask for: the file, and what its columns mean."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from areas.choices import CongressLevel
from areas.models import Area
from common.forms import DateField
from deputies.filters import places_under
from deputies.forms.people import RuleForm
from deputies.permissions import KEEPERS
from deputies.roster.entry import RosterSheet
from deputies.roster.fields import FACTS, NOT_KEPT, Field
from deputies.roster.header import Column
from deputies.roster.rows import Correction
from deputies.roster.text import clean
from deputies.services.roster import RosterPlan, Target
from deputies.services.roster.uploads import Upload, keep_upload

SAMPLES = 3  # values shown beside a column
SKIPPED = "skip"
ROWS = re.compile(r"^(\d{1,6})(?:\s*[-－~～]\s*(\d{1,6}))?$")


class RosterUploadForm(RuleForm):
    """Hand in a roster."""

    file = forms.FileField(
        label="名册文件",
        help_text="Excel（.xlsx、.xls）或 CSV，不超过 20 MB；表头会自动识别。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    area = forms.ModelChoiceField(
        Area.objects.none(), label="导入到", empty_label="请选择"
    )
    level = forms.TypedChoiceField(
        label="代表级别",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "按表中所写"), *CongressLevel.choices],
        help_text="只用于表中没有写级别的代表。",
    )
    term = forms.IntegerField(
        label="届次",
        min_value=1,
        max_value=40,
        required=False,
        help_text="第几届；只用于表中没有写届次的代表，不填则为最近一届。",
    )
    starts_on = DateField(
        label="本届开始日", required=False, help_text="系统里还没有这一届时填。"
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = places_under(set(actor.area_codes(*KEEPERS))).distinct()
        field = self.fields["area"]
        field.queryset = places
        first = places.first()
        if first and self.initial.get("area") is None:
            self.initial["area"] = first.pk

    def do(self, actor: User) -> None:
        given = self.cleaned_data
        target = Target(
            given["area"], given["level"], given["term"], given["starts_on"]
        )
        file = given["file"]
        self.upload: Upload = keep_upload(file, file.name, actor=actor, target=target)


@dataclass
class ColumnLine:
    """One column on the page: where it is, what it holds, what it is taken for."""

    column: Column
    samples: list[str]
    choice: BoundField

    @property
    def is_sure(self) -> bool:
        return self.column.field is not None and self.column.score >= 1


@dataclass
class SheetPart:
    """One sheet on the page: where its header stands, and its columns."""

    sheet: RosterSheet
    header_rows: BoundField
    lines: list[ColumnLine]

    @property
    def unsure(self) -> int:
        return sum(not line.is_sure for line in self.lines)


def _choices() -> list[tuple[str, str]]:
    kept = [(f.value, f.label) for f in FACTS if f not in NOT_KEPT]
    known = [(f.value, f.label) for f in NOT_KEPT if f is not Field.OTHER]
    return [(SKIPPED, "不导入"), *kept, *((v, f"{n}（不导入）") for v, n in known)]


class ColumnsForm(forms.Form):
    """What each column of each sheet means, starting from the guess."""

    def __init__(self, *args: Any, plan: RosterPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for number, sheet in enumerate(self._shown()):
            header = sheet.header
            self.fields[f"h{number}"] = forms.CharField(
                label=f"“{sheet.name}”的表头在第几行",
                required=False,
                max_length=20,
                initial=_rows_told(sheet),
            )
            for column in header.columns if header else ():
                self.fields[f"c{number}_{column.index}"] = forms.ChoiceField(
                    label=f"{column.letter}列 {column.heading[:30]}",
                    choices=_choices(),
                    required=False,
                    initial=_told(column),
                )

    def _shown(self) -> list[RosterSheet]:
        return [sheet for sheet in self.plan.roster.sheets if not sheet.hidden]

    def parts(self) -> list[SheetPart]:
        """The fields as the page lays them out."""
        return [
            SheetPart(sheet, self[f"h{number}"], list(self._lines(number, sheet)))
            for number, sheet in enumerate(self._shown())
        ]

    def _lines(self, number: int, sheet: RosterSheet) -> list[ColumnLine]:
        columns = sheet.header.columns if sheet.header else ()
        return [
            ColumnLine(c, _samples(sheet, c.index), self[f"c{number}_{c.index}"])
            for c in columns
            if c.heading or _samples(sheet, c.index)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, value in list(given.items()):
            if name.startswith("h") and value and not _rows(value):
                self.add_error(name, "请写行号，如 4 或 4-5。")
        return given

    def corrections(self) -> dict[str, Correction]:
        """What the person changed, by sheet; nothing for sheets left as they were."""
        changed: dict[str, Correction] = {}
        for number, sheet in enumerate(self._shown()):
            said = str(self.cleaned_data.get(f"h{number}") or "")
            rows = _rows(said) if said != _rows_told(sheet) else None
            mapping = {} if rows else self._mapping(number, sheet)
            if rows or mapping:
                changed[sheet.name] = Correction(mapping, rows)
        return changed

    def _mapping(self, number: int, sheet: RosterSheet) -> dict[int, Field | None]:
        mapping: dict[int, Field | None] = {}
        for column in sheet.header.columns if sheet.header else ():
            value = self.cleaned_data.get(f"c{number}_{column.index}")
            if value and value != _told(column):
                mapping[column.index] = None if value == SKIPPED else Field(value)
        return mapping


def _told(column: Column) -> str:
    """The choice a guess stands for."""
    if column.field is None or column.field is Field.OTHER:
        return SKIPPED
    return column.field.value


def _rows_told(sheet: RosterSheet) -> str:
    header = sheet.header
    if header is None:
        return ""
    if header.first_row == header.last_row:
        return str(header.first_row)
    return f"{header.first_row}-{header.last_row}"


def _rows(text: str) -> tuple[int, int] | None:
    found = ROWS.match(text.strip())
    if not found:
        return None
    first = int(found[1])
    last = int(found[2] or first)
    return (first, last) if 1 <= first <= last < first + 10 else None


def _samples(sheet: RosterSheet, index: int) -> list[str]:
    """The first few different values of a column."""
    found: dict[str, None] = {}
    for row in sheet.rows:
        text = clean(row.cells[index]) if index < len(row.cells) else ""
        if text:
            found[text if len(text) <= 20 else text[:20] + "…"] = None
        if len(found) >= SAMPLES:
            break
    return list(found)
