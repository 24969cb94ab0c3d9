"""The roll-up: deltas written by the steps, folded into cells, rebuilt and verified.

A step adds one delta row a month it touches, in its own transaction. A task folds
them; reading adds what is not folded yet (reading.py), so figures are never late.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import TruncMonth

from areas.services.numbers import next_number
from common.database import one_view
from reports.choices import Dimension
from reports.counting import (
    COLUMNS,
    Column,
    Tally,
    difference,
    first_of,
    of_facts,
    of_matter,
    plain,
)
from reports.models import COUNTED, Cell, Delta
from reports.questions import Question

LEVELS = (0, 2, 4, 6, 9, 12, 15)
FOLDED_AT_ONCE = 5_000
ALL_TIMES = (dt.date(1900, 1, 1), dt.date(2200, 1, 1))

CellKey = tuple[dt.date, str, str, str, str]  # month, area, kind, dimension, key


def write(before: Tally, after: Tally) -> None:
    """Write what a change adds to the figures; call inside its transaction."""
    changes = difference(before, after)
    Delta.objects.bulk_create(
        Delta(
            month=month,
            area_code=area,
            kind=kind,
            station_id=station,
            unit_id=unit,
            category_id=category,
            **counts,
        )
        for (month, (area, kind, station, unit, category)), counts in changes.items()
    )


def matter_changed(sender: Any, *, before: Any, after: Any, **_: Any) -> None:
    """Receiver of proposals.signals.proposal_changed."""
    write(of_matter(before), of_matter(after))


def facts_changed(sender: Any, *, before: Any, after: Any, **_: Any) -> None:
    """Receiver of the two signals of stations."""
    write(of_facts(before), of_facts(after))


def matters_changed(sender: Any, *, changes: Iterable[Any], **_: Any) -> None:
    """Receiver of proposals.signals.proposals_changed: one write for many matters."""
    write(*_of_many(of_matter, changes))


def many_facts_changed(sender: Any, *, changes: Iterable[Any], **_: Any) -> None:
    """Receiver of stations.signals.visits_changed."""
    write(*_of_many(of_facts, changes))


def _of_many(
    tally_of: Callable[[Any], Tally], changes: Iterable[Any]
) -> tuple[Tally, Tally]:
    """The tallies of many records before and after, each added up."""
    before: Tally = {}
    after: Tally = {}
    for was, is_now in changes:
        for total, one in ((before, was), (after, is_now)):
            for key, counts in tally_of(one).items():
                total.setdefault(key, Counter()).update(counts)
    return before, after


def fold() -> int:
    """Fold the deltas written so far into cells; answers how many.

    Running twice folds nothing twice. Of two runs at once the second waits on the
    row of the running number until the first has committed.
    """
    folded = 0
    while some := _fold_some():
        folded += some
    return folded


@transaction.atomic
def _fold_some() -> int:
    next_number("fold-figures")
    deltas = list(Delta.objects.order_by("pk")[:FOLDED_AT_ONCE])
    if not deltas:
        return 0
    Delta.objects.filter(pk__in=[delta.pk for delta in deltas]).delete()
    changes: dict[CellKey, Counter[str]] = {}
    for delta in deltas:
        amounts = {name: getattr(delta, name) for name in COUNTED}
        _spread(changes, _place_of(delta), amounts)
    _add_to_cells(changes)
    return len(deltas)


Spot = tuple[dt.date, str, str, int | None, int | None, int | None]


def _place_of(delta: Delta) -> Spot:
    return (
        delta.month,
        delta.area_code,
        delta.kind,
        delta.station_id,
        delta.unit_id,
        delta.category_id,
    )


def _spread(
    cells: dict[CellKey, Counter[str]], spot: Spot, amounts: dict[str, int]
) -> None:
    """Add amounts to the cells of every level of the area and of every dimension."""
    month, area, kind, station, unit, category = spot
    keys = {
        Dimension.AREA.value: "",
        Dimension.STATION.value: _key(station),
        Dimension.UNIT.value: _key(unit),
        Dimension.CATEGORY.value: _key(category),
    }
    counted = {name: n for name, n in amounts.items() if n}
    for dimension, key in keys.items():
        _climb(cells, (month, area, kind, dimension, key), counted)


def _climb(
    cells: dict[CellKey, Counter[str]], place: CellKey, counted: dict[str, int]
) -> None:
    """Add amounts to the cell of an area and to those of all areas above it."""
    month, area, kind, dimension, key = place
    for length in LEVELS:
        if length > len(area):
            break
        above = (month, area[:length], kind, dimension, key)
        cells.setdefault(above, Counter()).update(counted)


def _key(value: int | None) -> str:
    return "" if value is None else str(value)


def _add_to_cells(changes: dict[CellKey, Counter[str]]) -> None:
    """Cells there are become more, the others are made; only one folder is at it.

    Written over by one insert a portion: an update of as many rows would take a
    condition for each row and column.
    """
    found = {
        (c.month, c.area_code, c.kind, c.dimension, c.key): c
        for c in Cell.objects.filter(
            month__in={place[0] for place in changes},
            area_code__in={place[1] for place in changes},
        )
    }
    cells = []
    for place, amounts in changes.items():
        if cell := found.get(place):
            amounts.update({name: getattr(cell, name) for name in COUNTED})
        cells.append(_cell(place, amounts))
    Cell.objects.bulk_create(
        cells,
        batch_size=500,
        update_conflicts=True,
        unique_fields=("area_code", "dimension", "key", "kind", "month"),
        update_fields=COUNTED,
    )


def _cell(place: CellKey, amounts: Counter[str]) -> Cell:
    month, area, kind, dimension, key = place
    return Cell(
        month=month,
        area_code=area,
        kind=kind,
        dimension=dimension,
        key=key,
        **amounts,
    )


# --- from the rows --------------------------------------------------------------


def rebuild() -> int:
    """Make the whole roll-up anew from the rows; answers the number of cells.

    Steps may go on: all reads see one moment, and only the deltas seen then go.
    """
    with one_view():
        next_number("fold-figures")
        seen = list(Delta.objects.values_list("pk", flat=True))
        cells = _counted_cells()
        for start in range(0, len(seen), 500):
            Delta.objects.filter(pk__in=seen[start : start + 500]).delete()
        Cell.objects.all().delete()
        rows = (_cell(place, amounts) for place, amounts in cells.items())
        return len(Cell.objects.bulk_create(rows, batch_size=500))


def _counted_cells() -> dict[CellKey, Counter[str]]:
    """All cells, counted by the database: for each dimension one query a moment."""
    cells: dict[CellKey, Counter[str]] = {}
    moments = dict.fromkeys((c.source.label, c.moment) for c in COLUMNS.values())
    for label, moment in moments:
        columns = {
            name: column
            for name, column in COLUMNS.items()
            if (column.source.label, column.moment) == (label, moment)
        }
        for dimension in Dimension.values:
            for place, amounts in _counted(columns, moment, dimension):
                _climb(cells, place, amounts)
    return cells


def _counted(
    columns: dict[str, Column], moment: str, dimension: str
) -> Iterator[tuple[CellKey, dict[str, int]]]:
    """Columns of one moment by month, area, kind and the key of one dimension."""
    source = next(iter(columns.values())).source
    within = Question(*ALL_TIMES, cutoff=ALL_TIMES[1]).within(source, moment)
    rows = source.model._default_manager.filter(source.counted, within)
    totals = {f"n_{name}": column.total(within) for name, column in columns.items()}
    groups: dict[str, Any] = {
        "by_month": TruncMonth(moment),
        "by_area": F(f"{source.placed}area_id"),
    }
    if source.kind:
        groups["by_kind"] = F(source.kind)
    if path := getattr(source, dimension, ""):
        groups["by_key"] = F(f"{path}_id")
    for row in rows.order_by().values(**groups).annotate(**totals).iterator():
        numbers = {name: plain(row[f"n_{name}"]) for name in columns}
        if amounts := {name: n for name, n in numbers.items() if n}:
            yield _cell_key(row, dimension), amounts


def _cell_key(row: dict[str, Any], dimension: str) -> CellKey:
    month = row["by_month"]
    day = month.date() if isinstance(month, dt.datetime) else month
    key = _key(row.get("by_key"))
    return first_of(day), row["by_area"], row.get("by_kind", ""), dimension, key


def verify() -> list[str]:
    """Compare cells and unfolded deltas with the rows; answers every difference."""
    with one_view():
        counted = _counted_cells()
        kept: dict[CellKey, Counter[str]] = {}
        for cell in Cell.objects.iterator():
            place = (cell.month, cell.area_code, cell.kind, cell.dimension, cell.key)
            kept[place] = Counter({n: getattr(cell, n) for n in COUNTED})
        for delta in Delta.objects.iterator():
            amounts = {name: getattr(delta, name) for name in COUNTED}
            _spread(kept, _place_of(delta), amounts)
    return list(_differences(counted, kept))


def _differences(
    counted: dict[CellKey, Counter[str]], kept: dict[CellKey, Counter[str]]
) -> Iterable[str]:
    for place in sorted(counted.keys() | kept.keys()):
        right, said = counted.get(place, Counter()), kept.get(place, Counter())
        for name in COUNTED:
            if right[name] != said[name]:
                where = " ".join(str(part) for part in place)
                yield f"{where} {name}：汇总 {said[name]}，明细 {right[name]}"
