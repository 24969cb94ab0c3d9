"""A reception from the year's plan to its register, each person in their own role."""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from areas.services import seed_calendar
from notices.models import Notice
from stations.models import Duty, DutySwap, ReceptionDay, ReceptionPlan, Stationing
from tests.factories import CategoryFactory, DeputyFactory, MandateFactory, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMES = ("周敏", "李国强", "赵永红", "孙丽华", "吴建国", "郑小兰")


@pytest.fixture
def deputies(station, town):
    """Six deputies of the station, each with an account."""
    seed_calendar([localdate().year, localdate().year + 1])
    CategoryFactory(code="C01", name="照明", initials="zm")
    made = []
    for name in NAMES:
        deputy = DeputyFactory(area=town, name=name, user=person(name, "deputy"))
        MandateFactory(deputy=deputy, starts_on=dt.date(2022, 1, 1))
        Stationing.objects.create(
            station=station, deputy=deputy, starts_on=dt.date(2022, 1, 1)
        )
        made.append(deputy)
    return made


def plan_days(page: Page, station_pk: int, days: list[dt.date]) -> None:
    """Rule by picked dates, kept on holidays; two deputies a day; then publish."""
    page.goto(f"/stations/{station_pk}/plans/new/?year={days[0].year}")
    page.locator("input[name=rules-0-kind][value=free]").check()
    written = "，".join(f"{day.month}月{day.day}日" for day in days)
    page.locator("textarea[name=rules-0-dates]").fill(written)
    page.locator("select[name=rules-0-manner]").select_option("keep")
    page.locator("#plan-form input[name=per_day]").fill("2")
    expect(page.locator("#plan-preview")).to_contain_text(f"共 {len(days)} 次")
    page.get_by_role("button", name="排出来看看").click()
    expect(page.get_by_role("heading", name="轮得公平吗")).to_be_visible()
    page.get_by_role("link", name="公布").first.click()
    page.get_by_role("button", name="公布").click()
    expect(page.locator(".state-done").first).to_contain_text("已公布")


def swap_two(page: Page, plan: ReceptionPlan) -> None:
    """Two clicks: one name, then the other."""
    page.goto(plan.get_absolute_url())
    page.locator("#turns .turns a").first.click()
    page.locator(".turns form button").last.click()
    expect(page.get_by_role("heading", name="公布后的变动")).to_be_visible()


def log_three(page: Page, day: ReceptionDay) -> None:
    """Three lines at the desk; the network is gone for the middle one."""
    page.goto(f"/proposals/desk/{day.pk}/")
    for number, name in enumerate(("刘德才", "陈玉梅", "张先生")):
        page.context.set_offline(number == 1)
        expect(page.locator("#id_visitor_name")).to_be_focused()
        page.keyboard.type(name)
        for text in ("", "", f"路灯坏了半个月没有人修，第{number + 1}位", "zm"):
            page.keyboard.press("Tab")
            page.keyboard.type(text)
        page.keyboard.press("Tab")
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        if number == 1:
            waits = re.compile("1 条排队，已存本机")
            expect(page.locator("[data-net]")).to_have_text(waits)
    expect(page.locator("[data-net]")).to_have_text(re.compile(r"^已存 \d+:\d\d$"))
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="结束今日接待").press("Enter")
    expect(page.get_by_role("link", name="打印登记表")).to_be_visible()


def test_a_reception_from_the_years_plan_to_its_register(
    page_as, chromium, live_server, station, station_staff, deputies
):
    today = localdate()
    spring = [dt.date(today.year + 1, 3, 3), dt.date(today.year + 1, 3, 10)]
    page = page_as(station_staff)

    plan_days(page, station.pk, [today])
    plan_days(page, station.pk, spring)
    plan = ReceptionPlan.objects.get(year=today.year + 1)
    first, second, third = ReceptionDay.objects.order_by("date")
    assert [first.date, second.date, third.date] == [today, *spring]
    duties = Duty.objects.filter(day__plan=plan)
    turns = sorted(duties.values_list("deputy", flat=True))
    assert len(set(turns)) == 4  # nobody twice while others have not had a turn
    told = Notice.objects.filter(recipient__deputy__in=turns)
    assert set(told.values_list("recipient__deputy", flat=True)) == set(turns)

    swap_two(page, plan)
    assert DutySwap.objects.count() == 1
    assert sorted(duties.values_list("deputy", flat=True)) == turns

    page.goto(f"/receptions/{second.pk}/announce/")
    page.get_by_role("button", name="公告").click()
    second.refresh_from_db()
    assert (second.status, second.notice_number) == ("announced", 1)
    anybody = chromium.new_page(base_url=live_server.url)
    anybody.goto(f"/p/s/{station.slug}/")
    anybody.get_by_role("link", name="看公告").click()
    for words in (f"〔{today.year}〕1号", "人大一般不办理具体案件"):
        expect(anybody.locator("main")).to_contain_text(words)
    for duty in second.duties.all():
        expect(anybody.locator("main")).to_contain_text(duty.deputy.name)
    anybody.close()

    log_three(page, first)
    page.goto(f"/receptions/{first.pk}/register/")
    for number in (1, 2, 3):
        expect(page.locator("body")).to_contain_text(f"没有人修，第{number}位")
    first.refresh_from_db()
    assert (first.status, first.visits.count()) == ("held", 3)
