"""What an import would do, row by row; nothing here writes."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, cast

from areas.choices import CongressLevel
from areas.models import Area
from deputies.models import Deputy, Mandate
from deputies.roster.entry import Roster, RosterRow

Outcome = Literal["new", "changed", "unchanged", "repeated", "refused"]
OUTCOMES: dict[Outcome, str] = {
    "new": "新增",
    "changed": "有变化",
    "unchanged": "无变化",
    "repeated": "重复",
    "refused": "未导入",
}


@dataclass(frozen=True)
class Target:
    """Where the people of a file belong, as far as its rows do not say it themselves.

    `area` is a county or a township. `starts_on` is for seats of terms whose own first
    day is not known.
    """

    area: Area
    level: int | None = None
    term: int | None = None
    starts_on: dt.date | None = None


class TermKey(NamedTuple):
    """A term by what it is, whether it is on record yet or not."""

    level: int
    area_code: str  # "" for the national congress
    number: int

    @property
    def label(self) -> str:
        return f"{CongressLevel(self.level).label}第{self.number}届"


@dataclass(eq=False)
class Known:
    """A person on record, or one that this file adds (`deputy` without a key).

    `told` are the facts this file has given already: of two rows about one person the
    first one speaks. `claimed` are the seats that rows of this file stand for.
    """

    deputy: Deputy
    seats: dict[TermKey, Mandate] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    claimed: set[TermKey] = field(default_factory=set)

    @property
    def is_new(self) -> bool:
        return self.deputy.pk is None


@dataclass
class PlannedRow:
    """One row of the file and what would become of it.

    `before` are the former values of the person's facts that change; `labels` the
    names of all that changes, for people.
    """

    row: RosterRow
    outcome: Outcome
    known: Known | None = None
    keys: list[TermKey] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    new_seats: list[TermKey] = field(default_factory=list)
    changed_seats: dict[TermKey, dict[str, Any]] = field(default_factory=dict)
    group: str = ""

    @property
    def person(self) -> Known:
        """Whom the row is about; only rows that go in have one."""
        return cast(Known, self.known)

    @property
    def label(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def note(self) -> str:
        """What a person should read about the row."""
        changes = "、".join(self.labels) if self.outcome == "changed" else ""
        reason = self.row.reason()
        return "；".join(filter(None, (changes and f"更新：{changes}", reason)))


@dataclass
class RosterPlan:
    """All that an import would do, with the roster and the target it came from."""

    roster: Roster
    target: Target
    rows: list[PlannedRow]
    new_terms: set[TermKey] = field(default_factory=set)

    @property
    def counts(self) -> dict[Outcome, int]:
        found = Counter(planned.outcome for planned in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def summary(self) -> str:
        """新增 3 条，有变化 1 条… in one line."""
        parts = (f"{OUTCOMES[name]} {n} 条" for name, n in self.counts.items())
        return "，".join(parts) + "。"

    @property
    def seats(self) -> list[tuple[str, int, bool]]:
        """For each term: its name, how many seats the rows stand for, and whether the
        term is not on record yet and would be entered.
        """
        found = Counter(key for planned in self.rows for key in planned.keys)
        return [(key.label, found[key], key in self.new_terms) for key in sorted(found)]

    @property
    def warned(self) -> list["PlannedRow"]:
        """Rows that go in, but not with all they hold."""
        going = self.of("new", "changed", "unchanged")
        return [planned for planned in going if planned.row.problems]

    @property
    def writes(self) -> bool:
        return any(planned.outcome in ("new", "changed") for planned in self.rows)

    def of(self, *outcomes: Outcome) -> list[PlannedRow]:
        return [planned for planned in self.rows if planned.outcome in outcomes]
