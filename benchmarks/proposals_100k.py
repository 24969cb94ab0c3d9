"""How quick are list, search and statistics over 100,000 matters on PostgreSQL?

    python -m benchmarks.proposals_100k [--rows 100000] [--rounds 7] [--server URL]

Makes a database of its own on the server, fills it, starts the site with two workers
and, beside it, an empty Django view; asks both in turns, one request at a time, and
prints for each page its median, minimum and maximum, and how many empty views it
costs. Read the ratios: the milliseconds belong to the machine. The database and the
servers are gone afterwards.
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
SITE, EMPTY = 8641, 8642
PAGES = {
    "empty view": "/empty/",
    "list, first page": "/proposals/",
    "list, one state": "/proposals/?status=handling",
    "list, town and unit": "/proposals/?area=420802101&unit={unit}",
    "list, overdue": "/proposals/?when=overdue",
    "search, common word": "/proposals/?q=泵站",
    "search, rare word": "/proposals/?q=珊瑚",
    "search, absent word": "/proposals/?q=鲸鱼",
    "statistics, REST, one figure": "/api/v1/stats/?metric=K07",
    "statistics, REST, by unit": "/api/v1/stats/?metric=K07&by=unit",
    "statistics, REST, by month": "/api/v1/stats/?metric=K07&by=month&from=2025-01",
    "statistics, dashboard": "/dashboard/",
    "rows behind a figure": "/dashboard/rows/?metric=K07&part=denominator",
}


def main() -> None:
    asked = _arguments()
    name = f"deputywork_bench_{os.getpid()}"
    with _database(asked.server, name), tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"{asked.server}/{name}",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "VAR_DIR": folder,
        }
        texts, copy, rebuild = _fill(asked.rows)
        print(
            f"{asked.rows:,} matters: texts {texts:.1f} s, COPY {copy:.1f} s, "
            f"roll-up rebuilt from the rows {rebuild:.1f} s"
        )
        with _server("deputywork.wsgi", SITE), _server("benchmarks.empty", EMPTY):
            cookie = _sign_in()
            pages = {k: v.format(unit=_unit()) for k, v in PAGES.items()}
            times = _measure(pages, cookie, asked.rounds, asked.requests)
        _print(times)
        _print_rollup_against_rows()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=20, help="a page and round")
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432")
    return parser.parse_args()


@contextmanager
def _database(server: str, name: str) -> Iterator[None]:
    """A database of this name, gone afterwards."""
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


def _fill(rows: int) -> tuple[float, float, float]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from benchmarks.filling import fill

    return fill(rows)


def _unit() -> int:
    from areas.models import Unit

    return Unit.objects.order_by("pk").values_list("pk", flat=True)[0]


@contextmanager
def _server(application: str, port: int) -> Iterator[None]:
    words = f"-m gunicorn {application} -b 127.0.0.1:{port} -w 2 --log-level error"
    process = subprocess.Popen([sys.executable, *words.split()], cwd=ROOT)
    try:
        _wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            _ask(port, "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"no answer on port {port}")


def _ask(
    port: int, path: str, cookie: str = "", body: str | None = None
) -> tuple[http.client.HTTPResponse, str]:
    headers = {"Cookie": cookie} if cookie else {}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    method = "GET" if body is None else "POST"
    address = urllib.parse.quote(path, safe="/?=&%")
    link.request(method, address, body=body, headers=headers)
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer, text


def _sign_in() -> str:
    """The cookies of the county's officer, signed in as in a browser."""
    from benchmarks.filling import PASSWORD

    page, text = _ask(SITE, "/login/")
    csrf = page.headers.get_all("Set-Cookie")[0].partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)[1]
    form = {
        "username": "officer",
        "password": PASSWORD,
        "csrfmiddlewaretoken": token,
    }
    answer, _ = _ask(SITE, "/login/", csrf, urllib.parse.urlencode(form))
    assert answer.status == 302, answer.status
    cookies = answer.headers.get_all("Set-Cookie")
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def _measure(
    pages: dict[str, str], cookie: str, rounds: int, requests: int
) -> dict[str, list[float]]:
    """Milliseconds: per round the median of so many requests, pages in turns."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + 1):
        for name, path in pages.items():
            port = EMPTY if path == "/empty/" else SITE
            taken = [_timed(port, path, cookie) for _ in range(requests)]
            if turn:  # the first round warms up
                times[name].append(statistics.median(taken))
    return times


def _timed(port: int, path: str, cookie: str) -> float:
    started = time.perf_counter()
    answer, _ = _ask(port, path, cookie if port == SITE else "")
    taken = (time.perf_counter() - started) * 1000
    assert answer.status == 200, (path, answer.status)
    return taken


def _print(times: dict[str, list[float]]) -> None:
    empty = statistics.median(times["empty view"])
    print(f"load average {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    print(f"{'page':<30}{'median':>9}{'min':>9}{'max':>9}  empty views")
    for name, rounds in times.items():
        median = statistics.median(rounds)
        shown = f"{median:>6.1f} ms{min(rounds):>6.1f} ms{max(rounds):>6.1f} ms"
        print(f"{name:<30}{shown}  {median / empty:>8.1f}")


def _print_rollup_against_rows() -> None:
    """The same figures from the roll-up and by counting rows, in this process."""
    from django.utils.timezone import localdate

    from reports.metrics import METRICS
    from reports.questions import Question, month_after
    from reports.reading import answer

    today = localdate()
    start = month_after(today.replace(day=1), -23)
    asked = Question(start, month_after(today.replace(day=1)), today, area="420802")
    codes = [code for code, metric in METRICS.items() if metric.is_rate]
    taken: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(5):
        found = {}
        for live in taken:
            started = time.perf_counter()
            found[live] = answer(codes, asked, "unit", live=live)
            taken[live].append((time.perf_counter() - started) * 1000)
        assert found[False] == found[True]
    rolled, counted = (statistics.median(taken[live]) for live in (False, True))
    print(
        f"{len(codes)} rates by unit over 24 months: roll-up {rolled:.1f} ms, "
        f"rows {counted:.1f} ms, {counted / rolled:.0f} times; equal in every cell"
    )


if __name__ == "__main__":
    main()
