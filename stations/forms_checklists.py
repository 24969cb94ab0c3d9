"""What the pages ask for about checklists: their facts, star lines and items."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.choices import Role
from areas.models import Area
from common.forms import RuleForm
from stations.default_checklists import Item
from stations.models import Checklist
from stations.services.checklists import (
    MOST_ITEMS,
    MOST_POINTS,
    Facts,
    copy_checklist,
    create_checklist,
    edit_checklist,
)
from stations.stars import MOST_STARS, QUALIFIED, USUAL_LINES, star_word

SPARE = 4  # empty rows below the items
STARS = range(MOST_STARS, QUALIFIED - 1, -1)


def offices(actor: Any) -> QuerySet[Area]:
    """The areas for which this person may keep checklists."""
    codes = actor.area_codes(Role.OFFICER)
    return Area.objects.filter(pk__in=codes).order_by("code")


class ChecklistForm(RuleForm):
    """A checklist with its items, one row each; an empty row is no item."""

    area = forms.ModelChoiceField(Area.objects.none(), label="用于", empty_label=None)
    name = forms.CharField(label="名称", max_length=60)
    note = forms.CharField(label="说明", required=False, max_length=200)
    gives_star = forms.BooleanField(
        label="按得分评星", required=False, help_text="不评星的标准只看各项是否达到。"
    )
    is_active = forms.BooleanField(label="启用", required=False, initial=True)
    rows = forms.IntegerField(
        widget=forms.HiddenInput, min_value=1, max_value=MOST_ITEMS
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(
        self,
        data: Any = None,
        *,
        actor: Any,
        checklist: Checklist | None = None,
    ) -> None:
        self.checklist = checklist
        items = list(checklist.items.all()) if checklist else []
        self.count = _row_count(data, len(items))
        super().__init__(data, initial=self._held(items))
        self._keep_area(actor)
        for star in STARS:
            self.fields[f"line_{star}"] = forms.IntegerField(
                label=f"{star_word(star)}，满分的百分之",
                required=False,
                min_value=1,
                max_value=100,
            )
        for number in range(self.count):
            self._add_row(number)

    def _held(self, items: list[Any]) -> dict[str, Any]:
        lines = USUAL_LINES
        held: dict[str, Any] = {"rows": self.count}
        if self.checklist:
            names = ("name", "note", "gives_star", "is_active", "version")
            held |= {name: getattr(self.checklist, name) for name in names}
            lines = self.checklist.stars or USUAL_LINES
        held |= {f"line_{star}": percent for percent, star in lines}
        for n, item in enumerate(items):
            held |= {f"text_{n}": item.text, f"score_{n}": item.score}
            held[f"required_{n}"] = item.is_required
        return held

    def _keep_area(self, actor: Any) -> None:
        """An office's are for its own area; the keeper's for everybody."""
        self.fields["area"].queryset = offices(actor)
        if self.checklist or not offices(actor).exists():
            del self.fields["area"]

    def _add_row(self, n: int) -> None:
        text = forms.TextInput(attrs={"maxlength": 200})
        self.fields[f"text_{n}"] = forms.CharField(
            label=f"第 {n + 1} 项内容", required=False, widget=text
        )
        self.fields[f"score_{n}"] = forms.IntegerField(
            label=f"第 {n + 1} 项分值",
            required=False,
            min_value=1,
            max_value=MOST_POINTS,
        )
        self.fields[f"required_{n}"] = forms.BooleanField(label="必备", required=False)

    @property
    def item_rows(self) -> Iterator[tuple[int, Any, Any, Any]]:
        for n in range(self.count):
            yield n + 1, self[f"text_{n}"], self[f"score_{n}"], self[f"required_{n}"]

    @property
    def line_fields(self) -> list[Any]:
        return [self[f"line_{star}"] for star in STARS]

    def add_rows(self) -> None:
        """More empty rows; what was typed stays."""
        self.data = self.data.copy()
        self.data["rows"] = str(min(self.count + SPARE, MOST_ITEMS))
        for n in range(self.count, int(self.data["rows"])):
            self._add_row(n)
        self.count = int(self.data["rows"])
        self._errors = {}

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        lines = [(told[f"line_{s}"], s) for s in STARS if told[f"line_{s}"]]
        facts = Facts(
            told["name"], told["note"], told["gives_star"], lines, told["is_active"]
        )
        items = [
            Item(told[f"text_{n}"], told[f"score_{n}"] or 1, told[f"required_{n}"])
            for n in range(self.count)
            if told[f"text_{n}"]
        ]
        if self.checklist:
            version = told["version"]
            edit_checklist(self.checklist, facts, items, actor=actor, version=version)
        else:
            create_checklist(told.get("area"), facts, items, actor=actor)


def _row_count(data: Any, items: int) -> int:
    """How many rows the page has; of any number typed no more than there may be."""
    typed = str(data.get("rows", "")) if data is not None else ""
    if typed.isdecimal() and len(typed) < 4:
        return max(1, min(int(typed), MOST_ITEMS))
    return min(items + SPARE, MOST_ITEMS)


class CopyForm(RuleForm):
    """For which of one's areas the copy is."""

    area = forms.ModelChoiceField(Area.objects.none(), label="用于", empty_label=None)

    def __init__(self, *args: Any, actor: Any, checklist: Checklist, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.checklist = checklist
        self.made: Checklist | None = None
        self.fields["area"].queryset = offices(actor)

    def do(self, actor: Any) -> None:
        area = self.cleaned_data["area"]
        self.made = copy_checklist(self.checklist, area, actor=actor)
