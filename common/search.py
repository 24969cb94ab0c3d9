"""Chinese search by bigrams: the one place where the two databases search apart.

Every two neighbouring signs of a text are a token, so any word of two or more signs
is found, however a segmenter would have cut it. PostgreSQL keeps the tokens as a
tsvector under a GIN index, SQLite as text between blanks.
"""

import re
import unicodedata
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

RUN = re.compile(r"[^\W_]+")
LONGEST = 200_000  # signs of one record that are indexed


def folded(text: str) -> str:
    """Half-width, lower case: how both the texts and the questions are compared."""
    return unicodedata.normalize("NFKC", text).lower()


def bigrams(*texts: str) -> list[str]:
    """The distinct pairs of neighbouring signs of all runs of letters and digits."""
    found: dict[str, None] = {}
    for run in RUN.findall(folded(" ".join(filter(None, texts)))[:LONGEST]):
        if len(run) == 1:
            found[run] = None
        for i in range(len(run) - 1):
            found[run[i : i + 2]] = None
    return list(found)


class BigramField(models.Field):
    """The bigrams of a record, given as a list; ask with `field__has="词语"`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        # The signs are letters and digits only, so nothing needs to be escaped.
        return " " + " ".join(value or ()) + " "

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        # Plain text to lexemes, without a dictionary: 'a b'::tsvector.
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[str]:
        # Nobody reads it back as tokens; an update must not write what it never read.
        return [] if value is None else value.replace("'", "").split()


@BigramField.register_lookup
class Has(models.Lookup):
    """All bigrams of the question occur in the record."""

    lookup_name = "has"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        asked = bigrams(str(self.rhs))
        if not asked:
            return "1 = 0", []
        if connection.vendor == "postgresql":
            query = " & ".join(f"'{token}'" for token in asked)
            return f"{left} @@ %s::tsquery", [*params, query]
        parts = [f"instr({left}, %s) > 0" for _ in asked]
        found = " AND ".join(parts)
        return f"({found})", [x for t in asked for x in (*params, f" {t} ")]


def index_bigrams(table: str, column: str) -> Any:
    """Migration step: PostgreSQL's GIN index, and how rare single bigrams are.

    Without the statistics the planner walks the date index for a rare word (220 to
    605 ms at a million rows instead of 0.2 ms). SQLite reads the column as it is.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute(
            f'CREATE INDEX "{table}_{column}" ON "{table}" USING gin ("{column}")'
        )
        schema_editor.execute(
            f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 5000'
        )

    return forwards
