"""Rosters on their way in: the file kept between preview and confirmation.

Each lies in a folder of random name under VAR_DIR, readable by the server's user only.
The file goes as soon as it is imported or given up; what is forgotten goes after a day.
"""

import datetime as dt
import io
import json
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from accounts.models import User
from areas.models import Area
from common.errors import WrongState
from common.spreadsheets import read_workbook
from common.spreadsheets.sheet import MAX_BYTES
from deputies.roster.fields import Field
from deputies.roster.rows import Correction
from deputies.services.roster.apply import apply_roster
from deputies.services.roster.columns import remember_columns
from deputies.services.roster.plan import plan_roster
from deputies.services.roster.planned import RosterPlan, Target
from deputies.services.roster.report import write_report

KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"^[A-Za-z0-9_-]{32}$")
ROSTER, STATE, REPORT = "roster.bin", "state.json", "report.xlsx"


@dataclass
class Upload:
    """One roster that a person has handed in and not yet confirmed, or just has."""

    token: str
    user_id: int
    name: str
    target: Target
    corrections: dict[str, Correction] = field(default_factory=dict)
    summary: str = ""  # set once it is imported

    @property
    def folder(self) -> Path:
        return _root() / self.token

    @property
    def report(self) -> Path:
        return self.folder / REPORT

    @property
    def is_imported(self) -> bool:
        return bool(self.summary)

    def plan(self, *, actor: User) -> RosterPlan:
        """What importing it would do now; WrongState once the file is gone."""
        try:
            data = io.BytesIO((self.folder / ROSTER).read_bytes())
        except FileNotFoundError as gone:
            raise WrongState("这份名册已经导入，或已放弃。") from gone
        corrections = self.corrections
        return plan_roster(data, self.target, actor=actor, corrections=corrections)

    def correct(self, corrections: Mapping[str, Correction]) -> None:
        """Keep what a person said about the columns, over what they said before."""
        for sheet, said in corrections.items():
            former = self.corrections.get(sheet, Correction())
            moved = said.header_rows and said.header_rows != former.header_rows
            mapping = said.mapping if moved else {**former.mapping, **said.mapping}
            rows = said.header_rows or former.header_rows
            self.corrections[sheet] = Correction(mapping, rows)
        self._save()

    def carry_out(self, *, actor: User) -> RosterPlan:
        """Import it, remember its columns, leave the report, drop the file."""
        done = apply_roster(self.plan(actor=actor), actor=actor, source=self.name)
        for sheet in done.roster.sheets:
            said = self.corrections.get(sheet.name)
            if said and sheet.header:
                remember_columns(self.target.area, sheet.header, said.mapping)
        write_report(self.report, done)
        (self.folder / ROSTER).unlink(missing_ok=True)
        self.summary = done.summary
        self._save()
        return done

    def discard(self) -> None:
        """Give it up: nothing of it stays."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _save(self) -> None:
        state = {
            "user": self.user_id,
            "name": self.name,
            "area": self.target.area.pk,
            "level": self.target.level,
            "term": self.target.term,
            "starts_on": str(self.target.starts_on or ""),
            "summary": self.summary,
            "corrections": {n: _written(c) for n, c in self.corrections.items()},
        }
        draft = self.folder / f"{STATE}.new"
        draft.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.folder / STATE)


def keep_upload(file: BinaryIO, name: str, *, actor: User, target: Target) -> Upload:
    """Take a file in; raises UnreadableFile if it is no table, and whatever planning
    it refuses, before anything is kept.
    """
    data = file.read(MAX_BYTES + 1)
    plan_roster(read_workbook(io.BytesIO(data), name), target, actor=actor)
    sweep_uploads()
    upload = Upload(secrets.token_urlsafe(24), actor.pk, name[:200], target)
    upload.folder.mkdir(parents=True, mode=0o700)
    (upload.folder / ROSTER).write_bytes(data)
    upload._save()
    return upload


def find_upload(token: str, *, actor: User) -> Upload | None:
    """The roster this person has handed in; None for others' and for what is gone."""
    path = _root() / token / STATE
    if not TOKEN.match(token) or not path.is_file():
        return None
    state = json.loads(path.read_text(encoding="utf-8"))
    area = Area.objects.filter(pk=state["area"]).first()
    if state["user"] != actor.pk or area is None:
        return None
    starts_on = state["starts_on"]
    day = dt.date.fromisoformat(starts_on) if starts_on else None
    target = Target(area, state["level"], state["term"], day)
    corrections = {n: _read(c) for n, c in state["corrections"].items()}
    return Upload(token, actor.pk, state["name"], target, corrections, state["summary"])


def sweep_uploads() -> int:
    """Remove what was left lying for more than a day; answers how many."""
    swept = 0
    for folder in _root().glob("*"):
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _root() -> Path:
    return Path(settings.VAR_DIR) / "rosters"


def _written(said: Correction) -> dict[str, Any]:
    mapping = {str(i): f.value if f else "" for i, f in said.mapping.items()}
    return {"mapping": mapping, "rows": said.header_rows}


def _read(state: dict[str, Any]) -> Correction:
    mapping = {int(i): Field(f) if f else None for i, f in state["mapping"].items()}
    return Correction(mapping, tuple(state["rows"]) if state["rows"] else None)
