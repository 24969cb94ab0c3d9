"""The slots of a reception day, and what becomes of bookings when their day changes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate, make_aware, now

from stations.choices import BookingState, DayForm, DayStatus, StationStatus
from stations.models import Booking, ReceptionDay, Station

CLOSING_HOUR = dt.time(18)  # voters book until the evening before
MOST_SLOTS = 60  # of one day
SHORTEST = 5  # minutes
MOST_DAYS = 12  # of a station, offered at once
# Bookings that hold their slot.
HOLDING = (BookingState.BOOKED, BookingState.CAME)
# People come to a station for these; an outing goes to them.
BOOKABLE_FORMS = (DayForm.RECEPTION, DayForm.JOINT)


@dataclass(frozen=True)
class Slot:
    """A time of a day, and who holds it; None: it is free."""

    at: dt.time
    booking: Booking | None


def slot_times(day: ReceptionDay) -> list[dt.time]:
    """The beginnings of the day's slots; none where the station takes no bookings."""
    minutes = day.station.slot_minutes
    if not minutes:
        return []
    step = dt.timedelta(minutes=max(SHORTEST, minutes))
    at = dt.datetime.combine(day.date, day.starts_at)
    end = dt.datetime.combine(day.date, day.ends_at)
    found: list[dt.time] = []
    while at + step <= end and len(found) < MOST_SLOTS:
        found.append(at.time())
        at += step
    return found


def slots_of(day: ReceptionDay) -> list[Slot]:
    """All slots of the day in order, free and held.

    A booking whose time is no slot any more (the hours were cut) is listed too.
    """
    held = {row.slot_at: row for row in day.bookings.filter(state__in=HOLDING)}
    times = sorted({*slot_times(day), *held})
    return [Slot(at, held.get(at)) for at in times]


def closes_at(day: ReceptionDay) -> dt.datetime:
    """Until when voters may book, and change their mind on the page."""
    before = day.date - dt.timedelta(days=1)
    return make_aware(dt.datetime.combine(before, CLOSING_HOUR))


def takes_bookings(day: ReceptionDay, moment: dt.datetime | None = None) -> bool:
    """Whether voters may book this day now: it is announced, and still far enough."""
    return (
        day.status == DayStatus.ANNOUNCED
        and day.form in BOOKABLE_FORMS
        and day.station.slot_minutes > 0
        and day.station.is_public
        and day.station.status == StationStatus.ACTIVE
        and (moment or now()) < closes_at(day)
    )


# --- when the day changes: called in the transaction of the change ------------------


def follow_move(day: ReceptionDay, *, was_starts_at: dt.time) -> int:
    """Bookings go along with their day; each of their voters is to be called.

    When the reception begins earlier or later, so does every slot. Answers how many.
    """
    anchor = dt.datetime.combine(day.date, was_starts_at)
    shift = dt.datetime.combine(day.date, day.starts_at) - anchor
    rows = list(day.bookings.filter(state=BookingState.BOOKED).order_by("slot_at"))
    # The way that keeps slots apart while they move one by one.
    for row in reversed(rows) if shift > dt.timedelta() else rows:
        at = dt.datetime.combine(day.date, row.slot_at) + shift
        slot_at = at.time() if at.date() == day.date else row.slot_at
        _change(day, row.pk, slot_at=slot_at, to_call_at=now())
    return len(rows)


def follow_cancel(day: ReceptionDay) -> int:
    """The day is called off: so are its bookings, and their voters to be called."""
    open_ = day.bookings.filter(state=BookingState.BOOKED)
    values = {"to_call_at": now(), "updated_at": now()}
    return open_.update(state=BookingState.CANCELLED, **values)


def follow_hold(day: ReceptionDay) -> int:
    """The register is closed: who had booked and did not come is down as such."""
    open_ = day.bookings.filter(state=BookingState.BOOKED)
    return open_.update(state=BookingState.MISSED, to_call_at=None, updated_at=now())


def _change(day: ReceptionDay, pk: int, **values: Any) -> None:
    same = day.bookings.filter(pk=pk, state=BookingState.BOOKED)
    same.update(**values, updated_at=now())


# --- what voters choose from ----------------------------------------------------------


def open_days(station: Station) -> list[ReceptionDay]:
    """The days voters may book at a station, nearest first, with `free_count`."""
    days = ReceptionDay.objects.public().filter(station=station).coming(localdate())
    held = Count("bookings", filter=Q(bookings__state__in=HOLDING))
    found = days.select_related("station").annotate(held=held)[:MOST_DAYS]
    open_: list[Any] = [day for day in found if takes_bookings(day)]
    for day in open_:
        day.free_count = max(0, len(slot_times(day)) - day.held)
    return open_


def free_slots(day: ReceptionDay) -> list[dt.time]:
    """The times of the day that nobody holds."""
    taken = set(
        day.bookings.filter(state__in=HOLDING).values_list("slot_at", flat=True)
    )
    return [at for at in slot_times(day) if at not in taken]
