"""Saving a row so that a broken constraint becomes a refusal at its field."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from common.errors import RuleViolation
from common.texts import UNSEEN

# Constraints over several columns: at which input the refusal stands.
FIELDS = {
    "该代表在本届已有代表资格。": "term",
    "本届已有同一代表证号。": "certificate_no",
    "任期结束日须晚于开始日。": "ends_on",
    "已有同一身份证号的代表。": "id_number",
    "本地区已有同名小组。": "name",
    "该代表已在组内。": "deputy",
    "该小组已有组长。": "role",
    "退出日须晚于加入日。": "ends_on",
}


def save_within_rules(row: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Insert the row, or save the columns named in `only`.

    Raises RuleViolation, at the field at fault, for a value the column cannot hold
    and for a constraint of the model; also when another writer was quicker.
    """
    try:
        row.full_clean(exclude={"code"})  # given by the system, or still none
    except ValidationError as refused:
        raise _violation(refused) from refused
    try:
        with transaction.atomic():
            row.save(update_fields=list(only) if only is not None else None)
    except IntegrityError as error:
        text = "别人刚刚登记了同样的内容，请核对后再保存。"
        raise RuleViolation(text) from error


def _violation(refused: ValidationError) -> RuleViolation:
    errors: dict[str, list[str]] = refused.message_dict
    field, texts = next(iter(errors.items()))
    text = texts[0]
    if field == NON_FIELD_ERRORS:
        return RuleViolation(text, field=FIELDS.get(text))
    return RuleViolation(text, field=field)


def changed(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Set the values on the row; answers {name: former value} of those that differ."""
    before = {}
    for name, value in values.items():
        if getattr(row, name) != value:
            before[name] = getattr(row, name)
            setattr(row, name, value)
    return before


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values with texts freed of unseen signs and outer blanks."""
    return {
        name: UNSEEN.sub("", value).strip() if isinstance(value, str) else value
        for name, value in values.items()
    }


def labels_of(row: models.Model, names: Iterable[str]) -> str:
    """The Chinese labels of some fields in one text, for the trail."""
    fields = {field.name: field for field in row._meta.fields}
    return "、".join(str(fields[name].verbose_name) for name in names)
