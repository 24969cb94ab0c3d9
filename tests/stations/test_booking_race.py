"""Two voters, one slot, one moment: one holds it, the other is told so."""

import uuid

import pytest

from common.errors import RuleViolation, WrongState
from stations import workflow
from stations.models import Booking, ReceptionDay
from stations.services.bookings import cancel_booking
from tests.stations.bookings import announced_day, book
from tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_book_of_two_at_once_has_one_winner(station):
    day = announced_day(station)

    def voter(contact):
        return lambda: book(
            ReceptionDay.objects.select_related("station").get(pk=day.pk),
            visitor_contact=contact,
        )

    answers = at_once(voter("13812345678"), voter("13987654321"))

    refused = [one for one in answers if isinstance(one, RuleViolation)]
    assert [one.field for one in refused] == ["slot_at"]
    assert Booking.objects.count() == 1


def test_book_sent_twice_at_once_is_one_booking(station):
    day, key = announced_day(station), uuid.uuid4().hex

    def sent():
        fresh = ReceptionDay.objects.select_related("station").get(pk=day.pk)
        return book(fresh, key=key)

    answers = at_once(sent, sent)

    assert answers == [Booking.objects.get()] * 2


def test_book_while_the_day_is_called_off_leaves_nobody_waiting(station, station_staff):
    day = announced_day(station)

    def fresh():
        return ReceptionDay.objects.select_related("station").get(pk=day.pk)

    at_once(
        lambda: book(fresh()),
        lambda: workflow.cancel(fresh(), actor=station_staff, reason="防汛值守"),
    )

    assert not Booking.objects.filter(state="booked").exists()


def test_cancel_booking_of_two_at_once_happens_once(station):
    booking = book(announced_day(station))

    def cancel():
        rows = Booking.objects.select_related("day__station")
        return cancel_booking(rows.get(pk=booking.pk))

    answers = at_once(cancel, cancel)

    assert [type(one) for one in answers].count(WrongState) == 1
