"""How long the year plans of a county take, against the county's size.

    python -m benchmarks.plan

Deals the turns of 33 stations, 12 months and 624 deputies with the engine alone, then
of half of the county, of a county that receives every week, and of one where nobody
may come twice; prints for each its median, minimum and maximum, and how many times the
half county it takes. Read the ratios: the milliseconds belong to the machine. With
`--database` it also makes such a county in a database of its own (removed afterwards)
and times reading, dealing and storing all 33 plans in one go, with the number of
queries.
"""

import argparse
import datetime as dt
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

STATIONS, DEPUTIES, YEAR = 33, 624, 2027
DATES = (5, 8, 10, 12, 15, 18, 20, 25)
LEVELS, SHARES = ("全国", "省", "市", "区", "镇"), (1, 3, 10, 40, 100)
OFF, SHARED, PAIRED = 0.2, 0.05, 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/plan.sqlite3",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "VAR_DIR": folder,
        }
        import django

        django.setup()
        _print(_engine(asked.rounds))
        if asked.database:
            _database()


def _engine(rounds: int) -> dict[str, list[float]]:
    """The cases in turns, so that a busy moment of the machine meets them all."""
    cases: dict[str, Callable[[], Any]] = {
        "half: 17 stations, 312 deputies": _case(STATIONS // 2 + 1, DEPUTIES // 2),
        "county: 33 stations, 624 deputies": _case(STATIONS, DEPUTIES),
        "county, at most one turn each": _case(STATIONS, DEPUTIES, most=1),
        "county, every week": _case(STATIONS, DEPUTIES, weekly=True),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, deal in cases.items():
            begun = time.perf_counter()
            deal()
            times[name].append(time.perf_counter() - begun)
    return times


def _case(
    stations: int, deputies: int, *, most: int | None = None, weekly: bool = False
) -> Callable[[], Any]:
    """Deputies with wishes, some at two stations, some in pairs, at random by seed."""
    from stations.planning.board import Person, Rota
    from stations.planning.roster import assign

    chance = random.Random(1)
    people = {
        key: Person(
            key,
            f"代表{key}",
            level=chance.choices(LEVELS, SHARES)[0],
            least=1,
            most=most,
            off_weekdays=frozenset(_some(chance, range(5))),
        )
        for key in range(deputies)
    }
    rotas = []
    for at in range(stations):
        own = list(people)[at::stations]
        own += chance.sample(list(people), int(SHARED * len(own)) + 1)
        own = list(dict.fromkeys(own))
        pairs = [tuple(sorted(chance.sample(own, 2))) for _ in range(2)]
        always = [(dt.date(2020, 1, 1), None)]
        rotas.append(
            Rota(
                at,
                _slots(at, weekly),
                dict.fromkeys(own, always),
                together=pairs[:1],
                apart=[pair for pair in pairs[1:] if pair != pairs[0]],
            )
        )
    return lambda: assign(people, rotas, seed=1)


def _some(chance: random.Random, choices: Any) -> list[int]:
    return [chance.choice(choices)] if chance.random() < OFF else []


def _slots(at: int, weekly: bool) -> list[Any]:
    from areas.calendar import WorkingCalendar
    from stations.planning.rules import monthly_rule, weekly_rule
    from stations.planning.shifting import Rule, receptions_of

    rule = weekly_rule([at % 5]) if weekly else monthly_rule([DATES[at % len(DATES)]])
    kind = "weekly" if weekly else "monthly"
    rules = [Rule(kind, dt.time(9), dt.time(11), rrule=rule)]
    return receptions_of(rules, YEAR, WorkingCalendar({})).slots


def _print(times: dict[str, list[float]]) -> None:
    base = statistics.median(next(iter(times.values())))
    print(f"{'':36}{'median':>10}{'min':>10}{'max':>10}{'ratio':>8}")
    for name, found in times.items():
        middle = statistics.median(found)
        figures = "".join(f"{one * 1000:8.0f}ms" for one in (middle, *_ends(found)))
        print(f"{name:36}{figures}{middle / base:8.1f}")


def _ends(found: list[float]) -> tuple[float, float]:
    return min(found), max(found)


def _database() -> None:
    """The demo county's own figures, with reading and storing."""
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils.timezone import localdate

    from accounts.models import User
    from stations.models import ReceptionPlan, Station
    from stations.planning.rules import monthly_rule
    from stations.services.drafting import draft
    from stations.services.plans import create_plan, set_rules

    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    officer, year = User.objects.get(username="officer"), localdate().year + 2
    plans: list[ReceptionPlan] = []
    for at, station in enumerate(Station.objects.order_by("pk")):
        plan = create_plan(station, actor=officer, year=year)
        rule = {"kind": "monthly", "rrule": monthly_rule([DATES[at % len(DATES)]])}
        hours = {"starts_at": dt.time(9), "ends_at": dt.time(11)}
        set_rules(plan, actor=officer, rules=[rule | hours])
        plans.append(plan)
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        draft(plans, actor=officer)
    took = time.perf_counter() - begun
    print(
        f"read, dealt and stored {len(plans)} plans: {took:.2f} s, {len(asked)} queries"
    )


if __name__ == "__main__":
    main()
