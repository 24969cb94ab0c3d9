"""Who sits at the desk, who booked, and what a second desk is told."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse

from proposals.desk import Desk
from proposals.services.attendance import tick
from proposals.services.desk import settle_line
from stations.choices import BookingState, DayForm, DutyState
from stations.models import Booking, ReceptionDay, Visit
from stations.services.guests import drop_guest, invite_guest
from stations.workflow import hold, set_duty
from tests.factories import DeputyFactory, MandateFactory

pytestmark = pytest.mark.django_db
WORDS = "文峰泵站只有一台泵在转，一下大雨就进水"


@pytest.fixture
def url(day):
    return lambda name, *more: reverse(f"proposals:{name}", args=[day.pk, *more])


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def say(browser, url):
    """Send one tick as the script of the page does."""

    def do(**typed):
        body = json.dumps(typed)
        return browser.post(url("desk_attend"), body, content_type="application/json")

    return do


@pytest.fixture
def other(town):
    found = DeputyFactory(area=town, name="李国强")
    MandateFactory(deputy=found)
    return found


@pytest.fixture
def guest(day, unit, station_staff):
    post = "副局长"
    return invite_guest(day, actor=station_staff, unit=unit, name="何志远", post=post)


# --- ticks --------------------------------------------------------------------------


def test_attend_saves_all_ticks_of_the_form(
    browser, url, day, deputy, guest, station_staff
):
    set_duty(day, deputy, DutyState.INVITED, actor=station_staff)
    present = {"present": [deputy.pk, "x", "99999"], "guest": [guest.pk]}

    assert browser.post(url("desk_attend"), present).status_code == 302
    assert day.duties.get().state == DutyState.ATTENDED
    assert day.guests.get().is_present

    assert browser.post(url("desk_attend"), {}).status_code == 302
    assert day.duties.get().state == DutyState.INVITED
    assert not day.guests.get().is_present


def test_attend_changes_who_is_on_duty(browser, url, day, deputy):
    browser.post(url("desk_attend"), {"change": "1", "instead": deputy.pk})
    assert day.duties.get().state == DutyState.ATTENDED

    refused = browser.post(url("desk_attend"), {"change": "1"})
    unknown = browser.post(url("desk_attend"), {"change": "1", "absent": "99999"})

    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert "请选择谁请假" in refused.content.decode()


def test_attend_takes_one_tick_and_the_same_again(say, day, deputy, station_staff):
    set_duty(day, deputy, DutyState.INVITED, actor=station_staff)

    first = say(key=f"d{deputy.pk}", state="attended")
    again = say(key=f"d{deputy.pk}", state="attended")

    assert (first.status_code, again.status_code) == (200, 200)
    (told,) = again.json()["ticks"]
    assert (told["key"], told["is_present"]) == (f"d{deputy.pk}", True)
    assert day.duties.get().state == DutyState.ATTENDED


def test_attend_of_a_deputy_who_came_unplanned_can_be_taken_back(say, day, deputy):
    say(key=f"d{deputy.pk}", state="attended")
    assert day.duties.get().state == DutyState.ATTENDED

    told = say(key=f"d{deputy.pk}", state="expected").json()

    assert told["ticks"] == []
    assert not day.duties.exists()


def test_attend_puts_a_substitute_in_anothers_place_once(
    say, day, deputy, other, station_staff
):
    set_duty(day, deputy, DutyState.INVITED, actor=station_staff)
    said = {"key": f"d{other.pk}", "state": "attended", "stands_in_for": str(deputy.pk)}

    for _ in range(2):
        assert say(**said).status_code == 200

    states = dict(day.duties.values_list("deputy__name", "state"))
    assert states == {"周敏": DutyState.ON_LEAVE, "李国强": DutyState.ATTENDED}
    say(key=f"d{other.pk}", state="expected")
    assert day.duties.get(deputy=other).state == DutyState.SUBSTITUTE


def test_attend_says_that_one_is_on_leave(say, day, deputy, station_staff):
    set_duty(day, deputy, DutyState.INVITED, actor=station_staff)

    (told,) = say(key=f"d{deputy.pk}", state="on_leave").json()["ticks"]

    assert told["is_away"]
    assert told["note"].endswith("请假")


@pytest.mark.parametrize(
    "typed",
    [
        {"key": "d99999", "state": "attended"},
        {"key": "g1", "state": "attended"},
        {"key": "dx", "state": "attended"},
        {"key": "d" + "9" * 40, "state": "attended"},
        {"state": "attended"},
        {"key": "\x00", "state": "\x00"},
    ],
)
def test_attend_refuses_whom_it_does_not_know(say, typed):
    assert say(**typed).status_code == 422


def test_attend_refuses_what_it_cannot_read(say, day, deputy, browser, url):
    odd = browser.post(url("desk_attend"), "[", content_type="application/json")

    assert odd.status_code == 400
    assert say(key=f"d{deputy.pk}", state="hurra").status_code == 422


def test_attend_on_a_closed_day_is_told_so(say, day, deputy, station_staff):
    hold(day, actor=station_staff)

    answer = say(key=f"d{deputy.pk}", state="attended")

    assert answer.status_code == 409
    assert "已经结束" in answer.json()["refused"]


def test_suggestions_name_those_stationed_with_the_fewest_turns_first(
    day, deputy, other, town, station, station_staff
):
    busy = DeputyFactory(area=town, name="罗成")
    MandateFactory(deputy=busy)
    for who in (other, busy):
        station.stationings.create(deputy=who, starts_on=day.date)
    earlier = dt.timedelta(days=1)
    before = ReceptionDay.objects.create(
        station=station,
        date=day.date - earlier,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        place="站里",
    )
    if before.date.year == day.date.year:
        set_duty(before, busy, DutyState.ATTENDED, actor=station_staff)

    found = Desk(day, station_staff).suggestions

    assert [d.name for d, _ in found] == ["李国强", "罗成", "周敏"]
    assert found[0][1] == "驻本站，今年 0 次"


# --- guests -------------------------------------------------------------------------


def test_invite_makes_the_day_a_joint_reception_and_drop_undoes_it(
    day, guest, station_staff
):
    assert ReceptionDay.objects.get().form == DayForm.JOINT

    drop_guest(guest, actor=station_staff)

    assert ReceptionDay.objects.get().form == DayForm.RECEPTION


def test_guests_are_ticked_at_the_desk(say, day, guest):
    (told,) = say(key=f"g{guest.pk}", state="attended").json()["ticks"]

    assert (told["note"], told["is_present"]) == ("水利局副局长", True)
    assert day.guests.get().is_present


def test_guest_pages_invite_and_drop(browser, day, unit):
    page = reverse("stations:guest_invite", args=[day.pk])

    browser.post(page, {"unit": unit.pk, "name": "何志远", "post": "副局长"})
    twice = browser.post(page, {"unit": unit.pk, "name": "何志远"})
    odd = browser.post(page, {"unit": "x", "name": ""})

    guest = day.guests.get()
    assert (twice.status_code, odd.status_code) == (422, 422)
    assert "何志远" in browser.get(page).content.decode()
    browser.post(reverse("stations:guest_drop", args=[day.pk, guest.pk]))
    assert not day.guests.exists()


def test_guest_pages_are_for_those_who_run_the_day(sign_in, day, leader, deputy_user):
    page = reverse("stations:guest_invite", args=[day.pk])

    for person in (leader, deputy_user):
        assert sign_in(person).get(page).status_code == 403


# --- bookings -----------------------------------------------------------------------


@pytest.fixture
def booking(day):
    return Booking.objects.create(
        day=day,
        slot_at=dt.time(9, 20),
        code="x" * 64,
        visitor_name="刘德才",
        visitor_contact="13812345678",
        party_size=2,
        topic="泵站的围墙倒了半边",
    )


def test_booking_becomes_a_line_that_nobody_typed(browser, url, day, booking):
    page = browser.get(url("desk")).content.decode()
    assert "9:20 刘**" in page or "9:20 刘*" in page
    assert "13812345678" not in page

    told = browser.post(
        url("desk_booking", booking.pk), headers={"Accept": "application/json"}
    ).json()

    visit = Visit.objects.get()
    assert told["line"]["words"] == visit.words == "泵站的围墙倒了半边"
    assert (visit.visitor_contact, visit.party_size) == ("13812345678", 2)
    assert visit.channel == "appointment"
    booking.refresh_from_db()
    assert (booking.state, booking.visit) == (BookingState.CAME, visit)
    again = browser.post(url("desk_booking", booking.pk))
    assert again["Location"].endswith(f"?line={visit.key}")
    assert Visit.objects.count() == 1


# --- what a second desk is told -----------------------------------------------------


def test_news_are_the_lines_that_others_wrote(browser, url, day, township):
    line = settle_line(day, actor=township, key=uuid.uuid4(), words=WORDS)

    told = browser.get(url("desk_news")).json()

    assert [row["key"] for row in told["lines"]] == [line.key]
    assert WORDS in told["lines"][0]["row"]
    assert told["is_open"]


def test_news_are_none_until_something_changes(browser, url, day, deputy, township):
    line = settle_line(day, actor=township, key=uuid.uuid4(), words=WORDS)
    mark = browser.get(url("desk_news"))["ETag"]

    def ask():
        return browser.get(url("desk_news"), headers={"If-None-Match": mark})

    assert ask().status_code == 304
    settle_line(
        day, actor=township, key=uuid.UUID(line.key), version=0, words="改过的一句原话"
    )
    changed = ask()
    assert changed.status_code == 200
    mark = changed["ETag"]
    tick(day, deputy, actor=township, state="attended")
    assert ask().status_code == 200


@pytest.mark.parametrize("count", [1, 3, 30])
def test_news_cost_the_same_however_many_lines(
    browser, url, day, township, django_assert_num_queries, count
):
    for n in range(count):
        settle_line(
            day,
            actor=township,
            key=uuid.uuid4(),
            words=f"{WORDS}{n}",
            outcome="opinion",
        )
    mark = browser.get(url("desk_news"))["ETag"]

    with django_assert_num_queries(SAME):
        browser.get(url("desk_news"), headers={"If-None-Match": mark})
    with django_assert_num_queries(CHANGED):
        browser.get(url("desk_news"))


SAME, CHANGED = 9, 15


def test_news_are_for_those_who_read_the_desk(sign_in, url, officer, handler):
    assert sign_in(officer).get(url("desk_news")).status_code == 200
    assert sign_in(handler).get(url("desk_news")).status_code == 404
