"""Making the demo county: founded two years ago, then living until today."""

import datetime as dt
import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils.timezone import localdate, localtime, now

from accounts.models import User
from areas.calendar import one_calendar
from areas.models import Area
from areas.services import seed_calendar
from areas.services.calendar import default_years
from audit.services import seal
from notices.services import one_round
from proposals.reminders import plan_deadline_notices
from reports import rollup
from reports.demo import (
    activities,
    joint,
    people,
    places,
    receptions,
    registry,
    roll,
    staged,
)
from reports.demo.accounts import open_doors
from reports.demo.clock import Pace, Timeline, moving_clock
from reports.demo.fates import draw_fate
from reports.demo.inbox import settle_notices
from reports.demo.matters import suggestion
from reports.demo.publicity import go_public
from reports.demo.texts import Stock, short_name
from reports.demo.world import COUNTY, World
from stations.services.reminders import plan_reception_notices

SEED = 20802
SUGGESTIONS = 140  # in two years, beside the staged ones
Tell = Callable[[str], None]


def is_empty() -> bool:
    """Whether nobody works here yet: no areas, no accounts."""
    return not (Area.objects.exists() or User.objects.exists())


def make_county(tell: Tell, *, scale: float = 1.0) -> None:
    """Make all of it in one transaction: broken off, it leaves nothing behind.

    Takes the present moment as the end of its two years. `scale` below 1 makes a
    smaller county with fewer people and matters; the staged ones are always there.
    """
    until = now()
    today = localtime(until).date()
    start = people.first_day(today)
    with _undisturbed(), one_round(), transaction.atomic():
        seed_calendar(range(start.year, today.year + 3))
        chance = random.Random(SEED)
        with one_calendar() as calendar:
            pace = Pace(calendar, chance)
            with moving_clock(pace.on_or_after(start)) as clock:
                places.import_places()
                world = World(
                    county=Area.objects.get(pk=COUNTY),
                    scale=scale,
                    chance=chance,
                    pace=pace,
                    line=Timeline(clock, until),
                    stock=Stock(chance),
                    start=localdate(),
                    today=today,
                )
                _found(world, tell)
                _live(world, tell)
        tell("收尾：通知、汇总、审计链 …")
        go_public(world)
        plan_reception_notices(today)
        plan_deadline_notices(today)
        settle_notices(now())
        open_doors(world.users)
        seed_calendar(default_years(today))
        rollup.fold()
        while seal():
            pass
    _analyze()


def _found(world: World, tell: Tell) -> None:
    """Places, people and stations, all on the first day."""
    places.read_places(world)
    people.open_first_accounts(world)
    places.found_units(world)
    people.open_township_accounts(world)
    people.open_unit_accounts(world)
    tell("地区、承办单位、用户已建。")
    roll.import_deputies(world)
    roll.lead_groups(world)
    tell("五级代表名册已导入，代表小组已建。")
    people.staff_stations(world, places.found_stations(world))
    tell("联络站已建，代表已进站。")


def _live(world: World, tell: Tell) -> None:
    receptions.plan_receptions(world)
    receptions.plan_online(world)
    joint.plan_joint_receptions(world)
    activities.plan_activities(world)
    _plan_suggestions(world)
    staged.plan_staged(world)
    registry.plan_registry(world)
    world.line.run(lambda day: tell(f"{day.year}年{day.month}月 …"))


def _plan_suggestions(world: World) -> None:
    """Deputies write all the year round."""
    length = (world.today - world.start).days - 12
    for _ in range(world.some(SUGGESTIONS)):
        day = world.start + dt.timedelta(days=world.chance.randint(10, length))
        seat = world.chance.choice(world.authors)
        area = next(t for t in world.towns if seat.deputy.area_id.startswith(t.code))
        near = [spot.villages for spot in world.spots if spot.town == area]
        place = world.chance.choice(near[0]) if near else area
        issue = world.stock.issue(short_name(place.name))
        fate = draw_fate(world, deputys=True)
        life = suggestion(world, seat, area, issue, fate)
        world.line.begin(life, world.pace.on_or_after(day))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector, which walks all that lives again and again (a tenth)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _analyze() -> None:
    """Tell the planner of all the new rows (both databases know the word)."""
    if connection.in_atomic_block:
        return  # a test's
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
