"""Plan an import: compare every row with what is on record. Reads only."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area
from common.errors import RuleViolation
from common.spreadsheets import Sheet, read_workbook
from deputies import permissions as may
from deputies.choices import MandateStatus
from deputies.models import Deputy, Mandate
from deputies.roster.entry import Entry, Problem, Roster, RosterRow
from deputies.roster.rows import Correction, read_roster
from deputies.roster.values import Unclear
from deputies.services.roster.columns import remembered_columns
from deputies.services.roster.facts import person_facts, seat_facts
from deputies.services.roster.places import Places
from deputies.services.roster.planned import (
    Known,
    PlannedRow,
    RosterPlan,
    Target,
    TermKey,
)
from deputies.services.roster.roll import Roll

MOST_ROWS = 20_000  # a prefecture has some 5,000 deputies of all levels
ENDED = (MandateStatus.TERMINATED, MandateStatus.TERM_ENDED)


def plan_roster(
    file: BinaryIO | list[Sheet],
    target: Target,
    *,
    actor: User | None,
    corrections: Mapping[str, Correction] | None = None,
) -> RosterPlan:
    """What importing a file would do. `actor` None is the command line.

    Raises UnreadableFile, RuleViolation for an area that keeps no roll, and
    PermissionDenied for one that this person does not keep. A cell's contents never
    raise: they refuse their row.
    """
    if actor and not may.may_keep_area(actor, target.area):
        raise PermissionDenied
    sheets = file if isinstance(file, list) else read_workbook(file)
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        text = f"一次最多导入 {MOST_ROWS} 行，请拆分后再上传。"
        raise RuleViolation(text, field="file")
    roster = read_roster(
        sheets,
        today=localdate(),
        corrections=corrections,
        remembered=remembered_columns(target.area),
    )
    return plan_rows(roster, target, actor=actor)[0]


def plan_rows(
    roster: Roster, target: Target, *, actor: User | None
) -> tuple[RosterPlan, Places]:
    """The plan for rows that are read already, and the places it speaks of."""
    places = Places(target, roster.sheets)
    usable = [row for row in roster.rows if not row.is_refused and not row.repeats]
    planner = _Planner(places, Roll(places, usable), actor)
    rows = [planner.plan(row) for row in roster.rows]
    new_terms = {key for row in rows for key in row.keys} - set(places.terms)
    return RosterPlan(roster, target, rows, new_terms), places


class _Planner:
    def __init__(self, places: Places, roll: Roll, actor: User | None) -> None:
        self.places = places
        self.roll = roll
        self.actor = actor

    def plan(self, row: RosterRow) -> PlannedRow:
        # Problems of an earlier planning of the same rows are not added twice.
        row.problems = [p for p in row.problems if not isinstance(p, _Found)]
        if row.is_refused:
            return PlannedRow(row, "refused")
        if row.repeats:
            return PlannedRow(row, "repeated")
        try:
            area = self.places.area_of(row)
            keys = self.places.keys_of(row, area)
            known = self.roll.find(row.entry, keys)
            self._check_seats(known, keys)
            self._check_rights(known, Deputy(area=area), keys)
        except Unclear as unclear:
            row.problems.append(_Found(str(unclear), True))
            return PlannedRow(row, "refused")
        is_first = known is None
        known = known or Known(Deputy(area=area, name=row.entry.name))
        planned = PlannedRow(row, "new" if known.is_new else "unchanged", known, keys)
        self._plan_facts(planned, known, row.entry, area if row.entry.area else None)
        self._plan_seats(planned, known, keys)
        self._plan_group(planned, known)
        if is_first:
            self.roll.add(known)
        if planned.outcome == "unchanged" and planned.labels:
            planned.outcome = "changed"
        return planned

    @staticmethod
    def _check_seats(known: Known | None, keys: list[TermKey]) -> None:
        """One person has one seat in a term; lines that repeat are set aside before."""
        if known and known.claimed.intersection(keys):
            raise Unclear("与前面的行同证号或同身份证号，但其他内容不符，请核对")

    def _check_rights(
        self, known: Known | None, newcomer: Deputy, keys: list[TermKey]
    ) -> None:
        if self.actor is None:
            return
        deputy = known.deputy if known else newcomer
        if not may.may_edit(self.actor, deputy):
            raise Unclear(f"这位代表由{deputy.area}管理，请联系上级代表工委")
        for key in keys:
            if not may.may_set_seat(self.actor, deputy, key.level):
                raise Unclear("乡镇（街道）只能导入本级人大的代表")

    # --- the person ---

    def _plan_facts(
        self, planned: PlannedRow, known: Known, entry: Entry, area: Area | None
    ) -> None:
        """What the row says of the person; blank cells take nothing away."""
        facts = person_facts(entry)
        if area:
            facts["area"] = area
        deputy = known.deputy
        for name, value in facts.items():
            before = getattr(deputy, name)
            if before == value:
                known.told.add(name)
            elif name in known.told:
                text = f"{label_of(Deputy, name)}与前面的行不同，以前一行为准"
                planned.row.problems.append(_Found(text))
            else:
                known.told.add(name)
                planned.before[name] = before
                setattr(deputy, name, value)
                if name != "id_digest":
                    planned.labels.append(label_of(Deputy, name))

    # --- the seats ---

    def _plan_seats(
        self, planned: PlannedRow, known: Known, keys: list[TermKey]
    ) -> None:
        for key in keys:
            facts = seat_facts(planned.row.entry, key)
            known.claimed.add(key)
            seat = known.seats.get(key)
            if seat is None:
                known.seats[key] = Mandate(level=key.level, **facts)
                planned.new_seats.append(key)
                planned.labels.append(f"{key.label}代表资格")
                certificate = (key, facts.get("certificate_no", ""))
                if certificate[1]:
                    self.roll.by_certificate[certificate] = known
                continue
            if seat.status in ENDED:
                text = f"{key.label}代表资格已{seat.get_status_display()}，未恢复"
                planned.row.problems.append(_Found(text))
            self._plan_seat_changes(planned, key, seat, facts)

    @staticmethod
    def _plan_seat_changes(
        planned: PlannedRow, key: TermKey, seat: Mandate, facts: dict[str, Any]
    ) -> None:
        before = {n: getattr(seat, n) for n in facts if getattr(seat, n) != facts[n]}
        for name in before:
            setattr(seat, name, facts[name])
            if name != "source_type":
                planned.labels.append(label_of(Mandate, name))
        if before:
            planned.changed_seats[key] = before

    def _plan_group(self, planned: PlannedRow, known: Known) -> None:
        """A group the row names and the person is not in; no group is left."""
        name = planned.row.entry.group
        if name and name not in known.groups:
            known.groups.add(name)
            planned.group = name
            planned.labels.append(f"编入{name}")


class _Found(Problem):
    """A problem that came up while comparing, not while reading."""


def label_of(model: type[Model], name: str) -> str:
    """The Chinese name of a column."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
