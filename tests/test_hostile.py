"""Hostile input into every URL: answered below 500; what is refused changes nothing.

Each URL is called as a person whom access_table.py lets in: with hostile parameters in
the address, with hostile posts made of the fields of the forms its page shows, and
(REST, and pages without a form) with every name that any step knows.
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from rest_framework.serializers import Serializer

from accounts.models import User
from areas.models import Unit
from audit.models import Event
from deputies.models import Deputy, Group
from proposals.api import serializers as shapes
from proposals.forms.desk import PlainField
from proposals.models import Proposal
from reports.models import Report
from stations.models import Station, Visit
from tests.access_table import CAST, POSTED, TABLE
from tests.access_world import matters, world  # noqa: F401 (fixtures)
from tests.test_access import all_urls

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

HOSTILE = {
    "nines": "9" * 40,
    "year 3000": "3000-12-31",
    "text": "=\u202e李\x00\u200f👩‍👧\"><img src=x onerror=alert(1)>'; DROP TABLE x",
    "long": "长" * 10_000,
    "digits": "9" * 5_000,  # more than int() takes
}
TEXTS = (forms.CharField, PlainField)
# Names of parameters, sent all at once, each as hostile as it may be.
CHOSEN = [
    *("kind", "status", "when", "area", "station", "unit", "category", "result"),
    *("satisfaction", "state", "town", "level", "group", "role", "deputy", "parent"),
    *("metric", "part", "period", "page_size", "by", "only", "line", "unread", "sex"),
    *("outcome", "channel", "whose", "is_active", "format", "next"),
]
TYPED = ["q", "cursor", "name", "who", "deed"]
DATED = ["since", "until", "from", "to", "first", "last", "updated_since"]
NO_TEXT = "%ff%fe%ed%a0%80"  # neither is UTF-8
SENT = [
    *("key", "present", "change", "absent", "instead", "station", "version", "words"),
    *("line", "reason", "day", "action", "verb", "role", "next"),
]
# The ones whose names stand first see most; a stranger to all is not asked.
WHO = (
    *("officer", "station_staff", "deputy_user", "unit_leader", "coordinator"),
    *("sec_admin", "sys_admin", "audit_admin", "anonymous"),
)
BODIES = (
    b"\xff\xfe\x00",
    b"[1, 2]",
    b"null",
    b'"\\ud800"',
    b"[" * 100_000,
    b'{"shares": {"a": [[[[]]]]}, "visit": 1e400, "category": 1e400, "result": {}}',
)


@pytest.fixture(autouse=True)
def _no_rates(settings):
    settings.PUBLIC_RATES = dict.fromkeys(settings.PUBLIC_RATES, (10**9, 60))


def doors(method: str) -> Iterator[tuple[str, str]]:
    """Every URL that answers this method, and the first person who is let in."""
    for name, row in TABLE.items():
        if (name in POSTED) != (method == "post"):
            continue
        answers = dict(zip(CAST, row.split(), strict=True))
        let_in = [who for who in WHO if answers[who] in ("200", "302", "422")]
        let_in = [who for who in let_in if answers[who] != "302"] or let_in
        if let_in and name != "accounts:logout":
            yield name, let_in[0]


def rows() -> list[int]:
    """How many rows the main tables have; every change also writes the trail."""
    counted = (Event, User, Unit, Deputy, Group, Station, Visit, Proposal, Report)
    return [model._base_manager.count() for model in counted]


@pytest.fixture
def call(world):  # noqa: F811
    """Call a URL as somebody, undo what it did, and note what broke."""
    broken: dict[str, str] = {}
    changed: list[str] = []
    arguments, before = all_urls(), rows()

    def do(name: str, who: str, method: str, note: str, query: str = "", **kw: Any):
        given = world["arguments"](name)
        url = reverse(name, kwargs={key: given[key] for key in arguments[name]})
        with transaction.atomic():
            try:
                answer = getattr(world["browser"](who), method)(url + query, **kw)
                if answer.status_code >= 500:
                    broken[f"{name} {note}"] = str(answer.status_code)
                if answer.streaming:
                    answer.getvalue()  # read to its end, and so closed
            except Exception as error:
                broken[f"{name} {note}"] = repr(error)[:200]
                answer = None
            else:
                if answer.status_code >= 400 and rows() != before:
                    changed.append(f"{name} {note}")
            transaction.set_rollback(True)
        return answer

    do.broken, do.changed = broken, changed  # type: ignore[attr-defined]
    return do


def forms_of(answer: Any) -> list[forms.BaseForm]:
    """The forms that a page was made of."""
    found: dict[int, forms.BaseForm] = {}
    for layer in answer.context or ():
        for value in (layer.dicts if hasattr(layer, "dicts") else [layer])[-3:]:
            for form in value.values():
                if isinstance(form, forms.BaseForm) and form.fields:
                    found[id(form)] = form
    return list(found.values())


def filled(form: forms.BaseForm) -> dict[str, Any]:
    """What an honest person would send."""
    found: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        choices = [key for key, _ in getattr(field, "choices", ()) if key]
        if value in (None, "") and choices:
            value = getattr(choices[0], "value", choices[0])
        elif value in (None, "") and isinstance(field, forms.DateField):
            value = dt.date(2026, 1, 5)
        elif value in (None, "") and not isinstance(field, forms.FileField):
            value = "1" if isinstance(field, forms.IntegerField) else "泵站进水没有人管"
        if hasattr(value, "pk"):
            value = value.pk
        if value not in (None, False, ""):
            found[form.add_prefix(name)] = value
    return found


def test_nul_in_address_or_header_is_refused(client):
    assert client.get("/p/?q=%00").status_code == 400
    assert client.get("/p/", headers={"User-Agent": "a\x00b"}).status_code == 400


def test_hostile_addresses_are_answered(call):
    nines, text = HOSTILE["nines"], NO_TEXT + quote(HOSTILE["text"].replace("\0", ""))
    plain = [f"{name}={nines}" for name in CHOSEN + TYPED + DATED]
    mixed = [f"{name}={text}" for name in CHOSEN + TYPED]
    mixed += [f"{name}=3000-12-31" for name in DATED]
    for name, who in doors("get"):
        call(name, who, "get", "nines", "?" + "&".join(plain))
        partial = {"HX-Request": "true"}
        call(name, who, "get", "text", "?" + "&".join(mixed), headers=partial)

    assert call.broken == {}


def test_hostile_posts_are_answered_and_refused_ones_change_nothing(call):
    for name, who in doors("get"):
        page = call(name, who, "get", "GET")
        for form in forms_of(page) if page is not None else ():
            honest = filled(form)
            for note in ("nines", "year 3000", "text"):
                data = dict.fromkeys(honest, HOSTILE[note])
                call(name, who, "post", f"all {note}", data=data)
            kinds = {form.add_prefix(n): type(f) for n, f in form.fields.items()}
            texts = [n for n in honest if kinds.get(n) in TEXTS]
            for note in ("text", "long") if texts else ():
                data = honest | dict.fromkeys(texts, HOSTILE[note])
                call(name, who, "post", f"texts {note}", data=data)

    assert call.broken == {}
    # A refused sign-in is written down.
    assert [note for note in call.changed if "accounts:login" not in note] == []


def test_hostile_bodies_are_answered(call):
    for name, who in doors("post"):
        if name.startswith("api:"):
            continue
        for note, text in HOSTILE.items():
            call(name, who, "post", note, data=dict.fromkeys(SENT, text))
        for body in BODIES:
            data = {"data": body, "content_type": "application/json"}
            call(name, who, "post", repr(body[:20]), **data)

    assert call.broken == {}


def names_of_steps() -> list[str]:
    """Every name that the body of some step has."""
    of = [s for s in vars(shapes).values() if isinstance(s, type)]
    steps = [s for s in of if issubclass(s, Serializer) and s.__base__ is Serializer]
    return sorted({name for step in steps for name in step().get_fields()})


def test_hostile_steps_over_rest_are_refused(call):
    allowed, names = [], names_of_steps()
    for name, who in doors("post"):
        if not name.startswith("api:"):
            continue
        typed = [json.dumps(dict.fromkeys(names, text)) for text in HOSTILE.values()]
        for body in (*BODIES, *typed):
            data = {"data": body, "content_type": "application/json"}
            answer = call(name, who, "post", repr(body[:20]), **data)
            if answer is not None and answer.status_code < 400:
                allowed.append(name)

    assert call.broken == {}
    assert set(allowed) <= TAKES_NOTHING


# Steps that ask for nothing, whatever is sent along.
TAKES_NOTHING = {
    "api:proposal-submit",
    "api:proposal-sign-for",
    "api:proposal-reply",
}
