"""A day that voters may book, and what an honest one of them sends."""

import datetime as dt
import uuid
from typing import Any

from django.utils.timezone import localdate, now

from stations.models import Booking, ReceptionDay
from stations.services.bookings import book_slot
from tests.factories import DayFactory

NINE, HALF_PAST = dt.time(9), dt.time(9, 30)


def announced_day(station: Any, *, days: int = 5, **facts: Any) -> ReceptionDay:
    """An announced reception of slots of half an hour, nine to eleven."""
    station.slot_minutes = 30
    station.save(update_fields=["slot_minutes"])
    date = localdate() + dt.timedelta(days=days)
    known = {"status": "announced", "announced_at": now()} | facts
    return DayFactory(station=station, date=date, **known)


def book(day: ReceptionDay, **facts: Any) -> Booking:
    """A voter books; facts as of book_slot."""
    asked = {
        "actor": None,
        "key": uuid.uuid4().hex,
        "slot_at": NINE,
        "visitor_name": "刘德才",
        "visitor_contact": "13812345678",
        "topic": "泵站只有一台泵在转",
    }
    return book_slot(day, **(asked | facts))[0]
