"""The pages of docs/ tell the truth about the code."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
OURS = {config.name for config in apps.get_app_configs()} & {
    path.name for path in ROOT.iterdir()
}
# Programs whose settings are explained in docs/operations.md.
CONFIGURED = [
    ROOT / "run.py",
    ROOT / "common/database.py",
    ROOT / "tests/parts.py",
    ROOT / "tests/settings.py",
    *sorted((ROOT / "deputywork").glob("*.py")),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# `stations/views/public.py`, `deploy/nginx.conf`: a file of the tree in backticks.
FILE = re.compile(r"`((?:[\w.@-]+/)+[\w.@-]+\.\w+)`")
NAMED_MODEL = re.compile(rf"`((?:{'|'.join(sorted(OURS))})\.[A-Z]\w+(?:\.\w+)?)`")
DATA = ("var/", "VAR_DIR/")  # files of an installation, not of the tree
CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def prose(path):
    """The page without its blocks of code."""
    return CODE_BLOCK.sub("", path.read_text())


def environment_variables():
    """Every name that a program reads from the environment by a literal."""
    found = set()
    for path in CONFIGURED:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                place, first = ast.unparse(node.func), node.args[0]
            elif isinstance(node, ast.Subscript):
                place, first = ast.unparse(node.value), node.slice
            else:
                continue
            reads = place.startswith(("env.", "os.environ"))
            if reads and isinstance(first, ast.Constant):
                found.add(first.value)
    return found - {"PATH"}


def anchors(page):
    """Ids that a renderer gives the headings of a page."""
    heads = HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("command", ["draw_workflow", "draw_access"])
def test_drawings_are_those_of_the_tables(command):
    call_command(command, check=True)


def test_check_fails_when_a_drawing_differs(tmp_path):
    (tmp_path / "workflow.md").write_text("old")

    with pytest.raises(CommandError, match=r"workflow\.md"):
        call_command("draw_workflow", check=True, to=tmp_path)

    assert (tmp_path / "workflow.md").read_text() == "old"


def test_draw_writes_what_check_then_accepts(tmp_path):
    call_command("draw_workflow", to=tmp_path)

    call_command("draw_workflow", check=True, to=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["workflow.md", "workflow.svg"]


def test_every_setting_is_explained():
    explained = (DOCS / "operations.md").read_text()
    read = environment_variables() - {"PYTEST_XDIST_WORKER"}  # set by the test run

    assert {"VAR_DIR", "DATABASE_URL", "REDIS_URL", "DEMO", "PORT"} <= read
    assert [name for name in sorted(read) if f"`{name}`" not in explained] == []


def test_settings_in_the_docs_are_read_somewhere():
    tables = re.findall(
        r"^\| `([A-Z_]+)` \|", (DOCS / "operations.md").read_text(), re.M
    )

    assert sorted(set(tables) - environment_variables()) == []


def test_every_command_is_named():
    text = (DOCS / "operations.md").read_text()
    commands = [name for name, app in get_commands().items() if app in OURS]

    assert len(commands) > 8
    assert [c for c in sorted(commands) if not re.search(rf"\b{c}\b", text)] == []


def test_every_periodic_task_is_named_with_no_other_beside_it():
    text = (DOCS / "operations.md").read_text()
    named = re.findall(r"^\| `(\w+\.tasks\.\w+)` \|", text, re.M)

    beats = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sorted(named) == sorted(beats)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    lost = []
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_named_are_there(page):
    lost = [name for name in FILE.findall(prose(page)) if not (ROOT / name).exists()]

    assert [name for name in lost if not name.startswith(DATA)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_models_and_fields_named_are_there(page):
    for name in NAMED_MODEL.findall(prose(page)):
        app, model, *field = name.split(".")
        found = apps.get_model(app, model)
        assert not field or hasattr(found, field[0]), name


def test_words_quoted_in_the_handbook_stand_on_the_pages():
    folders = [ROOT / name for name in (*OURS, "templates", "static/js")]
    sources = (path for folder in folders for path in folder.rglob("*.*"))
    shown = "".join(
        path.read_text() for path in sources if path.suffix in (".html", ".py", ".js")
    )
    quoted = re.findall("“([^”]+)”", (DOCS / "handbook.md").read_text())

    assert len(quoted) > 30
    assert [words for words in quoted if words not in shown] == []


def test_every_page_is_linked():
    """From README or from another page; nothing lies about unread."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(prose(page))
    }

    assert [name_of(p) for p in PAGES[1:] if p.resolve() not in linked] == []


def test_readme_has_a_line_for_each_folder():
    text = (ROOT / "README.md").read_text()
    tracked = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    folders = tracked | {"templates", "static", "docs", "deploy", "benchmarks"}

    assert [name for name in sorted(folders) if f"{name}/" not in text] == []
