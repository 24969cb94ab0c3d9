"""Voters book on the page: no account, no script, nothing typed is lost."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from common.public_forms import new_stamp
from stations import workflow
from stations.models import Booking, ReceptionDay
from tests.factories import DayFactory, StationFactory
from tests.stations.bookings import announced_day, book

pytestmark = pytest.mark.django_db

LOOK_UP = "/p/booking/"


@pytest.fixture
def voter():
    return Client()


@pytest.fixture
def open_day(station):
    return announced_day(station)


@pytest.fixture
def url(open_day):
    return reverse("public:book", args=[open_day.station.slug, open_day.pk])


def typed(**changes):
    return {
        "check": "1",
        "stamp": new_stamp(),
        "slot_at": "09:30",
        "visitor_name": "刘德才",
        "visitor_contact": "13812345678",
        "topic": "泵站只有一台泵在转",
        **changes,
    }


def code_on(page) -> str:
    return re.search(r'class="code">(\w+)<', page.content.decode())[1]


def test_book_offers_the_free_slots_only(voter, url, open_day):
    book(open_day)

    page = voter.get(url)

    times = [key for key, _ in page.context["form"].fields["slot_at"].choices]
    assert times == ["09:30", "10:00", "10:30"]
    assert "<script" not in page.content.decode()
    assert "110" in page.content.decode()


def test_book_ends_with_a_code_that_finds_and_cancels(voter, url):
    card = voter.post(url, typed())

    booking = Booking.objects.get()
    assert (card.status_code, f"{booking.slot_at:%H:%M}") == (200, "09:30")
    other = Client()
    assert other.post(LOOK_UP, {"code": code_on(card).lower()}).url == LOOK_UP
    shown = other.get(LOOK_UP).content.decode()
    assert "刘**" in shown
    assert "13812345678" not in shown
    other.post("/p/booking/cancel/")
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert "预约已取消" in other.get(LOOK_UP).content.decode()


def test_book_sent_twice_shows_the_same_card(voter, url):
    data = typed()

    codes = [code_on(voter.post(url, data)) for _ in range(2)]

    assert codes[0] == codes[1]
    assert Booking.objects.count() == 1


def test_book_says_when_another_was_quicker_and_keeps_what_was_typed(
    voter, url, open_day
):
    book(open_day, slot_at=dt.time(9, 30), visitor_contact="13987654321")

    page = voter.post(url, typed())

    text = page.content.decode()
    assert page.status_code == 422
    assert "刚刚被约走" in text
    assert 'value="刘德才"' in text
    assert "泵站只有一台泵在转" in text
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"slot_at": ""}, "slot_at"),
        ({"slot_at": "09:10"}, "slot_at"),
        ({"slot_at": "9" * 40}, "slot_at"),
        ({"visitor_name": ""}, "visitor_name"),
        ({"visitor_contact": "12345"}, "visitor_contact"),
        ({"topic": "a\x00b"}, "topic"),
        ({"topic": "长" * 501}, "topic"),
        ({"party_size": "0"}, "party_size"),
        ({"party_size": "9" * 40}, "party_size"),
    ],
)
def test_book_refuses_bad_input(voter, url, changes, wrong):
    page = voter.post(url, typed(**changes))

    assert (page.status_code, list(page.context["form"].errors)) == (422, [wrong])
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"stamp": ""}, {"stamp": "x:y:z"}, {"nickname_2": "x"}]
)
def test_book_is_not_for_machines_and_keeps_what_was_typed(voter, url, changes):
    page = voter.post(url, typed(**changes))

    assert page.status_code == 422
    assert 'value="刘德才"' in page.content.decode()
    assert not Booking.objects.exists()
    again = typed(stamp=page.context["stamp"])
    assert voter.post(url, again).status_code == 200


def test_book_at_once_is_for_machines(voter, url, settings):
    settings.PUBLIC_FORM_SECONDS = 3

    page = voter.post(url, typed())

    assert "再点一次" in page.content.decode()
    assert not Booking.objects.exists()


def test_book_too_often_keeps_what_was_typed(voter, url, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"book": (0, 3600)}

    page = voter.post(url, typed())

    assert page.status_code == 429
    assert 'value="刘德才"' in page.content.decode()


def test_book_switches_to_larger_letters_without_losing_anything(voter, url):
    page = voter.post(url, typed(switch="1"))

    assert page.context["elder"] is True
    assert page.cookies["mode"].value == "elder"
    assert 'value="刘德才"' in page.content.decode()


def test_book_of_a_closed_day_offers_the_others(voter, station, open_day):
    tomorrow = announced_day(station, days=0)

    page = voter.get(reverse("public:book", args=[station.slug, tomorrow.pk]))

    assert page.status_code == 409
    assert page.context["days"] == [open_day]
    assert "不能预约" in page.content.decode()


@pytest.mark.parametrize("status", ["planned", "held", "cancelled"])
def test_book_of_a_day_that_is_not_announced_is_not_there(voter, station, status):
    day = DayFactory(station=station, status=status)

    assert voter.get(f"/p/s/wf/book/{day.pk}/").status_code == 404


def test_book_of_another_stations_day_is_not_there(voter, open_day):
    StationFactory(slug="other")

    assert voter.get(f"/p/s/other/book/{open_day.pk}/").status_code == 404
    assert voter.get(f"/p/s/wf/book/{'9' * 30}/").status_code == 404


def test_book_list_says_what_is_left(voter, station, open_day):
    full = announced_day(station, days=6)
    for at in ("09:00", "09:30", "10:00", "10:30"):
        contact = "1391234567" + at[1]
        book(full, slot_at=dt.time.fromisoformat(at), visitor_contact=contact)

    page = voter.get("/p/s/wf/book/")

    assert [day.free_count for day in page.context["days"]] == [4, 0]
    assert "已约满" in page.content.decode()


def test_book_list_without_days_leads_to_the_form(voter, station):
    assert "/p/s/wf/say/" in voter.get("/p/s/wf/book/").content.decode()


def test_book_list_asks_a_fixed_number_of_queries(
    voter, station, django_assert_max_num_queries
):
    for days in range(2, 12):
        announced_day(station, days=days)

    with django_assert_max_num_queries(3):
        voter.get("/p/s/wf/book/")


def test_booking_says_when_the_day_was_moved_or_called_off(
    voter, url, open_day, station_staff
):
    voter.post(url, typed())
    ReceptionDay.objects.filter(pk=open_day.pk).update(topic="物业")
    open_day.refresh_from_db()
    workflow.cancel(open_day, actor=station_staff, reason="防汛值守")

    shown = voter.get(LOOK_UP).content.decode()

    assert "这次接待取消了" in shown
    assert "防汛值守" in shown


@pytest.mark.parametrize("code", ["", "ABCD2345", "x" * 100, "\x00", "9" * 20])
def test_booking_says_the_same_for_all_wrong_codes(voter, open_day, code):
    book(open_day)

    page = voter.post(LOOK_UP, {"code": code})

    assert page.status_code == 422
    assert page.context["booking"] is None


def test_booking_of_a_forged_cookie_asks_for_the_code(voter, open_day):
    booking = book(open_day)
    voter.cookies["booked"] = f"{booking.pk}:1a:forged"

    assert voter.get(LOOK_UP).context["booking"] is None
    voter.post("/p/booking/cancel/")
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_booking_look_up_is_limited(voter, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"track": (2, 600)}

    codes = [voter.post(LOOK_UP, {"code": "x"}).status_code for _ in range(3)]

    assert codes == [422, 422, 429]
