"""Filters as pills: what `components/_pills.html` takes, worked out of a filter set."""

from typing import Any

from django.forms import BoundField, ModelChoiceField
from django.http import QueryDict

from common.paging import PARAMETER

Pill = dict[str, Any]


def _url(params: QueryDict, **changes: str | None) -> str:
    """The address with some parameters changed, on the first page again."""
    query = params.copy()
    query.pop(PARAMETER, None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()


def choice_pills(filterset: Any, name: str, params: QueryDict) -> list[Pill]:
    """One pill a choice of the field `name`; `params` are those of the address."""
    field = filterset.form.fields[name]
    now = str(filterset.data.get(name) or "")
    return [
        {
            "label": str(label),
            "url": _url(params, **{name: str(value)}),
            "on": str(value) == now,
        }
        for value, label in field.choices
    ]


def set_pills(filterset: Any, params: QueryDict, *, but: tuple = ()) -> list[Pill]:
    """One pill a filter that is set, with the address without it."""
    form = filterset.form
    return [
        {"label": f"{form[name].label}：{said}", "url": _url(params, **{name: None})}
        for name in form.fields
        if name not in but and name not in form.errors
        if (said := _said(form[name], form.cleaned_data.get(name)))
    ]


def _said(field: BoundField, value: Any) -> str:
    """What was chosen, in the words of the form; "" for nothing."""
    if value in (None, ""):
        return ""
    choices = getattr(field.field, "choices", None)
    if choices is None or isinstance(field.field, ModelChoiceField):
        return str(value)
    words = {str(key): str(word) for key, word in choices}
    return words.get(str(value), str(value))
