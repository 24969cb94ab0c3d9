"""What is counted, said twice: over rows in SQL, and over one matter's snapshot.

The two must agree to the unit (verify_figures, tests). A month is that of the day in
China. Matters that were withdrawn, merged, refused or returned, or never handed in,
are counted nowhere, nor are lines of old ledgers that were left out by choice.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Model, Q, Sum
from django.db.models.functions import TruncDate

from proposals.choices import UNCOUNTED, Satisfaction, Status
from proposals.models import Proposal
from proposals.querysets import UNSEEN
from proposals.snapshots import Snapshot
from reports.models import COUNTED
from stations.choices import Channel, DayStatus, DutyState
from stations.models import Duty, Stationing, Visit

NOT_COUNTED = (*UNCOUNTED, *UNSEEN)


@dataclass(frozen=True)
class Source:
    """Where rows come from, and under which paths they name their dimensions."""

    label: str
    model: type[Model]
    counted: Q
    placed: str  # look-up prefix of the model that lies in an area
    station: str
    unit: str = ""
    category: str = ""
    kind: str = ""


PROPOSALS = Source(
    "事项", Proposal, Q(is_counted=True) & ~Q(status__in=NOT_COUNTED), "", "station",
    "unit", "category", "kind",
)  # fmt: skip
VISITS = Source(
    "来访登记", Visit, Q(is_counted=True), "", "station", category="category"
)
DUTIES = Source(
    "接待日值班",
    Duty,
    Q(state=DutyState.ATTENDED, day__status=DayStatus.HELD),
    "day__station__",
    "day__station",
)
STATIONED = Source("驻站代表", Stationing, Q(), "station__", "station")


@dataclass(frozen=True)
class Column:
    """One counted column: the field whose month it belongs to, and which rows.

    `amount` is what is added up; without it rows are counted.
    """

    source: Source
    moment: str
    condition: Q = Q()  # noqa: RUF009  (never changed)
    amount: str = ""

    def total(self, within: Q) -> Count | Sum:
        """The expression that counts these rows within a period."""
        found = self.condition & within
        if self.amount == "reply_days":
            return Sum(_reply_days(), filter=found)
        if self.amount:
            return Sum(self.amount, filter=found)
        return Count("pk", filter=found)


def _reply_days() -> ExpressionWrapper:
    days = TruncDate("replied_at") - TruncDate("handed_over_at")
    return ExpressionWrapper(days, output_field=DurationField())


def plain(value: Any) -> int:
    """A sum as a number; a sum of days comes as a duration."""
    return value.days if isinstance(value, dt.timedelta) else int(value or 0)


ON_SITE = Q(handed_over_at=None, replied_at__isnull=False)
HANDED = Q(handed_over_at__isnull=False)
DUE = HANDED & Q(reply_due_on__isnull=False)
SOLVED = Q(result__counts_as_solved=True)
OUTREACH = Q(channel=Channel.VISIT)
JUDGED = Q(satisfaction__in=Satisfaction.values)

P = PROPOSALS
COLUMNS: dict[str, Column] = {
    "received": Column(P, "submitted_at"),
    "accepted": Column(P, "accepted_at", ~ON_SITE),
    "accepted_handed": Column(P, "accepted_at", HANDED),
    "handed": Column(P, "handed_over_at"),
    "handed_replied": Column(P, "handed_over_at", Q(replied_at__isnull=False)),
    "handed_closed": Column(P, "handed_over_at", Q(closed_at__isnull=False)),
    "reply_days": Column(
        P, "handed_over_at", Q(replied_at__isnull=False), "reply_days"
    ),
    "due": Column(P, "reply_due_on", DUE),
    "due_replied_in_time": Column(
        P, "reply_due_on", DUE & Q(replied_at__date__lte=F("reply_due_on"))
    ),
    "due_closed_in_time": Column(
        P, "reply_due_on", DUE & Q(closed_at__date__lte=F("reply_due_on"))
    ),
    "replied": Column(P, "replied_at"),
    "replied_solved": Column(P, "replied_at", SOLVED),
    "rated": Column(P, "rated_at", JUDGED),
    "satisfied": Column(P, "rated_at", Q(satisfaction=Satisfaction.SATISFIED)),
    "basically": Column(P, "rated_at", Q(satisfaction=Satisfaction.BASICALLY)),
    "closed": Column(P, "closed_at"),
    "closed_solved": Column(P, "closed_at", SOLVED),
    "visitors": Column(VISITS, "visited_at", ~OUTREACH, "party_size"),
    "outreach": Column(VISITS, "visited_at", OUTREACH, "party_size"),
    "deputy_times": Column(DUTIES, "day__date"),
}
assert tuple(COLUMNS) == COUNTED  # noqa: S101  (the table's columns are these)

Place = tuple[str, str, int | None, int | None, int | None]
Key = tuple[dt.date, Place]
Tally = dict[Key, Counter[str]]


def first_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def contributions(matter: Snapshot) -> dict[dt.date, Counter[str]]:
    """What one matter adds to the columns of each month."""
    found: dict[dt.date, Counter[str]] = {}
    if not matter.is_counted or Status(matter.status) in NOT_COUNTED:
        return found

    def add(day: dt.date | None, **amounts: bool | int) -> None:
        if day is not None:
            month = found.setdefault(first_of(day), Counter())
            month.update({name: int(n) for name, n in amounts.items() if n})

    handed, replied, closed = (
        matter.handed_over_on,
        matter.replied_on,
        matter.closed_on,
    )
    add(matter.submitted_on, received=1)
    add(
        matter.accepted_on,
        accepted=bool(handed or not replied),
        accepted_handed=bool(handed),
    )
    add(
        handed,
        handed=1,
        handed_replied=bool(replied),
        handed_closed=bool(closed),
        reply_days=(replied - handed).days if replied and handed else 0,
    )
    if handed and (due := matter.reply_due_on):
        add(
            due,
            due=1,
            due_replied_in_time=bool(replied and replied <= due),
            due_closed_in_time=bool(closed and closed <= due),
        )
    add(replied, replied=1, replied_solved=matter.is_solved)
    mark = matter.satisfaction
    add(
        matter.rated_on,
        rated=mark in Satisfaction.values,
        satisfied=mark == Satisfaction.SATISFIED,
        basically=mark == Satisfaction.BASICALLY,
    )
    add(closed, closed=1, closed_solved=matter.is_solved)
    return found


def of_matter(matter: Snapshot | None) -> Tally:
    """The contributions of a matter (None: it was not there) with their place."""
    if matter is None:
        return {}
    place = (
        matter.area_code,
        matter.kind,
        matter.station_id,
        matter.unit_id,
        matter.category_id,
    )
    return {(month, place): n for month, n in contributions(matter).items() if n}


def of_facts(facts: Mapping[str, Any] | None) -> Tally:
    """The same of a visit or a reception day, from the facts of stations.snapshots."""
    if facts is None:
        return {}
    place = (
        facts["area_code"], "", facts["station_id"], None, facts.get("category_id"),
    )  # fmt: skip
    names = ("visitors", "outreach", "deputy_times")
    amounts = Counter({name: facts[name] for name in names if facts.get(name)})
    return {(facts["month"], place): amounts} if amounts else {}


def difference(before: Tally, after: Tally) -> Tally:
    """What must be added to the figures: after minus before, without zeros."""
    found: Tally = {}
    for key in before.keys() | after.keys():
        change = Counter(after.get(key, Counter()))
        change.subtract(before.get(key, Counter()))
        left = Counter({name: n for name, n in change.items() if n})
        if left:
            found[key] = left
    return found
