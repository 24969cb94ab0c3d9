#!/usr/bin/env python3
"""Run the product, its tests or its linters: `python3 run.py serve | test | lint`.

Needs Python 3.11 and nothing else: makes .venv from the lock files, fetches the
front-end files into vendor/, then hands over to deputywork/serve.py or
tests/parts.py. What the machine lacks is said in one line, with the way to get it.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  this is where an older one is told
    sys.exit(
        "需要 Python 3.11 或更高版本，当前是 {}.{}。"
        "请安装后用它运行，例如：python3.11 run.py serve".format(*sys.version_info)
    )
if os.name != "posix":
    sys.exit("请在 Linux 或 macOS 上运行；Windows 请先安装 WSL（wsl --install）。")

import fcntl

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / "vendor"
USAGE = """用法：python3 run.py serve | test | lint
  serve   启动网站、后台任务和定时任务（PORT=端口，默认 8000），按 Ctrl-C 结束
  test    运行全部测试（--jobs N 并行；REQUIRE_ALL=1 时缺一部分即为失败）
  lint    检查代码格式、类型、引用次序和数据库迁移"""

ICON_FONTS = "bootstrap-icons/font/fonts/bootstrap-icons"
# Where each file served under /static/vendor/ comes from in node_modules/.
FRONT_END = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "icons/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "icons/fonts/bootstrap-icons.woff": f"{ICON_FONTS}.woff",
    "icons/fonts/bootstrap-icons.woff2": f"{ICON_FONTS}.woff2",
}
# Comments that point at maps we do not serve; manifest storage stops at them.
SOURCE_MAP = re.compile(
    rb"(/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=\S*)"
)

# What the package tools write when something is wrong, and what it means to a person.
CAUSES = (
    ("No space left", "磁盘空间不足，请清理后重试。"),
    ("DO NOT MATCH THE HASHES", "下载的软件包与锁定的校验值不符，请换一个软件源重试。"),
    ("EINTEGRITY", "下载的前端文件与锁定的校验值不符，请换一个软件源重试。"),
    ("Permission denied", "没有写入权限，请检查本目录的所有者。"),
    ("EACCES", "没有写入权限，请检查本目录的所有者。"),
    (
        "No matching distribution",
        "软件源里找不到锁定的版本，请检查网络或更换软件源（PIP_INDEX_URL）。",
    ),
    ("Retrying", "连不上软件源，请检查网络或代理（PIP_INDEX_URL、HTTPS_PROXY）。"),
    ("ENOTFOUND", "连不上 npm 软件源，请检查网络或代理（NPM_CONFIG_REGISTRY）。"),
    ("EAI_AGAIN", "连不上 npm 软件源，请检查网络或代理（NPM_CONFIG_REGISTRY）。"),
    ("ECONN", "连不上 npm 软件源，请检查网络或代理（NPM_CONFIG_REGISTRY）。"),
    ("ETIMEDOUT", "连不上 npm 软件源，请检查网络或代理（NPM_CONFIG_REGISTRY）。"),
)


class Trouble(Exception):
    """The machine lacks something; the text says what and how to get it."""


def say(text: str) -> None:
    print(text, flush=True)


def explain(output: str) -> str:
    """One line for a person out of what a package tool wrote when it failed."""
    for sign, meaning in CAUSES:
        if sign in output:
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "没有任何输出。"


def digest(*parts: bytes) -> str:
    """A fingerprint of several byte strings, in this order."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def quiet(command: list, what: str, **options) -> None:
    """Run a tool without showing its output; Trouble with the reason if it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
    if done.returncode:
        raise Trouble(f"{what}失败：{explain(done.stdout)}")


# --- the Python environment -------------------------------------------------------


def venv_works() -> bool:
    """Whether .venv is there and still fits the Python it was made with."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run(
            [PYTHON, "-c", probe],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def make_venv() -> None:
    """A fresh .venv; Trouble if this Python came without the means."""
    if importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "这个 Python 缺少 venv 模块，请先安装："
            "apt-get install python3-venv（或换用官方安装包的 Python）。"
        )
    say("建立 Python 环境 .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    quiet([sys.executable, "-m", "venv", VENV], "建立 Python 环境")


def marker(lock: str) -> Path:
    """Where .venv remembers which version of a lock file it holds."""
    return VENV / f"installed-{lock}"


def is_installed(lock: str) -> bool:
    """Whether .venv holds exactly this version of the lock file."""
    wanted = digest((ROOT / lock).read_bytes())
    note = marker(lock)
    return note.is_file() and note.read_text() == wanted


def install(lock: str) -> None:
    """Install a lock file into .venv, every package checked against its hash."""
    if is_installed(lock):
        return
    say(f"安装 {lock} 锁定的软件包 …")
    started = time.monotonic()
    pip = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "-r", lock]
    pip += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    quiet(pip, "安装软件包")
    marker(lock).write_text(digest((ROOT / lock).read_bytes()))
    say(f"  完成，用时 {time.monotonic() - started:.0f} 秒")


def prepare_python(*, tools: bool) -> None:
    """Make .venv hold the product, and with `tools` also what tests and linters need.

    The second lock contains the first, so where the tools are, nothing is missing.
    """
    if not venv_works():
        make_venv()
    if tools:
        install("requirements-dev.lock")
    elif not is_installed("requirements-dev.lock"):
        install("requirements.lock")


# --- the front-end files ----------------------------------------------------------


def fetch_node_modules() -> None:
    """`npm ci` with the machine's npm, else with Node from the Python index."""
    install_modules = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    npm = shutil.which("npm") if shutil.which("node") else None
    if npm:
        try:
            quiet([npm, *install_modules], "获取前端文件")
        except Trouble as refused:
            say(f"  {refused} 改用软件源里的 Node 再试 …")
        else:
            return
    install("requirements-node.lock")
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    quiet(
        [VENV / "bin" / "npm", *install_modules],
        "获取前端文件",
        env={**os.environ, "PATH": path},
    )


def copy_front_end(modules: Path, target: Path) -> None:
    """Copy the files of FRONT_END, without their pointers to source maps."""
    for name, source in FRONT_END.items():
        content = (modules / source).read_bytes()
        if name.endswith((".css", ".js")):
            content = SOURCE_MAP.sub(b"", content)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


def prepare_front_end() -> None:
    """Make vendor/ hold the locked front-end files."""
    wanted = digest((ROOT / "package-lock.json").read_bytes(), repr(FRONT_END).encode())
    stamp = VENDOR / ".stamp"
    there = all((VENDOR / name).is_file() for name in FRONT_END)
    if there and stamp.is_file() and stamp.read_text() == wanted:
        return
    say("获取前端文件 …")
    fetch_node_modules()
    copy_front_end(ROOT / "node_modules", VENDOR)
    stamp.write_text(wanted)


# --- the commands -----------------------------------------------------------------


@contextmanager
def one_at_a_time():
    """Let a second run.py of this folder wait until the first has set everything up."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(*, tools: bool) -> None:
    """All that comes from the package registries, once a version."""
    try:
        with one_at_a_time():
            prepare_python(tools=tools)
            prepare_front_end()
    except OSError as refused:
        raise Trouble(f"无法准备运行环境：{refused}") from refused


def chosen_port() -> int:
    """PORT or 8000; Trouble if it is no port or somebody listens there already."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT 应为 1 到 65535 之间的数字，现在是“{text}”。")
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", int(text)))
        except OSError as refused:
            raise Trouble(
                f"端口 {text} 用不了（{refused.strerror}）。"
                f"换一个端口：PORT={int(text) % 65535 + 1} python3 run.py serve"
            ) from refused
    return int(text)


def hand_over(*words: str, **variables: str) -> None:
    """Become a program of .venv, so that signals reach it directly. Does not return."""
    os.chdir(ROOT)
    sys.stdout.flush()
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1", **variables}
    environment.pop("PYTHONHOME", None)
    os.execve(PYTHON, [str(PYTHON), *words], environment)  # noqa: S606  our own program


def serve(words: list) -> int:
    """Set up, then become deputywork.serve."""
    if words:
        raise Trouble(USAGE)
    port = chosen_port()
    prepare(tools=False)
    hand_over("-m", "deputywork.serve", PORT=str(port))
    return 1


def test(words: list) -> int:
    """Set up with the test tools, then become the test run."""
    prepare(tools=True)
    hand_over("-m", "tests.parts", *words)
    return 1


def rule_files() -> list:
    """The files whose functions are fully typed: rules, reading and permissions."""
    found = []
    for kind in ("workflow", "services", "permissions", "querysets"):
        found += [*ROOT.glob(f"[a-z]*/{kind}*.py"), *ROOT.glob(f"[a-z]*/{kind}")]
    elsewhere = {"tests", "vendor", "node_modules", "var"}
    found = [path for path in found if path.parent.name not in elsewhere]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def lint(words: list) -> int:
    """Run every linter, say how each ended; 1 if any complained."""
    if words:
        raise Trouble(USAGE)
    prepare(tools=True)
    python, manage = str(PYTHON), [str(PYTHON), "manage.py"]
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "import-linter": [str(VENV / "bin" / "lint-imports")],
        "mypy": [python, "-m", "mypy", *rule_files()],
        "makemigrations --check": [*manage, "makemigrations", "--check", "--dry-run"],
        "manage.py check": [*manage, "check", "--fail-level", "WARNING"],
        "pip check": [python, "-m", "pip", "--disable-pip-version-check", "check"],
    }
    failed = []
    with tempfile.TemporaryDirectory(prefix="deputywork-lint-") as var:
        # A folder of its own: linting neither reads nor makes anybody's data.
        mine = {**os.environ, "VAR_DIR": var, "PYTHONPATH": str(ROOT)}
        mine.pop("DATABASE_URL", None)
        for name, command in checks.items():
            say(f"── {name}")
            options = {"cwd": ROOT, "env": mine, "stdin": subprocess.DEVNULL}
            if subprocess.run(command, check=False, **options).returncode:
                failed.append(name)
    say(f"\n{len(checks) - len(failed)} 项通过，{len(failed)} 项未通过")
    for name in failed:
        say(f"  未通过：{name}")
    return 1 if failed else 0


def main(words: list) -> int:
    """Run the command named by the first word; the exit code of the program."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal without Chinese is no error
    commands = {"serve": serve, "test": test, "lint": lint}
    if not words or words[0] not in commands:
        say(USAGE)
        return 0 if words in (["-h"], ["--help"]) else 2
    try:
        return commands[words[0]](words[1:])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
