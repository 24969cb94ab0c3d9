"""Thirty visitors in ten minutes by keyboard alone, once without the network.

A person at the desk types some three signs a second; what the product itself takes must
leave time for that. Counted are the keys, measured is what the machine adds to them.
"""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from stations.models import ReceptionDay, Visit
from tests.factories import CategoryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTES, LINES = 10, 30
# Signs of Chinese through an input method: 40 a minute is a slow clerk; a key is a
# third of a second.
SECONDS_A_SIGN, SECONDS_A_KEY = 60 / 70, 0.3
COUNT_MICE = """() => ["pointerdown", "mousedown", "wheel"].forEach((kind) =>
    addEventListener(kind, () => { window.mice = (window.mice || 0) + 1; }, true))"""
TROUBLES = (
    ("路灯坏了半个月没人修", "zm", "2"),
    ("小吃街夜里油烟进屋", "", "1+已请城管去看"),
    ("宅基地官司想请代表过问", "", "3+1"),
    ("学校门口早上七点半堵死", "tc", "2"),
    ("社区食堂周末能不能也开", "", "1+正在和民政商量"),
    ("和前面那位说的一样路灯", "", "4+0001"),
)


@pytest.fixture
def categories(db):
    heading = CategoryFactory(code="C", name="城建环资")
    for code, name, initials in (("C01", "照明", "zm"), ("C03", "停车", "tc")):
        CategoryFactory(code=code, name=name, initials=initials, parent=heading)


class Hands:
    """Two hands on a keyboard: every key goes through here and is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.signs = page, 0, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, text: str) -> None:
        """As an input method hands it over: a word at once."""
        if not text:
            return
        if text.isascii():
            self.page.keyboard.type(text)
            self.keys += len(text)
        else:
            self.page.keyboard.insert_text(text)
            self.signs += len(text)

    def line(self, words: str, category: str, outcome: str, phone: str) -> None:
        self.press("Tab")
        self.write(phone)
        self.press("Tab")
        self.press("Tab")
        self.write(words)
        self.press("Tab")
        self.write(category)
        self.press("Tab")
        for part in outcome.split("+"):
            if part in "1234":
                self.press(part)
            else:
                self.write(part)
        self.press("Enter")

    @property
    def seconds(self) -> float:
        """How long a person takes for all that."""
        return self.keys * SECONDS_A_KEY + self.signs * SECONDS_A_SIGN


def test_thirty_lines_in_ten_minutes_without_the_mouse(
    page_as, station_staff, day, deputy, categories
):
    day.duties.create(deputy=deputy)
    page = page_as(station_staff)
    page.goto(f"/proposals/desk/{day.pk}/")
    page.evaluate(COUNT_MICE)
    hands, begun = Hands(page), time.monotonic()

    hands.press("F3")  # the deputy has come
    hands.press("Space")
    hands.press("Escape")
    for n in range(LINES):
        if n == 12:
            page.context.set_offline(True)
        if n == 18:
            expect(page.locator("[data-net]")).to_contain_text("条排队，已存本机")
            page.context.set_offline(False)
        words, category, outcome = TROUBLES[n % len(TROUBLES)]
        phone = f"1381234{n:04}" if n % 3 == 0 else ""
        hands.line(f"{words}第{n + 1}位", category, outcome, phone)
    expect(page.locator("tr[data-key]")).to_have_count(LINES)
    expect(page.locator("[data-net]")).to_have_text(re.compile(r"^已存 \d+:\d\d$"))
    took = time.monotonic() - begun

    assert (LINES, page.evaluate("() => window.mice || 0")) == (30, 0)
    assert Visit.objects.count() == LINES
    said = [f"{TROUBLES[n % 6][0]}第{n + 1}位" for n in range(LINES)]
    assert sorted(Visit.objects.values_list("words", flat=True)) == sorted(said)
    assert hands.seconds + took < MINUTES * 60
    assert page.evaluate("() => Object.values(localStorage)") == []
    assert hands.keys < 13 * LINES

    # the end of the day: the register prints itself
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="结束今日接待").press("Enter")
    expect(page.get_by_role("link", name="打印登记表")).to_be_visible()
    page.get_by_role("link", name="打印登记表").press("Enter")
    expect(page.locator("article.paper tbody tr")).to_have_count(LINES)
    assert "第30位" in page.locator("article.paper").inner_text()
    held = ReceptionDay.objects.get(pk=day.pk)
    assert (held.status, held.duties.get().state) == ("held", "attended")
    assert all(visit.heard_by.get() == deputy for visit in Visit.objects.all())
