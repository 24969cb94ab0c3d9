"""The year plans of the demo county, and the reception days that come of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from reports.demo.clock import Life
from reports.demo.world import Spot, World
from stations.choices import HolidayManner, RuleKind, StationKind
from stations.drafts import is_stale
from stations.models import Duty, ReceptionDay, ReceptionPlan
from stations.planning.rules import monthly_rule
from stations.planning.shifting import Rule, receptions_of
from stations.services.drafting import draft
from stations.services.plans import create_plan, set_rules
from stations.workflow_plans import publish, swap

DATES = (5, 8, 10, 12, 15, 18, 20, 25)  # of the month, one for each station
MONTH_AHEAD, DAY_AHEAD = 11, 10  # in November the next year is planned
LATEST = 16  # days before today at the latest; so some plans are drafts today
OPENS, CLOSES, LATE = dt.time(9), dt.time(11), dt.time(17)
FAR = 8  # days that the demo station's own date keeps from today

Begin = Callable[[Spot, ReceptionDay], None]


def receiving(world: World) -> list[Spot]:
    """The stations with rooms, where voters are received."""
    return [s for s in world.spots if s.station.kind != StationKind.ONLINE]


def years(world: World) -> range:
    """The years that are planned: from the first to the one after this."""
    return range(world.start.year, world.today.year + 2)


def plan_years(world: World, begin: Begin) -> None:
    """Let the making of each year's plans begin; `begin` hears of each day to come."""
    for year in years(world):
        usual = dt.date(year - 1, MONTH_AHEAD, DAY_AHEAD)
        latest = world.today - dt.timedelta(days=LATEST)
        day = max(world.start, min(usual, latest))
        world.line.begin(_year(world, year, begin), world.pace.on_or_after(day))


def dates_of(world: World, spot: Spot, year: int) -> list[dt.date]:
    """The days on which a station receives in a year, as its plan will have them."""
    rules = [Rule(**facts) for facts in _rules(world, spot, year)]
    first = world.start + dt.timedelta(days=1)
    found = receptions_of(rules, year, world.pace.calendar, not_before=first)
    return [slot.date for slot in found.slots]


def _rules(world: World, spot: Spot, year: int) -> list[dict[str, Any]]:
    """Monthly; the station of the demo receives today too, whatever day it is."""
    hours = {"starts_at": OPENS, "ends_at": CLOSES, "per_day": _wanted(world, spot)}
    number = DATES[world.spots.index(spot) % len(DATES)]
    rules = []
    if spot is world.home:
        number = next(n for n in DATES if _is_far(n, world.today.day))
    if spot is world.home and year == world.today.year:
        free = {"kind": RuleKind.FREE, "dates": [world.today]}
        rules.append(hours | free | {"ends_at": LATE, "manner": HolidayManner.KEEP})
    monthly = {"kind": RuleKind.MONTHLY, "rrule": monthly_rule([number])}
    return [*rules, hours | monthly]


def _is_far(number: int, day: int) -> bool:
    """Neither this month nor around its ends near the day."""
    return FAR <= abs(number - day) <= 30 - FAR


def _wanted(world: World, spot: Spot) -> int:
    """Two in a town's home, one or two in a village."""
    is_home = len(spot.station.area_id) < 12 or spot is world.home
    return 2 if is_home or world.spots.index(spot) % 3 == 0 else 1


def _year(world: World, year: int, begin: Begin) -> Life:
    """All stations drafted jointly; published one by one, this year's at once."""
    spots, plans = receiving(world), []
    for spot in spots:
        plan = create_plan(spot.station, actor=world.officer, year=year)
        set_rules(plan, actor=world.officer, rules=_rules(world, spot, year))
        plans.append(plan)
    draft(plans, actor=world.officer)
    for spot, plan in zip(spots, plans, strict=True):
        if year <= world.today.year:
            _publish(world, spot, plan, begin)
        elif spot is not world.home:
            world.line.begin(
                _published_later(world, spot, plan, begin), world.pace.workdays(4, 20)
            )
    yield world.pace.soon()


def _published_later(
    world: World, spot: Spot, plan: ReceptionPlan, begin: Begin
) -> Life:
    """Next year's plan: when the station comes to it, for some not before today."""
    if is_stale(plan):
        draft([plan], actor=spot.staff)
    _publish(world, spot, plan, begin)
    yield world.pace.soon()


def _publish(world: World, spot: Spot, plan: ReceptionPlan, begin: Begin) -> None:
    publish(plan, actor=spot.staff)
    if spot is world.home and plan.year == world.today.year:
        _bring_in(world, plan)
    for day in plan.days.select_related("station").order_by("date"):
        begin(spot, day)


def _bring_in(world: World, plan: ReceptionPlan) -> None:
    """The deputy of the demo accounts receives today, if need be by a swap."""
    deputy = world.home.deputies[0]
    today = plan.days.select_related("station").get(date=world.today)
    others = list(today.duties.select_related("deputy").order_by("pk"))
    if any(duty.deputy_id == deputy.pk for duty in others):
        return
    turns = Duty.objects.filter(day__plan=plan, deputy=deputy).order_by("pk")
    for turn in turns.select_related("day__station"):
        on_duty = set(turn.day.duties.values_list("deputy", flat=True))
        for other in others:
            if other.deputy_id not in on_duty:
                swap(today, other.deputy, turn.day, deputy, actor=world.home.staff)
                return
