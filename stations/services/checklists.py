"""Checklists: the first ones, new ones, copies for an area, and editing them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction

from areas.models import Area
from audit.services import record
from common.errors import Overtaken, RuleViolation
from common.texts import one_line
from stations import permissions as may
from stations.default_checklists import DEFAULT_CHECKLISTS, Item
from stations.models import Checklist, ChecklistItem
from stations.stars import MOST_STARS, QUALIFIED, USUAL_LINES

MOST_ITEMS, MOST_POINTS = 60, 100


class Facts(NamedTuple):
    """What a checklist says of itself; `lines` are [percent, star] pairs."""

    name: str
    note: str = ""
    gives_star: bool = False
    lines: Sequence[Sequence[int]] = ()
    is_active: bool = True


@transaction.atomic
def seed_checklists() -> int:
    """Enter the default checklists that are not there by name; answers how many."""
    held = set(Checklist.objects.filter(area=None).values_list("name", flat=True))
    fresh = [row for row in DEFAULT_CHECKLISTS if row.name not in held]
    for row in fresh:
        checklist = Checklist.objects.create(
            name=row.name,
            note=row.note,
            gives_star=row.gives_star,
            stars=[list(line) for line in USUAL_LINES] if row.gives_star else [],
        )
        _write_items(checklist, row.items)
    return len(fresh)


@transaction.atomic
def create_checklist(
    area: Area | None, facts: Facts, items: Sequence[Item], *, actor: Any
) -> Checklist:
    """A checklist for an area, or (None) for the whole installation."""
    if not may.may_keep_checklists_of(actor, area.code if area else None):
        raise PermissionDenied
    checklist = Checklist.objects.create(area=area, **_checked(facts))
    _write_items(checklist, _checked_items(items))
    record("create_checklist", checklist, actor=actor, label="新建检查标准")
    return checklist


@transaction.atomic
def edit_checklist(
    checklist: Checklist,
    facts: Facts,
    items: Sequence[Item],
    *,
    actor: Any,
    version: int,
) -> None:
    """Write it anew; checks made before keep the items they were made from."""
    if not may.may_keep_checklist(actor, checklist):
        raise PermissionDenied
    values = _checked(facts) | {"version": version + 1}
    rows = _checked_items(items)
    same = Checklist.objects.filter(pk=checklist.pk, version=version)
    if not same.update(**values):
        raise Overtaken("别人刚刚改过这一标准，请刷新后再改。")
    checklist.items.all().delete()
    _write_items(checklist, rows)
    checklist.name = values["name"]
    data = {"items": len(rows), "points": sum(row.score for row in rows)}
    record("edit_checklist", checklist, actor=actor, label="修改检查标准", data=data)


@transaction.atomic
def copy_checklist(checklist: Checklist, area: Area, *, actor: Any) -> Checklist:
    """A copy that this area may change for itself."""
    if not may.may_keep_checklists_of(actor, area.code):
        raise PermissionDenied
    name = f"{checklist.name}（{area.name}）"[:60]
    copy = Checklist.objects.create(
        area=area,
        name=name,
        note=checklist.note,
        gives_star=checklist.gives_star,
        stars=checklist.stars,
    )
    rows = checklist.items.all()
    _write_items(copy, [Item(r.text, r.score, r.is_required) for r in rows])
    record(
        "copy_checklist", copy, actor=actor, label="复制检查标准", note=str(checklist)
    )
    return copy


def _write_items(checklist: Checklist, items: Sequence[Item]) -> None:
    ChecklistItem.objects.bulk_create(
        ChecklistItem(checklist=checklist, position=n, **item._asdict())
        for n, item in enumerate(items)
    )


def _checked(facts: Facts) -> dict[str, Any]:
    lines = [list(line) for line in facts.lines] if facts.gives_star else []
    if facts.gives_star:
        _check_lines(lines)
    return {
        "name": one_line(
            facts.name, label="名称", field="name", longest=60, required=True
        ),
        "note": one_line(facts.note, label="说明", field="note", longest=200),
        "gives_star": facts.gives_star,
        "stars": lines,
        "is_active": facts.is_active,
    }


def _check_lines(lines: list[list[int]]) -> None:
    """More stars ask for more points, none for less than nothing or more than all."""
    if not lines:
        raise RuleViolation("评星的标准至少要有一条星级线。", field="line_5")
    ordered = sorted(lines, key=lambda line: line[1], reverse=True)
    stars = [star for _, star in ordered]
    if len(set(stars)) < len(stars) or not set(stars) <= {*range(MOST_STARS + 1)}:
        raise RuleViolation("星级是合格和一星到五星，每级一条线。", field="line_5")
    last = 101
    for percent, star in ordered:
        if not 1 <= percent < last:
            text = "分数线应在 1 到 100 之间，星级越高分数线越高。"
            raise RuleViolation(text, field=f"line_{star or QUALIFIED}")
        last = percent


def _checked_items(items: Sequence[Item]) -> list[Item]:
    if not items:
        raise RuleViolation("至少写一个检查项。")
    if len(items) > MOST_ITEMS:
        raise RuleViolation(f"最多 {MOST_ITEMS} 个检查项。")
    for number, item in enumerate(items):
        if not 1 <= item.score <= MOST_POINTS:
            text = f"分值应在 1 到 {MOST_POINTS} 之间。"
            raise RuleViolation(text, field=f"score_{number}")
    return [
        item._replace(
            text=one_line(
                item.text, label="内容", field=f"text_{n}", longest=200, required=True
            )
        )
        for n, item in enumerate(items)
    ]
