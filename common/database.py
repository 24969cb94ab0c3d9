"""What differs between SQLite and PostgreSQL, apart from search (search.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
from django.db import connection, transaction


def database_settings(env: environ.Env, var_dir: Path) -> dict[str, Any]:
    """DATABASES["default"] from DATABASE_URL, else a SQLite file under `var_dir`.

    SQLite without WAL and IMMEDIATE refuses concurrent writers ("database is locked");
    with both a writer waits its turn. PostgreSQL connections are kept open.
    """
    config: dict[str, Any] = env.db(
        "DATABASE_URL", default=f"sqlite:///{var_dir / 'db.sqlite3'}"
    )
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=NORMAL;"
                "PRAGMA cache_size=-64000;"
            ),
        }
    else:
        config["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
        config["CONN_HEALTH_CHECKS"] = True
    return config


def is_postgresql() -> bool:
    """Whether the rows lie in PostgreSQL (else SQLite)."""
    return connection.vendor == "postgresql"


@contextmanager
def one_view() -> Iterator[None]:
    """A transaction all of whose reads see the rows of one moment.

    SQLite gives that to every transaction. On PostgreSQL another writer of the same
    rows makes it fail with OperationalError; inside a transaction already begun it
    is an ordinary one.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and is_postgresql():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
