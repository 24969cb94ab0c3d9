"""Who has come, by keyboard and without the network; bookings; a queue that hurries."""

import datetime as dt
import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from audit.services import history_of
from stations.choices import DutyState
from stations.models import Booking, Visit
from tests.factories import DeputyFactory, MandateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NET = "[data-net]"


@pytest.fixture
def others(town):
    made = [DeputyFactory(area=town, name=name) for name in ("李国强", "罗成")]
    for one in made:
        MandateFactory(deputy=one)
    return made


@pytest.fixture
def desk(page_as, station_staff, day, deputy, others) -> Page:
    day.duties.create(deputy=deputy)
    page = page_as(station_staff)
    page.goto(f"/proposals/desk/{day.pk}/")
    return page


def states(day) -> dict[str, str]:
    return dict(day.duties.values_list("deputy__name", "state"))


def test_ticks_without_the_network_survive_a_reload_and_are_sent_once(desk, day):
    keys = desk.keyboard
    desk.context.set_offline(True)
    keys.press("F3")
    keys.press("Space")
    keys.press("F3")
    keys.type("罗")
    keys.press("Enter")
    expect(desk.locator(NET)).to_contain_text("2 条排队，已存本机")
    assert states(day) == {"周敏": DutyState.INVITED}

    desk.route("**/attend/", lambda route: route.abort())
    desk.context.set_offline(False)
    desk.reload()
    expect(desk.get_by_label("罗成").first).to_be_checked()
    expect(desk.locator(NET)).to_contain_text("2 条排队")
    desk.unroute("**/attend/")
    desk.evaluate("window.dispatchEvent(new Event('online'))")

    expect(desk.locator(".is-waiting")).to_have_count(0)
    assert states(day) == {"周敏": DutyState.ATTENDED, "罗成": DutyState.ATTENDED}
    assert history_of(day).filter(verb="set_duty").count() == 2
    assert desk.evaluate("() => Object.values(localStorage)") == []


def test_a_line_is_heard_by_those_ticked_before_it_without_the_network(desk, day):
    desk.context.set_offline(True)
    desk.get_by_label("周敏").first.press("Space")
    desk.keyboard.press("Escape")
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.insert_text("路灯坏了半个月没人修")
    desk.keyboard.press("Alt+2")
    desk.keyboard.press("Enter")
    expect(desk.locator(NET)).to_contain_text("2 条排队")

    desk.context.set_offline(False)

    expect(desk.locator(NET)).to_have_text(re.compile(r"^已存 \d+:\d\d$"))
    assert [deputy.name for deputy in Visit.objects.get().heard_by.all()] == ["周敏"]


def test_a_substitute_is_chosen_from_the_suggestions(desk, day):
    desk.get_by_text("请假、换人").press("Enter")
    desk.get_by_label("谁来不了").select_option(label="周敏")
    desk.get_by_label("谁来接待").select_option(index=1)
    desk.get_by_role("button", name="改值班").press("Enter")

    expect(desk.locator("[data-person]").nth(1)).to_contain_text("替周敏")
    expect(desk.locator(".is-waiting")).to_have_count(0)
    assert states(day) == {"周敏": DutyState.ON_LEAVE, "李国强": DutyState.ATTENDED}


def test_a_booking_becomes_a_line_by_one_key(desk, day):
    Booking.objects.create(
        day=day,
        slot_at=dt.time(9, 20),
        code="x" * 64,
        visitor_name="刘德才",
        visitor_contact="13812345678",
        topic="泵站的围墙倒了半边",
    )
    desk.reload()

    desk.keyboard.press("F4")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_words")).to_have_value("泵站的围墙倒了半边")
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")

    expect(desk.locator("[data-fates] .state-doing")).to_have_count(1)
    visit = Visit.objects.get()
    assert (visit.channel, visit.outcome) == ("appointment", "opinion")
    assert visit.visitor_contact == "13812345678"
    expect(desk.locator("[data-booking]")).to_have_count(0)


def test_a_send_that_fails_after_the_network_came_back_is_tried_at_once(desk, day):
    waiting: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if waiting:
            route.continue_()
        else:
            waiting.append(route)

    desk.route("**/line/", hold_the_first)
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.insert_text("路灯坏了半个月没人修")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    expect(desk.locator(NET)).to_contain_text("正在保存")
    while not waiting:
        desk.wait_for_timeout(20)

    desk.evaluate("window.dispatchEvent(new Event('online'))")
    begun = time.monotonic()
    with desk.expect_response("**/line/"):
        waiting[0].abort()

    assert time.monotonic() - begun < 1.5
    expect(desk.locator("tr[data-key]")).to_have_count(1)
