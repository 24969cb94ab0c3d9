"""Tables handed in on a page: kept, worked off by a worker, their result kept."""

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from kombu.exceptions import OperationalError

from areas import permissions as may
from areas import tasks
from areas.choices import ImportKind, ImportState
from areas.models import Area, ImportJob
from areas.services.area_tables import import_areas
from areas.services.category_tables import import_categories
from areas.services.tables import ImportResult, Progress
from areas.services.unit_tables import import_units
from common.errors import RuleViolation
from common.texts import UNSEEN

log = logging.getLogger(__name__)

MOST_SHOWN = 1000  # refused lines that are kept
DEAD_AFTER = dt.timedelta(minutes=5)  # no import takes that long; its worker died
LOST_AFTER = dt.timedelta(minutes=2)  # still queued: the queue was away
BROKEN = "导入时出错，没有任何改动。请重试；若仍不行，请联系系统管理员。"

Work = Callable[[ImportJob, Progress], ImportResult]
_work: dict[str, tuple[Work, str]] = {}  # of the apps above, by kind


def take_up(kind: str, work: Work, *, broken: str = BROKEN) -> None:
    """An app above says how it brings tables of this kind in, and what to tell people
    when that breaks; called once, when it starts."""
    _work[kind] = work, broken


@transaction.atomic
def request_import(
    *, actor: Any, kind: str, file: File, area: Area | None = None
) -> ImportJob:
    """Keep a table and have a worker bring it in; `area` is asked for units only."""
    if not may.may_import(actor):
        raise PermissionDenied
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise RuleViolation("文件超过 20 MB，请拆分后再上传。", field="file")
    if kind == ImportKind.UNITS:
        if area is None:
            raise RuleViolation("请选择这些单位所属的地区。", field="area")
        if not may.may_import_units(actor, area.pk):
            raise PermissionDenied
    return queue_import(
        actor=actor,
        kind=kind,
        file=file,
        name=file.name or "",
        area=area if kind == ImportKind.UNITS else None,
    )


@transaction.atomic
def queue_import(
    *, actor: Any, kind: str, file: File, name: str, area: Area | None
) -> ImportJob:
    """Keep a table for a worker, who is told once this is committed.

    For callers that have asked already whether this person may.
    """
    job = ImportJob(
        kind=kind,
        area=area,
        file_name=UNSEEN.sub("", PurePath(name).name)[-200:] or "表格",
        requested_by=actor,
    )
    job.file.save(uuid4().hex, file, save=False)  # never under the name it came with
    job.save()
    transaction.on_commit(lambda: _send(job.pk))
    return job


def _send(job_id: int) -> None:
    try:
        tasks.run_import.delay(job_id)
    except OperationalError as away:
        log.warning("queue away, import %s waits: %s", job_id, type(away).__name__)


def resend_lost() -> int:
    """Send jobs again whose message or worker was lost; answers how many."""
    lost = Q(state=ImportState.QUEUED, requested_at__lt=now() - LOST_AFTER)
    dead = Q(state=ImportState.RUNNING, started_at__lt=now() - DEAD_AFTER)
    found = ImportJob.objects.filter(lost | dead).values_list("pk", flat=True)
    for pk in found:
        _send(pk)
    return len(found)


def run_job(job: ImportJob) -> None:
    """Work a job off, once: a second copy of the message finds nothing to claim."""
    claimable = Q(state=ImportState.QUEUED) | Q(
        state=ImportState.RUNNING, started_at__lt=now() - DEAD_AFTER
    )
    claim = ImportJob.objects.filter(claimable, pk=job.pk)
    if not claim.update(state=ImportState.RUNNING, started_at=now()):
        return
    try:
        result = _imported(job)
    except RuleViolation as refusal:
        _finish(job, ImportState.FAILED, summary=str(refusal)[:200])
    except Exception:
        broken = _work.get(job.kind, (None, BROKEN))[1]
        _finish(job, ImportState.FAILED, summary=broken)
        raise
    else:
        refused = [[r.line, r.text, r.reason] for r in result.refused[:MOST_SHOWN]]
        _finish(
            job,
            ImportState.DONE,
            summary=result.summary,
            created_count=result.created,
            changed_count=result.changed,
            unchanged_count=result.unchanged,
            refused_count=len(result.refused),
            refused=refused,
            notes=result.notes[:MOST_SHOWN],
        )


def stay_alive(job: ImportJob) -> None:
    """A sign of life of an import in portions, so that it is not taken for dead."""
    ImportJob.objects.filter(pk=job.pk).update(started_at=now())


def percent_done(job: ImportJob) -> int:
    """How far a running job is. The import is one transaction, so the rows cannot say;
    the cache can, and while it is away the page shows 0."""
    return cache.get(_key(job)) or 0


def _imported(job: ImportJob) -> ImportResult:
    def progress(percent: int) -> None:
        cache.set(_key(job), percent, 600)

    if job.kind in _work:
        return _work[job.kind][0](job, progress)
    with job.file.open("rb") as file:
        data = file.read()
    actor = job.requested_by

    if job.kind == ImportKind.UNITS and job.area:
        return import_units(data, area=job.area, actor=actor, progress=progress)
    if job.kind == ImportKind.CATEGORIES:
        return import_categories(data, actor=actor, progress=progress)
    within = may.import_scope(actor)
    return import_areas(data, actor=actor, within=within, progress=progress)


def _finish(job: ImportJob, state: str, **told: Any) -> None:
    """Write the result down and throw the file away."""
    changes = {"state": state, "finished_at": now(), "file": "", **told}
    ImportJob.objects.filter(pk=job.pk).update(**changes)
    job.file.delete(save=False)


def _key(job: ImportJob) -> str:
    return f"areas:import:{job.pk}"
