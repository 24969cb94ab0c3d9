"""Calendars to subscribe to: right for calendar programs, silent about people."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.timezone import localdate, now
from icalendar import Calendar

from stations import workflow
from stations.choices import CodeKind, DutyState
from stations.models import Duty, ReceptionDay
from stations.services import codes, edit_day
from tests.factories import DayFactory, DeputyFactory, MandateFactory

STATION_NAME = "文峰社区代表联络站"


@pytest.fixture
def program():
    """A calendar program: no cookies, no account."""
    return Client()


@pytest.fixture
def feed(station, station_staff):
    code = codes.give_code(CodeKind.STATION_FEED, station, actor=station_staff)
    return f"/ical/{code.token}.ics"


@pytest.fixture
def own_feed(deputy, deputy_user):
    code = codes.give_code(CodeKind.DEPUTY_FEED, deputy, actor=deputy_user)
    return f"/ical/{code.token}.ics"


@pytest.fixture
def day(station, deputy, station_staff):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=10))
    workflow.set_duty(day, deputy, "invited", actor=station_staff)
    return ReceptionDay.objects.get(pk=day.pk)


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def event(program, url):
    return events(program.get(url))[0]


def test_feed_of_a_station_tells_time_place_and_deputies(program, feed, day):
    answer = program.get(feed)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer)[0]
    assert found["summary"] == f"选民接待：{STATION_NAME}"
    assert found["dtstart"].dt.isoformat() == f"{day.date}T09:00:00+08:00"
    assert found["dtend"].dt.isoformat() == f"{day.date}T11:00:00+08:00"
    assert found["location"] == "一楼接待室"
    assert found["description"] == "接待代表：周敏"
    assert found["status"] == "TENTATIVE"


def test_feed_names_its_zone_and_how_often_to_ask(program, feed, day):
    calendar = Calendar.from_ical(program.get(feed).content)

    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert calendar["x-wr-calname"] == f"{STATION_NAME}接待日"
    assert calendar["refresh-interval"].dt == dt.timedelta(hours=4)
    assert event(program, feed)["dtstart"].params["TZID"] == "Asia/Shanghai"


def test_feed_without_days_is_a_calendar(program, feed):
    assert events(program.get(feed)) == []


def test_announcing_confirms_and_links_to_the_notice(
    program, feed, day, station_staff, settings
):
    settings.SITE_URL = "https://lianluo.example"
    before = event(program, feed)

    workflow.announce(day, actor=station_staff)

    after = event(program, feed)
    assert after["status"] == "CONFIRMED"
    assert after["url"].startswith("https://lianluo.example/p/s/wf/notices/")
    assert after["sequence"] > before["sequence"]
    assert after["uid"] == before["uid"]


def test_uid_does_not_name_the_host(program, feed, own_feed, day, deputy):
    assert event(program, feed)["uid"] == f"wf-{day.pk}@deputywork"
    own = f"wf-{day.pk}-{deputy.pk}@deputywork"
    assert event(program, own_feed)["uid"] == own


def test_moved_day_is_the_same_event_later(program, feed, day, station_staff):
    ReceptionDay.objects.update(updated_at=now() - dt.timedelta(hours=1))
    before = event(program, feed)

    edit_day(
        day,
        actor=station_staff,
        version=day.version,
        date=day.date + dt.timedelta(days=1),
    )

    after = event(program, feed)
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert after["dtstart"].dt - before["dtstart"].dt == dt.timedelta(days=1)
    assert after["dtstamp"].dt > before["dtstamp"].dt


def test_cancelled_day_stays_as_cancelled_without_its_reason(
    program, feed, own_feed, day, station_staff
):
    workflow.cancel(day, actor=station_staff, reason="周敏生病住院")

    for url in (feed, own_feed):
        assert event(program, url)["status"] == "CANCELLED"
        assert "住院" not in program.get(url).content.decode()


def test_days_long_over_are_gone(program, feed, station):
    DayFactory(station=station, date=localdate() - dt.timedelta(days=91))

    assert events(program.get(feed)) == []


def test_own_feed_has_own_turns_only_with_reminders(
    program, own_feed, day, station, town, station_staff
):
    other = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    theirs = DayFactory(station=station, date=localdate() + dt.timedelta(days=3))
    workflow.set_duty(theirs, other, "invited", actor=station_staff)

    found = events(program.get(own_feed))

    assert [one["summary"] for one in found] == [f"接待选民：{STATION_NAME}"]
    assert found[0]["status"] == "CONFIRMED"
    alarms = [alarm["trigger"].dt for alarm in found[0].walk("VALARM")]
    assert alarms == [dt.timedelta(days=-1), dt.timedelta(hours=-2)]


def test_own_turn_on_leave_is_off_and_silent(program, own_feed, day, deputy):
    Duty.objects.update(state=DutyState.ON_LEAVE)

    found = event(program, own_feed)

    assert found["status"] == "CANCELLED"
    assert found.walk("VALARM") == []


def test_provisional_day_is_tentative(program, own_feed, day):
    ReceptionDay.objects.update(is_provisional=True)

    assert event(program, own_feed)["status"] == "TENTATIVE"


def test_lines_are_folded_at_75_octets_between_signs(program, feed, day, station):
    place = "文峰社区党群服务中心一楼选民接待室，公交三路文峰站下车，" * 6
    topic = "排水、路灯；停车,“一老一小”\\和物业"
    ReceptionDay.objects.update(place=place[:200], topic=topic)

    body = program.get(feed).content

    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    for line in body.split(b"\r\n"):
        line.decode()  # no sign is cut in two
    found = event(program, feed)
    assert found["location"] == place[:200]
    assert topic in found["description"]


def test_words_cannot_add_lines_of_their_own(program, feed, day):
    ReceptionDay.objects.update(topic="a\r\nATTENDEE:mailto:x@example.com")

    found = event(program, feed)

    assert "attendee" not in found
    assert len(events(program.get(feed))) == 1


def test_feed_holds_no_contact_of_anybody(program, feed, own_feed, day, deputy):
    deputy.phone, deputy.address = "13900001111", "文峰路 8 号"
    deputy.save()

    for url in (feed, own_feed):
        text = program.get(url).content.decode()
        assert "13900001111" not in text
        assert "文峰路" not in text


def test_unchanged_feed_is_not_sent_again(program, feed, day):
    first = program.get(feed)

    by_tag = program.get(feed, headers={"If-None-Match": first["ETag"]})
    by_time = program.get(feed, headers={"If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert by_tag.content == b""


def test_changed_feed_is_sent_again(program, own_feed, day, deputy, station_staff):
    first = program.get(own_feed)

    workflow.drop_duty(day, deputy, actor=station_staff)

    again = program.get(own_feed, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert events(again) == []


def test_revoked_feed_is_gone(program, feed, station, station_staff):
    code = codes.open_code(CodeKind.STATION_FEED, station)
    codes.revoke_code(code, actor=station_staff, reason="外传")

    answer = program.get(feed)

    assert answer.status_code == 410
    assert "停用" in answer.content.decode()


@pytest.mark.parametrize(
    "token", ["x", "x" * 33, "X" * 4000, "..%2f..%2f", "%E4%BA%BA", "-", "a'b"]
)
def test_feed_of_no_such_token_is_unknown(program, db, token):
    assert program.get(f"/ical/{token}.ics").status_code == 404


def test_a_printed_code_is_no_calendar(program, station, station_staff):
    code = codes.give_code(CodeKind.STATION, station, actor=station_staff)

    assert program.get(f"/ical/{code.token}.ics").status_code == 404


def test_feed_sets_no_cookie_and_only_reads(program, feed):
    assert not program.get(feed).cookies
    assert program.post(feed).status_code == 405
    assert program.head(feed).status_code == 200


def test_feed_is_limited(program, feed, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"page": (2, 600)}

    assert [program.get(feed).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("count", [1, 3, 40])
def test_feed_asks_a_fixed_number_of_queries(
    program, feed, own_feed, station, deputy, count, django_assert_max_num_queries
):
    for number in range(count):
        date = localdate() + dt.timedelta(days=number)
        row = DayFactory(station=station, date=date)
        Duty.objects.create(day=row, deputy=deputy)

    for url in (feed, own_feed):
        with django_assert_max_num_queries(4):
            assert len(events(program.get(url))) == count
