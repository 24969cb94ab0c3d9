"""The year's plan in a browser: rules with a look at the dates, publish, swap."""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from stations.choices import PlanStatus
from stations.models import Duty, DutySwap, ReceptionPlan
from tests.factories import DeputyFactory, MandateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("赵一", "钱二", "孙三", "李四")


@pytest.fixture
def people(station):
    for name in NAMES:
        deputy = DeputyFactory(area=station.area, name=name)
        MandateFactory(deputy=deputy)
        station.stationings.create(deputy=deputy, starts_on=dt.date(2020, 1, 1))


def fits(page) -> bool:
    """Whether nothing has to be moved sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return wide <= page.viewport_size["width"]


def test_plan_from_rule_to_swap_by_keyboard_on_a_phone(
    page_as, station_staff, station, people
):
    page = page_as(station_staff, width=390)
    year = localdate().year + 1
    page.goto(f"/stations/{station.pk}/plans/new/?year={year}")
    preview = page.locator("#plan-preview")
    expect(preview).to_contain_text(f"{year}年共 12 次")

    page.get_by_label("每周星期几").check()
    expect(page.get_by_label("几日", exact=True)).to_be_hidden()
    page.get_by_label("星期一", exact=True).first.check()
    expect(preview).to_contain_text("5")
    page.get_by_label("每月几日").check()
    page.get_by_role("button", name="排出来看看").press("Enter")

    expect(page.locator("table.month")).to_have_count(12)
    assert fits(page)
    page.get_by_role("link", name="公布", exact=True).press("Enter")
    expect(page.locator("#fairness")).to_contain_text("4 人 24 人次")
    page.get_by_role("button", name="公布").press("Enter")
    expect(page.get_by_text("计划已公布")).to_be_visible()
    plan = ReceptionPlan.objects.get()
    assert plan.status == PlanStatus.PUBLISHED

    assert fits(page)
    page.locator("#turns .turns a").first.press("Enter")
    expect(page.get_by_text("点要换过来的那个班")).to_be_visible()
    assert fits(page)
    page.locator(".turns button").last.press("Enter")
    expect(page.get_by_text("换好了班")).to_be_visible()
    swap = DutySwap.objects.get(plan=plan)
    assert Duty.objects.filter(day=swap.first_day, deputy=swap.second).exists()


def test_calendar_says_where_a_shifted_day_went(
    page_as, station_staff, station, people
):
    page = page_as(station_staff)
    page.goto(f"/stations/{station.pk}/plans/new/?year={localdate().year + 1}")
    page.get_by_role("button", name="排出来看看").click()

    shifted = page.locator("td.from a").first
    words = shifted.text_content() or ""
    shifted.press("Enter")

    assert "原定，改到" in words
    where = (shifted.get_attribute("href") or "").removeprefix("#")
    expect(page.locator(f"#{where}")).to_be_in_viewport()
