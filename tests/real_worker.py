"""A Celery worker in a process of its own, for the tests marked `worker` or `browser`.

tests/parts.py sets what it needs (broker, REAL_WORKER); without them the fixture
fails and says so, since a test in place would prove nothing.
"""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Nothing of ours may be imported here: pytest reads this file before the settings.
if TYPE_CHECKING:
    from deputywork.supervisor import Supervisor

READY_SECONDS = 60
HOW = "needs a broker: run `python3 run.py test`, or set REAL_WORKER=1 and REDIS_URL"


def database_url() -> str:
    """The address of the test database, for another process."""
    from django.db import connection

    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(now['NAME']).absolute()}"
    who = f"{now['USER']}:{now['PASSWORD']}" if now["PASSWORD"] else now["USER"]
    host = now["HOST"].replace("/", "%2F")
    return f"postgres://{who}@{host}:{now['PORT'] or 5432}/{now['NAME']}"


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None) -> "Iterator[Supervisor]":
    """The running worker; `out` of the supervisor holds what it wrote."""
    if not os.environ.get("REAL_WORKER"):
        pytest.fail(HOW)
    from deputywork.celery import app
    from deputywork.serve import worker
    from deputywork.supervisor import Supervisor

    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONUTF8": "1",
    }
    keeper = Supervisor(environment, io.StringIO())
    keeper.start(worker())
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not app.control.ping(timeout=0.5):
            if time.monotonic() > deadline:
                pytest.fail(f"the worker did not start:\n{keeper.out.getvalue()}")
            keeper.revive()
        yield keeper
    finally:
        keeper.stop()


@pytest.fixture
def real_worker(worker_process: "Supervisor", transactional_db: None) -> "Supervisor":
    """A worker that sees what the test commits; `eventually` waits for its work."""
    return worker_process


@pytest.fixture
def eventually():
    """Wait until something done by the worker is true; fail if it never is."""

    def wait(is_true, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not is_true():
            if time.monotonic() > deadline:
                pytest.fail(f"not true after {seconds:.0f} s")
            time.sleep(0.05)

    return wait
