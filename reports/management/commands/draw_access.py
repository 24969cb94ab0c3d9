"""draw_access: docs/access.md, who may take which step and who has which page.

Nothing is copied from the tables by hand: each step's predicate is asked for a person
of each role, whose place is that of the record.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import get_resolver
from django.utils.timezone import now

from accounts.choices import AREA_ROLES, UNIT_ROLES, Role
from accounts.menu import RAIL, SETTINGS, Entry
from accounts.models import Grant, User
from activities.workflow import FLOW as ACTIVITIES
from areas.choices import CongressLevel
from common.workflow import Step, Workflow
from deputies.workflow import FLOW as SEATS
from proposals.choices import HandlingStatus, Kind
from proposals.management.commands._drawing import DrawCommand, table
from proposals.models import Handling
from proposals.workflow.table import FLOW as MATTERS
from stations.workflow import FLOW as DAYS
from stations.workflow_checks import FLOW as CHECKS
from stations.workflow_plans import FLOW as PLANS

TOWN = "420802002"
STATION, UNIT, DEPUTY, STRANGER = 1, 2, 3, 4  # keys of rows that nobody stores
PUBLIC = "选民（无账号）"
YES = "●"
PAGE = """\
<!-- Drawn by `manage.py draw_access`; edit the tables in the code, not this page. -->

# Access

A person's roles are grants, each for an area, a station or a unit, between two days.
Every read begins at `visible_to(user)`: a record outside the scope of all grants is
answered with 404. Within the scope, the tables below say who may take a step; somebody
else gets 403. {yes} means: in the area, station or unit for which the role is held.

## Steps of matters

“意见” and “建议” say that the role has the step for that kind only (bills are as
suggestions). A deputy counts as the lead of a suggestion, or as the one who heard the
voter. Who entered an opinion may hand it in and withdraw it too. The office decides the
first objection of a matter, the coordinator every one. A voter without an account uses
the matter's number and query code.

{matters}
## Reception days

{days}
## Year plans

{plans}
## Checks of stations

“自己的” means: a check one has begun; “别人的”: one that somebody else began.

{checks}
## Activities

“自己的” means: a record one has written; “别人的”: one that somebody else wrote.

{activities}
## Seats of deputies

“乡” means: seats of the township's own congress only.

{seats}
## Pages in the menu

From `accounts/menu.py`. The administrators of the platform see no matters.

{rail}
## Lines of the settings page

{settings}
## Addresses

What each address answers, asked for by GET or (marked POST) by an empty POST, on
records of the county for which the roles are held. 200 is the page; 302 leads on,
without sign-in to the sign-in page; 401, 403 and 404 are closed doors; 405, 409 and 422
come from behind an open one. Held true by `tests/test_access.py`.

{addresses}"""
# The people of tests/access_table.py, as the heads of their columns.
CAST = {
    "anonymous": "未登录",
    "officer": Role.OFFICER.label,
    "leader": Role.LEADER.label,
    "township": "乡镇人大",
    "station_staff": Role.STATION.label,
    "deputy_user": Role.DEPUTY.label,
    "handler": Role.UNIT_HANDLER.label,
    "unit_leader": "单位负责人",
    "coordinator": "督查室",
    "client_user": "接口",
    "sys_admin": "系统",
    "sec_admin": "安全",
    "audit_admin": "审计",
    "stranger": "外县工委",
}


@dataclass(frozen=True)
class Case:
    """A record a step may be taken on; `label` is shown where not every case allows."""

    label: str
    record: Any


class Heard:
    """The visits of a matter, all of them heard by whoever asks."""

    def filter(self, **_: Any) -> "Heard":
        return self

    def exists(self) -> bool:
        return True


def person(role: Role) -> User:
    """Somebody who holds this role alone, at the place of the records below."""
    held = Grant(role=role)
    if role in AREA_ROLES:
        held.area_id = TOWN if role == Role.TOWNSHIP else TOWN[:6]
    if role in UNIT_ROLES:
        held.unit_id = UNIT
    if role == Role.STATION:
        held.station_id = STATION
    user = User(pk=STRANGER)
    user.held = [held]
    user.deputy_id = DEPUTY if role == Role.DEPUTY else None
    return user


def matter(kind: Kind, *, by_public: bool = False) -> SimpleNamespace:
    """A matter of the station, in the unit's hands, with one objection."""
    part = Handling(
        unit_id=UNIT, round=1, status=HandlingStatus.OBJECTED, objected_at=now()
    )
    lead = SimpleNamespace(deputy_id=DEPUTY) if kind != Kind.OPINION else None
    return SimpleNamespace(
        kind=kind,
        area_id=TOWN,
        station_id=STATION,
        lead=lead,
        round=1,
        created_by_id=None if by_public else STRANGER + 1,
        handlings=SimpleNamespace(all=lambda: [part]),
        visits=Heard(),
    )


def cell(step: Step, actor: User | None, cases: list[Case]) -> str:
    """● when the step is allowed in every case, else the cases in words."""
    labels = [case.label for case in cases if step.allowed(actor, case.record)]
    return YES if len(labels) == len(cases) else "、".join(labels)


def steps_table(flow: Workflow, cases: Callable[[], list[Case]], public: bool) -> str:
    """Steps down, roles across; roles without any step are left out."""
    people: dict[str, User | None] = {role.label: person(role) for role in Role}
    rows: dict[str, dict[str, str]] = {}
    for step in flow.steps.values():
        rows[step.label] = {who: cell(step, p, cases()) for who, p in people.items()}
        if public:
            unknown = [Case("意见", matter(Kind.OPINION, by_public=True))]
            unknown.append(Case("建议", matter(Kind.SUGGESTION)))
            rows[step.label][PUBLIC] = cell(step, None, unknown)
    whos = [*people, PUBLIC] if public else [*people]
    shown = [who for who in whos if any(row[who] for row in rows.values())]
    lines = [[label, *(row[who] for who in shown)] for label, row in rows.items()]
    return table(["步骤", *shown], lines)


def matter_cases() -> list[Case]:
    kinds = {"意见": Kind.OPINION, "建议": Kind.SUGGESTION}
    return [Case(label, matter(kind)) for label, kind in kinds.items()]


def day_cases() -> list[Case]:
    station = SimpleNamespace(pk=STATION, area_id=TOWN)
    return [Case("", SimpleNamespace(station=station))]


def own_cases() -> list[Case]:
    """A check or an activity of the station, by who wrote it."""
    station = SimpleNamespace(pk=STATION, area_id=TOWN)
    return [
        Case(
            label,
            SimpleNamespace(
                station=station,
                station_id=STATION,
                area_id=TOWN,
                checked_by_id=writer,
                recorded_by_id=writer,
            ),
        )
        for label, writer in (("自己的", STRANGER), ("别人的", STRANGER + 1))
    ]


def seat_cases() -> list[Case]:
    deputy = SimpleNamespace(area_id=TOWN)
    levels = {"乡": CongressLevel.TOWNSHIP, "县及以上": CongressLevel.COUNTY}
    return [
        Case(label, SimpleNamespace(deputy=deputy, level=level))
        for label, level in levels.items()
    ]


def pages_table(entries: list[Entry]) -> str:
    """Entries down, roles across; a role's own word for the page stands in its cell."""
    labels = list(dict.fromkeys((entry.page, entry.label) for entry in entries))
    held = {role for entry in entries for role in entry.roles}
    roles = [role for role in Role if role in held]
    lines = []
    for page, label in labels:
        words: dict[Role, str] = {}
        for entry in entries:
            if entry.page == page:
                own = dict(entry.words)
                words |= {role: own.get(role, YES) for role in entry.roles}
        lines.append([label, *(words.get(role, "") for role in roles)])
    return table(["页面", *(role.label for role in roles)], lines)


def routes(resolver: Any = None, space: str = "", way: str = "/") -> Iterator[Any]:
    """(name with its namespace, path) of every address."""
    patterns: list[Any] = (resolver or get_resolver()).url_patterns
    for pattern in patterns:
        part = str(pattern.pattern).replace("\\Z", "")
        part = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", part).strip("^$")
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern, inner, way + part)
        else:
            yield f"{space}{pattern.name}", way + re.sub(r"<\w+:", "<", part)


def addresses_tables() -> str:
    """One table a namespace: address and status for each of the cast."""
    # Beside the tests and not with the product, which does without.
    from tests.access_table import CAST as ORDER
    from tests.access_table import POSTED, TABLE

    paths = dict(routes())
    heads = ["地址", *(CAST[who] for who in ORDER)]
    found: dict[str, list[list[str]]] = {}
    for name, statuses in TABLE.items():
        path = f"`{paths[name]}`" + (" POST" if name in POSTED else "")
        space = name.rpartition(":")[0] or "—"
        found.setdefault(space, []).append([path, *statuses.split()])
    parts = [f"### {space}\n\n{table(heads, rows)}" for space, rows in found.items()]
    return "\n".join(parts)


class Command(DrawCommand):
    help = "按权限和菜单重画 docs/access.md；--check 只比较。"

    def draw(self) -> dict[str, str]:
        page = PAGE.format(
            yes=YES,
            matters=steps_table(MATTERS, matter_cases, public=True),
            days=steps_table(DAYS, day_cases, public=False),
            plans=steps_table(PLANS, day_cases, public=False),
            checks=steps_table(CHECKS, own_cases, public=False),
            activities=steps_table(ACTIVITIES, own_cases, public=False),
            seats=steps_table(SEATS, seat_cases, public=False),
            rail=pages_table(list(RAIL)),
            settings=pages_table([entry for entry, _ in SETTINGS]),
            addresses=addresses_tables(),
        )
        return {"access.md": page}
