"""How a form looks: one renderer for staff pages, one for voters' pages.

`FORM_RENDERER` names the staff one. A form of a voters' page says
`default_renderer = PublicFormRenderer`. Templates: `django/forms/`, and
`components/_field.html`, `components/_public_field.html`.
"""

import re
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from common.errors import RuleViolation, WrongState

PLAIN_KINDS = {"checkbox", "radio", "file", "hidden", "image", "submit"}
DASHES = "---------"  # what Django puts where nothing is chosen
SPOKEN_MONTH = re.compile(r"^(\d{4})\s*[-年./]\s*(\d{1,2})\s*月?$")
MONTH_YEARS = (2000, 2100)
SPOKEN_DATE = re.compile(r"^(\d{4})\s*[年./]\s*(\d{1,2})\s*[月./]\s*(\d{1,2})\s*日?$")


class StaffBoundField(BoundField):
    """A field of a staff page: the classes of the form controls, and who describes it.

    Help and error stand below and beside the control, so both are named in
    `aria-describedby`; the error comes first because it is what to read first.
    A missing answer is asked for in plain words unless the field has its own.
    """

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        usual = forms.Field.default_error_messages["required"]
        if field.error_messages.get("required") is usual:
            field.error_messages["required"] = missing_words(field.widget)
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == DASHES:
            field.empty_label = "请选择" if field.required else "不选"

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        own = control_class(widget)
        if own:
            given = str(built.get("class") or widget.attrs.get("class") or "")
            built["class"] = f"{own} {given}".strip()
        if self.errors and built.get("aria-describedby"):
            names = str(built["aria-describedby"]).split()
            names.sort(key=lambda name: not name.endswith("_error"))
            built["aria-describedby"] = " ".join(names)
        return built


def missing_words(widget: forms.Widget) -> str:
    """How to ask for an answer that is missing."""
    if isinstance(widget, forms.FileInput):
        return "请选一个文件。"
    if isinstance(widget, forms.CheckboxInput):
        return "请打勾。"
    if isinstance(widget, forms.Select | forms.RadioSelect):
        return "请选择。"
    return "请填写。"


def control_class(widget: forms.Widget) -> str:
    """The class of the control: form-select, form-control, or none for ticks."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.Select):
        return "form-select"
    if getattr(widget, "input_type", "") in PLAIN_KINDS - {"file"}:
        return ""
    return "form-control"


class FormRenderer(TemplatesSetting):
    """Staff forms: label above, help below, error beside the field."""

    form_template_name = "django/forms/div.html"
    field_template_name = "components/_field.html"
    bound_field_class = StaffBoundField


class PublicFormRenderer(FormRenderer):
    """Voters' forms: large label, error between label and field, inline icons."""

    form_template_name = "django/forms/public.html"
    field_template_name = "components/_public_field.html"


class DateInput(forms.DateInput):
    """A real date picker that can be typed into as well; always ISO in the markup."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day between two years; also takes 2026年3月1日 and 2026.3.1 where typed.

    Browsers without a date picker show a plain text field, hence the spellings.
    Years outside `years` (both included) are refused: they are slips of the finger.
    """

    widget = DateInput
    default_error_messages = {
        "invalid": "请写成 2026-03-01 这样的日期。",
        "out_of_years": "年份应在 %(first)d 到 %(last)d 之间。",
    }

    def __init__(self, *, years: tuple[int, int] = (1900, 2100), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.years = years
        self.widget.attrs.setdefault("min", f"{years[0]:04d}-01-01")
        self.widget.attrs.setdefault("max", f"{years[1]:04d}-12-31")

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            spoken = SPOKEN_DATE.match(value.strip())
            if spoken:
                value = "{}-{:0>2}-{:0>2}".format(*spoken.groups())
        day = super().to_python(value)
        if day is not None and not self.years[0] <= day.year <= self.years[1]:
            first, last = self.years
            raise forms.ValidationError(
                self.error_messages["out_of_years"],
                code="out_of_years",
                params={"first": first, "last": last},
            )
        return day


class MonthInput(forms.TextInput):
    input_type = "month"


class MonthField(forms.Field):
    """A month as its first day; takes 2026-01 and 2026年1月."""

    widget = MonthInput

    def to_python(self, value: Any) -> date | None:
        if not value:
            return None
        found = SPOKEN_MONTH.match(str(value).strip())
        if not found or not 1 <= int(found[2]) <= 12:
            raise forms.ValidationError("请写成 2026-01 这样的月份。")
        first, last = MONTH_YEARS
        if not first <= int(found[1]) <= last:
            raise forms.ValidationError(f"年份应在 {first} 到 {last} 之间。")
        return date(int(found[1]), int(found[2]), 1)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class DateTimeInput(forms.DateTimeInput):
    """Day and time picker of the browser, ISO in the markup, minutes."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """Time picker of the browser, minutes."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class KeySelect(forms.RadioSelect):
    """A choice of up to nine outcomes shown as keys 1 … 9 (the desk's `.keyset`)."""

    template_name = "django/forms/widgets/keyset.html"


class RuleForm(forms.Form):
    """A form whose deed may be refused: the refusal becomes an error at its field."""

    def carry_out(self, *, actor: Any) -> bool:
        """Do it; False when a rule refused, or somebody else was quicker."""
        try:
            self.do(actor)
        except RuleViolation as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))
        except WrongState as refused:
            self.add_error(None, str(refused))
        return self.is_valid()

    def do(self, actor: Any) -> None:
        """The deed itself, by one service or workflow function."""
        raise NotImplementedError


def is_key(text: Any) -> bool:
    """Whether this can be the key of a row: SQLite refuses to hear of longer ones."""
    return str(text).isdecimal() and len(str(text)) <= 18


class PickMany(forms.ModelMultipleChoiceField):
    """Several rows; a number no database holds is an invalid choice, not an error."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if not is_key(key):
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(key)[:20]},
                )
        return super()._check_values(value)  # type: ignore[misc]
