"""Bring the data to this version: `python -m deputywork.prepare FILE`.

Migrations, the calendar and the usual categories, and in an empty database the demo
county (not with DEMO=0). The demo accounts, one line each, go to FILE. One process,
since each start of Django takes longer than the work when there is nothing to do.
"""

import io
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def prepare(accounts: Path) -> None:
    """Do all of it; a second run changes nothing."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed", stdout=io.StringIO())
    text = io.StringIO()
    if os.environ.get("DEMO", "1") != "0":
        call_command("demo", if_empty=True)
        call_command("demo_accounts", stdout=text)
    accounts.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    django.setup()
    prepare(Path(sys.argv[1]))
