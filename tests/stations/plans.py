"""Plans as the tests of rules, turns and services need them."""

import datetime as dt

from stations.models import Stationing
from stations.planning.rules import monthly_rule
from stations.services.drafting import draft
from stations.services.plans import create_plan, set_rules
from tests.factories import DeputyFactory, MandateFactory

YEAR = 2027
NINE, ELEVEN = dt.time(9), dt.time(11)


def rule(days=(5,), **facts):
    """Every 5th, nine to eleven."""
    text = monthly_rule(list(days))
    return {
        "kind": "monthly",
        "rrule": text,
        "starts_at": NINE,
        "ends_at": ELEVEN,
    } | facts


def people(station, count, since=dt.date(2026, 1, 1)):
    """So many deputies with a seat, stationed there."""
    found = []
    for number in range(count):
        deputy = DeputyFactory(area=station.area, name=f"代表{number}")
        MandateFactory(deputy=deputy)
        Stationing.objects.create(station=station, deputy=deputy, starts_on=since)
        found.append(deputy)
    return found


def planned(station, actor, *rules, **settings):
    """A plan of 2027 with rules, not drafted."""
    plan = create_plan(station, actor=actor, year=YEAR, **settings)
    set_rules(plan, actor=actor, rules=list(rules) or [rule()])
    return plan


def drafted(station, actor, *rules, **settings):
    (plan,) = draft([planned(station, actor, *rules, **settings)], actor=actor)
    return plan
