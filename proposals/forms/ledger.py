"""What the pages of old ledgers ask for: the ledger, and what its columns mean."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from common.forms import RuleForm
from proposals.choices import LedgerRows
from proposals.ledger.fields import Field
from proposals.ledger.sheets import LedgerColumn, LedgerSheet
from proposals.models import LedgerImport
from proposals.services.ledger.counted import set_counted
from proposals.services.ledger.plan import LedgerPlan
from proposals.services.ledger.uploads import Upload, keep_upload
from stations.choices import Channel
from stations.models import Station
from stations.permissions import OVERSEEING

SKIPPED = "skip"
MOST_PASTED = 1_000_000  # signs; more comes as a file
MOST_COLUMNS = 300  # choices on one page
COUNTED = ((True, "计入统计"), (False, "不计入统计"))


def own_stations(user: User) -> Any:
    """The stations whose ledgers this person may bring in."""
    seen = Station.objects.visible_to(user)
    overseen = Station.objects.none()
    for code in user.area_codes(*OVERSEEING):
        overseen |= seen.under(code)
    return (overseen | seen.filter(pk__in=user.station_ids())).order_by("name", "id")


class LedgerUploadForm(RuleForm):
    """Hand in an old ledger: a file, or rows copied from one."""

    station = forms.ModelChoiceField(
        Station.objects.none(), label="哪个站的台账", empty_label="请选择"
    )
    file = forms.FileField(
        label="台账文件",
        required=False,
        help_text="Excel（.xlsx、.xls）或 CSV，不超过 20 MB；表头会自动识别。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    text = forms.CharField(
        label="或者从表格里复制，粘贴在这里",
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        help_text="连表头一起复制；很长的请传文件。",
        widget=forms.Textarea(attrs={"rows": 6, "class": "paste-area"}),
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["station"]
        field.queryset = own_stations(actor)
        only = list(field.queryset[:2])
        if len(only) == 1:
            self.initial.setdefault("station", only[0].pk)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, text = given.get("file"), (given.get("text") or "").strip()
        if "file" in self.errors or "text" in self.errors:
            return given
        if not file and not text:
            self.add_error("file", "请选一个文件，或在下面粘贴。")
        if file and text:
            self.add_error("text", "文件和粘贴只用一种，请去掉一种。")
        return given

    def do(self, actor: User) -> None:
        given = self.cleaned_data
        file, text = given["file"], given["text"]
        self.upload: Upload = keep_upload(
            file.read() if file else text.encode(),
            file.name if file else "粘贴的表格",
            actor=actor,
            station=given["station"],
            is_pasted=not file,
        )


@dataclass
class ColumnLine:
    """One column on the page: its heading, what it holds, what it is taken for."""

    column: LedgerColumn
    choice: BoundField


@dataclass
class SheetPart:
    """One sheet on the page."""

    sheet: LedgerSheet
    header_row: BoundField
    lines: list[ColumnLine]

    @property
    def unsure(self) -> int:
        return sum(not line.column.is_sure for line in self.lines)


class LedgerColumnsForm(forms.Form):
    """What each column means, starting from the guess; what rows become."""

    rows = forms.ChoiceField(label="每一行是什么", choices=LedgerRows.choices)
    channel = forms.ChoiceField(
        label="没写方式的记为",
        choices=Channel.choices,
        help_text="表名、标题里写着“走访”等的，按它记。",
    )
    is_counted = forms.TypedChoiceField(
        label="统计",
        choices=COUNTED,
        coerce=lambda value: str(value) == "True",
        widget=forms.RadioSelect,
        help_text="计入的进入当时月份的数据；以后可由代表工委整份改。",
    )

    def __init__(self, *args: Any, plan: LedgerPlan, **kwargs: Any) -> None:
        reading = plan.reading
        first = {
            "rows": reading.rows,
            "channel": reading.channel,
            "is_counted": reading.is_counted,
        }
        super().__init__(*args, initial=first, **kwargs)
        self.plan = plan
        self.columns: dict[str, LedgerColumn] = {}
        for number, sheet in enumerate(plan.sheets):
            self.fields[f"h{number}"] = forms.IntegerField(
                label=f"“{sheet.name}”的表头在第几行",
                min_value=0,
                max_value=9999,
                required=False,
                initial=sheet.header_row,
                help_text="没有表头写 0。",
            )
            for column in sheet.columns:
                self._add(number, column)

    def _add(self, number: int, column: LedgerColumn) -> None:
        """A column of the same heading on several sheets is asked about once."""
        known = {c.key for c in self.columns.values()}
        if column.key in known or len(self.columns) >= MOST_COLUMNS:
            return
        name = f"c{number}_{column.index}"
        self.columns[name] = column
        self.fields[name] = forms.ChoiceField(
            label=f"{column.letter}列 {column.heading}",
            choices=[(SKIPPED, "不导入"), *((f.value, f.label) for f in Field)],
            required=False,
            initial=column.field.value if column.field else SKIPPED,
        )

    def parts(self) -> list[SheetPart]:
        """The fields as the page lays them out."""
        return [
            SheetPart(sheet, self[f"h{number}"], list(self._lines(number)))
            for number, sheet in enumerate(self.plan.sheets)
        ]

    def _lines(self, number: int) -> Any:
        for name, column in self.columns.items():
            if name.startswith(f"c{number}_"):
                yield ColumnLine(column, self[name])

    def said(self) -> dict[str, Any]:
        """What the person changed; empty when all was left as it was."""
        given, changed = self.cleaned_data, set(self.changed_data)
        layout = {
            column.key: "" if given[name] == SKIPPED else given[name]
            for name, column in self.columns.items()
            if name in changed and given[name]
        }
        header_rows = {
            sheet.name: given[f"h{number}"]
            for number, sheet in enumerate(self.plan.sheets)
            if f"h{number}" in changed and given[f"h{number}"] is not None
        }
        said = {n: given[n] for n in ("rows", "channel", "is_counted") if n in changed}
        if layout:
            said["layout"] = layout
        if header_rows:
            said["header_rows"] = header_rows
        return said


class CountLedgerForm(RuleForm):
    """Let a whole import count, or not."""

    is_counted = forms.TypedChoiceField(
        label="统计",
        choices=COUNTED,
        coerce=lambda value: str(value) == "True",
        widget=forms.RadioSelect,
        help_text="改了以后，各月的数据马上跟着变。",
    )

    def __init__(self, *args: Any, ledger: LedgerImport, **kwargs: Any) -> None:
        super().__init__(*args, initial={"is_counted": ledger.is_counted}, **kwargs)
        self.ledger = ledger

    def do(self, actor: User) -> None:
        counted = self.cleaned_data["is_counted"]
        self.changed: int = set_counted(self.ledger, actor=actor, is_counted=counted)
