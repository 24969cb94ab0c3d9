"""Reading the draft of a year plan, and how fairly turns are shared."""

import datetime as dt
from dataclasses import dataclass

from deputies.models import Deputy
from stations.models import ReceptionDay, ReceptionPlan


@dataclass(frozen=True)
class PlannedDay:
    """A reception of the draft; `deputies` may be fewer than `wanted` (it is said)."""

    date: dt.date
    planned_on: dt.date  # what the rule said
    explanation: str  # why the date is another, or what else is to be known; often ""
    is_provisional: bool  # the holiday table of the year is not final
    starts_at: dt.time
    ends_at: dt.time
    place: str
    topic: str
    wanted: int
    deputies: list[Deputy]

    @property
    def is_shifted(self) -> bool:
        return self.date != self.planned_on


@dataclass(frozen=True)
class Turns:
    """One line of the fairness table."""

    deputy: Deputy
    levels: str  # seats in words: 市、区代表
    turns: int  # here, in the year
    elsewhere: int  # at other stations, in the same year
    months: list[int]  # turns here, January first: twelve figures
    least: int  # wanted of this deputy, all stations together
    most: int | None

    @property
    def total(self) -> int:
        return self.turns + self.elsewhere

    @property
    def is_short(self) -> bool:
        return self.total < self.least

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.total > self.most


@dataclass(frozen=True)
class GivenWay:
    """A wish that could not be met, and the sentence that says why."""

    wish: str  # RANKS in stations.planning.roster: "together", "least", "per_day" …
    label: str  # the same in Chinese
    sentence: str
    date: dt.date | None = None


@dataclass(frozen=True)
class Draft:
    """All of it, days in order; `is_stale`: what it was made from has changed since."""

    days: list[PlannedDay]
    fairness: list[Turns]
    given_way: list[GivenWay]
    dropped: list[str]  # dates of the rules that became no reception, and why
    warnings: list[str]  # of the calendar
    is_stale: bool


@dataclass(frozen=True)
class Substitute:
    """Somebody who could come instead."""

    deputy: Deputy
    levels: str
    turns: int  # in the year, all stations
    is_stationed: bool


def draft_of(plan: ReceptionPlan) -> Draft | None:
    """The stored draft; None when there is none yet. A constant number of queries."""
    raise NotImplementedError


def fairness_of(plan: ReceptionPlan) -> list[Turns]:
    """The fairness table of a published plan, from the duties as they now stand."""
    raise NotImplementedError


def suggest_substitutes(day: ReceptionDay, *, limit: int = 8) -> list[Substitute]:
    """Who could come instead on this day, fairest first.

    Deputies of the station with a seat on that day, not on duty or on leave then and
    not elsewhere at the same time; fewest turns of the year first.
    """
    raise NotImplementedError
