"""What will become of a matter: drawn before it begins, so that shares come out."""

import datetime as dt
from dataclasses import dataclass

from areas.models import Unit
from proposals.choices import Satisfaction
from reports.demo.world import World


@dataclass
class Fate:
    """The course of one matter; the defaults are the smooth one.

    `stop` names the verb before which it stays for ever (in round `stop_round`).
    `objection` is upheld, rejected or twice; `promise` kept, late or broken.
    """

    intake: str = "accept"
    objection: str = ""
    shares: str = "single"
    is_complex: bool = False
    late: bool = False
    result: str = "A"
    promise: str = "kept"
    promise_on: dt.date | None = None
    rater: str = "voter"
    mark: str = Satisfaction.SATISFIED
    second: str = Satisfaction.SATISFIED
    unreached: bool = False
    brisk: bool = False
    stop: str = ""
    stop_round: int = 1
    co_unit: Unit | None = None

    def stops(self, verb: str, round_: int = 1) -> bool:
        return self.stop == verb and self.stop_round == round_

    def days(self, low: int, high: int) -> tuple[int, int]:
        """So many working days; when things go briskly, the next one at the latest."""
        return (min(low, 1), min(high, 1)) if self.brisk else (low, high)


def _one_of(world: World, **weights: int) -> str:
    return world.chance.choices(list(weights), list(weights.values()))[0]


def draw_fate(world: World, *, deputys: bool = False) -> Fate:
    """A fate by the shares of a county that works well, but not always.

    `deputys`: of a suggestion, which is never answered on the spot.
    """
    if deputys:
        intake = _one_of(world, accept=90, **{"return": 6}, refuse=2, withdraw=2)
    else:
        intake = _one_of(
            world, accept=84, on_site=9, refuse=3, withdraw=2, **{"return": 2}
        )
    raters = {"deputy": 96, "nobody": 4} if deputys else None
    raters = raters or {"voter": 62, "deputy": 24, "nobody": 14}
    return Fate(
        intake=intake,
        objection=_one_of(world, none=93, upheld=4, rejected=3).replace("none", ""),
        shares=_one_of(world, single=80, lead=15, separate=5) if deputys else "single",
        is_complex=deputys and world.happens(0.08),
        late=world.happens(0.07),
        result=_one_of(world, A=62, B=22, C=9, D=7),
        promise=_one_of(world, kept=78, late=15, broken=7),
        rater=_one_of(world, **raters),
        mark=_one_of(world, satisfied=73, basically=20, dissatisfied=7),
        second=_one_of(world, satisfied=62, basically=34, dissatisfied=4),
        unreached=world.happens(0.03),
    )
