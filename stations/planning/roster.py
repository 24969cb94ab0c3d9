"""The turns of a year: for one station or many jointly, fair and the same for a seed.

Never broken (board.py): seats only for those eligible on the day and not away, once a
day over all stations, at most so often a year, apart from whom one must not meet.
Wishes, the strongest first; when not all can be met the weaker one gives way, and it is
said which, when and why (reasons.py):

1. `per_day`   each reception has as many deputies as planned
2. `together`  those who must sit together do
3. `least`     everybody has the fewest turns asked for
   (turns as even as they can be: among equals they differ by one at most)
4. `running`   nobody sits twice running
5. `levels`    deputies of several levels sit together
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stations.planning.board import Board, Group, Person, Rota
from stations.planning.chains import balance, fill, ration
from stations.planning.polish import polish
from stations.planning.reasons import GaveWay, gave_way

ROUNDS = 4  # of evening out and polishing; the first nearly always settles it


@dataclass
class Roster:
    """For each rota the deputies of each slot, and the wishes that gave way."""

    turns: list[list[list[int]]] = field(default_factory=list)
    given_way: list[list[GaveWay]] = field(default_factory=list)
    least: dict[int, int] = field(default_factory=dict)  # asked for, of each deputy


def assign(
    people: Mapping[int, Person], rotas: Sequence[Rota], *, seed: int = 1
) -> Roster:
    """Deal out the turns of all these stations; `people` has everybody in `rotas`."""
    found = Roster([[] for _ in rotas], [[] for _ in rotas])
    for linked in _linked(rotas):
        own = [rotas[at] for at in linked]
        known = {key: people[key] for rota in own for key in rota.eligible}
        board = _worked_out(Board(known, own, seed))
        found.least |= board.least
        for place, at in enumerate(linked):
            found.turns[at] = [
                sorted(board.members[seat], key=board.rank.__getitem__)
                for seat in board.of_rota[place]
            ]
            found.given_way[at] = gave_way(board, place)
    return found


def _linked(rotas: Sequence[Rota]) -> list[list[int]]:
    """Stations that share deputies, directly or by others, are worked out together."""
    groups: list[tuple[set[int], list[int]]] = []
    for at, rota in enumerate(rotas):
        own, places = set(rota.eligible), [at]
        apart = []
        for keys, others in groups:
            if keys & own:
                own |= keys
                places += others
            else:
                apart.append((keys, others))
        groups = [*apart, (own, sorted(places))]
    return [places for _, places in groups]


def _worked_out(board: Board) -> Board:
    _deal(board)
    fill(board)
    if next(board.short_seats(), None) is not None:
        ration(board)
        _deal(board)
        fill(board)
    balance(board)
    for _ in range(ROUNDS):
        if not polish(board) or not balance(board):
            break
    return board


def _deal(board: Board) -> None:
    """Day by day to whom it is due: few turns, long ago, another level."""
    last: dict[int, int] = dict.fromkeys(board.people, -1)
    for seat in range(len(board.slots)):
        while board.is_short(seat):
            due = _most_due(board, seat, last)
            if due is None:
                break
            for key in due:
                board.join(key, seat)
        for key in board.members[seat]:
            last[key] = seat


def _most_due(board: Board, seat: int, last: Mapping[int, int]) -> Group | None:
    room = board.room[seat] - len(board.members[seat])
    rota, day = board.rotas[board.rota_at[seat]], board.dates[seat]
    before = board.before(seat) if rota.not_twice_running else ()
    levels = {board.people[key].level for key in board.members[seat]}
    free = {
        key
        for key in board.pool[seat]
        if day not in board.at[key]
        and not board.is_full(key)
        and not board.is_kept_apart(key, seat)
    }
    best: tuple[tuple[float, ...], Group] | None = None
    for key in board.pool[seat]:
        group = board.group(key, seat) or (key,)
        if len(group) > room or not free.issuperset(group):
            continue
        is_alike = rota.mixes_levels and board.people[key].level in levels
        due = (
            sum(one in before for one in group),
            sum(board.next_cost(one) for one in group) / len(group),
            -len(group),
            is_alike,
            max(last[one] for one in group),
            board.rank[key],
        )
        if best is None or due < best[0]:
            best = due, group
    return best and best[1]
