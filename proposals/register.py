"""The register of a reception day: its lines, and what became of each."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Max,
    Prefetch,
    QuerySet,
    Sum,
)
from django.utils.timezone import localtime

from accounts.models import User
from common.fields import masked_phone
from common.search import bigrams
from proposals.choices import Kind, Status
from proposals.models import Proposal
from stations.choices import (
    Outcome,
)
from stations.models import ReceptionDay, Visit

# The desk's keys, in the order of the keyboard.
KEYS = (Outcome.ANSWERED, Outcome.OPINION, Outcome.REFERRED, Outcome.MERGED)
# Opinions nobody has taken in yet: the desk may still mend or take them back.
UNTAKEN = (Status.SUBMITTED, Status.RETURNED)
# When a new opinion is asked about: share and number of pairs of signs in common.
ALIKE, FEWEST_SHARED, MOST_COMPARED = 0.35, 4, 200
FATES = {
    Outcome.OPEN: ("draft", "待定"),
    Outcome.ANSWERED: ("done", "已答复"),
    Outcome.OPINION: ("doing", "成为意见"),
    Outcome.REFERRED: ("done", "已引导"),
    Outcome.MERGED: ("done", "已并入"),
}


@dataclass(frozen=True)
class Line:
    """One line of the register: the visit, the matter it went into, its place.

    `code` is the voter's query code when it was issued just now; it is shown once.
    """

    visit: Visit
    opinion: Proposal | None = None
    code: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        return str(self.visit.key)

    @property
    def outcome_key(self) -> str:
        """2 转为意见: the key to press, and its word."""
        if self.visit.outcome not in KEYS:
            return "待定"
        number = KEYS.index(Outcome(self.visit.outcome)) + 1
        return f"{number} {self.visit.get_outcome_display()}"

    @property
    def fate(self) -> tuple[str, str]:
        """State and word of what became of it."""
        return FATES[Outcome(self.visit.outcome)]

    @property
    def telling(self) -> str:
        """What became of it, after the link to the matter."""
        visit, opinion = self.visit, self.opinion
        if visit.outcome == Outcome.ANSWERED:
            return visit.answer
        if visit.outcome == Outcome.REFERRED:
            return str(visit.get_referred_to_display())
        if visit.outcome == Outcome.OPEN:
            return "还没有选怎么办"
        if opinion is None:
            return ""
        if visit.outcome == Outcome.MERGED:
            return f"{opinion.title}；来访人列入告知名单"
        if opinion.status == Status.SUBMITTED and opinion.next_due_on:
            due = opinion.next_due_on
            return f"{due.month}月{due.day}日前受理"
        return str(opinion.get_status_display())

    @property
    def may_have_code(self) -> bool:
        """A voter who left a contact and whose words became a matter of their own."""
        own = self.visit.outcome == Outcome.OPINION and self.opinion is not None
        return bool(own and self.visit.visitor_contact)

    @property
    def typed(self) -> dict[str, Any]:
        """The line as its form holds it; the contact masked, never in clear."""
        visit = self.visit
        return {
            "key": self.key,
            "version": visit.version,
            "begun": f"{localtime(visit.visited_at):%H:%M}",
            "visitor_name": visit.visitor_name,
            "visitor_contact": masked_phone(visit.visitor_contact),
            "party_size": visit.party_size,
            "words": visit.words,
            "category": visit.category.name if visit.category else "",
            "outcome": "" if visit.outcome == Outcome.OPEN else visit.outcome,
            "answer": visit.answer,
            "referred_to": visit.referred_to,
            "merged_into": self.merged_into,
            "heard_by": [deputy.pk for deputy in visit.heard_by.all()],
        }

    @property
    def typed_json(self) -> str:
        """The same for the row's data attribute, where the script finds it."""
        return json.dumps(self.typed, ensure_ascii=False)

    @property
    def merged_into(self) -> str:
        """The number of the matter it joined."""
        merged = self.visit.outcome == Outcome.MERGED and self.opinion
        return self.opinion.number if merged and self.opinion else ""


def with_matters(visits: QuerySet) -> QuerySet:
    """Visits with all that a line shows, in four queries however many they are."""
    opinions = Proposal.objects.filter(kind=Kind.OPINION).order_by("id")
    slim = opinions.only("number", "title", "status", "next_due_on", "query_code")
    return (
        visits.select_related("category")
        .prefetch_related(Prefetch("proposals", slim, to_attr="matters"), "heard_by")
        .order_by("id")
    )


def lines_of(day: ReceptionDay) -> list[Line]:
    """The register of a day, in the order in which it was written."""
    rows = enumerate(with_matters(day.visits.all()), start=1)
    return [line_of(visit, number=number) for number, visit in rows]


def line_of(visit: Visit, *, number: int = 0, code: str = "") -> Line:
    """The line of a visit read by `with_matters`."""
    matters = visit.matters  # type: ignore[attr-defined]
    went = visit.outcome in (Outcome.OPINION, Outcome.MERGED)
    return Line(visit, matters[0] if went and matters else None, code, number)


def line_again(visit: Visit, *, code: str = "") -> Line:
    """The line of one visit read anew, with its place in the register."""
    of_day = Visit.objects.filter(day=visit.day_id)
    again = with_matters(of_day.filter(pk=visit.pk)).get()
    number = of_day.filter(pk__lte=visit.pk).count()
    return line_of(again, number=number, code=code)


def totals_of(day: ReceptionDay) -> dict[str, int]:
    """How many parties came, and how many people they were."""
    parties = day.visits.count()
    people = day.visits.aggregate(people=Sum("party_size"))["people"]
    return {"parties": parties, "people": people or 0}


def mergeable(day: ReceptionDay, user: User) -> QuerySet:
    """The opinions of this station that are still on their way, newest first."""
    seen = Proposal.objects.visible_to(user).open()
    found = seen.filter(station=day.station_id, kind=Kind.OPINION)
    return found.order_by("-created_at", "-id")


def alike(line: Line, day: ReceptionDay, user: User) -> Proposal | None:
    """The open opinion of this station that a new one most resembles, if one does.

    Measured by the pairs of signs both hold, as a share of the shorter text's.
    """
    opinion = line.opinion
    own = opinion is not None and line.visit.outcome == Outcome.OPINION
    if opinion is None or not own or opinion.status not in UNTAKEN:
        return None
    words = set(bigrams(line.visit.words))
    others = mergeable(day, user).exclude(pk=opinion.pk).only("number", "title", "text")
    best, found = ALIKE, None
    for other in others[:MOST_COMPARED]:
        theirs = set(bigrams(other.text))
        shared = len(words & theirs)
        share = shared / (min(len(words), len(theirs)) or 1)
        if shared >= FEWEST_SHARED and share >= best:
            best, found = share, other
    return found


def mark_of(day: ReceptionDay) -> list[Any]:
    """What differs as soon as the page of the desk would: a few sums."""
    visits = day.visits.aggregate(
        Count("pk"), Sum("version"), Max("updated_at"), Sum("party_size")
    )
    matters = Proposal.objects.filter(visits__day=day)
    return [
        (day.status, day.version),
        [*visits.values()],
        [*matters.aggregate(Count("pk"), Max("updated_at"), Sum("version")).values()],
        [*day.duties.order_by("id").values_list("deputy", "state", "stands_in_for")],
        [*day.guests.order_by("id").values_list("pk", "is_present")],
        [*day.bookings.order_by("id").values_list("pk", "state")],
    ]
