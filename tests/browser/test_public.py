"""Voters' pages in a real browser: without script, by keyboard, light, for all eyes."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.timezone import localdate, now
from playwright.sync_api import Page, expect

from proposals.models import Proposal
from stations.models import Booking, Visit
from stations.services.codes import give_code
from tests.factories import CategoryFactory, DayFactory, VisitFactory
from tests.stations.bookings import book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHT = 100 * 1024
ELDER = {"name": "mode", "value": "elder"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def open_page(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """A voter's page; `elder`, `script` and `width` as asked."""
    opened = []

    def page(*, width: int = 390, elder: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            java_script_enabled=script,
        )
        if elder:
            context.add_cookies([{**ELDER, "url": live_server.url}])
        opened.append(context)
        made = context.new_page()
        made.set_default_timeout(10_000)
        return made

    yield page
    for context in opened:
        context.close()


@pytest.fixture
def place(station, deputy, village, officer):
    """A station with an announced reception, a deputy with a page, some visits."""
    CategoryFactory(parent=CategoryFactory(name="城建"), name="供排水")
    station.slot_minutes, station.address = 30, "中心路 18 号"
    station.phone, station.hours = "0724-2345678", "工作日 9:00–17:00"
    station.save()
    station.stationings.create(deputy=deputy, starts_on=localdate())
    date = localdate() + dt.timedelta(days=5)
    facts = {"status": "announced", "announced_at": now()}
    facts |= {"notice_year": date.year, "notice_number": 7}
    day = DayFactory(station=station, date=date, **facts)
    day.duties.create(deputy=deputy)
    DayFactory(
        station=station,
        date=date + dt.timedelta(days=1),
        **(facts | {"status": "cancelled", "notice_number": 8}),
        cancel_reason="防汛值守",
    )
    VisitFactory(station=station)
    code = give_code("deputy", deputy, actor=officer)
    return {
        "station": "/p/s/wf/",
        "find": "/p/",
        "who": "/p/who/",
        "village": f"/p/who/?area={village.pk}",
        "search": "/p/who/?q=文峰",
        "board": "/p/board/",
        "deputy": f"/p/d/{code.token}/",
        "days": "/p/s/wf/book/",
        "book": f"/p/s/wf/book/{day.pk}/",
        "booking": "/p/booking/",
        "say": "/p/s/wf/say/",
        "track": "/p/track/",
        "day": day,
    }


# What an elderly reader would find too small: targets below 60, type below 20 px.
SMALL = """() => {
  const seen = (e) => e.offsetParent !== null && !e.closest(".skip, .trap");
  const marks = ["hidden", "radio", "checkbox", "file"];
  const inText = (e) => {
    const around = e.parentElement;
    const plain = ["P", "DD"].includes(around.tagName);
    return plain && !around.classList.contains("links") && !e.className;
  };
  const out = [];
  const targets = "main a, main button, main input, main select, .switch";
  for (const e of document.querySelectorAll(targets)) {
    if (!seen(e) || marks.includes(e.type) || inText(e)) continue;
    if (e.getBoundingClientRect().height < 59.5) out.push(e.outerHTML.slice(0, 80));
  }
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (own && seen(e) && size < 20) out.push(e.outerHTML.slice(0, 80));
  }
  return out;
}"""

PAGES = (
    *("station", "find", "who", "village", "search", "board", "deputy"),
    *("days", "book", "booking", "say", "track"),
)


@pytest.mark.parametrize("elder", [False, True], ids=["plain", "elder"])
@pytest.mark.parametrize("width", [1440, 390])
def test_public_pages_pass_axe_and_do_not_scroll_sideways(
    open_page, place, width, elder
):
    page = open_page(width=width, elder=elder)
    found = {}
    for name in PAGES:
        assert page.goto(place[name]).ok
        rules = Axe().run(page, options=RULES).response
        assert len(rules["passes"]) > 10
        bad = [f"{v['id']} {v['nodes'][0]['html'][:90]}" for v in rules["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            bad.append("scrolls sideways")
        if bad:
            found[name] = bad

    assert found == {}


def test_elder_mode_has_large_type_and_large_targets(open_page, place):
    page = open_page(elder=True)
    small = {}
    for name in PAGES:
        assert page.goto(place[name]).ok
        bad = page.evaluate(SMALL)
        if bad:
            small[name] = bad

    assert small == {}


def test_first_load_of_every_page_is_light(open_page, place):
    heavy = {}
    for name in PAGES:
        page = open_page()
        sizes: list[int] = []
        page.on("response", lambda r, into=sizes: into.append(len(r.body())))
        assert page.goto(place[name]).ok
        page.wait_for_load_state("networkidle")
        if sum(sizes) > LIGHT or len(sizes) < 3:
            heavy[name] = sizes

    assert heavy == {}


def test_voter_books_and_cancels_without_script(open_page, place):
    page = open_page(script=False)
    page.goto(place["station"])
    page.get_by_role("link", name="预约这次接待").click()
    page.get_by_label("9:30").check()
    page.get_by_label("怎么称呼您").fill("刘德才")
    page.get_by_label("电话").fill("13812345678")
    page.get_by_label("想说什么事").fill("泵站只有一台泵在转")
    page.get_by_role("button", name="约这个时间").click()

    expect(page.get_by_role("heading", name="约好了")).to_be_visible()
    assert re.fullmatch(r"[2-9A-Z]{8}", page.locator(".code").inner_text())
    page.get_by_role("link", name="看我的预约").click()
    page.get_by_role("button", name="取消这个预约").click()
    expect(page.get_by_role("heading", name="预约已取消")).to_be_visible()
    assert Booking.objects.get().state == "cancelled"


def test_second_of_two_voters_is_told_and_keeps_what_was_typed(open_page, place):
    page = open_page(script=False)
    page.goto(place["book"])
    page.get_by_label("9:00").check()
    page.get_by_label("怎么称呼您").fill("邓春生")
    page.get_by_label("电话").fill("13987654321")
    page.get_by_label("想说什么事").fill("学校门口早上堵死")
    book(place["day"])
    page.get_by_role("button", name="约这个时间").click()

    expect(page.get_by_text("刚刚被约走").first).to_be_visible()
    expect(page.get_by_label("怎么称呼您")).to_have_value("邓春生")
    page.get_by_label("9:30").check()
    page.get_by_role("button", name="约这个时间").click()
    expect(page.get_by_role("heading", name="约好了")).to_be_visible()


def test_voter_finds_the_deputy_and_says_something_without_script(open_page, place):
    page = open_page(script=False)
    page.goto(place["who"])
    page.get_by_role("link", name="泉口街道").click()
    page.get_by_role("link", name="文峰社区", exact=True).click()
    page.get_by_role("link", name="周敏", exact=True).click()
    page.get_by_role("link", name="向周敏代表反映").click()
    expect(page.get_by_text("110")).to_be_visible()
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("用您自己的话说").fill("学校门口早上堵死，车停在盲道上。")
    page.get_by_role("button", name="关怀版").click()
    assert page.locator("html").get_attribute("data-mode") == "elder"
    expect(page.get_by_label("用您自己的话说")).to_have_value(re.compile("盲道"))
    page.get_by_label("在哪里").fill("金虾路小学东门")
    page.get_by_label("在哪里").press("Enter")
    page.get_by_text("替家人、邻居填的").click()
    page.get_by_label("邻居").check()
    page.get_by_role("textbox", name="您的姓名").fill("何志远")
    page.get_by_role("button", name="交给代表").click()

    expect(page.get_by_role("heading", name="收到了")).to_be_visible()
    visit = Visit.objects.get(channel="online")
    assert (visit.source, visit.helper_relation) == ("希望周敏代表听取", "邻居")
    assert Proposal.objects.count() == 1


def test_missing_page_speaks_chinese_and_leads_on(open_page, db):
    page = open_page(script=False)

    answer = page.goto("/p/s/nowhere/")

    assert answer.status == 404
    expect(page.get_by_role("heading", name="没有找到")).to_be_visible()
    page.get_by_role("link", name="回到首页").click()
    expect(page.get_by_role("heading", name="有事找代表")).to_be_visible()
