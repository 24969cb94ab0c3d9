"""The registry of the demo county: villages served, points, checks and stars."""

import datetime as dt
import random

from django.utils.timezone import localdate

from reports.demo.clock import Life
from reports.demo.world import Spot, World
from stations.models import Checklist
from stations.services import edit_station, serve
from stations.services.checklists import seed_checklists
from stations.services.checks import Mark, create_check, save_check
from stations.workflow_checks import confirm, propose

SEED = 7  # of its own, so that the lives of the others stay as they are
# A box inside the county; the points are as made up as the people.
WEST, SOUTH, WIDE, HIGH = 112.06, 31.0, 0.16, 0.28
CHECKED = 12  # stations rated in a whole county
WITHOUT_POINT = 3
NOTES = ("", "", "现场查看", "台账齐全", "照片见档案")


def plan_registry(world: World) -> None:
    """On the first day villages and points; a round of star checks in the last year."""
    seed_checklists()
    chance = random.Random(SEED)
    for spot in world.spots:
        villages = chance.sample(spot.villages, len(spot.villages) * 2 // 3)
        serve(spot.station, actor=world.officer, add=villages)
    for spot in world.spots[: len(world.spots) - WITHOUT_POINT]:
        edit_station(
            spot.station,
            actor=world.officer,
            longitude=f"{WEST + chance.random() * WIDE:.6f}",
            latitude=f"{SOUTH + chance.random() * HIGH:.6f}",
        )
    _plan_checks(world, chance)


def _plan_checks(world: World, chance: random.Random) -> None:
    """One after the other through the last quarter; the last still waits."""
    spots = world.spots[: world.some(CHECKED, least=2)]
    for at, spot in enumerate(spots):
        day = world.today - dt.timedelta(days=1 + 7 * (len(spots) - at))
        lost = chance.choice((0, 3, 8, 12, 18, 30))
        is_last = at == len(spots) - 1
        life = _check(world, spot, lost, chance, is_confirmed=not is_last)
        world.line.begin(life, world.pace.on_or_after(day))


def _check(
    world: World, spot: Spot, lost: int, chance: random.Random, *, is_confirmed: bool
) -> Life:
    """The station checks itself, the office confirms a few days later."""
    sheet = Checklist.objects.get(area=None, gives_star=True)
    check = create_check(spot.station, sheet, actor=spot.staff, checked_on=localdate())
    marks = {}
    for row in reversed(check.marks.all()):
        less = 0 if row.is_required else min(lost, chance.randint(0, row.out_of))
        marks[row.pk] = Mark(row.out_of - less, chance.choice(NOTES))
        lost -= less
    save_check(check, actor=spot.staff, checked_on=check.checked_on, marks=marks)
    propose(check, actor=spot.staff)
    if not is_confirmed:
        return
    yield world.pace.on_or_after(localdate() + dt.timedelta(days=3))
    confirm(check, actor=world.officer, star=check.proposed_star)
