"""Importing an old ledger for real: in portions, each whole, each row once."""

import re

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from areas.models import ImportJob
from areas.services.import_jobs import stay_alive
from areas.services.tables import ImportResult, Progress
from audit.services import record_each
from proposals.choices import LedgerRows
from proposals.models import LedgerImport
from proposals.services.ledger.build import Line, line_of, number_all
from proposals.services.ledger.plan import (
    LedgerPlan,
    PlannedRow,
    Reading,
    known_keys,
    open_sheets,
    plan_ledger,
)
from proposals.services.ledger.report import write_errors
from proposals.services.ledger.uploads import errors_path
from proposals.workflow.importing import import_closed
from stations.models import Visit
from stations.permissions import runs
from stations.signals import visits_changed
from stations.snapshots import visit_facts

PORTION = 200
BROKEN = "导入到一半出错了；已经进去的行都是完整的。再导一次同一份，会接着导没进去的。"
QUOTED = re.compile(r"“[^”]*”")


def import_ledger(job: ImportJob, progress: Progress) -> ImportResult:
    """Bring a queued ledger in; the second time nothing is left to do.

    Every portion is a transaction of its own, so that others can write meanwhile; a
    run that breaks off is finished by the next, which finds its rows stored.
    """
    ledger = LedgerImport.objects.select_related("station", "job").get(job=job)
    if not runs(job.requested_by, ledger.station):
        raise PermissionDenied
    plan = _plan(ledger)
    result = ImportResult()
    fresh = plan.of("new")
    for start in range(0, len(fresh), PORTION):
        result.created += _carry_in(ledger, plan, fresh[start : start + PORTION])
        stay_alive(job)
        progress(min(99, 100 * (start + PORTION) // len(fresh)))
    result.unchanged = len(plan.rows) - len(plan.of("refused")) - result.created
    for row in plan.of("refused"):
        # What cells hold is not kept with the job: the sheet of errors has it.
        reasons = QUOTED.sub("“…”", "；".join(row.reasons))
        result.refuse(row.entry.row.number, "", reasons)
    result.notes = _notes(plan)
    _leave_errors(ledger, plan)
    return result


def _plan(ledger: LedgerImport) -> LedgerPlan:
    with ledger.job.file.open("rb") as file:
        data = file.read()
    name = ledger.job.file_name
    reading = Reading(
        layout=ledger.columns,
        header_rows=ledger.header_rows,
        channel=ledger.channel,
        rows=LedgerRows(ledger.rows),
        is_counted=ledger.is_counted,
        is_pasted=ledger.is_pasted,
    )
    sheets = open_sheets(data, name=name, is_pasted=ledger.is_pasted)
    return plan_ledger(sheets, ledger.station, reading, name=name)


def _carry_in(ledger: LedgerImport, plan: LedgerPlan, rows: list[PlannedRow]) -> int:
    """Store a portion; if another import was quicker with some, the others."""
    try:
        return _store(ledger, plan, rows)
    except IntegrityError:
        known = known_keys([row.key for row in rows])
        return _store(ledger, plan, [row for row in rows if row.key not in known])


@transaction.atomic
def _store(ledger: LedgerImport, plan: LedgerPlan, rows: list[PlannedRow]) -> int:
    actor, station = ledger.job.requested_by, ledger.station
    lines = [
        line_of(
            row,
            station=station,
            lookups=plan.lookups,
            is_counted=ledger.is_counted,
            actor=actor,
        )
        for row in rows
    ]
    visits = Visit.objects.bulk_create(line.visit for line in lines)
    _link(ledger, lines)
    data = {"station": station.pk, "import": ledger.pk}
    record_each("import_visit", visits, actor=actor, label="旧台账导入", data=data)
    changes = [(None, visit_facts(visit)) for visit in visits]
    visits_changed.send(Visit, changes=changes)
    entries = [row.entry for row in rows]
    told = [(e, line) for e, line in zip(entries, lines, strict=True) if line.proposal]
    number_all(
        [(e, line.proposal) for e, line in told if line.proposal], station=station
    )
    import_closed(
        [(line.proposal, line.visit) for _, line in told if line.proposal],
        actor=actor,
        source=ledger.job.file_name,
    )
    ledger.visit_count += len(visits)
    ledger.matter_count += len(told)
    ledger.save(update_fields=["visit_count", "matter_count"])
    return len(visits)


def _link(ledger: LedgerImport, lines: list[Line]) -> None:
    """Who heard each visit, and which import made it."""
    hearing, made = Visit.heard_by.through, LedgerImport.visits.through
    hearing.objects.bulk_create(
        hearing(visit=line.visit, deputy_id=deputy)
        for line in lines
        for deputy in line.heard_by
    )
    made.objects.bulk_create(
        made(ledgerimport=ledger, visit=line.visit) for line in lines
    )


def _notes(plan: LedgerPlan) -> list[str]:
    """What people should know of the rows that went in; no row's content."""
    fresh = plan.of("new")
    nobody = {n for r in fresh for n in r.entry.deputies} - plan.lookups.deputies.keys()
    noted = sum(bool(row.entry.notes) for row in fresh)
    return [
        text
        for count, text in (
            (len(nobody), f"{len(nobody)} 个代表姓名没有对上，写在来访的来源说明里。"),
            (noted, f"{noted} 行有日期只写到月、或没有带进去，收集日期都在。"),
        )
        if count
    ]


def _leave_errors(ledger: LedgerImport, plan: LedgerPlan) -> None:
    path = errors_path(ledger)
    if path.parent.is_dir() and plan.of("refused"):
        write_errors(path, plan)
