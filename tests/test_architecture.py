"""What linters cannot say about the shape of the code."""

import re
from functools import cache
from pathlib import Path

import pytest

from activities.workflow import FLOW as ACTIVITIES
from proposals.workflow.table import FLOW as PROPOSALS
from stations.workflow import FLOW as DAYS
from stations.workflow_checks import FLOW as CHECKS
from stations.workflow_plans import FLOW as PLANS

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "audit",
    "common",
    "areas",
    "accounts",
    "notices",
    "deputies",
    "stations",
    "activities",
    "proposals",
    "reports",
    "deputywork",
)
LONGEST_FILE = 400
LONG_FILES: dict[str, str] = {}  # path: why it may be longer

# Models whose rows are not for everybody: read through visible_to() or public().
GUARDED = (
    "Proposal",
    "Handling",
    "Commitment",
    "Visit",
    "ReceptionDay",
    "Station",
    "Deputy",
    "Group",
    "Report",
    "Notice",
    "Attachment",
    "Activity",
    "ActivityFile",
    "ReceptionPlan",
    "StationCheck",
    "Booking",
    "PaperSheet",
)
# `Proposal.objects.…` and the word that follows at once.
READ = re.compile(r"\b(" + "|".join(GUARDED) + r")\.objects\s*\.\s*(\w+)")
ALLOWED = ("visible_to", "public", "none", "all")
# Reads that begin at rows which are in scope already: file, and what it begins at.
IN_SCOPE = {
    "deputies/views/groups.py": "members of a group in scope",
    "stations/views/duties.py": "deputies on duty on a day in scope",
    "stations/views/public.py": "deputies of a public station, statutory facts only",
    "stations/views/sheets.py": "sheets of visits in scope",
    "proposals/views/desk.py": "days of the stations, visits of the day in scope",
}


# Rows that a workflow moves, as the code calls them.
MOVED = ("proposal", "matter", "day", "plan", "check", "activity", "mandate")
WRITE_STATUS = (
    "common/workflow.py",
    "proposals/workflow/importing.py",  # matters of old ledgers are born closed
)
# Without that of mandates, whose steps are one function and one parametrized test.
FLOWS = (ACTIVITIES, DAYS, PLANS, CHECKS, PROPOSALS)


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def all_tests() -> str:
    return "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def faces():
    """Views and REST modules."""
    for path in sources():
        if {"views", "api"} & set(path.parts) or path.name in ("views.py", "api.py"):
            yield path


@pytest.mark.parametrize("path", [*sources()], ids=name_of)
def test_files_stay_short(path):
    lines = path.read_text().count("\n")

    assert lines <= LONGEST_FILE or name_of(path) in LONG_FILES


@pytest.mark.parametrize("path", [*faces()], ids=name_of)
def test_faces_read_guarded_rows_in_scope_only(path):
    unscoped = [
        match.group(0)
        for match in READ.finditer(path.read_text())
        if match.group(2) not in ALLOWED
    ]

    assert len(unscoped) <= (2 if name_of(path) in IN_SCOPE else 0)


@pytest.mark.parametrize("path", [*faces()], ids=name_of)
def test_faces_write_nothing_themselves(path):
    text = path.read_text()

    writes = re.findall(
        r"\.(?:save|bulk_create|bulk_update|get_or_create|update_or_create)\(", text
    )
    writes += re.findall(r"objects[\w.()=, ]*\.(?:create|update|delete)\(", text)
    assert writes == []


@pytest.mark.parametrize("path", [*sources()], ids=name_of)
def test_status_is_written_by_the_workflow_only(path):
    if name_of(path) in WRITE_STATUS or "demo" in path.parts:
        return
    text = path.read_text()

    moved = rf"\b(?:{'|'.join(MOVED)})\.status\s*=[^=]"
    assert not re.search(moved, text)


@pytest.mark.parametrize("verb", {verb: 0 for flow in FLOWS for verb in flow.steps})
def test_every_step_has_a_test_of_its_name(verb):
    assert re.search(rf"def test_{verb}_", all_tests())


@pytest.mark.parametrize("verb", PROPOSALS.steps)
def test_every_step_has_a_page_and_a_rest_action_of_its_verb(verb):
    pages = (ROOT / "proposals/urls.py").read_text()
    rest = (ROOT / "proposals/api/views.py").read_text()

    assert f'name="{verb}"' in pages
    assert re.search(rf'def {verb}\(|url_path="{verb}"', rest)


@pytest.mark.parametrize("app", APPS)
def test_no_drawers_for_odds_and_ends(app):
    odd = [p for p in (ROOT / app).rglob("*.py") if p.stem in ("utils", "helpers")]

    assert odd == []


def test_templates_hold_no_inline_code():
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son\w+=\"")
    bad = [
        name_of(path)
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text())
    ]

    assert bad == []
