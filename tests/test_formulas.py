"""No file of ours holds a formula: whatever people typed, cells stay texts.

All addresses are read as those who may; every workbook, Word file and CSV among the
answers is opened and looked at, cell by cell.
"""

import csv
import io
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import models, transaction
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from activities.models import Activity, Guest
from areas.models import Category, Unit
from deputies.models import Deputy
from proposals.models import Proposal
from reports.ledgers.shelf import LEDGERS
from stations.models import ReceptionDay, Station, Visit
from tests.access_world import matters, world  # noqa: F401 (fixtures)
from tests.factories.activities import ActivityFactory
from tests.test_access import all_urls

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

ROOT = Path(__file__).resolve().parent.parent
SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
EVIL = "cmd|'/c calc'!A0"
TOLD = (Activity, Guest, Category, Unit, Deputy, Proposal, ReceptionDay, Station, Visit)
# Files that must be among those found.
KNOWN = {
    "accounts:audit_export",
    "activities:export",
    "deputies:export",
    "proposals:export",
    "reports:export",
    "reports:ledger_export",
    "reports:ledger_word",
    "stations:day_register_word",
    "stations:day_sign_word",
    "stations:visit_export",
}


@pytest.fixture
def poisoned(world, station, deputy, settings):  # noqa: F811
    """The world in which every free text begins with one of these signs, in turn."""
    for kind in ("study", "contact", "survey", "pairing", "duty_report"):
        activity = ActivityFactory(station=station, kind=kind, status="held")
        activity.guests.create(organisation="局")
        activity.attendances.create(deputy=deputy, state="attended")
    # Files need no pages; other tests draw them.
    blank = {"BACKEND": "tests.blank_templates.BlankTemplates", "NAME": "blank"}
    settings.TEMPLATES = [blank | {"DIRS": [], "APP_DIRS": True}]
    signs = itertools.cycle(SIGNS)
    for model in TOLD:
        texts = [f.name for f in model._meta.fields if is_free(f)]
        model.objects.update(**{name: next(signs) + EVIL for name in texts})
    return world


def is_free(field: models.Field) -> bool:
    """A text that people write, in which no two rows need differ."""
    kinds = (models.CharField, models.TextField)
    if not isinstance(field, kinds) or field.choices or field.unique:
        return False
    written = getattr(field, "editable", True) and not field.primary_key
    long = (field.max_length or 1000) >= 50
    return written and long and field.name not in ("number", "bigrams", "import_key")


def files(world: Any) -> dict[str, list[bytes]]:  # noqa: F811
    """All files that an answer to a GET is, by the name of the address."""
    found: dict[str, list[bytes]] = {}
    for name, wanted in all_urls().items():
        given = world["arguments"](name)
        several = [given]
        if name.startswith("reports:ledger") and "key" in wanted:
            several = [{"key": key} for key in LEDGERS]
        for one in several:
            if wanted - set(one):
                continue
            url = reverse(name, kwargs={key: one[key] for key in wanted})
            who = "audit_admin" if name.startswith("accounts:audit") else "officer"
            body = read(world["browser"](who), url)
            if body[:2] == b"PK" or body[:3] == b"\xef\xbb\xbf":
                found.setdefault(name, []).append(body)
    return found


def read(browser: Any, url: str) -> bytes:
    with transaction.atomic():
        answer = browser.get(url)
        body: bytes = answer.getvalue() if answer.streaming else answer.content
        transaction.set_rollback(True)
    return body


def cells(body: bytes) -> list[str]:
    """The texts of all cells; a workbook must hold no formula."""
    if body[:2] != b"PK":
        lines = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        return [cell for line in lines for cell in line]
    if b"word/document.xml" in body:
        tables = Document(io.BytesIO(body)).tables
        rows = [row for table in tables for row in table.rows]
        return [cell.text for row in rows for cell in row.cells]
    book = load_workbook(io.BytesIO(body))
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in values if cell.data_type == "f"]
    return [cell.value for cell in values if isinstance(cell.value, str)]


def test_no_cell_of_any_file_begins_as_a_formula(poisoned):
    found = files(poisoned)

    assert set(found) >= KNOWN
    for name in ("activities:export", "stations:visit_export", "proposals:export"):
        assert any(EVIL in cell for body in found[name] for cell in cells(body))
    bad = {
        name: cell
        for name, bodies in found.items()
        for body in bodies
        for cell in cells(body)
        if cell.startswith(SIGNS)
    }
    assert bad == {}


def test_only_the_guarded_writers_write_sheets():
    """Whoever else wrote a workbook or CSV would have to guard its cells anew."""
    direct = re.compile(r"\bWorkbook\(|csv\.writer\(|DictWriter\(")
    apps = [p for p in ROOT.iterdir() if (p / "__init__.py").is_file()]
    found = {
        path.relative_to(ROOT).as_posix()
        for app in apps
        if app.name not in ("tests", "benchmarks")
        for path in app.rglob("*.py")
        if direct.search(path.read_text())
    }

    allowed = ("common/spreadsheets/", "reports/demo/")
    assert {path for path in found if not path.startswith(allowed)} == set()
