"""Reception days in the browser: by hand, step by step, printed."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from stations.models import ReceptionDay
from tests.factories import (
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
)


def day_form(**changes):
    date = localdate() + dt.timedelta(days=14)
    form = {"date": date.isoformat(), "starts_at": "09:00", "ends_at": "11:00"}
    return form | {"place": "一楼", "topic": ""} | changes


def test_day_create_invites_the_deputies_ticked(browser, station, deputy):
    station.stationings.create(deputy=deputy, starts_on=localdate())
    url = reverse("stations:day_create", args=[station.pk])

    answer = browser.post(url, day_form(deputies=[deputy.pk]))

    day = ReceptionDay.objects.get()
    assert answer.url == day.get_absolute_url()
    assert [duty.deputy for duty in day.duties.all()] == [deputy]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("date", "1800-01-01"),
        ("date", "3000-01-01"),
        ("date", "2029-12-01"),
        ("ends_at", "08:00"),
        ("ends_at", "25:00"),
        ("place", ""),
        ("place", "长" * 10_000),
        ("topic", "字" * 201),
        ("deputies", ["99999999999999999999"]),
    ],
)
def test_day_create_keeps_what_was_typed(browser, station, deputy, field, typed):
    station.stationings.create(deputy=deputy, starts_on=localdate())
    url = reverse("stations:day_create", args=[station.pk])

    answer = browser.post(url, day_form(topic="防汛") | {field: typed})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert ReceptionDay.objects.count() == 0


def test_day_create_twice_at_one_time_is_refused(browser, station):
    url = reverse("stations:day_create", args=[station.pk])
    browser.post(url, day_form())

    answer = browser.post(url, day_form())

    assert answer.status_code == 422
    assert "已有接待日" in answer.content.decode()


def test_day_edit_tells_the_second_of_two_writers(browser, day):
    url = reverse("stations:day_edit", args=[day.pk])
    browser.post(url, day_form(version=0))

    answer = browser.post(url, day_form(version=0, topic="后改的"))

    assert answer.status_code == 422
    assert "刚刚改过" in answer.content.decode()
    assert "后改的" in answer.content.decode()


def test_day_steps_walk_the_day_through(browser, day, deputy):
    page = day.get_absolute_url()
    duty = reverse("stations:duty_add", args=[day.pk])
    early = browser.post(f"{page}announce/")
    browser.post(duty, {"deputy": deputy.pk})
    assert browser.get(f"{page}announce/").status_code == 200
    browser.post(f"{page}announce/")
    state = reverse("stations:duty_set", args=[day.pk, deputy.pk])
    browser.post(state, {"state": "attended"})
    assert "周敏" in browser.get(f"{page}hold/").content.decode()
    browser.post(f"{page}hold/")

    day.refresh_from_db()
    assert early.status_code == 422
    assert day.status == "held"
    assert [row.state for row in day.duties.all()] == ["attended"]
    assert browser.post(f"{page}cancel/", {"reason": "晚了"}).status_code == 409


def test_day_cancel_asks_for_a_reason(browser, day):
    url = reverse("stations:day_cancel", args=[day.pk])

    assert browser.post(url, {"reason": ""}).status_code == 422
    browser.post(url, {"reason": "防汛"})

    day.refresh_from_db()
    assert day.status == "cancelled"


def test_duty_pages_refuse_what_is_not_theirs(browser, day, deputy):
    state = reverse("stations:duty_set", args=[day.pk, deputy.pk])
    assert browser.post(state, {"state": "attended"}).status_code == 404
    day.duties.create(deputy=deputy)
    assert browser.post(state, {"state": "asleep"}).status_code == 422

    drop = reverse("stations:duty_drop", args=[day.pk, deputy.pk])
    assert browser.post(drop).status_code == 302
    assert day.duties.count() == 0


def test_duty_add_takes_a_stand_in(browser, day, deputy, town):
    day.duties.create(deputy=deputy)
    other = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    url = reverse("stations:duty_add", args=[day.pk])

    browser.post(url, {"deputy": other.pk, "stands_in_for": deputy.pk})

    states = {row.deputy: row.state for row in day.duties.all()}
    assert states == {deputy: "on_leave", other: "substitute"}


def test_duty_set_lets_the_deputy_ask_for_leave(sign_in, deputy_user, deputy, day):
    day.duties.create(deputy=deputy)
    own = sign_in(deputy_user)
    url = reverse("stations:duty_set", args=[day.pk, deputy.pk])

    assert own.post(url, {"state": "on_leave"}).status_code == 302
    assert own.post(url, {"state": "attended"}).status_code == 403
    assert day.duties.get().state == "on_leave"


def test_day_list_shows_a_deputy_his_own_days(sign_in, deputy_user, deputy, day, town):
    day.duties.create(deputy=deputy)
    DayFactory(station=StationFactory(area=town))
    own = sign_in(deputy_user)

    mine = own.get(reverse("stations:day_list"))
    everything = own.get(reverse("stations:day_list"), {"whose": ""})

    assert list(mine.context["page"]) == [day]
    assert len(everything.context["page"]) == 2


def test_notice_counts_and_names_who_issues_it(browser, day, deputy, station_staff):
    url = reverse("stations:day_notice", args=[day.pk])
    assert "公告后自动编号" in browser.get(url).content.decode()
    browser.post(reverse("stations:duty_add", args=[day.pk]), {"deputy": deputy.pk})
    browser.post(reverse("stations:day_announce", args=[day.pk]))

    shown = browser.get(url).content.decode()

    assert f"〔{day.date.year}〕1号" in shown
    assert "东宝区人大常委会泉口街道工作委员会" in shown
    assert "<b>周敏</b>　区代表" in shown
    assert "人大一般不办理具体案件" in shown


def test_announce_says_when_it_is_late(browser, station, deputy):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=1))
    day.duties.create(deputy=deputy)

    shown = browser.get(reverse("stations:day_announce", args=[day.pk]))

    assert "不足 3 天" in shown.content.decode()
