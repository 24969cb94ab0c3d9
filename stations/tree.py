"""The registry as a tree: stations under their parents, guests under their venue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stations.choices import StationKind

RANKS = {kind: rank for rank, kind in enumerate(StationKind.values)}


@dataclass
class Line:
    """One station of the tree as a page draws it, line by line.

    `below` counts all under it; after the line so many branches (`closes`) end.
    `is_found` False: it stands here only because one below it was asked for.
    """

    station: Any
    depth: int = 0
    below: int = 0
    closes: int = 0
    is_found: bool = True
    children: list["Line"] = field(default_factory=list)

    @property
    def closings(self) -> range:
        """To be gone through by a template."""
        return range(self.closes)

    @property
    def is_guest(self) -> bool:
        return self.station.host_id is not None


def tree_lines(stations: Iterable[Any], found: set[int] | None = None) -> list[Line]:
    """The lines of the tree, top down; `found`: only these, and what is above them."""
    lines = {row.pk: Line(row) for row in stations}
    if found is not None:
        lines = _kept(lines, found)
    for line in lines.values():
        upper = lines.get(_upper(line))
        if upper is not None:
            upper.children.append(line)
    drawn: list[Line] = []
    seen: set[int] = set()
    roots = [line for line in lines.values() if _upper(line) not in lines]
    # Those in a round (a venue under its own guest) hang on nothing: they come last.
    for line in (*sorted(roots, key=_order), *lines.values()):
        _draw(line, 0, drawn, seen)
    depths = [line.depth for line in drawn[1:]] + [0]
    for line, after in zip(drawn, depths, strict=False):
        line.closes = max(0, line.depth - after)
    return drawn


def _upper(line: Line) -> Any:
    """A guest hangs on its venue, the others on their parent."""
    return line.station.host_id or line.station.parent_id


def _kept(lines: dict[int, Line], found: set[int]) -> dict[int, Line]:
    kept: set[int] = set()
    for pk in found:
        at = pk
        while at in lines and at not in kept:
            kept.add(at)
            at = _upper(lines[at])
    for pk in kept - found:
        lines[pk].is_found = False
    return {pk: line for pk, line in lines.items() if pk in kept}


def _order(line: Line) -> tuple[Any, ...]:
    row = line.station
    return (line.is_guest, RANKS.get(row.kind, 99), row.town_code, row.name, row.pk)


def _draw(line: Line, depth: int, drawn: list[Line], seen: set[int]) -> int:
    """Put the line and all below it down; answers how many that are."""
    if line.station.pk in seen:
        return 0
    seen.add(line.station.pk)
    line.depth = depth
    drawn.append(line)
    for child in sorted(line.children, key=_order):
        line.below += _draw(child, depth + 1, drawn, seen)
    return 1 + line.below
