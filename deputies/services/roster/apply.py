"""Do what a plan says: people, seats and groups, with their lines in the trail."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area, Term
from audit.services import record
from deputies import permissions as may
from deputies.models import Deputy, Group, Mandate, Membership
from deputies.services.roster.places import Places
from deputies.services.roster.plan import plan_rows
from deputies.services.roster.planned import Known, PlannedRow, RosterPlan, TermKey

# Never in the trail: what is encrypted in the row stays unread there too.
SECRET = ("phone", "id_number", "id_digest", "address")


@transaction.atomic
def apply_roster(
    plan: RosterPlan, *, actor: User | None, source: str = ""
) -> RosterPlan:
    """Import the people of a plan; answers the plan as it was carried out.

    It is planned anew inside the transaction, behind a lock on the area, so that two
    imports at once do not both add the same person. All rows that are not refused go
    in, or, if anything fails, none. `source` (the file's name) stands in the trail.
    """
    area = plan.target.area
    if actor and not may.may_keep_area(actor, area):
        raise PermissionDenied
    # One import at a time in a county: PostgreSQL locks the row, SQLite the file.
    list(Area.objects.select_for_update().filter(pk=area.pk[:6]))
    plan, places = plan_rows(plan.roster, plan.target, actor=actor)
    writing = plan.of("new", "changed")
    if not writing:
        return plan
    _save_people(writing)
    _save_seats(writing, places)
    _join_groups(writing, area, actor)
    for planned in writing:
        _tell(planned, actor, source)
    note = f"{source[:100]}：{plan.summary}" if source else plan.summary
    record("import_roster", area, actor=actor, label="导入代表名册", note=note)
    return plan


def _people(writing: Iterable[PlannedRow]) -> list[Known]:
    """Each person once, in the order of the file."""
    return list({id(p.person): p.person for p in writing}.values())


def _save_people(writing: list[PlannedRow]) -> None:
    changed: dict[int, set[str]] = {}
    for planned in writing:
        if not planned.person.is_new:
            names = changed.setdefault(planned.person.deputy.pk, set())
            names.update(planned.before)
    people = [known.deputy for known in _people(writing)]
    Deputy.objects.bulk_create([d for d in people if d.pk is None], batch_size=500)
    for deputy in people:
        if changed.get(deputy.pk):
            deputy.save(update_fields=[*sorted(changed[deputy.pk]), "updated_at"])


def _save_seats(writing: list[PlannedRow], places: Places) -> None:
    new = []
    for planned in writing:
        known = planned.person
        for key in planned.new_seats:
            seat = known.seats[key]
            seat.deputy, seat.term = known.deputy, places.ensure_term(key)
            seat.starts_on = _first_day(seat.term, places)
            new.append(seat)
        for key, before in planned.changed_seats.items():
            known.seats[key].save(update_fields=list(before))
    Mandate.objects.bulk_create(new, batch_size=500)


def _first_day(term: Term, places: Places) -> Any:
    """Of the seat: the term's, else the one given with the file, else today."""
    return term.starts_on or places.target.starts_on or localdate()


def _join_groups(writing: list[PlannedRow], area: Area, actor: User | None) -> None:
    names = {planned.group for planned in writing if planned.group}
    if not names:
        return
    found = Group.objects.under(area.pk[:6]).filter(name__in=names).order_by("-area")
    groups = {group.name: group for group in found}
    for name in sorted(names - set(groups)):
        groups[name] = Group.objects.create(area=area, name=name)
        record("create", groups[name], actor=actor, label="名册导入时建立代表小组")
    members = [
        Membership(group=groups[p.group], deputy=p.person.deputy)
        for p in writing
        if p.group
    ]
    Membership.objects.bulk_create(members, batch_size=500)


def _tell(planned: PlannedRow, actor: User | None, source: str) -> None:
    """One line in the person's story; former values, but none that are secret."""
    is_new = planned.outcome == "new"
    before = {n: str(v) for n, v in planned.before.items() if n not in SECRET}
    seats = [_seat_told(key) for key in planned.new_seats]
    record(
        "import_roster",
        planned.person.deputy,
        actor=actor,
        label="名册导入（新增）" if is_new else "名册导入（更新）",
        note="、".join(planned.labels)[:500] if not is_new else "",
        data={
            "source": f"{source[:100]} {planned.row.place}".strip(),
            "before": {} if is_new else before,
            "seats": seats,
        },
    )


def _seat_told(key: TermKey) -> str:
    return key.label
