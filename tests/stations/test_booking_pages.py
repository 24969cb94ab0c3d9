"""The bookings of a day for its staff: masked, called, visits, forgotten."""

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate

from areas.models import Policy
from audit.models import Event
from audit.services import history_of
from stations import workflow
from stations.models import Booking, ReceptionDay, Visit
from stations.services.retention import forget_bookings
from stations.tasks import forget_bookings as nightly
from tests.stations.bookings import announced_day, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_day(station):
    return announced_day(station)


@pytest.fixture
def today(station):
    day = announced_day(station)
    book(day)
    ReceptionDay.objects.update(date=localdate())
    day.refresh_from_db()
    return day


def list_of(day):
    return f"/receptions/{day.pk}/bookings/"


def step(booking, verb):
    return f"/bookings/{booking.pk}/{verb}/"


def test_booking_list_shows_every_slot_and_masks_who_holds_it(browser, open_day):
    book(open_day)

    page = browser.get(list_of(open_day))

    text = page.content.decode()
    assert len(page.context["slots"]) == 4
    assert "138****5678" in text
    assert "刘**" in text
    assert "13812345678" not in text
    assert "刘德才" not in text
    assert (
        list_of(open_day) in browser.get(f"/receptions/{open_day.pk}/").content.decode()
    )


def test_booking_list_books_for_who_calls(browser, open_day):
    typed = {"slot_at": "09:30", "visitor_name": "王秀英", "topic": "路灯", "key": "k1"}

    answers = [browser.post(list_of(open_day), typed) for _ in range(2)]

    assert answers[0].status_code == 302
    booking = Booking.objects.get()
    assert (f"{booking.slot_at:%H:%M}", booking.party_size) == ("09:30", 1)


def test_booking_list_keeps_what_was_typed_when_the_slot_is_gone(browser, open_day):
    book(open_day)
    typed = {"slot_at": "09:00", "visitor_name": "王秀英", "topic": "路灯", "key": "k"}

    page = browser.post(list_of(open_day), typed)

    assert page.status_code == 422
    assert "王秀英" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("township", 200),
        ("station_staff", 200),
        ("leader", 403),
        ("deputy_user", 403),
        ("stranger", 404),
    ],
)
def test_booking_list_is_for_who_runs_the_station(
    request, sign_in, open_day, who, status
):
    booking = book(open_day)
    client = sign_in(request.getfixturevalue(who))

    assert client.get(list_of(open_day)).status_code == status
    calls = client.get(f"{list_of(open_day)}calls/")
    assert calls.status_code == status
    one = client.get(f"/bookings/{booking.pk}/contact/").status_code
    assert one == (404 if who in ("stranger", "deputy_user") else status)


def test_booking_step_came_makes_the_visit(browser, today):
    booking = today.bookings.get()

    browser.post(step(booking, "came"))

    assert Visit.objects.get().day == today
    assert (
        f"/visits/{Visit.objects.get().pk}/"
        in browser.get(list_of(today)).content.decode()
    )


@pytest.mark.parametrize(
    ("verb", "state"), [("missed", "missed"), ("cancel", "cancelled")]
)
def test_booking_step_moves_and_lists_below(browser, today, verb, state):
    booking = today.bookings.get()

    browser.post(step(booking, verb))

    booking.refresh_from_db()
    assert booking.state == state
    assert browser.get(list_of(today)).context["former"] == [booking]
    assert browser.post(step(booking, "cancel")).status_code == 409


def test_booking_step_knows_its_verbs_only(browser, today, sign_in, stranger):
    booking = today.bookings.get()

    assert browser.post(step(booking, "explode")).status_code == 404
    assert browser.get(step(booking, "came")).status_code == 405
    assert sign_in(stranger).post(step(booking, "came")).status_code == 404


def test_booking_calls_lists_telephones_for_a_reason(browser, open_day, station_staff):
    booking = book(open_day)
    workflow.cancel(open_day, actor=station_staff, reason="防汛值守")
    url = f"{list_of(open_day)}calls/"

    asked = browser.get(url).content.decode()
    refused = browser.post(url, {"reason": " "})
    shown = browser.post(url, {"reason": "逐个告知"})

    assert "13812345678" not in asked
    assert refused.status_code == 422
    assert "13812345678" in shown.content.decode()
    assert history_of(booking).last().verb == "reveal_contact"
    browser.post(step(booking, "called"))
    assert browser.get(list_of(open_day)).context["to_call"] == []


def test_booking_reveal_shows_one_telephone_for_a_reason(browser, open_day):
    booking = book(open_day)

    shown = browser.post(f"/bookings/{booking.pk}/contact/", {"reason": "改期告知"})

    assert "13812345678" in shown.content.decode()
    assert shown["Cache-Control"].count("no-store") == 1


def test_booking_list_asks_a_fixed_number_of_queries(
    browser, open_day, django_assert_max_num_queries
):
    def count(most):
        with django_assert_max_num_queries(most):
            browser.get(list_of(open_day))

    count(16)
    for at in ("09:00", "09:30", "10:00", "10:30"):
        contact = "1391234567" + at[1]
        book(open_day, slot_at=dt.time.fromisoformat(at), visitor_contact=contact)
    count(16)


# --- retention ----------------------------------------------------------------


def old(day, **ago):
    ReceptionDay.objects.filter(pk=day.pk).update(
        date=localdate() - relativedelta(**ago)
    )


def test_forget_blanks_people_after_the_months_of_the_place(station, open_day):
    booking, later = book(open_day), announced_day(station, days=9)
    kept = book(later)
    old(open_day, months=36, days=1)
    old(later, months=35)

    assert forget_bookings(localdate()) == 1
    assert forget_bookings(localdate()) == 0

    booking.refresh_from_db()
    kept.refresh_from_db()
    assert (booking.visitor_name, booking.visitor_contact, booking.topic) == ("",) * 3
    assert booking.contact_digest == ""
    assert kept.visitor_name == "刘德才"
    assert Event.objects.filter(verb="forget").get().data == {"bookings": 1}


def test_forget_follows_the_rules_of_the_place(county, open_day):
    Policy.objects.create(
        area_code=county.pk, effective_from="2020-01-01", pii_retention_months=6
    )
    booking = book(open_day)
    old(open_day, months=6, days=1)

    nightly()

    booking.refresh_from_db()
    assert booking.visitor_name == ""
