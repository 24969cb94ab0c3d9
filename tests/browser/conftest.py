"""A real Chromium before a live server, signed in as anybody of the cast."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from accounts.models import User

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright keeps an event loop in this thread; the tests still read rows here.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A loaded machine, and the desk's own pauses between two tries (up to 15 s here).
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.fail("no Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context_as(
    chromium, live_server, sign_in
) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser signed in as this person; `width` 1440 or 390."""
    opened: list[BrowserContext] = []

    def signed_in(user: User, width: int = 1440, height: int = 1000) -> BrowserContext:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        name = settings.SESSION_COOKIE_NAME
        value = sign_in(user).cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        opened.append(context)
        return context

    yield signed_in
    for context in opened:
        context.close()


@pytest.fixture
def page_as(context_as) -> Callable[..., Page]:
    """A page of a browser signed in as this person; it fails on errors of scripts."""

    def page(user: User, **size: int) -> Page:
        made = context_as(user, **size).new_page()
        made.set_default_timeout(30_000)
        return made

    return page
