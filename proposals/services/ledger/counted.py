"""Taking a whole old ledger into the figures, or out of them, afterwards."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.choices import Role
from accounts.models import User
from audit.services import record
from common.errors import Overtaken
from proposals import permissions as may
from proposals.models import LedgerImport, Proposal
from proposals.signals import proposals_changed
from proposals.snapshots import Snapshot
from stations.models import Visit
from stations.signals import visits_changed
from stations.snapshots import visit_facts

PORTION = 500
FACTS = (
    "area",
    "station",
    "category",
    "channel",
    "visited_at",
    "party_size",
    "is_counted",
)


def may_set_counted(actor: User, ledger: LedgerImport) -> bool:
    """Whether figures are changed by it is for the office to say."""
    return may.covers(actor, ledger.station.area_id, Role.OFFICER)


@transaction.atomic
def set_counted(ledger: LedgerImport, *, actor: User, is_counted: bool) -> int:
    """Let all visits and matters of an import count, or not; the figures follow.

    Answers how many changed; the same again changes nothing. Raises PermissionDenied,
    Overtaken when somebody else did it meanwhile.
    """
    if not may_set_counted(actor, ledger):
        raise PermissionDenied
    if ledger.is_counted == is_counted:
        return 0
    unmoved = LedgerImport.objects.filter(pk=ledger.pk, is_counted=ledger.is_counted)
    if not unmoved.update(is_counted=is_counted):
        raise Overtaken("别人刚刚改过，请刷新后再看。")
    ledger.is_counted = is_counted
    changed = _visits(ledger, is_counted) + _matters(ledger, is_counted)
    label = "计入统计" if is_counted else "不计入统计"
    data = {"is_counted": is_counted, "changed": changed}
    record("count_ledger", ledger, actor=actor, label=label, data=data)
    return changed


def _visits(ledger: LedgerImport, is_counted: bool) -> int:
    rows = Visit.objects.filter(ledger_imports=ledger).exclude(is_counted=is_counted)
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), PORTION):
        some = Visit.objects.filter(pk__in=keys[start : start + PORTION])
        changes = []
        for visit in some.only(*FACTS):
            before = visit_facts(visit)
            visit.is_counted = is_counted
            changes.append((before, visit_facts(visit)))
        visits_changed.send(Visit, changes=changes)
        some.update(is_counted=is_counted)
    return len(keys)


def _matters(ledger: LedgerImport, is_counted: bool) -> int:
    rows = Proposal.objects.filter(is_imported=True, visits__ledger_imports=ledger)
    rows = rows.exclude(is_counted=is_counted)
    keys = list(rows.values_list("pk", flat=True).distinct())
    for start in range(0, len(keys), PORTION):
        some = Proposal.objects.filter(pk__in=keys[start : start + PORTION])
        changes = []
        for matter in some.select_related("result").defer("bigrams", "text"):
            before = Snapshot.of(matter)
            matter.is_counted = is_counted
            changes.append((before, Snapshot.of(matter)))
        proposals_changed.send(Proposal, changes=changes)
        some.update(is_counted=is_counted)
    return len(keys)
