"""The board on which turns are laid: who may sit where, who sits, how loaded each is.

Never broken, whatever is moved: a deputy sits only where eligible on the day, not on
excluded days, once a day at most over all stations, not beyond the most turns a year,
and never with somebody to be kept apart from.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from stations.planning.shifting import Slot

Period = tuple[dt.date, dt.date | None]
URGENT = 1e6  # what a turn is worth to somebody who has fewer than the least
EPSILON = 1e-9


@dataclass(frozen=True)
class Person:
    """A deputy of the year. `base` turns on the `busy` days stand already.

    `least` is in proportion to the part of the year in which the deputy belongs to a
    station, unless it is the deputy's own (`is_own_least`). Periods off include both
    their days.
    """

    key: int
    name: str
    level: str = ""
    least: int = 0
    is_own_least: bool = False
    most: int | None = None
    base: int = 0
    busy: frozenset[dt.date] = frozenset()
    off_weekdays: frozenset[int] = frozenset()
    off_periods: tuple[tuple[dt.date, dt.date], ...] = ()

    def is_off(self, day: dt.date) -> bool:
        return day.weekday() in self.off_weekdays or any(
            first <= day <= last for first, last in self.off_periods
        )


@dataclass(frozen=True)
class Rota:
    """The turns of one station; `eligible`: half-open periods of each deputy.

    `before`: who sat on the last reception before the first slot.
    """

    key: int
    slots: Sequence[Slot]
    eligible: Mapping[int, Sequence[Period]]
    mixes_levels: bool = True
    not_twice_running: bool = True
    together: Sequence[tuple[int, int]] = ()
    apart: Sequence[tuple[int, int]] = ()
    before: frozenset[int] = frozenset()

    def is_eligible(self, key: int, day: dt.date) -> bool:
        return any(
            first <= day and (end is None or day < end)
            for first, end in self.eligible.get(key, ())
        )


Group = tuple[int, ...]


class Board:
    """Seats are numbered over all stations, in the order of their days."""

    def __init__(
        self, people: Mapping[int, Person], rotas: Sequence[Rota], seed: int
    ) -> None:
        self.people, self.rotas = people, rotas
        order = sorted(people)
        random.Random(seed).shuffle(order)  # noqa: S311 turns, no secrets
        self.rank = {key: at for at, key in enumerate(order)}
        numbered = [(slot, at) for at, rota in enumerate(rotas) for slot in rota.slots]
        numbered.sort(key=lambda one: (one[0].date, one[0].starts_at, one[1]))
        self.slots = [slot for slot, _ in numbered]
        self.rota_at = [at for _, at in numbered]
        self.dates = [slot.date for slot in self.slots]
        self.of_rota: list[list[int]] = [[] for _ in rotas]
        for seat, at in enumerate(self.rota_at):
            self.of_rota[at].append(seat)
        self.place = {seat: n for seats in self.of_rota for n, seat in enumerate(seats)}
        self.room = [slot.wanted for slot in self.slots]
        self.clear()
        self.apart = [_both_ways(rota.apart) for rota in rotas]
        self.groups = [self._groups(rota) for rota in rotas]
        self.pool = [self._pool(seat) for seat in range(len(self.slots))]
        self.can = [frozenset(pool) for pool in self.pool]
        self.open_days: dict[int, set[dt.date]] = defaultdict(set)
        for seat, pool in enumerate(self.pool):
            for key in pool:
                self.open_days[key].add(self.dates[seat])
        self._weigh()

    # --- what may be ------------------------------------------------------------------

    def _groups(self, rota: Rota) -> dict[int, Group]:
        """For each deputy bound to others, all of the group; too large ones are none.

        A group that is larger than every reception, or has two to be kept apart in it,
        cannot sit together.
        """
        bound = _both_ways(rota.together)
        room = max((slot.wanted for slot in rota.slots), default=0)
        apart = _both_ways(rota.apart)
        groups: dict[int, Group] = {}
        for key in bound:
            group = tuple(sorted(_reached(key, bound)))
            clash = any(b in apart.get(a, ()) for a, b in combinations(group, 2))
            if len(group) <= room and not clash:
                groups[key] = group
        return groups

    def _pool(self, seat: int) -> list[int]:
        rota, day = self.rotas[self.rota_at[seat]], self.dates[seat]
        found = [
            key
            for key in rota.eligible
            if rota.is_eligible(key, day) and not self._is_away(key, day)
        ]
        return sorted(found, key=self.rank.__getitem__)

    def _is_away(self, key: int, day: dt.date) -> bool:
        person = self.people[key]
        return day in person.busy or person.is_off(day)

    def _weigh(self) -> None:
        """Who belongs to a station for half of the year owes half of the turns."""
        whole: dict[int, int] = defaultdict(int)
        own: dict[int, int] = defaultdict(int)
        for at, rota in enumerate(self.rotas):
            for key in rota.eligible:
                days = [self.dates[seat] for seat in self.of_rota[at]]
                whole[key] += len(days)
                own[key] += sum(rota.is_eligible(key, day) for day in days)
        self.weight = {
            key: whole[key] / own[key] if own[key] else 1.0 for key in self.people
        }
        self.least = {
            key: person.least
            if person.is_own_least or not whole[key]
            else person.least * own[key] // whole[key]
            for key, person in self.people.items()
        }

    def group(self, key: int, seat: int) -> Group | None:
        return self.groups[self.rota_at[seat]].get(key)

    def is_kept_apart(self, key: int, seat: int, *, leaving: int | None = None) -> bool:
        """Whether somebody sits there who must not meet this one."""
        foes = self.apart[self.rota_at[seat]].get(key)
        if not foes:
            return False
        return any(one in foes for one in self.members[seat] if one != leaving)

    def is_full(self, key: int) -> bool:
        most = self.people[key].most
        return most is not None and self.load(key) >= most

    # --- what is ----------------------------------------------------------------------

    def load(self, key: int) -> int:
        return self.people[key].base + len(self.at[key])

    def marginal(self, key: int, turn: int) -> float:
        """What the n-th turn of a year costs its deputy: more with each one.

        The sum over all is least when turns are as even as they can be (the squares of
        the numbers), after nobody is below the least who need not be.
        """
        urgent = URGENT if turn <= self.least[key] else 0.0
        return (2 * turn - 1) * self.weight[key] - urgent

    def next_cost(self, key: int) -> float:
        return self.marginal(key, self.load(key) + 1)

    def last_cost(self, key: int) -> float:
        return self.marginal(key, self.load(key))

    def is_short(self, seat: int) -> bool:
        return len(self.members[seat]) < self.room[seat]

    def before(self, seat: int) -> Iterable[int]:
        """Who sat at the reception before this one, at the same station."""
        at, place = self.rota_at[seat], self.place[seat]
        if place:
            return self.members[self.of_rota[at][place - 1]]
        return self.rotas[at].before

    def after(self, seat: int) -> int | None:
        """The reception after this one, at the same station."""
        seats, place = self.of_rota[self.rota_at[seat]], self.place[seat] + 1
        return seats[place] if place < len(seats) else None

    def running(self, seat: int) -> list[int]:
        """Who sits here and sat the time before too, where that is not wanted."""
        if not self.rotas[self.rota_at[seat]].not_twice_running:
            return []
        before = self.before(seat)
        return [key for key in self.members[seat] if key in before]

    def is_unmixed(self, seat: int) -> bool:
        """Several sit here, all of one level, where levels should be mixed."""
        members = self.members[seat]
        if len(members) < 2 or not self.rotas[self.rota_at[seat]].mixes_levels:
            return False
        return len({self.people[key].level for key in members}) == 1

    def short_seats(self) -> Iterator[int]:
        return (seat for seat in range(len(self.slots)) if self.is_short(seat))

    # --- moving -----------------------------------------------------------------------

    def clear(self) -> None:
        """Nobody sits anywhere."""
        self.members: list[list[int]] = [[] for _ in self.slots]
        self.at: dict[int, dict[dt.date, int]] = {key: {} for key in self.people}

    def join(self, key: int, seat: int) -> None:
        self.members[seat].append(key)
        self.at[key][self.dates[seat]] = seat

    def leave(self, key: int, seat: int) -> None:
        self.members[seat].remove(key)
        del self.at[key][self.dates[seat]]


def _both_ways(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
        found[second].add(first)
    return dict(found)


def _reached(key: int, bound: Mapping[int, set[int]]) -> set[int]:
    found, waiting = {key}, [key]
    while waiting:
        fresh = bound.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
