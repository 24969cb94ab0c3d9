"""What is asked of the figures: whose, where, when, of what; and which rows that is."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import DateField, DateTimeField, Q
from django.utils.timezone import get_default_timezone

from proposals.choices import Status
from reports.choices import Dimension
from reports.counting import COLUMNS, NOT_COUNTED, PROPOSALS, Source
from reports.scopes import EVERYTHING, Scope, in_areas

# All in which a counted matter may still wait; named one by one, so that the index on
# area and status serves.
UNFINISHED = [s for s in Status if s not in (*NOT_COUNTED, Status.CLOSED)]


@dataclass(frozen=True)
class Question:
    """One question. The period is whole months: first day, first day after.

    `cutoff` is the day the answer is given. `categories` are keys, the one asked for
    first, then its children; `station` and `unit` narrow further. A key of 0 asks for
    rows that have none.
    """

    starts_on: dt.date
    ends_on: dt.date
    cutoff: dt.date
    scope: Scope = EVERYTHING
    area: str = ""
    kind: str = ""
    categories: tuple[int, ...] = ()
    station: int | None = None
    unit: int | None = None

    def at(self, **changes: Any) -> "Question":
        """The same question with something changed."""
        return replace(self, **changes)

    def a_year_before(self) -> "Question":
        """The same months of the year before, as they stand today."""
        return self.at(
            starts_on=month_after(self.starts_on, -12),
            ends_on=month_after(self.ends_on, -12),
        )

    def needs(self, source: Source) -> set[str]:
        """The dimensions that this question itself narrows."""
        scope = self.scope.of(source)
        found = set()
        if self.categories:
            found.add(Dimension.CATEGORY.value)
        if self.station is not None or scope.stations:
            found.add(Dimension.STATION.value)
        if self.unit is not None or scope.units:
            found.add(Dimension.UNIT.value)
        return found

    def keys(self, dimension: str, source: Source) -> list[str] | None:
        """The keys of a dimension that may count; None: all of them."""
        scope = self.scope.of(source)
        asked: set[int] | None = None
        if dimension == Dimension.CATEGORY and self.categories:
            asked = set(self.categories)
        elif dimension == Dimension.STATION:
            asked = _both(self.station, scope.stations)
        elif dimension == Dimension.UNIT:
            asked = _both(self.unit, scope.units)
        return None if asked is None else sorted(str(key or "") for key in asked)

    def codes(self, source: Source) -> tuple[str, ...]:
        """The areas to read: none inside another. Empty: nothing may be seen."""
        scope = self.scope.of(source)
        if scope.stations or scope.units:
            return (self.area,)
        return scope.within(self.area)

    def rows(self, source: Source) -> Q:
        """The rows of a source that count, of any time and of any kind."""
        found = source.counted & self.scope.of(source).condition(source)
        found &= in_areas((self.area,), source)
        for path, value in (
            (source.category, self.categories or None),
            (source.station, self.station),
            (source.unit, self.unit),
        ):
            if value is not None:
                found &= _keyed(path, value)
        return found

    def within(self, source: Source, moment: str) -> Q:
        """Rows whose moment (or day) lies in the period."""
        start: Any = self.starts_on
        end: Any = self.ends_on
        if is_moment(source, moment):
            start, end = midnight(start), midnight(end)
        return Q(**{f"{moment}__gte": start, f"{moment}__lt": end})

    def waiting(self, awaited: str) -> Q:
        """Matters due in the period, not yet due at the cut-off and not yet done."""
        column = COLUMNS["due"]
        return (
            column.condition
            & self.within(PROPOSALS, column.moment)
            & Q(status__in=UNFINISHED)
            & Q(reply_due_on__gt=self.cutoff)
            & Q(**{f"{awaited}__isnull": True})
        )


def _keyed(path: str, value: int | tuple[int, ...]) -> Q:
    """Rows with these keys under a path; a source without the path has none."""
    keys = value if isinstance(value, tuple) else (value,)
    if not path:
        return Q() if keys == (0,) else Q(pk__in=())
    if keys == (0,):
        return Q(**{f"{path}__isnull": True})
    return Q(**{f"{path}__in": keys})


def _both(one: int | None, several: tuple[int, ...]) -> set[int] | None:
    if one is None:
        return set(several) or None
    return {one} & set(several) if several else {one}


def midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in China."""
    return dt.datetime.combine(day, dt.time(), get_default_timezone())


def is_moment(source: Source, path: str) -> bool:
    model: Any = source.model
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    field = model._meta.get_field(last)
    return isinstance(field, DateField) and isinstance(field, DateTimeField)


def month_after(month: dt.date, n: int = 1) -> dt.date:
    """The first day of the month n months later (n may be negative)."""
    count = month.year * 12 + month.month - 1 + n
    return dt.date(count // 12, count % 12 + 1, 1)
