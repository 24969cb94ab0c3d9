"""Who came to a station stays between station, office and the deputies who listened.

All pages, files and REST answers are read as people of each kind; names and contacts
of visitors may stand in them in clear nowhere, and masked only for those who may know
of the visit.
"""

import io
import zipfile
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audit.models import Event
from notices.models import Notice
from stations.models import Visit
from tests.access_table import CAST, POSTED, TABLE
from tests.access_world import matters, world  # noqa: F401 (fixtures)
from tests.test_access import all_urls

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

PLACES = ("proposals:", "stations:", "reports:", "notices:", "today", "public:")
REST = ("api:visit", "api:proposal", "api:reception")
NAME, CONTACT = "欧阳如海", "13987654321"
MASKED = ("欧***", "139****4321")


@pytest.fixture
def told_apart(world, matters):  # noqa: F811
    """The world with visitors whose names nothing else in it bears."""
    for visit in Visit.objects.all():
        visit.visitor_name, visit.visitor_contact = NAME, CONTACT
        visit.save(update_fields=["visitor_name", "visitor_contact"])
    return world


def text_of(answer: Any) -> str:
    """What an answer says; of a workbook or a Word file, all its parts."""
    body = answer.getvalue() if answer.streaming else answer.content
    if body[:2] != b"PK":
        return body.decode(errors="ignore")
    parts = zipfile.ZipFile(io.BytesIO(body))
    said = [parts.read(name).decode(errors="ignore") for name in parts.namelist()]
    return unescape("".join(said))


def read(world, who: str) -> dict[str, str]:  # noqa: F811
    """All this person is shown, by the name of the URL; and a matter handed over."""
    arguments, found = all_urls(), {}
    matter = reverse("proposals:detail", kwargs=world["arguments"]("proposals:reply"))
    found["matter"] = text_of(world["browser"](who).get(matter))
    for name, row in TABLE.items():
        is_open = row.split()[CAST.index(who)] == "200" and name not in POSTED
        if not is_open or not name.startswith(PLACES + REST):
            continue
        given = world["arguments"](name)
        url = reverse(name, kwargs={key: given[key] for key in arguments[name]})
        with transaction.atomic():
            answer = world["browser"](who).get(url)
            found[name] = text_of(answer)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("who", ["officer", "station_staff", "deputy_user"])
def test_people_are_masked_for_those_who_know_of_them(told_apart, who):
    shown = read(told_apart, who)

    clear = {n for n, text in shown.items() if NAME in text or CONTACT in text}
    assert clear == set()
    assert MASKED[0] in shown["matter"]
    assert MASKED[0] in shown["proposals:export"]
    assert MASKED[1] in shown["stations:visit_list"]


@pytest.mark.parametrize("who", ["unit_leader", "coordinator"])
def test_units_and_coordinators_never_learn_who_came(told_apart, who):
    shown = read(told_apart, who)

    known = (NAME, CONTACT, *MASKED)
    assert {n for n, text in shown.items() if any(w in text for w in known)} == set()
    assert "选民 1 人" in shown["matter"]
    assert "选民 1 人" in shown["proposals:export"]


def test_nothing_personal_is_in_the_trail_or_in_notices(told_apart):
    lines = [*Event.objects.values(), *Notice.objects.values()]

    assert len(lines) > 20
    assert not any(
        "刘德才" in str(line) or "13812345678" in str(line) for line in lines
    )
