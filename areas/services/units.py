"""Entering and changing a handling unit by hand."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from areas import permissions as may
from areas.models import Area, Category, Unit
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

TEXTS = {
    "name": ("名称", 100),
    "short_name": ("简称", 50),
    "aliases": ("别名", 500),
    "leader_name": ("负责人", 50),
    "phone": ("电话", 30),
}
SAME_NAME = "该地区已有同名单位。"


def create_unit(
    area: Area, *, actor: Any, categories: Iterable[Category] = (), **told: Any
) -> Unit:
    """A new unit of an area; its name is unique there."""
    return _write(Unit(area=area), "create_unit", "新建单位", actor, told, categories)


def edit_unit(
    unit: Unit, *, actor: Any, categories: Iterable[Category] = (), **told: Any
) -> Unit:
    """Change what is told of a unit; the trail keeps what it was."""
    return _write(unit, "edit_unit", "修改单位", actor, told, categories)


@transaction.atomic
def _write(
    unit: Unit,
    verb: str,
    label: str,
    actor: Any,
    told: dict[str, Any],
    categories: Iterable[Category],
) -> Unit:
    if not may.is_office_of(actor, unit.area_id):
        raise PermissionDenied
    was = {key: getattr(unit, key) for key in told} if unit.pk else {}
    for key, value in told.items():
        setattr(unit, key, _clean(key, value))
    same = Unit.objects.filter(area=unit.area_id, name=unit.name)
    if same.exclude(pk=unit.pk).exists():
        raise RuleViolation(SAME_NAME, field="name")
    moved = {key: [was[key], value] for key, value in _moved(unit, was)}
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:  # somebody else entered it a moment ago
        raise RuleViolation(SAME_NAME, field="name") from error
    unit.categories.set(categories)
    record(verb, unit, actor=actor, label=label, data={"changed": moved})
    return unit


def _clean(key: str, value: Any) -> Any:
    if key not in TEXTS:
        return value
    label, longest = TEXTS[key]
    return one_line(
        value, label=label, field=key, longest=longest, required=key == "name"
    )


def _moved(unit: Unit, was: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, before in was.items():
        if getattr(unit, key) != before:
            yield key, getattr(unit, key)
