"""Public notices: numbered once for ever, shown to everybody, one page on paper."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils.timezone import localdate

from areas.services import next_number
from stations import workflow
from stations.choices import CodeKind
from stations.models import ReceptionDay
from stations.services import codes, edit_day
from tests.factories import DayFactory, StationFactory


@pytest.fixture
def voter():
    return Client()


@pytest.fixture
def announced(deputy, station_staff, station):
    """A function: a day so many days ahead, announced."""

    def made(days=5, at=station):
        day = DayFactory(station=at, date=localdate() + dt.timedelta(days=days))
        workflow.set_duty(day, deputy, "invited", actor=station_staff)
        workflow.announce(day, actor=station_staff)
        return day

    return made


def numbers():
    rows = ReceptionDay.objects.order_by("notice_year", "notice_number")
    return list(rows.values_list("notice_year", "notice_number"))


def url_of(day):
    day.refresh_from_db()
    return f"/p/s/{day.station.slug}/notices/{day.notice_year}/{day.notice_number}/"


def test_numbers_run_in_the_order_of_announcing(announced):
    later, sooner = announced(9), announced(2)

    year = localdate().year
    assert (later.notice_number, sooner.notice_number) == (1, 2)
    assert numbers() == [(year, 1), (year, 2)]


def test_numbers_run_for_each_station_by_itself(announced, town, officer, deputy):
    other = DayFactory(station=StationFactory(area=town))
    workflow.set_duty(other, deputy, "invited", actor=officer)

    announced()
    workflow.announce(other, actor=officer)

    assert other.notice_number == 1


def test_number_stays_when_the_day_moves_or_is_cancelled(announced, station_staff):
    first, second = announced(5), announced(6)

    edit_day(
        first,
        actor=station_staff,
        version=first.version,
        date=first.date + dt.timedelta(days=20),
    )
    workflow.cancel(second, actor=station_staff, reason="防汛")

    third = announced(7)
    assert [day.notice_number for day in (first, second, third)] == [1, 2, 3]


def test_number_of_a_refused_announcement_is_given_again(
    announced, station, station_staff, deputy
):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=3))
    workflow.set_duty(day, deputy, "invited", actor=station_staff)
    ReceptionDay.objects.filter(pk=day.pk).update(version=9)
    with pytest.raises(workflow.WrongState):
        workflow.announce(day, actor=station_staff)

    assert announced(4).notice_number == 1


def test_notice_says_what_voters_need(voter, announced):
    text = voter.get(url_of(announced())).content.decode()

    for words in ("号", "星期", "9:00", "一楼接待室", "周敏", "区代表", "接待范围"):
        assert words in text
    assert f"〔{localdate().year}〕1号" in text
    assert "人大一般不办理具体案件" in text
    assert "泉口街道工作委员会" in text
    assert "<svg" in text
    assert "<script" not in text
    assert "style=" not in text


def test_notice_names_the_units_that_come_along(voter, announced, unit):
    day = announced()
    for name in ("许正明", "何志远"):
        day.guests.create(unit=unit, name=name)

    text = voter.get(url_of(day)).content.decode()

    assert text.count("区水利和湖泊局") == 1
    assert "许正明" not in text


def test_notice_leads_to_a_booking_while_there_is_time(voter, announced):
    link = "预约这次接待"

    assert link in voter.get(url_of(announced(5))).content.decode()
    assert link not in voter.get(url_of(announced(0))).content.decode()


def test_notices_issued_before_keep_their_number(station, deputy):
    """What the upgrade does: numbered in the order of announcing, then counted on."""
    upgrade = import_module("stations.migrations.0004_notice_numbers")
    at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    for number, hours in ((2, 5), (1, 3), (None, None)):
        DayFactory(
            station=station,
            date=dt.date(2026, 3, 1 + (number or 9)),
            topic=str(number),
            announced_at=hours and at + dt.timedelta(hours=hours),
        )

    upgrade.number(apps, None)

    rows = ReceptionDay.objects.exclude(topic="None")
    assert {(row.topic, row.notice_year, row.notice_number) for row in rows} == {
        ("1", 2026, 1),
        ("2", 2026, 2),
    }
    assert next_number(f"notice:{station.pk}:2026") == 3
    assert ReceptionDay.objects.get(topic="None").notice_number is None


def test_notice_of_a_moved_day_names_the_former_date(voter, announced, station_staff):
    day, was = announced(5), localdate() + dt.timedelta(days=5)
    url, said = url_of(day), f"原定{was.month}月{was.day}日"

    edit_day(
        day,
        actor=station_staff,
        version=day.version,
        date=was + dt.timedelta(days=1),
    )
    assert said in voter.get(url).content.decode()

    edit_day(day, actor=station_staff, version=day.version, date=was)
    assert "原定" not in voter.get(url).content.decode()


def test_notice_leaves_out_deputies_on_leave(voter, announced, deputy, deputy_user):
    day = announced()
    workflow.set_duty(day, deputy, "on_leave", actor=deputy_user)

    assert "周敏" not in voter.get(url_of(day)).content.decode()


def test_notice_of_a_cancelled_day_says_so_without_the_reason(
    voter, announced, station_staff
):
    day = announced()
    workflow.cancel(day, actor=station_staff, reason="周敏生病住院")

    text = voter.get(url_of(day)).content.decode()
    assert "已经取消" in text
    assert "住院" not in text


def test_notice_of_a_hidden_station_is_unknown(voter, announced, station):
    url = url_of(announced())
    station.is_public = False
    station.save()

    assert voter.get(url).status_code == 404


@pytest.mark.parametrize(
    "tail",
    ["2026/0/", "2026/999/", f"{'9' * 40}/1/", f"2026/{'9' * 40}/", f"{'9' * 5000}/1/"],
)
def test_notice_of_no_such_number_is_unknown(voter, announced, tail):
    announced()

    assert voter.get(f"/p/s/wf/notices/{tail}").status_code == 404


def test_notice_sets_no_cookie_and_only_reads(voter, announced):
    url = url_of(announced())

    assert not voter.get(url).cookies
    assert voter.post(url).status_code == 405


def test_notice_asks_a_fixed_number_of_queries(
    voter, announced, deputy, django_assert_max_num_queries
):
    url = url_of(announced())

    with django_assert_max_num_queries(7):
        voter.get(url)


def test_staff_see_the_notice_before_it_has_a_number(browser, station):
    day = DayFactory(station=station)

    shown = browser.get(f"/receptions/{day.pk}/notice/")

    assert "还没有公告" in shown.content.decode()
    assert shown.context["public_url"] == ""


def test_staff_notice_leads_to_the_public_one(browser, announced):
    day = announced()

    shown = browser.get(f"/receptions/{day.pk}/notice/")

    assert shown.context["public_url"] == url_of(day)


def test_notice_points_to_the_code_in_use(voter, announced, station, station_staff):
    url = url_of(announced())
    plain = voter.get(url).context["qr"]

    codes.give_code(CodeKind.STATION, station, actor=station_staff)

    assert voter.get(url).context["qr"] != plain
