"""Answers: from the roll-up where it can tell, else live from the rows; always equal.

One statement reads cells and unfolded deltas together, so that a folding in between
neither loses nor doubles anything. Each answer costs a constant number of queries.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth

from areas.querysets import LEVEL_COLUMNS
from proposals.models import Proposal
from reports.choices import Dimension
from reports.counting import COLUMNS, PROPOSALS, Source, plain
from reports.grouping import BY, KEYED, MONTH, month_of, part_of, parts_of
from reports.metrics import EVERY, Figure, Metric
from reports.models import Cell, Delta
from reports.persons import entered
from reports.questions import Question

__all__ = ("BY", "MONTH", "answer", "figure", "grid", "kinds_of")

# {(keys of the groups): {name of a sum: number}}
Sums = dict[tuple[str, ...], dict[str, int]]


def answer(
    codes: Iterable[str], question: Question, by: str = "", *, live: bool = False
) -> dict[str, dict[str, Figure]]:
    """Figures of these metrics by group ("" when not grouped): {key: {code: Figure}}.

    Keys are 2026-01 for months, codes for areas, ids as text for the rest, "" for rows
    without any. `live` asks the rows even where the roll-up could tell.
    """
    table = grid(codes, question, (by,) if by else (), live=live)
    return {key[0] if by else "": figures for key, figures in table.items()}


def grid(
    codes: Iterable[str],
    question: Question,
    by: tuple[str, ...],
    *,
    live: bool = False,
) -> dict[tuple[str, ...], dict[str, Figure]]:
    """As `answer`, grouped by several things at once."""
    metrics = [EVERY[code] for code in codes]
    sums: Sums = defaultdict(lambda: defaultdict(int))
    added_up = [metric for metric in metrics if not metric.of_persons]
    for source in dict.fromkeys(metric.source for metric in added_up):
        own = [metric for metric in added_up if metric.source is source]
        for key, found in _read(own, source, question, by, live=live).items():
            for name, number in found.items():
                sums[key][name] += number
    for metric in metrics:
        if metric.of_persons:
            for key, (top, bottom) in entered(question, by).items():
                sums[key] |= {
                    f"{metric.code}_top": top,
                    f"{metric.code}_bottom": bottom,
                }
    if not by:
        sums[()]
    return {
        key: {metric.code: _figure(metric, found) for metric in metrics}
        for key, found in sums.items()
    }


def figure(code: str, question: Question, *, live: bool = False) -> Figure:
    """One metric, not grouped."""
    return answer([code], question, live=live)[""][code]


def _figure(metric: Metric, sums: dict[str, int]) -> Figure:
    top = sums.get(f"{metric.code}_top", 0)
    if not metric.is_rate:
        return Figure(metric, top)
    waiting = sums.get(f"{metric.code}_waiting", 0)
    return Figure(metric, top, sums.get(f"{metric.code}_bottom", 0) - waiting)


def _read(
    metrics: list[Metric],
    source: Source,
    question: Question,
    by: tuple[str, ...],
    *,
    live: bool,
) -> Sums:
    if not question.codes(source):
        return {}
    dimensions = question.needs(source) | {d for d in by if d in KEYED}
    plain_scope = not question.scope.of(source).is_mixed
    if live or len(dimensions) > 1 or not plain_scope:
        found = _live(metrics, source, question, by)
    else:
        dimension = dimensions.pop() if dimensions else Dimension.AREA.value
        found = _rolled(metrics, source, question, by, dimension)
    for key, numbers in _waiting(metrics, question, by).items():
        for name, number in numbers.items():
            found.setdefault(key, {})[name] = number
    return found


# --- from the roll-up -----------------------------------------------------------


def _rolled(
    metrics: list[Metric],
    source: Source,
    question: Question,
    by: tuple[str, ...],
    dimension: str,
) -> Sums:
    codes = question.codes(source)
    parts = parts_of(codes) if Dimension.AREA in by else []
    months = Q(month__gte=question.starts_on, month__lt=question.ends_on)
    cells = Cell.objects.filter(
        months, dimension=dimension, area_code__in=[*codes, *parts]
    )
    deltas = Delta.objects.filter(months, _starting(codes))
    keys = question.keys(dimension, source)
    column = f"{dimension}_id"
    if keys is not None:
        cells = cells.filter(key__in=keys)
        deltas = deltas.filter(_with_keys(column, keys))
    groups = _rolled_groups(by)
    sums = {
        name: Sum(_all_of(columns), filter=kinds_of(m, q=question) or None)
        for m in metrics
        for name, columns in _sides(m)
    }
    key_of_cell: Any = Value("")
    key_of_delta: Any = Value("")
    if dimension in by and dimension != Dimension.AREA:
        key_of_cell, key_of_delta = F("key"), Cast(F(column), CharField())
    both = _grouped(cells, {**groups, "key_": key_of_cell}, Value(0), sums)
    both = both.union(
        _grouped(deltas, {**groups, "key_": key_of_delta}, Value(1), sums), all=True
    )
    return _folded(both, by, codes, parts, list(sums))


def _all_of(columns: tuple[str, ...]) -> Any:
    """These columns added up, as one expression."""
    first, *others = map(F, columns)
    total: Any = first
    for column in others:
        total = total + column
    return total


def _with_keys(column: str, keys: list[str]) -> Q:
    """Deltas with these keys, "" being none."""
    found = Q(**{f"{column}__in": [int(key) for key in keys if key]})
    return found | Q(**{f"{column}__isnull": True}) if "" in keys else found


def _rolled_groups(by: tuple[str, ...]) -> dict[str, Any]:
    """What rows are told apart by: the area always, the month when it is asked for."""
    return {
        "month_": F("month") if MONTH in by else Value(""),
        "area_": F("area_code"),
    }


def _grouped(
    rows: QuerySet, groups: dict[str, Any], mark: Value, sums: Any
) -> QuerySet:
    return (
        rows.order_by()
        .annotate(is_delta=mark, **groups)
        .values("is_delta", *groups)
        .annotate(**sums)
        .values_list("is_delta", *groups, *sums)
    )


def _folded(
    rows: Iterable[tuple],
    by: tuple[str, ...],
    codes: tuple[str, ...],
    parts: list[str],
    names: list[str],
) -> Sums:
    """Groups of the union brought under the keys that were asked for."""
    found: Sums = {}
    for is_delta, month, area, key, *numbers in rows:
        for place, sign in _places(area, bool(is_delta), codes, parts):
            said = {
                MONTH: month_of(month) if month else "",
                Dimension.AREA.value: place,
            }
            group = tuple(said.get(name, key or "") for name in by)
            sums = found.setdefault(group, dict.fromkeys(names, 0))
            for name, number in zip(names, numbers, strict=True):
                sums[name] += sign * (number or 0)
    return {group: sums for group, sums in found.items() if any(sums.values())}


def _places(
    area: str, is_delta: bool, codes: tuple[str, ...], parts: list[str]
) -> list[tuple[str, int]]:
    """Under which areas a row counts, and with which sign.

    What lies in the asked area itself and in none of its parts is the area's own: the
    cell of the whole, less the cells of the parts.
    """
    if is_delta or not parts:
        return [(part_of(area, parts, codes), 1)]
    whole = [code for code in codes if area.startswith(code)]
    if area in parts and area not in codes:
        return [(area, 1), *((code, -1) for code in whole)]
    return [(area, 1)]


def _starting(codes: Iterable[str]) -> Q:
    return reduce(or_, (Q(area_code__startswith=code) for code in codes))


def _sides(metric: Metric) -> list[tuple[str, tuple[str, ...]]]:
    sides = [(f"{metric.code}_top", metric.top)]
    if metric.bottom:
        sides.append((f"{metric.code}_bottom", metric.bottom))
    return sides


def kinds_of(metric: Metric, *, q: Question) -> Q:
    """The kinds of matters that count; visits have none and always do."""
    if metric.source is not PROPOSALS:
        return Q()
    kinds = set(metric.kinds) if metric.kinds else None
    if q.kind:
        kinds = {q.kind} if kinds is None else kinds & {q.kind}
    return Q() if kinds is None else Q(kind__in=sorted(kinds))


# --- live -----------------------------------------------------------------------


def _live(
    metrics: list[Metric], source: Source, question: Question, by: tuple[str, ...]
) -> Sums:
    """The same by counting rows; one query, by month one for each kind of moment."""
    columns = {
        (name, column): EVERY[name.partition("_")[0]]
        for metric in metrics
        for name, side in _sides(metric)
        for column in side
    }
    moments = sorted({COLUMNS[column].moment for _, column in columns})
    found: Sums = {}
    for chosen in [[m] for m in moments] if MONTH in by else [moments]:
        some = {
            pair: metric
            for pair, metric in columns.items()
            if COLUMNS[pair[1]].moment in chosen
        }
        for key, sums in _live_rows(some, source, question, by, chosen).items():
            into = found.setdefault(key, {})
            for name, number in sums.items():
                into[name] = into.get(name, 0) + number
    return {key: sums for key, sums in found.items() if any(sums.values())}


def _live_rows(
    columns: dict[tuple[str, str], Metric],
    source: Source,
    question: Question,
    by: tuple[str, ...],
    moments: list[str],
) -> Sums:
    spans = {moment: question.within(source, moment) for moment in moments}
    totals = {
        f"{name}__{column}": COLUMNS[column].total(
            spans[COLUMNS[column].moment] & kinds_of(metric, q=question)
        )
        for (name, column), metric in columns.items()
    }
    rows = source.model._default_manager.filter(
        question.rows(source), reduce(or_, spans.values())
    )
    found: Sums = {}
    for key, numbers in _live_groups(rows, source, question, by, moments[0], totals):
        sums = found.setdefault(key, {})
        for label, number in numbers.items():
            name = label.partition("__")[0]
            sums[name] = sums.get(name, 0) + plain(number)
    return found


def _live_groups(
    rows: QuerySet,
    source: Source,
    question: Question,
    by: tuple[str, ...],
    moment: str,
    totals: dict[str, Any],
) -> Iterable[tuple[tuple[str, ...], dict[str, Any]]]:
    """Rows of the database, with the key of their group."""
    if not by:
        return [((), rows.aggregate(**totals))]
    codes = question.codes(source)
    parts = parts_of(codes) if Dimension.AREA in by else []
    paths = [_path(source, name, parts) for name in by]
    groups = {
        f"by_{place}": TruncMonth(moment) if name == MONTH else F(path)
        for place, (name, path) in enumerate(zip(by, paths, strict=True))
        if path or name == MONTH
    }
    found = rows.order_by().values(**groups).annotate(**totals)
    return (
        (
            tuple(
                _said(name, row.get(f"by_{place}"), parts, codes)
                for place, name in enumerate(by)
            ),
            {label: row[label] for label in totals},
        )
        for row in found
    )


def _path(source: Source, name: str, parts: list[str]) -> str:
    if name == Dimension.AREA:
        lengths = {len(part) for part in parts}
        column = LEVEL_COLUMNS.get(lengths.pop()) if len(lengths) == 1 else None
        return source.placed + (column or "area_id")
    path = {
        Dimension.STATION.value: source.station,
        Dimension.UNIT.value: source.unit,
        Dimension.CATEGORY.value: source.category,
    }.get(name, "")
    return f"{path}_id" if path else ""


def _said(name: str, value: Any, parts: list[str], codes: tuple[str, ...]) -> str:
    if name == MONTH:
        return month_of(value)
    if name == Dimension.AREA:
        return part_of(value, parts, codes) if parts else value
    return "" if value is None else str(value)


def _waiting(metrics: list[Metric], question: Question, by: tuple[str, ...]) -> Sums:
    """What to leave out of denominators: not yet due at the cut-off, not yet done."""
    awaiting = [metric for metric in metrics if metric.awaited]
    last_day = question.ends_on - dt.timedelta(days=1)
    if not awaiting or last_day <= question.cutoff:
        return {}
    totals = {
        f"{m.code}_waiting": Count(
            "pk", filter=question.waiting(m.awaited) & kinds_of(m, q=question)
        )
        for m in awaiting
    }
    any_of_them = reduce(or_, (question.waiting(m.awaited) for m in awaiting))
    rows = Proposal.objects.filter(question.rows(PROPOSALS), any_of_them)
    groups = _live_groups(rows, PROPOSALS, question, by, "reply_due_on", totals)
    found: Sums = {}
    for key, numbers in groups:
        sums = found.setdefault(key, {})
        for name, number in numbers.items():
            sums[name] = sums.get(name, 0) + plain(number)
    return found
