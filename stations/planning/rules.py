"""From a rule to its dates in a year: usual forms, RRULE texts, free dates.

Knows nothing of the database. The usual forms are written as RRULE (RFC 5545) and read
back for a form.
"""

from collections.abc import Sequence
from typing import Any


def monthly_rule(days: Sequence[int], months: Sequence[int] = ()) -> str:
    """Every month's (or these months') days; -1 is the last day of a month."""
    raise NotImplementedError


def weekly_rule(weekdays: Sequence[int], every: int = 1) -> str:
    """These weekdays (Monday = 0), every so many weeks."""
    raise NotImplementedError


def nth_weekday_rule(
    ordinals: Sequence[int], weekday: int, months: Sequence[int] = ()
) -> str:
    """The 2nd and 4th Saturday: ordinals 1 to 5, -1 is the last one."""
    raise NotImplementedError


def parts_of(kind: str, rrule: str) -> dict[str, Any]:
    """The arguments with which the form of this kind wrote the text: days, months;
    weekdays, every; ordinals, weekday, months. For RRULE: rrule. {} if it is not
    of this kind.
    """
    raise NotImplementedError


def spoken_rule(kind: str, rrule: str) -> str:
    """每月5日、每周星期一、每月第2、4个星期六; an RRULE of another kind as it stands."""
    raise NotImplementedError
