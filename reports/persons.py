"""Figures of persons: each counted once, however often and wherever they came.

Persons of several months or places cannot be added up, so these are always counted
from the rows; a table by month counts each month by itself.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q, QuerySet

from reports.choices import Dimension
from reports.counting import DUTIES, STATIONED, first_of
from reports.grouping import MONTH, month_of, part_of, parts_of
from reports.questions import Question, month_after
from stations.models import Duty, Stationing

Key = tuple[str, ...]
Pair = tuple[int, int]  # deputy and station


def stationings(question: Question) -> QuerySet:
    """Deputies' belonging to the asked stations at any time of the period so far."""
    ends_on = min(question.ends_on, question.cutoff + dt.timedelta(days=1))
    begun = Q(starts_on__lt=ends_on)
    not_over = Q(ends_on=None) | Q(ends_on__gt=question.starts_on)
    return Stationing.objects.filter(question.rows(STATIONED), begun, not_over)


def attended(question: Question) -> QuerySet:
    """Turns at the asked stations in the period for which a deputy came."""
    within = question.within(DUTIES, "day__date")
    return Duty.objects.filter(question.rows(DUTIES), within)


def entered(question: Question, by: tuple[str, ...]) -> dict[Key, tuple[int, int]]:
    """By group: how many deputies came to their own station, how many belong there.

    Two queries, however many rows and groups.
    """
    codes = question.codes(STATIONED)
    if not codes:
        return {}
    parts = parts_of(codes) if Dimension.AREA in by else []

    def key(station: int, area: str, month: dt.date) -> Key:
        said = {
            MONTH: month_of(month),
            Dimension.AREA.value: part_of(area, parts, codes) if parts else area,
            Dimension.STATION.value: str(station),
        }
        return tuple(said.get(name, "") for name in by)

    belong: dict[Key, set[Pair]] = defaultdict(set)
    names = ("deputy", "station", "station__area", "starts_on", "ends_on")
    for deputy, station, area, starts_on, ends_on in stationings(question).values_list(
        *names
    ):
        months = _months(question, starts_on, ends_on) if MONTH in by else [starts_on]
        for month in months:
            belong[key(station, area, month)].add((deputy, station))
    came: dict[Key, set[Pair]] = defaultdict(set)
    turns = attended(question).values_list(
        "deputy", "day__station", "day__station__area", "day__date"
    )
    for deputy, station, area, date in turns.distinct():
        came[key(station, area, date)].add((deputy, station))
    return {
        k: (_persons(came[k] & whole), _persons(whole)) for k, whole in belong.items()
    }


def _persons(pairs: set[Pair]) -> int:
    return len({deputy for deputy, _ in pairs})


def _months(
    question: Question, starts_on: dt.date, ends_on: dt.date | None
) -> Iterator[dt.date]:
    """The months of the question, up to the present one, in which a period lies."""
    month = first_of(max(starts_on, question.starts_on))
    last = min(question.ends_on, question.cutoff + dt.timedelta(days=1))
    while month < last and (ends_on is None or month < ends_on):
        yield month
        month = month_after(month)
