"""The desk by keyboard alone: ten lines, a lost connection, a reload, no line twice."""

import json
import re
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from audit.services import history_of
from proposals.models import Proposal
from proposals.services.desk import settle_line
from stations.models import Visit
from stations.services import amend_visit
from stations.workflow import hold
from tests.factories import CategoryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def categories(db):
    heading = CategoryFactory(code="C", name="城建环资")
    for code, name, initials, words in (
        ("C01", "水利排涝", "slpl", "泵站 水泵"),
        ("C02", "噪声油烟", "zsyy", "油烟 烧烤"),
        ("C03", "停车", "tc", "车位 停车"),
        ("C04", "涉法涉诉", "sfss", "官司 法院"),
    ):
        CategoryFactory(
            code=code, name=name, initials=initials, keywords=words, parent=heading
        )


@pytest.fixture
def desk(page_as, station_staff, day, categories) -> Page:
    page = page_as(station_staff)
    page.goto(f"/proposals/desk/{day.pk}/")
    return page


def type_line(
    page: Page, words: str, *, name="", phone="", size="", category="", outcome=""
) -> None:
    """One line by the keyboard, from the first field to Enter."""
    expect(page.locator("#id_visitor_name")).to_be_focused()
    keys = page.keyboard
    keys.type(name)
    keys.press("Tab")
    keys.type(phone)
    keys.press("Tab")
    if size:
        keys.press("Control+A")
        keys.type(size)
    keys.press("Tab")
    keys.type(words)
    keys.press("Tab")
    keys.type(category)
    keys.press("Tab")
    for key in outcome.split("+"):
        if len(key) == 1:
            keys.press(key)
        else:
            keys.type(key)
    keys.press("Enter")


def is_waiting(page: Page, count: int) -> None:
    expect(page.locator("[data-net]")).to_have_text(
        re.compile(f"{count} 条排队，已存本机")
    )


def is_stored(page: Page) -> None:
    expect(page.locator("[data-net]")).to_have_text(re.compile(r"^已存 \d+:\d\d$"))


def kept_texts(page: Page) -> list[str]:
    """What of the desk lies in the browser's lasting store."""
    return page.evaluate("() => Object.values(localStorage)")


def test_ten_lines_by_keyboard_alone_are_ten_visits(desk, day):
    # three lines with the network there
    type_line(
        desk,
        "文峰泵站只有一台泵在转，一下雨就进水",
        name="刘德才",
        phone="13822142207",
        size="3",
        category="sl",
        outcome="2",
    )
    type_line(
        desk, "小吃街夜里还在烤，油烟进屋", category="zs", outcome="1+已请城管当晚去看"
    )
    type_line(desk, "宅基地官司一审判了想请代表过问", name="张先生", outcome="3+1")
    expect(desk.locator("tr[data-key]")).to_have_count(3)
    is_stored(desk)
    assert Visit.objects.count() == 3

    # the network goes: two lines wait on this machine
    desk.context.set_offline(True)
    type_line(desk, "学校门口早上七点半堵死", name="陈玉梅", size="4", outcome="2")
    type_line(desk, "下水道挖开两个月没有回填", phone="13622149015", outcome="2")
    is_waiting(desk, 2)
    expect(desk.locator("[data-fates] .state-soon")).to_have_count(2)
    assert len(kept_texts(desk)) == 2
    assert Visit.objects.count() == 3

    # a reload while the lines cannot be sent: they are still there
    desk.route("**/line/", lambda route: route.abort())
    desk.context.set_offline(False)
    desk.reload()
    is_waiting(desk, 2)
    type_line(desk, "社区食堂周末能不能也开", name="李秀珍", outcome="2")
    is_waiting(desk, 3)

    # the server stores a line, but its answer is lost
    desk.unroute("**/line/")
    lost = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    desk.route("**/line/", lose_the_first_answer)
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    is_stored(desk)
    assert lost == [200]
    assert kept_texts(desk) == []

    # the rest, one of them joined to the first matter
    number = Proposal.objects.order_by("id").first().number
    type_line(
        desk, "泵站门口的围墙倒了半边", category="slpl", outcome=f"4+{number[-4:]}"
    )
    type_line(desk, "公交车站挪远了老人走不动", outcome="2")
    type_line(desk, "路灯坏了半个月没有人修", outcome="2")
    type_line(desk, "想知道医保怎么异地报销", outcome="1+凭转诊备案一次办结")
    expect(desk.locator("tr[data-key]")).to_have_count(10)
    is_stored(desk)

    visits = list(Visit.objects.order_by("id"))
    assert len(visits) == 10
    assert [visit.outcome for visit in visits] == [
        *("opinion", "answered", "referred", "opinion", "opinion"),
        *("opinion", "merged", "opinion", "opinion", "answered"),
    ]
    assert [visit.party_size for visit in visits[:4]] == [3, 1, 1, 4]
    assert visits[0].category.name == visits[6].category.name == "水利排涝"
    assert visits[0].visitor_contact == "13822142207"
    assert Proposal.objects.count() == 6
    assert Proposal.objects.order_by("id").first().visits.count() == 2
    for visit in visits:
        assert history_of(visit).filter(verb="log").count() == 1
    expect(desk.locator("[data-totals]")).to_have_text("来访 10 批 15 人次")
    assert "13822142207" not in desk.content()


def test_typing_is_stored_after_a_second_and_survives_a_reload(desk):
    desk.keyboard.type("邓春生")
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.type("泵站门口的围墙倒了半边")
    is_stored(desk)
    visit = Visit.objects.get()
    assert (visit.words, visit.outcome) == ("泵站门口的围墙倒了半边", "open")

    desk.keyboard.type("，孩子常往里钻")
    desk.reload()

    expect(desk.locator("#id_words")).to_have_value(
        "泵站门口的围墙倒了半边，孩子常往里钻"
    )
    is_stored(desk)
    desk.keyboard.press("Alt+2")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-fates] .state-doing")).to_have_count(1)
    visit.refresh_from_db()
    assert (visit.words, visit.outcome) == (
        "泵站门口的围墙倒了半边，孩子常往里钻",
        "opinion",
    )
    assert (Visit.objects.count(), Proposal.objects.count()) == (1, 1)


def test_a_line_like_an_open_matter_is_joined_by_one_key(desk):
    type_line(desk, "文峰泵站只有一台泵在转，一下大雨一楼全进水", outcome="2")
    type_line(desk, "小吃街油烟太大窗子不敢开", outcome="2")
    type_line(
        desk, "泵站只有一台泵转，下大雨一楼进水", phone="13812345678", outcome="2"
    )
    expect(desk.locator("[data-alike]")).to_have_count(1)

    desk.get_by_role("button", name="要并案吗？").press("Enter")

    expect(desk.locator("[data-fates] li").first).to_contain_text("已并入")
    expect(desk.locator("[data-code]")).to_have_count(0)
    first, _, third = Proposal.objects.order_by("id")
    assert (first.visits.count(), third.status) == (2, "withdrawn")
    expect(desk.locator("#id_words")).to_have_value("")


def test_arrow_up_mends_the_line_above(desk):
    type_line(desk, "路灯坏了半个月没人修", phone="13812345678", outcome="2")
    type_line(desk, "公交车站挪远了走不动", outcome="2")
    expect(desk.locator("[data-fates] .state-doing")).to_have_count(2)

    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#id_words")).to_have_value("路灯坏了半个月没人修")
    expect(desk.locator("#id_visitor_contact")).to_have_value("138****5678")
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.press("End")
    desk.keyboard.type("，晚上看不见路")
    desk.keyboard.press("Enter")
    expect(desk.locator("#id_words")).to_have_value("公交车站挪远了走不动")
    desk.keyboard.press("Escape")

    expect(desk.locator("tr[data-key]").first).to_contain_text("晚上看不见路")
    expect(desk.locator("#id_visitor_name")).to_have_value("")
    first, _ = Visit.objects.order_by("id")
    assert first.words == "路灯坏了半个月没人修，晚上看不见路"
    assert first.visitor_contact == "13812345678"
    assert Proposal.objects.order_by("id").first().text == first.words


def test_a_line_changed_by_somebody_else_asks_calmly(desk, day, station_staff):
    type_line(desk, "路灯坏了半个月没人修", outcome="2")
    expect(desk.locator("[data-fates] .state-doing")).to_have_count(1)
    visit = Visit.objects.get()
    amend_visit(visit, actor=station_staff, version=0, words="同事改过的一句原话")

    desk.keyboard.press("ArrowUp")
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.press("End")
    desk.keyboard.type("，我改的")
    desk.keyboard.press("Enter")

    place = desk.locator("[data-fates] li").first
    expect(place).to_contain_text("现在登记的是：同事改过的一句原话")
    expect(desk.locator("[data-net]")).to_contain_text("1 条没有存上")
    place.get_by_role("button", name="用我写的").press("Enter")
    is_stored(desk)
    visit.refresh_from_db()
    assert visit.words == "路灯坏了半个月没人修，我改的"


def test_a_line_for_a_closed_day_is_not_lost_from_sight(desk, day, station_staff):
    desk.context.set_offline(True)
    type_line(desk, "路灯坏了半个月没人修", outcome="2")
    is_waiting(desk, 1)
    hold(day, actor=station_staff)

    desk.context.set_offline(False)

    place = desk.locator("[data-fates] li").first
    expect(place).to_contain_text("这次接待已经结束")
    assert Visit.objects.count() == 0
    assert "路灯坏了" in json.dumps(kept_texts(desk), ensure_ascii=False)

    desk.goto("/proposals/desk/")
    desk.get_by_role("link", name="打开这一天").click()
    left = desk.locator("[data-left]")
    expect(left).to_contain_text("路灯坏了半个月没人修")
    left.get_by_role("button").click()
    expect(left).to_be_hidden()
    assert kept_texts(desk) == []


def test_ticks_are_saved_at_once(page_as, station_staff, day, deputy):
    day.duties.create(deputy=deputy)
    page = page_as(station_staff)
    page.goto(f"/proposals/desk/{day.pk}/")

    with page.expect_response("**/attend/"):
        page.get_by_label("周敏").first.press("Space")

    assert day.duties.get().state == "attended"


def test_the_desk_fits_a_phone(page_as, station_staff, day, categories):
    page = page_as(station_staff, width=390, height=844)
    page.goto(f"/proposals/desk/{day.pk}/")

    page.get_by_label("来访人").fill("刘德才")
    page.locator("#id_words").fill("路灯坏了半个月没人修")
    page.get_by_text("转为意见", exact=True).click()
    page.get_by_role("button", name="存下这一行").click()

    expect(page.locator("tr[data-key]")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert Visit.objects.get().outcome == "opinion"


def test_a_colleagues_line_appears_at_this_desk_too(
    page_as, station_staff, township, day, categories
):
    page = page_as(station_staff)
    page.clock.install()
    page.goto(f"/proposals/desk/{day.pk}/")
    page.keyboard.type("正在写")
    settle_line(day, actor=township, key=uuid4(), words="同事记下的一句原话")

    page.clock.fast_forward(21_000)

    expect(page.locator("tr[data-key]")).to_have_count(1)
    expect(page.locator("tr[data-key]")).to_contain_text("同事记下的一句原话")
    expect(page.locator("#id_visitor_name")).to_have_value("正在写")
    expect(page.locator("[data-number]")).to_have_text("2")


def test_close_waits_for_the_last_line(desk, day):
    desk.on("dialog", lambda asked: asked.accept())
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.type("写到一半就要结束接待了")

    desk.get_by_role("button", name="结束今日接待").press("Enter")

    expect(desk.get_by_role("link", name="打印登记表")).to_be_visible()
    day.refresh_from_db()
    assert (day.status, Visit.objects.get().words) == ("held", "写到一半就要结束接待了")


def test_the_voters_slip_prints_alone(desk):
    type_line(desk, "路灯坏了半个月没人修", phone="13812345678", outcome="2")
    slip = desk.locator("[data-slip]")
    secret = slip.get_attribute("data-secret")
    desk.evaluate(
        "() => { window.print = () => { window.printed = document.body.innerText; }; }"
    )
    desk.emulate_media(media="print")

    slip.dispatch_event("click")

    printed = desk.evaluate("() => window.printed")
    assert secret in printed
    assert Proposal.objects.get().number in printed
    assert "13812345678" not in printed
    assert "结束今日接待" not in printed


@pytest.mark.parametrize("width", [1440, 390])
def test_the_desk_is_open_to_everybody(page_as, station_staff, day, categories, width):
    settle_line(day, actor=station_staff, key=uuid4(), words="路灯坏了", outcome="open")
    page = page_as(station_staff, width=width)
    page.goto(f"/proposals/desk/{day.pk}/")
    page.keyboard.press("Alt+3")

    found = Axe().run(page).response["violations"]

    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
