"""Reading the administrative tree from a table."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from areas.choices import CODE_LENGTHS
from areas.models import Area
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
    "code": ("code12", "code", "代码", "区划代码", "行政区划代码"),
    "level": ("level", "级别", "层级"),
    "name": ("name", "名称", "区划名称"),
    "parent": ("parent_code12", "parent_code", "上级代码", "上级"),
}
REQUIRED = ("code", "level", "name", "parent")
LENGTHS = {level: length for length, level in CODE_LENGTHS.items() if level <= 5}
LEVEL_WORDS = {1: "省级", 2: "市级", 3: "县级", 4: "乡级", 5: "村级"}
DIGITS = re.compile(r"[0-9]+")
# Statistical in-between levels that nobody says: 北京市[市辖区]东城区.
UNSPOKEN = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
CHUNK = 2000


@dataclass(slots=True)
class Place:
    """One area on its way in, with trimmed codes."""

    line: int
    code: str
    name: str
    parent: str
    full_name: str = ""


def import_areas(
    data: bytes,
    *,
    actor: Any,
    within: Sequence[str] | None = None,
    progress: Progress = no_progress,
) -> ImportResult:
    """Bring the areas of a table in; lines that cannot go in are told with a reason.

    Columns `code12, level, name, parent_code12`, others are ignored. All accepted
    lines go in together or none. An area that is there already keeps its records and
    takes the table's name. `within`: areas outside these may not be changed.
    Raises UnreadableFile when the file as a whole cannot be read.
    """
    result = ImportResult()
    lines = read_table(data, COLUMNS, REQUIRED)
    progress(20)
    places = _distinct(lines, result)
    progress(40)
    with transaction.atomic():
        held = _held(places)
        accepted = _under_known_parents(places, held, result)
        written = _sorted_out(accepted, held, within, result)
        _write(written, progress)
        if result.created or result.changed:
            record(
                "import_areas",
                None,
                actor=actor,
                label="导入地区",
                note=result.summary,
                data=result.as_data(),
            )
    result.refused.sort(key=lambda refused: refused.line)
    progress(100)
    return result


def trimmed_code(code: str, level: int) -> str:
    """420802000000 at level 3 → 420802; raises RuleViolation when they do not agree.

    A code that is trimmed already passes as it is.
    """
    length = LENGTHS[level]
    if not DIGITS.fullmatch(code) or len(code) not in {12, length}:
        raise RuleViolation(f"代码“{code[:20]}”不是 12 位数字。")
    kept, rest = code[:length], code[length:]
    step = length - max(n for n in (0, 2, 4, 6, 9) if n < length)
    if rest.strip("0") or not kept[-step:].strip("0"):
        raise RuleViolation(f"代码 {code} 与层级 {level}（{LEVEL_WORDS[level]}）不符。")
    return kept


def parent_of(code: str) -> str:
    """Trimmed code of the area above; empty for a province.

    Cities without counties (东莞 4419, 中山, 儋州) have their towns directly below
    them; the statistics bureau writes such a town 441900003, with 00 where the county
    stands. The town keeps its nine digits (records and villages below it stay in the
    one scheme) and its parent is the city. No county "441900" is invented: in the
    column county_code that text merely groups the city's records, and
    `Area.county_id` answers the city, the place where its units and rules are kept.
    """
    if len(code) == 9 and code[4:6] == "00":
        return code[:4]
    return code[: max(n for n in (0, 2, 4, 6, 9) if n < len(code))]


def _distinct(lines: Iterable[Line], result: ImportResult) -> list[Place]:
    """The lines that are right in themselves, each code once, upper levels first."""
    found: dict[str, Place] = {}
    for line in lines:
        said = " ".join(filter(None, (line.values["code"], line.values["name"])))
        place = refusing(result, line, said, _place)
        if place is None:
            continue
        first = found.setdefault(place.code, place)
        if first is not place:
            result.refuse(
                line.number, said, f"代码 {place.code} 与第 {first.line} 行重复。"
            )
    return sorted(found.values(), key=lambda place: (len(place.code), place.code))


def _place(line: Line) -> Place:
    level = _number(line.values["level"])
    if level not in {str(n) for n in LENGTHS}:
        raise RuleViolation(f"层级“{level[:20]}”应是 1 到 5 的数字。")
    code = trimmed_code(_number(line.values["code"]), int(level))
    above = _number(line.values["parent"])
    expected = parent_of(code)
    if above not in {expected, expected.ljust(12, "0") if expected else ""}:
        if not above:
            raise RuleViolation("缺少上级代码。")
        told = f"应是 {expected.ljust(12, '0')}" if expected else "省级不应有上级"
        raise RuleViolation(f"上级代码 {above[:20]} 与代码不符，{told}。")
    name = line.text("name", "名称", 100, required=True)
    return Place(line.number, code, name, expected)


def _number(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _held(places: Sequence[Place]) -> dict[str, Place]:
    """The areas of the same provinces that are there, by code, upper levels first."""
    found = Q(pk__in=())
    for province in sorted({place.code[:2] for place in places}):
        found |= Q(code__startswith=province)
    rows = Area.objects.filter(found).values_list(
        "code", "name", "parent_id", "full_name"
    )
    held = {code: Place(0, code, name, up or "", full) for code, name, up, full in rows}
    return dict(sorted(held.items(), key=lambda item: (len(item[0]), item[0])))


def _under_known_parents(
    places: Iterable[Place], held: Mapping[str, Place], result: ImportResult
) -> list[Place]:
    accepted: dict[str, Place] = {}
    for place in places:
        if place.parent and place.parent not in accepted and place.parent not in held:
            result.refuse(
                place.line,
                f"{place.code} {place.name}",
                f"找不到上级 {place.parent}，请先导入它。",
            )
        else:
            accepted[place.code] = place
    return list(accepted.values())


def _sorted_out(
    accepted: Iterable[Place],
    held: dict[str, Place],
    within: Sequence[str] | None,
    result: ImportResult,
) -> list[Place]:
    """The areas to write. Moves `held` on to what will be there afterwards."""
    fresh: dict[str, Place] = {}
    for place in accepted:
        old = held.get(place.code)
        if old and old.name == place.name:
            result.unchanged += 1
        elif within is not None and not place.code.startswith(tuple(within)):
            said = f"{place.code} {place.name}"
            result.refuse(place.line, said, "不在您负责的地区内。")
        else:
            result.changed += bool(old)
            result.created += not old
            fresh[place.code] = held[place.code] = place
    return _with_full_names(held, fresh) if fresh else []


def _with_full_names(
    areas: Mapping[str, Place], fresh: Mapping[str, Place]
) -> list[Place]:
    """The fresh ones, and all below them whose full name that changes."""
    written: dict[str, Place] = {}
    for place in sorted(areas.values(), key=lambda place: len(place.code)):
        if place.code not in fresh and place.parent not in written:
            continue
        full_name = _full_name(place, areas.get(place.parent))
        if place.code in fresh or full_name != place.full_name:
            place.full_name = full_name
            written[place.code] = place
    return list(written.values())


def _full_name(place: Place, above: Place | None) -> str:
    if above is None:
        return place.name
    before = above.full_name
    if above.name in UNSPOKEN:
        before = before.removesuffix(above.name)
    return (before + place.name)[:300]


def _write(places: Sequence[Place], progress: Progress) -> None:
    """Insert or rename, upper levels first; a second writer at once does no harm."""
    for start in range(0, len(places), CHUNK):
        rows = [
            Area(
                code=place.code,
                name=place.name,
                level=CODE_LENGTHS[len(place.code)],
                parent_id=place.parent or None,
                full_name=place.full_name,
            )
            for place in places[start : start + CHUNK]
        ]
        Area.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "full_name"],
        )
        progress(50 + 50 * start // len(places))
