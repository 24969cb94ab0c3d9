"""What the page of the reception desk shows: the day, its lines, who is on duty."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    Count,
    Exists,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from accounts.models import User
from areas.models import Category
from common.fields import masked_phone
from common.search import bigrams
from deputies.models import Deputy, Mandate
from proposals import permissions as may
from proposals.choices import Kind, Status
from proposals.models import Proposal
from stations.choices import (
    NOT_COMING,
    OPEN_DAYS,
    BookingState,
    DutyState,
    Outcome,
    ReferredTo,
)
from stations.models import Booking, DayGuest, Duty, ReceptionDay, Visit

# The desk's keys, in the order of the keyboard.
KEYS = (Outcome.ANSWERED, Outcome.OPINION, Outcome.REFERRED, Outcome.MERGED)
# Opinions nobody has taken in yet: the desk may still mend or take them back.
UNTAKEN = (Status.SUBMITTED, Status.RETURNED)
MOST_CANDIDATES = 300
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


class Desk:
    """The page of one reception day for one person; lists are read once."""

    def __init__(self, day: ReceptionDay, user: User) -> None:
        self.day, self.user = day, user
        self.keeps = may.may_keep_desk(user, day.station)
        self.is_open = day.status in OPEN_DAYS
        self.is_to_come = day.date > localdate()
        self.may_write = self.keeps and self.is_open and not self.is_to_come

    @property
    def state_words(self) -> str:
        """Why nothing can be written, when that is so."""
        if not self.is_open:
            return f"{self.day.get_status_display()}，登记表不能再改"
        if self.is_to_come:
            return "接待日还没有到，当天可以登记"
        return "" if self.keeps else "只能查看"

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.day)

    @cached_property
    def newest_first(self) -> list[Line]:
        return self.lines[::-1]

    @property
    def totals(self) -> dict[str, int]:
        people = sum(line.visit.party_size for line in self.lines)
        return {"parties": len(self.lines), "people": people}

    @property
    def open_count(self) -> int:
        """Lines for which nobody has said yet what becomes of them."""
        return sum(line.visit.outcome == Outcome.OPEN for line in self.lines)

    @cached_property
    def duties(self) -> list[Duty]:
        seats = Mandate.objects.on(self.day.date).for_list()
        return list(
            self.day.duties.select_related("deputy", "stands_in_for")
            .prefetch_related(Prefetch("deputy__mandates", seats, to_attr="seats"))
            .order_by("id")
        )

    @cached_property
    def guests(self) -> list[DayGuest]:
        """People of units who sit with the deputies."""
        return list(self.day.guests.select_related("unit").order_by("id"))

    @cached_property
    def bookings(self) -> list[Booking]:
        """Slots whose voters have not come yet, soonest first."""
        booked = self.day.bookings.filter(state=BookingState.BOOKED)
        return list(booked.order_by("slot_at", "id"))

    @property
    def url(self) -> str:
        return reverse("proposals:desk", args=[self.day.pk])

    @property
    def people(self) -> list[dict[str, Any]]:
        """Deputies and guests with what the page shows of each, as plain values."""
        told = [
            {
                "key": f"d{tick['deputy'].pk}",
                "name": tick["deputy"].name,
                "note": tick["note"],
                "is_present": tick["is_present"],
                "is_away": tick["is_away"],
            }
            for tick in self.ticks
        ]
        return told + [
            {
                "key": f"g{guest.pk}",
                "name": guest.name,
                "note": f"{guest.unit.short_name or guest.unit}{guest.post}",
                "is_present": guest.is_present,
                "is_away": False,
            }
            for guest in self.guests
        ]

    @property
    def ticks(self) -> list[dict[str, Any]]:
        """Who is on duty, as what, and whether they have come."""
        return [
            {
                "deputy": duty.deputy,
                "note": _duty_words(duty),
                "is_present": duty.state == DutyState.ATTENDED,
                "is_away": duty.state in (DutyState.ON_LEAVE, DutyState.ABSENT),
            }
            for duty in self.duties
        ]

    @cached_property
    def candidates(self) -> list[Deputy]:
        """Deputies who could come, the likeliest first: those stationed here, with the
        fewest turns this year; then the others of the township. None on duty today."""
        station, date = self.day.station, self.day.date
        near = Q(town_code=station.area_id[:9])
        near |= Q(stationings__station=station, stationings__ends_on=None)
        on_duty = [duty.deputy_id for duty in self.duties]
        found = Deputy.objects.active(date).filter(near).exclude(pk__in=on_duty)
        turns = Duty.objects.filter(deputy=OuterRef("pk"), day__date__year=date.year)
        turns = turns.exclude(state__in=NOT_COMING).order_by().values("deputy")
        here = station.stationings.filter(deputy=OuterRef("pk"), ends_on=None)
        busy = Duty.objects.filter(deputy=OuterRef("pk"), day__date=date)
        found = found.distinct().annotate(
            is_here=Exists(here),
            is_busy=Exists(busy.exclude(state__in=NOT_COMING)),
            turns=Coalesce(Subquery(turns.annotate(n=Count("pk")).values("n")), 0),
        )
        found = found.order_by("is_busy", "-is_here", "turns", "name", "id")
        return list(found[:MOST_CANDIDATES])

    @property
    def suggestions(self) -> list[tuple[Deputy, str]]:
        """The candidates, each with what speaks for and against."""
        return [(deputy, _candidate_words(deputy)) for deputy in self.candidates]

    @cached_property
    def categories(self) -> list[Category]:
        """What a line can be about; headings that have children are not for lines."""
        active = Category.objects.filter(is_active=True)
        headings = active.exclude(parent=None).values("parent")
        rows = active.exclude(pk__in=headings).select_related("parent")
        return list(rows.order_by("code"))

    @property
    def places(self) -> list[tuple[str, str]]:
        return list(ReferredTo.choices)


def _duty_words(duty: Duty) -> str:
    """区代表，替吴晓燕 – seat and, where so, leave or substitution."""
    words = []
    if seats := duty.deputy.seats:  # type: ignore[attr-defined]
        words.append(f"{seats[0].get_level_display()}代表")
    if duty.state in (DutyState.ON_LEAVE, DutyState.ABSENT):
        words.append(str(duty.get_state_display()))
    if duty.stands_in_for:
        words.append(f"替{duty.stands_in_for.name}")
    return "，".join(words)


def _candidate_words(deputy: Any) -> str:
    """驻本站，今年 2 次 – a candidate as Desk.candidates reads them."""
    words = ["驻本站"] if deputy.is_here else []
    words.append(f"今年 {deputy.turns} 次")
    if deputy.is_busy:
        words.append("当天在别处值班")
    return "，".join(words)


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


def opening_hours(at: dt.datetime) -> tuple[dt.time, dt.time]:
    """The hours of a reception opened now: two hours, not past midnight."""
    start = at.replace(second=0, microsecond=0)
    latest = start.replace(hour=23, minute=59)
    start = min(start, latest - dt.timedelta(minutes=1))
    end = min(start + dt.timedelta(hours=2), latest)
    return start.time(), end.time()
