"""Every URL and every REST verb × every role → the status it answers.

The table stands in access_table.py; a URL that is missing there fails the test, and
so does one that is there but gone. A GET is asked for unless the table says POST
(posts are empty: 422 or 302 then mean that the door was open).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.access_table import CAST, POSTED, TABLE
from tests.access_world import matters, world  # noqa: F401 (fixtures)

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

# <int:pk> of a path, (?P<pk>…) of a regular expression.
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def all_urls() -> dict[str, set[str]]:
    """Names of all URLs, with their namespace, and the arguments each takes."""

    def walk(resolver: Any, space: str, before: str) -> Iterator[tuple[str, set[str]]]:
        for pattern in resolver.url_patterns:
            path = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                inner = pattern.namespace
                yield from walk(pattern, f"{space}{inner}:" if inner else space, path)
            else:
                yield f"{space}{pattern.name}", set(ARGUMENT.findall(path))

    return dict(walk(get_resolver(), "", ""))


def statuses(name: str, world: dict[str, Any]) -> str:  # noqa: F811
    """What each of the cast is answered, in the order of CAST."""
    given = world["arguments"](name)
    url = reverse(name, kwargs={key: given[key] for key in all_urls()[name]})
    found = []
    for who in CAST:
        with transaction.atomic():
            client: Client = world["browser"](who)
            answer = (client.post if name in POSTED else client.get)(url)
            found.append(str(answer.status_code))
            if answer.streaming:
                answer.getvalue()  # read to its end, and so closed
            transaction.set_rollback(True)
    return " ".join(found)


def test_every_url_is_in_the_table():
    assert sorted(all_urls()) == sorted(TABLE)


@pytest.fixture
def _blank_pages(settings):
    """Statuses need no pages; other tests draw them."""
    engine = {"BACKEND": "tests.blank_templates.BlankTemplates", "NAME": "blank"}
    settings.TEMPLATES = [engine | {"DIRS": [], "APP_DIRS": True}]


# In parts, so that several processes can share them.
PARTS = 6


@pytest.mark.usefixtures("_blank_pages")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_url_answers_each_role_as_the_table_says(part, world):  # noqa: F811
    wrong = {
        name: (found, TABLE[name])
        for name in sorted(TABLE)[part::PARTS]
        if (found := statuses(name, world)) != TABLE[name]
    }

    assert wrong == {}


def test_pages_without_sign_in_are_these_only():
    open_to_all = [
        name for name, row in TABLE.items() if row.split()[0] not in ("302", "401")
    ]

    assert sorted(open_to_all) == sorted(OPEN)


OPEN = [
    "accounts:login",
    "accounts:privacy",
    "api:schema",
    "healthz",
    "public:board",
    "public:book",
    "public:book_list",
    "public:booking",
    "public:deputy",
    "public:find",
    "public:notice",
    "public:say",
    "public:station",
    "public:track",
    "public:who",
    "stations:feed",
]
