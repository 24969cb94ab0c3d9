"""Old ledgers on their way in: the file kept between dry run and confirmation.

Each lies in a folder of random name under VAR_DIR, readable by the server's user only.
The file goes as soon as it is confirmed or given up, the sheet of errors after a day.
"""

import io
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from areas.choices import ImportKind
from areas.services.import_jobs import queue_import
from audit.services import record
from common.errors import WrongState
from common.spreadsheets import UnreadableFile
from common.spreadsheets.sheet import MAX_BYTES
from proposals.models import LedgerImport, LedgerLayout
from proposals.services.ledger.plan import (
    LedgerPlan,
    Reading,
    layout_of,
    open_sheets,
    plan_ledger,
)
from proposals.services.ledger.report import write_errors
from stations.models import Station

KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"^[A-Za-z0-9_-]{32}$")
LEDGER, STATE, ERRORS = "ledger.bin", "state.json", "errors.xlsx"
TAKEN = "taken.bin"  # the ledger, while it is being confirmed
GONE = "这份台账已经导入，或已放弃。"


@dataclass
class Upload:
    """One ledger that a person has handed in and not yet confirmed."""

    token: str
    user_id: int
    station: Station
    name: str
    reading: Reading

    @property
    def folder(self) -> Path:
        return _root() / self.token

    def data(self) -> bytes:
        """The file; WrongState once it is gone."""
        try:
            return (self.folder / LEDGER).read_bytes()
        except FileNotFoundError as gone:
            raise WrongState(GONE) from gone

    def plan(self) -> LedgerPlan:
        """What importing it would do now."""
        pasted = self.reading.is_pasted
        sheets = open_sheets(self.data(), name=self.name, is_pasted=pasted)
        return plan_ledger(sheets, self.station, self.reading, name=self.name)

    def correct(self, **said: Any) -> None:
        """Keep what a person said: `layout` and `header_rows` over what was said
        before, `channel`, `rows`, `is_counted` instead of it."""
        layout = said.pop("layout", {})
        header_rows = said.pop("header_rows", {})
        self.reading.layout |= layout
        self.reading.header_rows |= header_rows
        for name, value in said.items():
            setattr(self.reading, name, value)
        self._save()

    def carry_out(self, *, actor: User) -> LedgerImport:
        """Queue it for the worker and remember its columns; the kept file goes.

        Of two who confirm at once the second is told that it is done: WrongState.
        """
        with self._taken() as data:
            return self._queued(data, actor)

    @contextmanager
    def _taken(self) -> Iterator[bytes]:
        """The file, for nobody else; back in its place if nothing came of it."""
        taken = self.folder / TAKEN
        try:
            (self.folder / LEDGER).rename(taken)
        except FileNotFoundError as gone:
            raise WrongState(GONE) from gone
        try:
            yield taken.read_bytes()
        except BaseException:
            taken.rename(self.folder / LEDGER)
            raise
        taken.unlink(missing_ok=True)

    @transaction.atomic
    def _queued(self, data: bytes, actor: User) -> LedgerImport:
        reading = self.reading
        job = queue_import(
            actor=actor,
            kind=ImportKind.LEDGER,
            file=ContentFile(data),
            name=self.name,
            area=self.station.area,
        )
        ledger = LedgerImport.objects.create(
            job=job,
            station=self.station,
            columns=reading.layout,
            header_rows=reading.header_rows,
            channel=reading.channel,
            rows=reading.rows,
            is_pasted=reading.is_pasted,
            is_counted=reading.is_counted,
            token=self.token,
        )
        remember_layout(self.station, reading.layout)
        counted = {"is_counted": reading.is_counted}
        record("import_ledger", ledger, actor=actor, label="导入旧台账", data=counted)
        return ledger

    def discard(self) -> None:
        """Give it up: nothing of it stays."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _save(self) -> None:
        state = {
            "user": self.user_id,
            "station": self.station.pk,
            "name": self.name,
            "reading": asdict(self.reading),
        }
        draft = self.folder / f"{STATE}.new"
        draft.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.folder / STATE)


def keep_upload(
    data: bytes, name: str, *, actor: User, station: Station, is_pasted: bool = False
) -> Upload:
    """Take a ledger in; raises UnreadableFile or RuleViolation before anything is kept.

    What was last said about this station's columns holds for it from the start.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFile("文件超过 20 MB，请拆分后再上传。")
    reading = Reading(layout=remembered_layout(station), is_pasted=is_pasted)
    sheets = open_sheets(data, name=name, is_pasted=is_pasted)
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableFile("里面没有任何内容。")
    plan_ledger(sheets, station, reading, name=name)
    sweep_ledgers()
    upload = Upload(secrets.token_urlsafe(24), actor.pk, station, name[:200], reading)
    upload.folder.mkdir(parents=True, mode=0o700)
    (upload.folder / LEDGER).write_bytes(data)
    upload._save()
    return upload


def find_upload(token: str, *, actor: User) -> Upload | None:
    """The ledger this person has handed in; None for others' and for what is gone."""
    path = _root() / token / STATE
    if not TOKEN.match(token) or not path.is_file():
        return None
    state = json.loads(path.read_text(encoding="utf-8"))
    station = Station.objects.filter(pk=state["station"]).first()
    if state["user"] != actor.pk or station is None:
        return None
    reading = Reading(**state["reading"])
    return Upload(token, actor.pk, station, state["name"], reading)


def errors_path(ledger: LedgerImport) -> Path:
    """Where the sheet of an import's refused rows lies, while it is kept."""
    return _root() / (ledger.token or "none") / ERRORS


def remembered_layout(station: Station) -> dict[str, str]:
    known = LedgerLayout.objects.filter(station=station).first()
    return layout_of(known.columns) if known else {}


def remember_layout(station: Station, layout: Mapping[str, str]) -> None:
    """Keep what was said about headings; columns without one are not known again."""
    named = {key: value for key, value in layout.items() if not key.startswith("#")}
    if not named:
        return
    known, _ = LedgerLayout.objects.get_or_create(station=station)
    known.columns = {**known.columns, **named}
    known.save(update_fields=["columns", "updated_at"])


def sweep_ledgers() -> int:
    """Remove what was left lying for more than a day; answers how many."""
    swept = 0
    for folder in _root().glob("*"):
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def errors_file(plan: LedgerPlan) -> io.BytesIO:
    """The sheet of errors of a dry run, ready to be sent."""
    file = io.BytesIO()
    write_errors(file, plan)
    file.seek(0)
    return file


def _root() -> Path:
    return Path(settings.VAR_DIR) / "ledgers"
