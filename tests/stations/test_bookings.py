"""Booked slots: one holder each, found by a code, turned into visits, and forgotten."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.models import Event
from audit.services import history_of
from common.errors import RuleViolation, WrongState
from notices.models import Notice
from stations import workflow
from stations.models import Booking, ReceptionDay, Visit
from stations.services import bookings, edit_day
from stations.slots import slots_of
from tests.factories import person
from tests.stations.bookings import HALF_PAST, NINE, announced_day, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_day(station):
    return announced_day(station)


@pytest.fixture
def today(station):
    """A day of which one slot was booked before it came."""
    day = announced_day(station)
    book(day)
    ReceptionDay.objects.update(date=localdate())
    day.refresh_from_db()
    return day


def fresh(booking):
    return Booking.objects.select_related("day__station", "visit").get(pk=booking.pk)


# --- slots ------------------------------------------------


def test_slots_fill_the_hours_of_the_day(open_day):
    book(open_day, slot_at=HALF_PAST)

    found = [(f"{slot.at:%H:%M}", slot.booking is None) for slot in slots_of(open_day)]

    assert found == [
        ("09:00", True),
        ("09:30", False),
        ("10:00", True),
        ("10:30", True),
    ]


def test_slots_are_none_where_the_station_takes_no_bookings(open_day):
    open_day.station.slot_minutes = 0

    assert slots_of(open_day) == []


def test_slots_stay_few_however_short(open_day):
    open_day.station.slot_minutes = 1
    open_day.ends_at = dt.time(23, 59)

    assert len(slots_of(open_day)) == 60


# --- book ------------------------------------------------


def test_book_keeps_person_and_topic_encrypted_and_the_code_as_digest(open_day):
    key = uuid.uuid4().hex

    booking = book(open_day, key=key, party_size=3)

    held = fresh(booking)
    assert (held.slot_at, held.party_size, held.state) == (NINE, 3, "booked")
    assert (held.masked_name, held.masked_contact) == ("刘**", "138****5678")
    assert bookings.code_of(key) not in str(Booking.objects.values())
    assert "刘德才" not in str(Event.objects.values())
    assert [line.verb for line in history_of(booking)] == ["book"]


def test_book_sent_twice_is_one_booking_with_one_code(open_day):
    key = uuid.uuid4().hex

    first = book(open_day, key=key)
    again = book(open_day, key=key)

    assert first == again
    assert bookings.find_booking(bookings.code_of(key).lower()) == first


def test_book_refuses_a_slot_that_is_taken(open_day):
    book(open_day)

    with pytest.raises(RuleViolation, match="刚刚被约走") as refused:
        book(open_day, visitor_contact="13912345678")

    assert refused.value.field == "slot_at"
    assert Booking.objects.count() == 1


def test_book_refuses_times_that_are_no_slot(open_day):
    with pytest.raises(RuleViolation, match="没有这个时段"):
        book(open_day, slot_at=dt.time(9, 10))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"visitor_name": " "}, "visitor_name"),
        ({"visitor_name": "长" * 31}, "visitor_name"),
        ({"visitor_contact": ""}, "visitor_contact"),
        ({"visitor_contact": "1381234"}, "visitor_contact"),
        ({"topic": ""}, "topic"),
        ({"topic": "长" * 501}, "topic"),
        ({"party_size": 0}, "party_size"),
        ({"party_size": 1000}, "party_size"),
        ({"party_size": "三"}, "party_size"),
    ],
)
def test_book_says_what_is_missing(open_day, facts, field):
    with pytest.raises(RuleViolation) as refused:
        book(open_day, **facts)

    assert refused.value.field == field


def test_book_closes_the_evening_before(station):
    day = announced_day(station, days=1)
    evening = dt.datetime.combine(localdate(), dt.time(18))

    with time_machine.travel(evening.replace(hour=17, minute=59).astimezone()):
        book(day)
    with (
        time_machine.travel(evening.astimezone()),
        pytest.raises(WrongState, match="不能预约"),
    ):
        book(day, slot_at=HALF_PAST)


@pytest.mark.parametrize("status", ["planned", "held", "cancelled"])
def test_book_needs_an_announced_day(station, status):
    day = announced_day(station, status=status)

    with pytest.raises(WrongState):
        book(day)


def test_book_is_not_for_outings_or_hidden_stations(station):
    outing = announced_day(station, form="outing")
    with pytest.raises(WrongState):
        book(outing)

    station.is_public = False
    station.save()
    with pytest.raises(WrongState):
        book(announced_day(station, days=6))


def test_book_is_limited_for_one_telephone(station):
    day, later = announced_day(station), announced_day(station, days=6)
    book(day)
    book(day, slot_at=HALF_PAST, visitor_contact="138-1234-5678".replace("-", ""))

    with pytest.raises(RuleViolation, match="已经满了"):
        book(day, slot_at=dt.time(10))
    book(later)
    book(later, slot_at=HALF_PAST)
    with pytest.raises(RuleViolation, match="已经满了"):
        book(announced_day(station, days=7))


def test_book_of_staff_needs_no_telephone_and_no_evening_before(today, station_staff):
    booking = book(today, actor=station_staff, slot_at=HALF_PAST, visitor_contact="")

    assert booking.masked_contact == "未留"
    assert history_of(booking).last().actor == station_staff


def test_book_of_staff_is_for_those_who_run_the_station(open_day, stranger):
    with pytest.raises(PermissionDenied):
        book(open_day, actor=stranger)


# --- cancel ------------------------------------------------


def test_cancel_booking_gives_the_slot_back(open_day):
    booking = book(open_day)

    bookings.cancel_booking(fresh(booking))

    assert fresh(booking).state == "cancelled"
    assert slots_of(open_day)[0].booking is None
    assert book(open_day, visitor_contact="13912345678").slot_at == NINE
    assert history_of(booking).last().verb == "cancel_booking"


def test_cancel_booking_happens_once(open_day):
    booking = fresh(book(open_day))
    bookings.cancel_booking(booking)

    with pytest.raises(WrongState):
        bookings.cancel_booking(booking)


def test_cancel_booking_is_too_late_when_the_slot_begins(today):
    booking = fresh(today.bookings.get())
    ten = dt.datetime.combine(localdate(), dt.time(9)).astimezone()

    with time_machine.travel(ten), pytest.raises(WrongState, match="已经到了"):
        bookings.cancel_booking(booking)


def test_cancel_booking_of_staff_needs_the_station(open_day, stranger, station_staff):
    booking = fresh(book(open_day))

    with pytest.raises(PermissionDenied):
        bookings.cancel_booking(booking, actor=stranger)
    bookings.cancel_booking(booking, actor=station_staff)

    assert booking.state == "cancelled"


@pytest.mark.parametrize("code", ["", " ", "ABCD2345", "长" * 5000, "9" * 5000])
def test_find_booking_knows_no_other_code(open_day, code):
    book(open_day)

    assert bookings.find_booking(code) is None


# --- on the day ------------------------------------------------


def test_mark_came_makes_a_visit_of_the_day_once(today, station_staff):
    booking = fresh(today.bookings.get())

    visit = bookings.mark_came(booking, actor=station_staff)
    again = bookings.mark_came(fresh(booking), actor=station_staff)

    assert (visit, Visit.objects.count()) == (again, 1)
    assert fresh(booking).state == "came"
    assert (visit.day, visit.channel, visit.words) == (
        today,
        "appointment",
        "泵站只有一台泵在转",
    )
    assert visit.visitor_contact == "13812345678"
    assert visit.key == bookings.visit_key(booking)


def test_mark_came_is_for_the_day_itself(open_day, station_staff):
    booking = fresh(book(open_day))

    with pytest.raises(RuleViolation, match="还没有到"):
        bookings.mark_came(booking, actor=station_staff)
    assert fresh(booking).state == "booked"


def test_mark_came_is_refused_to_strangers_and_for_cancelled_ones(
    today, station_staff, stranger
):
    booking = fresh(today.bookings.get())

    with pytest.raises(PermissionDenied):
        bookings.mark_came(booking, actor=stranger)
    bookings.cancel_booking(booking, actor=station_staff)
    with pytest.raises(WrongState, match="已经取消"):
        bookings.mark_came(booking, actor=station_staff)


def test_mark_came_counts_who_comes_late(today, station_staff):
    booking = fresh(today.bookings.get())
    bookings.mark_missed(booking, actor=station_staff)

    bookings.mark_came(booking, actor=station_staff)

    assert fresh(booking).state == "came"


def test_mark_came_late_finds_the_slot_given_to_another(today, station_staff):
    booking = fresh(today.bookings.get())
    bookings.mark_missed(booking, actor=station_staff)
    book(today, actor=station_staff, visitor_contact="13912345678")

    with pytest.raises(WrongState, match="另约给别人"):
        bookings.mark_came(booking, actor=station_staff)
    assert Visit.objects.count() == 0


def test_mark_missed_is_for_the_day_itself_and_its_people(
    open_day, station_staff, stranger
):
    booking = fresh(book(open_day))

    with pytest.raises(WrongState, match="当天"):
        bookings.mark_missed(booking, actor=station_staff)
    with pytest.raises(PermissionDenied):
        bookings.mark_missed(booking, actor=stranger)


def test_hold_notes_who_did_not_come(today, station_staff):
    workflow.hold(today, actor=station_staff)

    assert today.bookings.get().state == "missed"


# --- the day changes ------------------------------------------------


def test_cancel_cancels_bookings_and_asks_for_calls(open_day, officer, station_staff):
    booking = book(open_day)

    workflow.cancel(open_day, actor=officer, reason="防汛值守")

    held = fresh(booking)
    assert (held.state, held.to_call_at is not None) == ("cancelled", True)
    told = Notice.objects.get(recipient=station_staff)
    assert "打电话告知 1 位" in told.title
    assert "13812345678" not in told.title + told.text


def test_edit_moves_bookings_along_and_asks_for_calls(open_day, station_staff):
    first, second = book(open_day), book(open_day, slot_at=HALF_PAST)

    edit_day(
        open_day,
        actor=station_staff,
        version=open_day.version,
        date=open_day.date + dt.timedelta(days=1),
        starts_at=HALF_PAST,
        ends_at=dt.time(11, 30),
    )

    assert [f"{fresh(row).slot_at:%H:%M}" for row in (first, second)] == [
        "09:30",
        "10:00",
    ]
    assert fresh(first).to_call_at is not None


def test_edit_moves_bookings_earlier_too(open_day, station_staff):
    first, second = book(open_day), book(open_day, slot_at=HALF_PAST)

    edit_day(
        open_day,
        actor=station_staff,
        version=open_day.version,
        starts_at=dt.time(8, 30),
    )

    assert [f"{fresh(row).slot_at:%H:%M}" for row in (first, second)] == [
        "08:30",
        "09:00",
    ]


def test_edit_of_the_topic_disturbs_nobody(open_day, station_staff):
    booking = book(open_day)

    edit_day(open_day, actor=station_staff, version=open_day.version, topic="物业")

    assert fresh(booking).to_call_at is None


def test_mark_called_ends_the_call_once(open_day, station_staff, stranger):
    booking = book(open_day)
    workflow.cancel(open_day, actor=station_staff, reason="防汛值守")
    booking = fresh(booking)

    with pytest.raises(PermissionDenied):
        bookings.mark_called(booking, actor=stranger)
    bookings.mark_called(booking, actor=station_staff)
    with pytest.raises(WrongState):
        bookings.mark_called(booking, actor=station_staff)

    assert fresh(booking).to_call_at is None
    assert history_of(booking).last().verb == "mark_called"


def test_reveal_of_a_booking_says_who_and_why(open_day, station_staff, deputy_user):
    booking = fresh(book(open_day))

    said = bookings.reveal_booking(booking, actor=station_staff, reason="改期告知")

    assert said == "13812345678"
    assert history_of(booking).last().note == "改期告知"
    with pytest.raises(PermissionDenied):
        bookings.reveal_booking(booking, actor=deputy_user, reason="看看")
    with pytest.raises(RuleViolation):
        bookings.reveal_booking(booking, actor=station_staff, reason=" ")


def test_bookings_are_seen_by_staff_and_overseers_only(
    open_day, officer, township, station_staff, deputy_user, stranger, coordinator
):
    booking = book(open_day)

    def seen(user):
        return list(Booking.objects.visible_to(user))

    assert seen(officer) == seen(township) == seen(station_staff) == [booking]
    assert seen(deputy_user) == seen(stranger) == seen(coordinator) == []
    assert seen(person("无", "")) == []
