"""Checks of a station: begun from a checklist, marked, proved by files, given up."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate, now

from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import cleaned, one_line
from common.uploads import check as checked_file
from common.uploads import remove, stored, sweep
from stations import permissions as may
from stations.choices import CheckStatus, StationStatus
from stations.models import CheckFile, Checklist, CheckMark, Station, StationCheck

FOLDER = "checks"
MOST_FILES = 6  # of one item
DAYS_BACK = 366  # a check on paper, entered late
NO_DRAFT = "这次检查已经送确认，不能再改。"


class Mark(NamedTuple):
    """Points of an item (None: not looked at yet) and a remark."""

    score: int | None
    note: str = ""


@transaction.atomic
def create_check(
    station: Station, checklist: Checklist, *, actor: Any, checked_on: dt.date
) -> StationCheck:
    """Begin a check: the items are copied, so that later editing leaves it alone."""
    if not may.runs(actor, station):
        raise PermissionDenied
    if station.status == StationStatus.CLOSED:
        raise RuleViolation(f"{station}已经撤销。", field="station")
    _check_day(checked_on)
    area = checklist.area_id or ""
    if not checklist.is_active or not station.area_id.startswith(area):
        raise RuleViolation("这一标准不用于该站。", field="checklist")
    # Holds the station's row: of two checks begun at once the second sees the first.
    Station.objects.filter(pk=station.pk).update(updated_at=F("updated_at"))
    open_ones = station.checks.filter(checklist=checklist)
    if open_ones.exclude(status=CheckStatus.CONFIRMED).exists():
        text = "按这一标准的检查还有一次没有确认，请先做完那一次。"
        raise RuleViolation(text, field="checklist")
    check = StationCheck.objects.create(
        station=station, checklist=checklist, checked_on=checked_on, checked_by=actor
    )
    CheckMark.objects.bulk_create(
        CheckMark(
            check_of=check,
            position=item.position,
            text=item.text,
            out_of=item.score,
            is_required=item.is_required,
        )
        for item in checklist.items.all()
    )
    record("create_check", check, actor=actor, label="开始检查", now_=check.status)
    return check


@transaction.atomic
def save_check(
    check: StationCheck,
    *,
    actor: Any,
    checked_on: dt.date,
    marks: Mapping[int, Mark],
    summary: str = "",
    veto: str = "",
) -> None:
    """Keep the draft: marks by the key of their row.

    Fields of a refusal are `score_7`, `note_7` for the mark 7.
    """
    if not may.is_checker(actor, check):
        raise PermissionDenied
    _check_day(checked_on)
    values = {
        "checked_on": checked_on,
        "summary": cleaned(summary, label="总评", field="summary", longest=2000),
        "veto": one_line(veto, label="否决情形", field="veto", longest=200),
    }
    _claim_draft(check, **values)
    _write_marks({mark.pk: mark for mark in check.marks.all()}, marks)


def _write_marks(rows: dict[int, CheckMark], marks: Mapping[int, Mark]) -> None:
    for pk, mark in marks.items():
        row = rows[pk]
        if mark.score is not None and not 0 <= mark.score <= row.out_of:
            text = f"得分应在 0 到 {row.out_of} 之间。"
            raise RuleViolation(text, field=f"score_{pk}")
        row.score = mark.score
        row.note = one_line(mark.note, label="说明", field=f"note_{pk}", longest=300)
    CheckMark.objects.bulk_update(rows.values(), ("score", "note"))


def attach(mark: CheckMark, *, actor: Any, file: Any) -> CheckFile:
    """Add a proof to an item of a draft; images are made anew (common.uploads)."""
    check = mark.check_of
    if not may.is_checker(actor, check):
        raise PermissionDenied
    checked = checked_file(file)
    with stored(checked, FOLDER) as path, transaction.atomic():
        _claim_draft(check)
        if mark.files.count() >= MOST_FILES:
            raise RuleViolation(f"一项最多 {MOST_FILES} 个文件。", field="file")
        row: CheckFile = mark.files.create(
            file=path,
            name=checked.name,
            size=len(checked.data),
            kind=checked.content_type,
            added_by=actor,
        )
        note = f"{mark.text[:40]}：{checked.name}"
        record("attach", check, actor=actor, label="加佐证", note=note)
        return row


@transaction.atomic
def remove_file(file: CheckFile, *, actor: Any) -> None:
    """Take a proof back while the check is a draft."""
    check = file.mark.check_of
    if not may.is_checker(actor, check):
        raise PermissionDenied
    _claim_draft(check)
    path, name = str(file.file.name), file.name
    file.delete()
    record("remove_file", check, actor=actor, label="删除佐证", note=name)
    transaction.on_commit(partial(remove, path))


@transaction.atomic
def discard_check(check: StationCheck, *, actor: Any) -> None:
    """Give a draft up; its marks and files go with it."""
    if not may.may_discard_check(actor, check):
        raise PermissionDenied
    _claim_draft(check)
    rows = CheckFile.objects.filter(mark__check_of=check)
    paths = list(rows.values_list("file", flat=True))
    record("discard", check, actor=actor, label="放弃检查", note=str(check.checklist))
    check.delete()
    for path in paths:
        transaction.on_commit(partial(remove, path))


def sweep_files() -> int:
    """Remove files that no check names, a day old; answers how many."""
    return sweep(FOLDER, CheckFile.objects.values_list("file", flat=True).iterator())


def _claim_draft(check: StationCheck, **values: Any) -> None:
    """Holds the row until commit; whoever read it before has to read it again."""
    draft = StationCheck.objects.filter(pk=check.pk, status=CheckStatus.DRAFT)
    if not draft.update(version=F("version") + 1, updated_at=now(), **values):
        raise WrongState(NO_DRAFT)
    check.refresh_from_db()


def _check_day(day: dt.date) -> None:
    if not localdate() - dt.timedelta(days=DAYS_BACK) <= day <= localdate():
        raise RuleViolation("检查日应在一年以内、今天以前。", field="checked_on")
