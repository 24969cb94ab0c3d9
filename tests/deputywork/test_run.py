"""run.py: what it says when something is missing, and what it does only once."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent


@pytest.fixture
def house(tmp_path, monkeypatch):
    """run.py with a folder of its own, in which nothing is set up yet."""
    for name, path in {"ROOT": "", "VENV": ".venv", "VENDOR": "vendor"}.items():
        monkeypatch.setattr(run, name, tmp_path / path)
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def started(*words, **variables):
    """run.py as somebody would start it; the finished process."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *words],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_run_without_a_command_says_how_to_use_it():
    done = started()

    assert done.returncode == 2
    assert done.stdout == run.USAGE + "\n"


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "８０００", "1e3"])
def test_serve_refuses_what_is_no_port(text):
    done = started("serve", PORT=text)

    expected = f"PORT 应为 1 到 65535 之间的数字，现在是“{text}”。\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)


def test_serve_refuses_a_busy_port_and_names_another():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        done = started("serve", PORT=str(port))

    assert done.returncode == 1
    assert f"端口 {port} 用不了" in done.stderr
    assert f"PORT={port % 65535 + 1} python3 run.py serve" in done.stderr
    assert done.stderr.count("\n") == 1


def test_prepare_installs_a_lock_only_when_it_changed(house, monkeypatch):
    commands = []
    monkeypatch.setattr(run, "quiet", lambda command, what, **_: commands.append(what))
    monkeypatch.setattr(run, "venv_works", lambda: True)
    (house / "requirements.lock").write_text("one==1")
    (house / "requirements-dev.lock").write_text("one==1\ntwo==2")

    run.prepare_python(tools=False)
    run.prepare_python(tools=False)
    first = len(commands)
    (house / "requirements.lock").write_text("one==1.1")
    run.prepare_python(tools=False)

    assert (first, len(commands)) == (1, 2)


def test_prepare_takes_the_tools_as_containing_the_product(house, monkeypatch):
    commands = []
    monkeypatch.setattr(run, "quiet", lambda command, what, **_: commands.append(what))
    monkeypatch.setattr(run, "venv_works", lambda: True)
    (house / "requirements.lock").write_text("one==1")
    (house / "requirements-dev.lock").write_text("one==1\ntwo==2")

    run.prepare_python(tools=True)
    run.prepare_python(tools=False)

    assert len(commands) == 1


def test_install_that_fails_is_tried_again(house):
    (house / "requirements.lock").write_text("one==1")
    run.PYTHON.parent.mkdir()
    run.PYTHON.write_text(
        "#!/bin/sh\necho 'WARNING: Retrying (Retry(total=0))'\nexit 1"
    )
    run.PYTHON.chmod(0o755)

    with pytest.raises(run.Trouble) as refused:
        run.install("requirements.lock")

    assert str(refused.value).startswith("安装软件包失败：连不上软件源")
    assert not run.is_installed("requirements.lock")


def test_venv_of_a_vanished_python_does_not_count(house):
    run.PYTHON.parent.mkdir()
    run.PYTHON.symlink_to(house / "gone")

    assert not run.venv_works()


def test_make_venv_says_how_to_get_the_missing_module(house, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(run.Trouble, match="apt-get install python3-venv"):
        run.make_venv()


def test_copy_front_end_leaves_out_pointers_to_source_maps(tmp_path):
    modules, target = tmp_path / "node_modules", tmp_path / "vendor"
    endings = {
        ".css": b"a{b:c}\n/*# sourceMappingURL=x.min.css.map */",
        ".js": b"let a=1;\n//# sourceMappingURL=x.min.js.map",
        "": b"\x00//# sourceMappingURL=x",
    }
    for source in run.FRONT_END.values():
        path = modules / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(endings.get(path.suffix, endings[""]))

    run.copy_front_end(modules, target)

    copied = {
        name: (target / name).read_bytes().rstrip(b"\n") for name in run.FRONT_END
    }
    kept = {".css": b"a{b:c}", ".js": b"let a=1;"}
    assert copied == {
        name: kept.get(Path(name).suffix, endings[""]) for name in run.FRONT_END
    }


def test_prepare_front_end_fetches_again_when_a_file_is_lost(house, monkeypatch):
    fetched = []

    def fetch():
        fetched.append(1)
        for source in run.FRONT_END.values():
            (house / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
            (house / "node_modules" / source).write_bytes(b"x")

    monkeypatch.setattr(run, "fetch_node_modules", fetch)
    (house / "package-lock.json").write_text("{}")

    counts = []
    for _ in range(2):
        run.prepare_front_end()
        counts.append(len(fetched))
    (house / "vendor" / "echarts" / "echarts.min.js").unlink()
    run.prepare_front_end()

    assert [*counts, len(fetched)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        ("ERROR: [Errno 28] No space left on device", "磁盘空间不足，请清理后重试。"),
        ("first\n\n  last words \n", "last words"),
        ("", "没有任何输出。"),
    ],
)
def test_explain_gives_one_line(output, meaning):
    assert run.explain(output) == meaning


def test_rule_files_are_the_rules_of_the_apps():
    found = run.rule_files()

    assert "common/workflow.py" in found
    kinds = {Path(name).stem.split("_")[0].rstrip("s") for name in found}
    assert kinds <= {"workflow", "service", "permission", "queryset"}


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-node.lock",
        "package.json",
        "package-lock.json",
        ".npmrc",
    ],
)
def test_lock_files_name_no_registry(name):
    text = (ROOT / name).read_text()

    assert 'resolved":' not in text
    assert "index-url" not in text
    assert "find-links" not in text
    assert "registry=" not in text
