"""What the lives of the demo county share: its places, its people, its chance."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from accounts.models import User
from areas.models import Area, Category, Unit
from deputies.models import Deputy, Mandate
from proposals.models import Proposal, ResultClass
from reports.demo.clock import Pace, Timeline
from reports.demo.texts import Stock
from stations.models import Station

COUNTY = "420802"


@dataclass
class Spot:
    """A station with its people, and the places that come to it."""

    station: Station
    staff: User
    town: Area
    deputies: list[Deputy]
    villages: list[Area]


@dataclass
class World:
    """The county as far as its lives need to know it; users are read once only."""

    county: Area
    scale: float
    chance: random.Random
    pace: Pace
    line: Timeline
    stock: Stock
    start: dt.date
    today: dt.date
    towns: list[Area] = field(default_factory=list)
    categories: dict[str, Category] = field(default_factory=dict)
    results: dict[str, ResultClass] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    handlers: dict[int, User] = field(default_factory=dict)  # by unit
    heads: dict[int, User] = field(default_factory=dict)  # by unit
    townships: dict[str, User] = field(default_factory=dict)  # by town
    users: dict[str, User] = field(default_factory=dict)  # by username
    spots: list[Spot] = field(default_factory=list)
    authors: list[Mandate] = field(default_factory=list)  # with an account
    deputy_users: dict[int, User] = field(default_factory=dict)  # by deputy
    open_opinions: dict[int, list[Proposal]] = field(default_factory=dict)

    @property
    def officer(self) -> User:
        return self.users["officer"]

    @property
    def home(self) -> Spot:
        """The station of the demo accounts."""
        return self.spots[0]

    def some(self, full: int, least: int = 1) -> int:
        """So many in a whole county; fewer in a small one."""
        return max(least, round(full * self.scale))

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def town_unit(self, area_code: str) -> Unit:
        """The government of the town in which an area lies."""
        return self.units[area_code[:9]]

    def unit_of(self, name: str, area_code: str) -> Unit:
        """The unit a topic names; `@town` is that of the place."""
        return self.town_unit(area_code) if name == "@town" else self.units[name]
