"""What a line of the reception desk asks for, typed in the grid or in a plain form."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, When
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware, now

from accounts.models import User
from areas.models import Category
from common.errors import RuleViolation
from common.forms import KeySelect, RuleForm
from common.texts import UNSEEN
from deputies.models import Deputy
from proposals.desk import Desk
from proposals.models import Proposal
from proposals.register import KEYS, Line
from proposals.services.attendance import change_duty
from proposals.services.desk import find_mergeable, settle_line
from stations.choices import Outcome, ReferredTo
from stations.models import ReceptionDay

# What a line says that is not yet finished; its outcome waits for the Enter key.
DRAFTED = ("visitor_name", "visitor_contact", "party_size", "words", "category")


class PlainField(forms.CharField):
    """A text whose unseen signs (NUL, marks of direction) drop out unasked."""

    def to_python(self, value: Any) -> str:
        return UNSEEN.sub("", str(super().to_python(value) or "")).strip()

    def clean(self, value: Any) -> Any:
        return super().clean(self.to_python(value))


class LineForm(forms.Form):
    """One line. `is_final` says that the Enter key was pressed, or the button."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"invalid": "这一行的标识无效，请刷新页面。"},
    )
    version = forms.IntegerField(
        required=False, min_value=0, max_value=10**9, widget=forms.HiddenInput
    )
    is_final = forms.BooleanField(
        required=False, initial=True, widget=forms.HiddenInput
    )
    begun = forms.CharField(required=False, widget=forms.HiddenInput)
    visitor_name = PlainField(label="来访人", required=False)
    visitor_contact = PlainField(label="电话", required=False)
    party_size = forms.IntegerField(
        label="人数",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    words = PlainField(label="反映什么（原话）")
    category = PlainField(
        label="类别，可输首字母",
        required=False,
        widget=forms.TextInput(attrs={"list": "desk-categories"}),
    )
    outcome = forms.ChoiceField(
        label="怎么办",
        required=False,
        choices=[(key.value, key.label) for key in KEYS],
        widget=KeySelect,
    )
    answer = PlainField(label="怎么答复的", required=False)
    referred_to = forms.ChoiceField(
        label="引导去哪里", required=False, choices=ReferredTo.choices, widget=KeySelect
    )
    merged_into = PlainField(label="并入哪一条意见", required=False)
    heard_by = forms.TypedMultipleChoiceField(
        label="听到的代表",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.fields["heard_by"].choices = [  # type: ignore[attr-defined]
            (duty.deputy_id, duty.deputy.name) for duty in desk.duties
        ]
        self.line: Line | None = None
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput):
                told = {"aria-label": field.label, "placeholder": field.label}
                field.widget.attrs |= told | {"autocomplete": "off"}

    @property
    def is_mending(self) -> bool:
        """Whether it changes a line that is stored already."""
        given = self.data if self.is_bound else self.initial
        return given.get("version") not in (None, "")

    @property
    def day(self) -> ReceptionDay:
        return self.desk.day

    def clean_party_size(self) -> int:
        size = self.cleaned_data["party_size"]
        return 1 if size is None else int(size)

    def clean_begun(self) -> dt.datetime | None:
        """When the line was begun, if that can be: a browser's clock is only a hint."""
        try:
            moment = parse_datetime(self.cleaned_data["begun"])
            if moment is None:
                return None
            moment = make_aware(moment) if is_naive(moment) else moment
            on_the_day = localtime(moment).date() == self.day.date
        except (ValueError, OverflowError):
            return None
        return moment if on_the_day and moment <= now() else None

    def clean_category(self) -> Category | None:
        text = self.cleaned_data["category"]
        return find_category(text) if text else None

    def clean_merged_into(self) -> Proposal | None:
        number = self.cleaned_data["merged_into"]
        merged = self.data.get("outcome") == Outcome.MERGED
        if not (number and merged and self.cleaned_data.get("is_final")):
            return None  # a draft's outcome waits, half a number is no mistake yet
        key = self.cleaned_data.get("key")
        joined = Proposal.objects.filter(visits__key=key, visits__day=self.day)
        if joined.filter(number=number).exists():
            return None  # it stays where it is, even if that is over by now
        try:
            return find_mergeable(self.day, self.desk.user, number)
        except RuleViolation as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_heard_by(self) -> list[Deputy]:
        chosen = set(self.cleaned_data["heard_by"])
        return [d.deputy for d in self.desk.duties if d.deputy_id in chosen]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned answers as settle_line takes them."""
        data = self.cleaned_data
        found = {name: data[name] for name in DRAFTED}
        if not data["is_final"]:
            return found
        outcome = data["outcome"] or Outcome.OPEN.value
        answered, referred = Outcome.ANSWERED, Outcome.REFERRED
        return found | {
            "outcome": outcome,
            "answer": data["answer"] if outcome == answered else "",
            "referred_to": data["referred_to"] if outcome == referred else "",
            "merged_into": data["merged_into"],
        }

    def carry_out(self, *, actor: User) -> bool:
        """Store the line; a refused rule becomes an error beside its field."""
        data = self.cleaned_data
        try:
            self.line = settle_line(
                self.day,
                actor=actor,
                key=data["key"],
                version=data["version"],
                heard_by=data["heard_by"] or None,
                visited_at=data["begun"],
                **self.facts,
            )
        except RuleViolation as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))
        return self.is_valid()


def find_category(text: str) -> Category:
    """The category meant: by name, code or initials, else by a part or a key word.

    Raises ValidationError when there is none, or when several fit equally.
    """
    asked = text.lower()
    best: dict[int, list[Category]] = {}
    for row in Category.objects.filter(is_active=True):
        if (rank := _fits(row, asked)) is not None:
            best.setdefault(rank, []).append(row)
    if not best:
        raise forms.ValidationError(f"没有叫“{text[:20]}”的类别，请从列表中选。")
    found = best[min(best)]
    if len(found) > 1:
        names = "、".join(row.name for row in found[:5])
        raise forms.ValidationError(f"“{text[:20]}”可能是：{names}，请选一个。")
    return found[0]


def _fits(row: Category, asked: str) -> int | None:
    """How well the words name this category: 0 exactly … 3 by a key word."""
    if asked in (row.name.lower(), row.code.lower()):
        return 0
    if asked == row.initials:
        return 1
    if asked in row.name.lower() or row.initials.startswith(asked):
        return 2
    if any(asked == word for word in row.keywords.split()):
        return 3
    return None


class CandidateField(forms.ModelChoiceField):
    """Deputies who could come, each with what speaks for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Deputy.objects.none(), required=False, **kwargs)
        self.notes: dict[int, str] = {}

    def label_from_instance(self, deputy: Deputy) -> str:
        return f"{deputy.name}　{self.notes.get(deputy.pk, '')}".rstrip()


class ChangeDutyForm(RuleForm):
    """Who is on leave, and who comes instead; one of the two may be left open."""

    absent = forms.ModelChoiceField(
        Deputy.objects.none(),
        label="谁来不了",
        required=False,
        empty_label="没有人请假",
    )
    instead = CandidateField(
        label="谁来接待", empty_label="不另安排", help_text="驻本站、今年轮得少的在前。"
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = desk.day
        on_duty = Deputy.objects.filter(duties__day=desk.day).order_by("name")
        self.fields["absent"].queryset = on_duty
        notes = {deputy.pk: note for deputy, note in desk.suggestions}
        place = Case(
            *(When(pk=pk, then=at) for at, pk in enumerate(notes)),
            default=len(notes),
            output_field=IntegerField(),
        )
        others = Deputy.objects.filter(pk__in=notes).order_by(place)
        self.fields["instead"].queryset = others
        self.fields["instead"].notes = notes

    def do(self, actor: Any) -> None:
        change_duty(self.day, actor=actor, **self.cleaned_data)
