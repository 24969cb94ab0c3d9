"""The page of one reception day: who is there, who could come, what is promised."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Category
from deputies.models import Deputy, Mandate
from proposals import permissions as may
from proposals.models import Commitment
from proposals.register import Line, lines_of
from stations.choices import (
    NOT_COMING,
    OPEN_DAYS,
    BookingState,
    DutyState,
    Outcome,
    ReferredTo,
)
from stations.models import Booking, DayGuest, Duty, ReceptionDay

MOST_CANDIDATES = 300


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

    @cached_property
    def promises(self) -> list[Commitment]:
        """What units promised here."""
        return list(self.day.commitments.for_list().order_by("due_on", "id"))

    @property
    def today(self) -> dt.date:
        return localdate()

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
        turns = turns.exclude(state__in=NOT_COMING).order_by()
        counted = turns.values("deputy").annotate(n=Count("pk")).values("n")
        here = station.stationings.filter(deputy=OuterRef("pk"), ends_on=None)
        busy = Duty.objects.filter(deputy=OuterRef("pk"), day__date=date)
        found = found.distinct().annotate(
            is_here=Exists(here),
            is_busy=Exists(busy.exclude(state__in=NOT_COMING)),
            turns=Coalesce(Subquery(counted), 0),
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


def opening_hours(at: dt.datetime) -> tuple[dt.time, dt.time]:
    """The hours of a reception opened now: two hours, not past midnight."""
    start = at.replace(second=0, microsecond=0)
    latest = start.replace(hour=23, minute=59)
    start = min(start, latest - dt.timedelta(minutes=1))
    end = min(start + dt.timedelta(hours=2), latest)
    return start.time(), end.time()
