"""Numbered paper sheets: printed, entered once, or void; the photo is the original."""

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localtime, now

from audit.services import record
from common.crypto import digest, new_code
from common.errors import RuleViolation, WrongState
from common.uploads import Checked, check, stored, sweep
from stations import permissions as may
from stations.choices import OPEN_DAYS
from stations.models import PaperSheet, ReceptionDay, Station, Visit
from stations.services.visits import log_visit

MOST_PRINTED = 100  # at once
FOLDER = "sheets"


@transaction.atomic
def print_sheets(station: Station, *, actor: Any, count: int) -> list[PaperSheet]:
    """So many new sheets, numbered on from the last; each with an address of its own.

    Raises PermissionDenied, RuleViolation (field `count`).
    """
    if not may.runs(actor, station):
        raise PermissionDenied
    if not 1 <= count <= MOST_PRINTED:
        raise RuleViolation(f"一次印 1 到 {MOST_PRINTED} 张。", field="count")
    last = station.sheets.aggregate(last=Max("number"))["last"] or 0
    sheets = [
        PaperSheet(
            station=station,
            number=last + n,
            token=new_code(20).lower(),
            printed_by=actor,
        )
        for n in range(1, count + 1)
    ]
    try:
        with transaction.atomic():
            made = PaperSheet.objects.bulk_create(sheets)
    except IntegrityError as twice:
        raise RuleViolation("刚好有人也在印，请再点一次。", field="count") from twice
    data = {"first": last + 1, "last": last + count}
    record("print_sheets", station, actor=actor, label="印纸单", data=data)
    return made


@transaction.atomic
def void_sheet(sheet: PaperSheet, *, actor: Any) -> None:
    """Torn or spoilt: never to be entered."""
    if not may.runs(actor, sheet.station):
        raise PermissionDenied
    blank = PaperSheet.objects.filter(pk=sheet.pk, visit=None, voided_at=None)
    if not blank.update(voided_at=now()):
        raise WrongState("这张纸单已录入或已作废。")
    note = f"纸单 {sheet.number}"
    record("void_sheet", sheet.station, actor=actor, label="作废纸单", note=note)


def enter_sheet(
    sheet: PaperSheet, *, actor: Any, photo: Any = None, **facts: Any
) -> Visit:
    """What is on the paper becomes a visit, once; entered again it is that visit.

    On a day whose register is still open it stands in that register. `photo` is an
    uploaded picture of the sheet, made anew without what the camera wrote into it.
    Raises PermissionDenied, WrongState (void), RuleViolation with its field.
    """
    if not may.may_log(actor, sheet.station):
        raise PermissionDenied
    if sheet.visit is not None:
        return sheet.visit
    if sheet.voided_at is not None:
        raise WrongState("这张纸单已作废。")
    # Who holds the paper knows the token, and must not know the key.
    facts["key"] = uuid.uuid5(uuid.NAMESPACE_OID, digest(f"sheet {sheet.token}"))
    if not photo:
        return _bind(sheet, actor, facts, "")
    picture = check(photo, images_only=True, field="photo")
    with stored(picture, FOLDER) as path:
        return _bind(sheet, actor, facts, path)


@transaction.atomic
def _bind(sheet: PaperSheet, actor: Any, facts: dict[str, Any], path: str) -> Visit:
    moment = facts.get("visited_at") or now()
    facts["day"] = _open_day(sheet.station, localtime(moment).date())
    visit = log_visit(sheet.station, actor=actor, **facts)
    blank = PaperSheet.objects.filter(pk=sheet.pk, visit=None, voided_at=None)
    if not blank.update(visit=visit, photo=path):
        raise WrongState("这张纸单刚刚被录入或作废，请重新扫码。")
    sheet.refresh_from_db()
    note = f"纸单 {sheet.number}"
    record("enter_sheet", visit, actor=actor, label="录入纸单", note=note)
    return visit


def _open_day(station: Station, date: dt.date) -> ReceptionDay | None:
    days = station.days.filter(date=date, status__in=OPEN_DAYS)
    return days.order_by("starts_at", "id").first()


def add_photo(sheet: PaperSheet, *, actor: Any, photo: Any) -> None:
    """The photo that was forgotten; there is one at most."""
    if not may.may_log(actor, sheet.station):
        raise PermissionDenied
    picture: Checked = check(photo, images_only=True, field="photo")
    with stored(picture, FOLDER) as path, transaction.atomic():
        bare = PaperSheet.objects.filter(pk=sheet.pk, photo="", visit__isnull=False)
        if not bare.update(photo=path):
            raise WrongState("这张纸单还没有录入，或已有照片。")
        note = f"纸单 {sheet.number}"
        record("add_photo", sheet.visit, actor=actor, label="补纸单照片", note=note)
    sheet.refresh_from_db()


def sweep_files() -> int:
    """Remove photos that no paper sheet names, a day old; answers how many."""
    named = PaperSheet.objects.exclude(photo="").values_list("photo", flat=True)
    return sweep(FOLDER, named.iterator())
