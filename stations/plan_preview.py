"""The dates that rules give before anything is saved."""

from dataclasses import dataclass, field
from typing import Any

from areas.calendar import WorkingCalendar
from common.errors import RuleViolation
from stations.planning.shifting import Rule, Slot, receptions_of

MOST_SHOWN = 120


@dataclass
class Preview:
    """The receptions of a year, month by month; or why there are none to show."""

    year: int
    months: list[tuple[int, list[Slot]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    count: int = 0
    shifted: int = 0
    unfinished: bool = False

    @property
    def is_cut(self) -> bool:
        return self.count > MOST_SHOWN


def preview_of(rules: Any, year: int, calendar: WorkingCalendar) -> Preview:
    """Of a bound formset of rules, finished or not."""
    if not rules.is_valid():
        return Preview(year, unfinished=True)
    per_day = 2  # says nothing about dates
    found = [
        Rule(**(rule | {"per_day": rule["per_day"] or per_day}))
        for rule in rules.rules()
    ]
    try:
        planned = receptions_of(found, year, calendar)
    except RuleViolation as refused:
        return Preview(year, dropped=[str(refused)], unfinished=True)
    shown = planned.slots[:MOST_SHOWN]
    months = [
        (month, [slot for slot in shown if slot.date.month == month])
        for month in range(1, 13)
    ]
    return Preview(
        year=year,
        months=[(month, slots) for month, slots in months if slots],
        dropped=planned.dropped,
        warnings=list(dict.fromkeys(planned.warnings)),
        count=len(planned.slots),
        shifted=sum(slot.date != slot.planned_on for slot in planned.slots),
    )
