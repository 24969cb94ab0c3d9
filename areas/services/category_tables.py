"""Reading categories from a table, in one of three forms."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import transaction

from areas.initials import initials
from areas.models import Category
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
from common.spreadsheets import UnreadableFile

# A place's own list; the petition subjects (信访事项分类); a mayor's mailbox.
OWN: Columns = {
    "code": ("code", "编号", "代码", "类别编号"),
    "name": ("name", "名称", "类别", "类别名称"),
    "parent": ("parent_code", "上级编号", "上级"),
    "keywords": ("keywords", "关键词"),
}
PETITION: Columns = {
    "l1_code": ("l1_code",),
    "l2_code": ("l2_code",),
    "level1": ("level1",),
    "level2": ("level2",),
}
MAILBOX: Columns = {
    "code": ("source_code",),
    "name": ("name",),
    "above": ("maps_to_level1",),
}


class Wanted(NamedTuple):
    """A category on its way in; `parent` is a code, empty for a heading."""

    line: int
    code: str
    name: str
    parent: str = ""
    keywords: str = ""


def import_categories(
    data: bytes, *, actor: Any, progress: Progress = no_progress
) -> ImportResult:
    """Bring categories in; a category is known by its code.

    Of the petition subjects the upper two levels are kept: the third is too fine for
    a desk. Of a mailbox list a subject becomes a child of the one heading it maps to;
    a subject that maps to several or to none is refused, because a category has one
    parent. Accepted lines go in together or none.
    """
    result = ImportResult()
    read, lines = _opened(data)
    progress(30)
    with transaction.atomic():
        held = {row.code: row for row in Category.objects.select_related("parent")}
        wanted = read(lines, held, result)
        for at, row in enumerate(wanted):
            _enter(row, held, result)
            progress(30 + 70 * at // len(wanted))
        if result.created or result.changed:
            record(
                "import_categories",
                None,
                actor=actor,
                label="导入类别",
                note=result.summary,
                data=result.as_data(),
            )
    result.refused.sort(key=lambda refused: refused.line)
    progress(100)
    return result


Reader = Callable[[list[Line], dict[str, Category], ImportResult], list[Wanted]]


def _opened(data: bytes) -> tuple[Reader, list[Line]]:
    """The lines, and who understands them, by the header that is found."""
    readers: tuple[tuple[Reader, Columns, tuple[str, ...]], ...] = (
        (_petition, PETITION, tuple(PETITION)),
        (_mailbox, MAILBOX, tuple(MAILBOX)),
        (_own, OWN, ("code", "name")),
    )
    for at, (reader, columns, required) in enumerate(readers):
        try:
            return reader, read_table(data, columns, required)
        except UnreadableFile:
            if at == len(readers) - 1:
                raise
    raise AssertionError("unreachable")


def _petition(
    lines: list[Line], held: dict[str, Category], result: ImportResult
) -> list[Wanted]:
    found: dict[str, Wanted] = {}
    for line in lines:
        said = " ".join(line.values.values())
        pair = refusing(result, line, said, _pair, found)
        for row in pair or ():
            found.setdefault(row.code, row)
    return list(found.values())


def _pair(line: Line, found: dict[str, Wanted]) -> tuple[Wanted, Wanted]:
    """Heading and child of a line; the third level is left aside."""
    upper = _code(line, "l1_code", "一级编号")
    lower = _code(line, "l2_code", "二级编号")
    if not lower.startswith(upper) or lower == upper:
        raise RuleViolation(f"二级编号 {lower} 不在一级编号 {upper} 之下。")
    rows = (
        Wanted(line.number, upper, line.text("level1", "一级类别", 60, required=True)),
        Wanted(
            line.number,
            lower,
            line.text("level2", "二级类别", 60, required=True),
            upper,
        ),
    )
    for row in rows:
        before = found.get(row.code)
        if before and before.name != row.name:
            raise RuleViolation(
                f"编号 {row.code} 在第 {before.line} 行是“{before.name}”，"
                f"这里是“{row.name}”。"
            )
    return rows


def _mailbox(
    lines: list[Line], held: dict[str, Category], result: ImportResult
) -> list[Wanted]:
    headings = {row.name: row for row in held.values() if row.parent_id is None}
    found: dict[str, Wanted] = {}
    for line in lines:
        row = refusing(
            result,
            line,
            line.values["name"],
            _subject,
            headings,
            found,
        )
        if row is None:
            continue
        if row.name in headings:
            result.unchanged += 1  # the heading itself, under the mailbox's number
        else:
            found[row.code] = row
    return list(found.values())


def _subject(
    line: Line, headings: dict[str, Category], found: dict[str, Wanted]
) -> Wanted:
    number = _code(line, "code", "编号")
    name = line.text("name", "名称", 60, required=True)
    above = [part for part in line.values["above"].split("|") if part.strip()]
    if not above:
        raise RuleViolation("没有对应的上级类别。")
    if len(above) > 1:
        raise RuleViolation(f"对应 {len(above)} 个上级类别，请先分开再导入。")
    heading = headings.get(above[0].strip())
    if heading is None:
        raise RuleViolation(f"没有上级类别“{above[0].strip()[:20]}”，请先导入它。")
    code = f"M{number:0>2}"
    _once(code, line, found)
    return Wanted(line.number, code, name, heading.code)


def _own(
    lines: list[Line], held: dict[str, Category], result: ImportResult
) -> list[Wanted]:
    found: dict[str, Wanted] = {}
    for line in lines:
        said = " ".join(line.values.values())
        row = refusing(result, line, said, _listed, found)
        if row:
            found[row.code] = row
    return _under_headings(found, held, result)


def _listed(line: Line, found: dict[str, Wanted]) -> Wanted:
    code = _code(line, "code", "编号")
    _once(code, line, found)
    return Wanted(
        line.number,
        code,
        line.text("name", "名称", 60, required=True),
        line.text("parent", "上级编号", 20),
        line.text("keywords", "关键词", 500),
    )


def _under_headings(
    found: dict[str, Wanted], held: dict[str, Category], result: ImportResult
) -> list[Wanted]:
    """Headings first, then the children whose parent is a heading."""
    headings = [row for row in found.values() if not row.parent]
    known = {row.code for row in headings}
    known |= {c.code for c in held.values() if not c.parent_id and c.code not in found}
    accepted = headings
    for row in found.values():
        if row.parent and row.parent not in known:
            result.refuse(
                row.line,
                f"{row.code} {row.name}",
                f"找不到一级类别 {row.parent}；类别只有两级。",
            )
        elif row.parent:
            accepted.append(row)
    return accepted


def _code(line: Line, key: str, label: str) -> str:
    return line.text(key, label, 20, required=True)


def _once(code: str, line: Line, found: Mapping[str, Wanted]) -> None:
    before = found.get(code)
    if before:
        raise RuleViolation(f"编号 {code} 与第 {before.line} 行重复。")


def _enter(row: Wanted, held: dict[str, Category], result: ImportResult) -> None:
    parent = held.get(row.parent)
    old = held.get(row.code)
    if old is None:
        held[row.code] = Category.objects.create(
            code=row.code,
            name=row.name,
            parent=parent,
            keywords=row.keywords,
            initials=initials(row.name)[:20],
        )
        result.created += 1
        return
    if (old.parent_id is None) != (parent is None):
        result.refuse(
            row.line,
            f"{row.code} {row.name}",
            "现有类别的级别与此不同，不能改级。",
        )
        return
    told = {"name": row.name, "parent": parent, "initials": initials(row.name)[:20]}
    if row.keywords:
        told["keywords"] = row.keywords
    if row.name == old.name:
        told.pop("initials")  # people may have set it otherwise
    moved = [key for key, value in told.items() if getattr(old, key) != value]
    for key in moved:
        setattr(old, key, told[key])
    if moved:
        old.save(update_fields=moved)
    result.changed += bool(moved)
    result.unchanged += not moved
