"""The parts of the test run: what `run.py test` becomes.

The fast suite on SQLite always; the same suite on PostgreSQL, the tests with a real
worker, and those with a real browser where the machine has what they need. The end
says of each part how it went, or why it did not run.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import environ
import psycopg2
import redis

from deputywork import embedded

ROOT = Path(__file__).resolve().parent.parent
FAST = "not worker and not browser and not sweep"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# Each part sets these for itself; a value from outside would decide for all.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "VAR_DIR",
    "REAL_WORKER",
    "DJANGO_SETTINGS_MODULE",
)


@dataclass
class Part:
    """One run of pytest: which tests, in which surroundings; `missing` = why not."""

    name: str
    marks: str
    surroundings: dict[str, str] = field(default_factory=dict)
    missing: str = ""
    parallel: bool = False


@dataclass
class Outcome:
    """How a part ended; `failed` is at least 1 when pytest itself went wrong."""

    name: str
    ran: bool = True
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    note: str = ""


# --- what the machine has -----------------------------------------------------------


def find_postgresql() -> tuple[str, str]:
    """(URL, "") of a server where a test database can be made, or ("", reason)."""
    given = os.environ.get("DATABASE_URL", "")
    if given and not given.startswith(("postgres", "psql", "pgsql")):
        return "", "DATABASE_URL 指向的不是 PostgreSQL"
    try:
        url = given or standard_postgresql()
        config = environ.Env.db_url_config(url)
        connection = psycopg2.connect(
            host=config["HOST"],
            port=config["PORT"] or 5432,
            user=config["USER"],
            password=config["PASSWORD"] or None,
            dbname="postgres",
            connect_timeout=3,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles"
                " WHERE rolname = current_user"
            )
            (may_create,) = cursor.fetchone()
        connection.close()
    except (psycopg2.Error, ValueError, KeyError) as refused:
        where = "DATABASE_URL" if given else "127.0.0.1:5432"
        reason = (str(refused).strip().splitlines() or ["没有应答"])[0]
        return "", f"连不上 {where} 的 PostgreSQL：{reason}"
    return (url, "") if may_create else ("", "PostgreSQL 用户没有建库权限（CREATEDB）")


def standard_postgresql() -> str:
    """The address by PG… or the standard one; a database name of this run alone."""
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD")
    who = f"{user}:{password}" if password else user
    host = os.environ.get("PGHOST", "127.0.0.1")
    host = host.replace("/", "%2F")  # a folder of sockets
    port = os.environ.get("PGPORT", "5432")
    return f"postgres://{who}@{host}:{port}/deputywork_{os.getpid()}"


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis that answers, or "", for the length of a `with` block.

    REDIS_URL is taken as it is. On the standard port an empty numbered database is
    claimed, and emptied afterwards, so that nobody else's queue is disturbed.
    """
    given = os.environ.get("REDIS_URL", "")
    for number in [None] if given else range(15, 0, -1):
        url = given or f"redis://127.0.0.1:6379/{number}"
        try:
            server = redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
            if given:
                server.ping()
            elif server.dbsize() or not server.set("deputywork-tests", "1", nx=True):
                continue
        except (redis.RedisError, ValueError, OSError):
            break
        try:
            yield url
        finally:
            if not given:
                server.flushdb()
            server.close()
        return
    yield ""


@contextmanager
def broker(folder: Path) -> Iterator[tuple[dict[str, str], str]]:
    """(surroundings, name) of a broker for a `with` block: Redis, else our own."""
    with redis_server() as url:
        if url:
            yield {"REDIS_URL": url}, "Redis"
            return
        with embedded.running(folder):
            # Without REDIS_URL the settings look for the socket in VAR_DIR.
            yield {"VAR_DIR": str(folder)}, "内置 Valkey"


def missing_browser() -> str:
    """ "" where a Chromium is found, else how to get one."""
    if any(shutil.which(name) for name in CHROMIUMS):
        return ""
    return "没有找到 Chromium：apt-get install chromium fonts-noto-cjk"


# --- running --------------------------------------------------------------------------


def plan(surroundings: dict[str, str], broker_name: str) -> list[Part]:
    """The parts of a full run, given the broker's surroundings.

    The parts with a worker use PostgreSQL where there is one, as production does.
    REAL_WORKER tells tests/settings.py that tasks run in a process of their own.
    """
    database, no_database = find_postgresql()
    on = {"DATABASE_URL": database} if database else {}
    real = {**surroundings, **on, "REAL_WORKER": "1"}
    where = "PostgreSQL" if database else "SQLite"
    return [
        Part("快速测试（SQLite）", FAST, parallel=True),
        Part("快速测试（PostgreSQL）", FAST, on, no_database, parallel=True),
        Part(f"逐页巡查（{where}）", "sweep", on, parallel=True),
        Part(f"后台任务（{broker_name}、{where}）", "worker and not browser", real),
        Part(f"浏览器（Chromium、{where}）", "browser", real, missing_browser()),
    ]


def run(part: Part, folder: Path, jobs: int) -> Outcome:
    """Run one part; its report file, not its output, says how it went."""
    if part.missing:
        return Outcome(part.name, ran=False, note=part.missing)
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    words = [sys.executable, "-m", "pytest", "-m", part.marks, f"--junitxml={report}"]
    words += ["--tb=short"]
    # In order (never "worksteal"): tests that empty the database come last.
    words += ["-n", str(jobs)] if jobs and part.parallel else []
    kept = {name: text for name, text in os.environ.items() if name not in OURS}
    surroundings = {"VAR_DIR": str(folder / "var"), **part.surroundings}
    print(f"\n━━ {part.name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        words,
        cwd=ROOT,
        env={**kept, **surroundings},
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode
    outcome = read_report(part.name, report)
    outcome.seconds = time.monotonic() - started
    return judge(outcome, code)


def read_report(name: str, report: Path) -> Outcome:
    """The counts in pytest's JUnit file; all zero if it wrote none."""
    outcome = Outcome(name)
    if not report.is_file():
        return outcome
    for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314  our own
        count = {key: int(suite.get(key, "0")) for key in ("failures", "errors")}
        failed, skipped = sum(count.values()), int(suite.get("skipped", "0"))
        outcome.failed += failed
        outcome.skipped += skipped
        outcome.passed += max(int(suite.get("tests", "0")) - failed - skipped, 0)
    return outcome


def judge(outcome: Outcome, code: int) -> Outcome:
    """Count what pytest's exit code says beyond its report: nothing run is failed."""
    if code and not outcome.failed:
        outcome.failed = 1
        outcome.note = "没有选到任何测试" if code == 5 else f"pytest 退出码 {code}"
    elif not outcome.passed and not outcome.failed:
        outcome.failed, outcome.note = 1, "没有一个测试真正运行"
    return outcome


# --- the end -----------------------------------------------------------------------


def width(text: str) -> int:
    """How many columns a terminal needs: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def table(outcomes: Sequence[Outcome]) -> str:
    """One line for each part: how it went, or that it did not run and why."""
    widest = max(width(outcome.name) for outcome in outcomes)
    lines = []
    for outcome in outcomes:
        name = outcome.name + " " * (widest - width(outcome.name))
        if outcome.ran:
            verdict = "未通过" if outcome.failed else "通过  "
            counts = f"{outcome.passed} 通过，{outcome.failed} 失败"
            counts += f"，{outcome.skipped} 跳过" if outcome.skipped else ""
            text = f"{verdict}  {counts}，{outcome.seconds:.1f} 秒"
            text += f"（{outcome.note}）" if outcome.note else ""
        else:
            text = f"未运行  {outcome.note}"
        lines.append(f"{name}  {text}")
    return "\n".join(lines)


def totals(outcomes: Sequence[Outcome], *, require_all: bool) -> tuple[int, int]:
    """(passed, failed) of all parts; with `require_all` a part not run is a failure."""
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    if require_all:
        failed += sum(not outcome.ran for outcome in outcomes)
    return passed, failed


def usual_jobs() -> int:
    """TEST_JOBS, else as many as there are processors, four at most; 0: one after
    the other."""
    asked = os.environ.get("TEST_JOBS", "")
    processors = os.cpu_count() or 1
    return int(asked) if asked else min(processors, 4) if processors > 1 else 0


def main(words: Sequence[str]) -> int:
    """Run every part; 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="run.py test", description=__doc__)
    parser.add_argument("--jobs", type=int, default=usual_jobs())
    jobs = parser.parse_args(words).jobs
    with tempfile.TemporaryDirectory(prefix="deputywork-") as name:
        folder = Path(name)
        with broker(folder) as (surroundings, broker_name):
            parts = plan(surroundings, broker_name)
            outcomes = [run(part, folder, jobs) for part in parts]
    require_all = os.environ.get("REQUIRE_ALL") == "1"
    passed, failed = totals(outcomes, require_all=require_all)
    print(f"\n{table(outcomes)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
