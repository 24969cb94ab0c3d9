"""Reading the handling units of an area from a table."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from areas.choices import UnitKind
from areas.default_categories import PETITION_HEADINGS
from areas.models import Area, Category, Unit
from areas.services.tables import (
    Columns,
    ImportResult,
    Line,
    Progress,
    no_progress,
    read_table,
    refusing,
)
from audit.services import record
from common.errors import RuleViolation

COLUMNS: Columns = {
    "name": ("name", "名称", "单位名称", "单位"),
    "short_name": ("short_name", "简称"),
    "aliases": ("aliases", "别名", "曾用名"),
    "categories": ("category_l1", "类别", "常办类别"),
    "kind": ("kind", "类型"),
    "leader_name": ("leader_name", "负责人"),
    "phone": ("phone", "电话", "联系电话"),
}
LABELS = {
    "name": ("名称", 100),
    "short_name": ("简称", 50),
    "aliases": ("别名", 500),
    "leader_name": ("负责人", 50),
    "phone": ("电话", 30),
}
BETWEEN = re.compile(r"\s*[|、，,;；]\s*")
# What a name says about the kind, the first that fits.
KIND_SIGNS = (
    (UnitKind.SUPERVISORY, ("纪委", "监委", "监察委")),
    (UnitKind.COURT, ("法院",)),
    (UnitKind.PROCURATORATE, ("检察院",)),
    (UnitKind.VILLAGE, ("村委会", "居委会", "村民委员会", "居民委员会")),
    (UnitKind.TOWNSHIP, ("街道办", "镇人民政府", "乡人民政府", "镇政府", "乡政府")),
    (UnitKind.PARTY, ("区委", "县委", "市委", "组织部", "宣传部", "统战部", "政法委")),
    (UnitKind.ENTERPRISE, ("公司", "集团", "企业")),
)


def kind_of(name: str) -> str:
    """The kind of unit its name suggests; a department when it says nothing."""
    for kind, signs in KIND_SIGNS:
        if any(sign in name for sign in signs):
            return kind
    return UnitKind.DEPARTMENT


def import_units(
    data: bytes, *, area: Area, actor: Any, progress: Progress = no_progress
) -> ImportResult:
    """Bring the units of an area in; a unit is known by its name within the area.

    Columns `name, short_name, aliases, category_l1`, also 类型 负责人 电话. What the
    table leaves empty stays as it is. Accepted lines go in together or none.
    """
    result = ImportResult()
    lines = read_table(data, COLUMNS, ("name",))
    progress(30)
    with transaction.atomic():
        book = _Categories()
        held = {unit.name: unit for unit in _units(area)}
        seen: dict[str, int] = {}
        for at, line in enumerate(lines):
            said = line.values["name"]
            told = refusing(result, line, said, _told, seen)
            if told is not None:
                _enter(held.get(told["name"]), told, line, area, book, result)
            progress(30 + 70 * at // len(lines))
        if result.created or result.changed:
            record(
                "import_units",
                None,
                actor=actor,
                label="导入承办单位",
                note=f"{area}：{result.summary}",
                data=result.as_data() | {"area": area.pk},
            )
    progress(100)
    return result


class _Categories:
    """Categories by name, read once."""

    def __init__(self) -> None:
        rows = list(Category.objects.order_by("-code"))
        self.by_name = {row.name: row for row in rows if row.parent_id}
        self.by_name |= {row.name: row for row in rows if not row.parent_id}
        self.by_code = {row.code: row for row in rows}

    def named(self, text: str) -> tuple[set[Category], list[str]]:
        """Those a cell names, and the names nobody knows."""
        found: set[Category] = set()
        unknown: list[str] = []
        for name in filter(None, BETWEEN.split(text.strip())):
            known = self.by_name.get(name) or self.by_code.get(
                PETITION_HEADINGS.get(name, "")
            )
            if known:
                found.add(known)
            else:
                unknown.append(name)
        return found, unknown


def _units(area: Area) -> Iterable[Unit]:
    return Unit.objects.filter(area=area).prefetch_related("categories")


def _told(line: Line, seen: dict[str, int]) -> dict[str, str]:
    """The columns of a line that say something, cleaned; raises RuleViolation."""
    told = {
        key: line.text(key, label, longest, required=key == "name")
        for key, (label, longest) in LABELS.items()
    }
    told["aliases"] = "、".join(filter(None, BETWEEN.split(told["aliases"])))
    told["kind"] = _kind(line.values.get("kind", "").strip())
    first = seen.setdefault(told["name"], line.number)
    if first != line.number:
        raise RuleViolation(f"与第 {first} 行重复。")
    return {key: text for key, text in told.items() if text}


def _kind(text: str) -> str:
    kinds = {label: kind for kind, label in UnitKind.choices}
    if text and text not in kinds:
        raise RuleViolation(f"类型“{text[:20]}”应是：{'、'.join(kinds)}。")
    return kinds.get(text, "")


def _enter(
    unit: Unit | None,
    told: dict[str, str],
    line: Line,
    area: Area,
    book: _Categories,
    result: ImportResult,
) -> None:
    wanted, unknown = book.named(line.values.get("categories", ""))
    if unknown:
        names = "、".join(name[:20] for name in unknown[:5])
        result.notes.append(f"第 {line.number} 行：没有类别“{names}”，未关联。")
    if unit is None:
        kind = told.pop("kind", "") or kind_of(told["name"])
        unit = Unit.objects.create(area=area, kind=kind, **told)
        unit.categories.set(wanted)
        result.created += 1
        return
    moved = [key for key, text in told.items() if getattr(unit, key) != text]
    for key in moved:
        setattr(unit, key, told[key])
    if moved:
        unit.save(update_fields=moved)
    added = wanted - set(unit.categories.all())
    if added:
        unit.categories.add(*added)
    result.changed += bool(moved or added)
    result.unchanged += not (moved or added)
