"""Filling seats and evening out turns by chains of moves.

A chain gives a free seat to one deputy, that one's former seat to another, and so on:
a shortest path in the network of deputies, days and seats. While there is a chain that
fills a seat, receptions are not as full as they can be; while there is one by which
somebody with more turns gives one to somebody with fewer, turns are not as even as they
can be. When none is left both are as good as can be (for deputies without partners).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from stations.planning.board import EPSILON, Board, Group

Accept = Callable[[int], bool]
GOLDEN = 0.6180339887498949  # its multiples lie evenly, however many are taken
# Of each seat passed: the seat to which its deputy goes on, and which deputy that is.
Steps = dict[int, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Vain:
    """What a search that found nothing has passed: from there nothing is found."""

    seats: set[int]
    people: set[int | None]


def fill(board: Board) -> None:
    """Seat somebody wherever anybody can; partners part only if nothing else helps."""
    for seat in list(board.short_seats()):
        while board.is_short(seat) and not _fill_one(board, seat, splits=False):
            pass
        while board.is_short(seat) and _fill_by_group(board, seat):
            pass
    for seat in list(board.short_seats()):
        while board.is_short(seat) and not _fill_one(board, seat, splits=True):
            pass


def ration(board: Board) -> None:
    """When there are too few deputies: one for each reception first, then a second.

    Sets the room of each reception to what it can have, and leaves the board empty.
    What stays empty is spread over the year.
    """
    board.clear()
    wanted = list(board.room)
    order = sorted(range(len(wanted)), key=lambda seat: board.place[seat] * GOLDEN % 1)
    board.room = [0] * len(wanted)
    hopeless: set[int] = set()  # and will be: filling one seat never frees another
    for size in range(1, max(wanted, default=0) + 1):
        for seat in order:
            if seat in hopeless or wanted[seat] < size:
                continue
            in_vain = _fill_one(board, seat, splits=True)
            hopeless |= in_vain.seats if in_vain else set()
            board.room[seat] += not in_vain
    board.clear()


def _fill_one(board: Board, seat: int, *, splits: bool) -> Vain | None:
    return _chain(board, [seat], None, lambda key: True, splits=splits)


def _fill_by_group(board: Board, seat: int) -> bool:
    """Let a whole group take the free seats and some of those that are taken."""
    free = board.room[seat] - len(board.members[seat])
    for group in _groups_for(board, seat):
        singles = [one for one in board.members[seat] if _is_loose(board, one, seat)]
        too_many = len(group) - free
        if too_many > len(singles):
            continue
        singles.sort(key=lambda one: (-board.last_cost(one), board.rank[one]))
        leaving = singles[:too_many]
        for one in leaving:
            board.leave(one, seat)
        if _may_join_all(board, group, seat):
            for one in group:
                board.join(one, seat)
            return True
        for one in leaving:
            board.join(one, seat)
    return False


def balance(board: Board) -> bool:
    """Even out the turns; answers whether anything was moved."""
    moved = False
    for _ in range(len(board.slots) + 1):
        again = _balance_singles(board)
        for seat in _with_groups(board):
            again |= _balance_groups(board, seat)
        if not again:
            break
        moved = True
    return moved


def _balance_singles(board: Board) -> bool:
    """Let everybody, the most loaded first, give turns to whom they cost less.

    Whoever a search in vain has passed need not search: whom they reach it reached,
    and it offered more. That holds until something is moved.
    """
    moved = False
    heavy = sorted(
        (key for key, at in board.at.items() if at),
        key=lambda key: (-board.last_cost(key), board.rank[key]),
    )
    settled: set[int | None] = set()
    for key in heavy:
        while key not in settled and board.at[key]:
            in_vain = _give_one(board, key)
            if in_vain:
                settled |= in_vain.people
            else:
                settled.clear()
                moved = True
    return moved


def _give_one(board: Board, key: int) -> Vain | None:
    """Let one turn of this deputy go to somebody to whom it costs less."""
    cost = board.last_cost(key) - EPSILON
    seats = [seat for seat in board.at[key].values() if _is_loose(board, key, seat)]
    return _chain(board, seats, key, lambda one: board.next_cost(one) < cost)


# --- chains ---------------------------------------------------------------------------


def _chain(
    board: Board,
    starts: Iterable[int],
    leaver: int | None,
    accept: Accept,
    *,
    splits: bool = False,
) -> Vain | None:
    """Find and take the shortest chain from these seats to somebody accepted.

    `leaver` gets up from the first seat (None: it is free). A seat is passed once, and
    so is a deputy who changes days: a simple path, as in any augmenting search. When
    there is none, answers with all it has passed.
    """
    came: Steps = dict.fromkeys(starts, (None, leaver))
    passed: set[int | None] = {leaver}
    queue = deque(came)
    while queue:
        seat = queue.popleft()
        joiners = list(_joiners(board, seat, came[seat][1], splits=splits))
        ends = [
            key
            for key in joiners
            if board.dates[seat] not in board.at[key]
            and key not in passed
            and not board.is_full(key)
            and accept(key)
        ]
        if ends:
            best = min(ends, key=lambda key: (board.next_cost(key), board.rank[key]))
            _take(board, came, seat, best)
            return None
        for key in joiners:
            for other in _seats_to_leave(board, key, seat, passed):
                if other not in came and _is_loose(board, key, other, splits=splits):
                    came[other] = (seat, key)
                    queue.append(other)
    return Vain(set(came), passed)


def _joiners(
    board: Board, seat: int, leaving: int | None, *, splits: bool
) -> Iterator[int]:
    members = board.members[seat]
    for key in board.pool[seat]:
        if key in members or board.is_kept_apart(key, seat, leaving=leaving):
            continue
        if splits or board.group(key, seat) is None:
            yield key


def _seats_to_leave(
    board: Board, key: int, seat: int, passed: set[int | None]
) -> list[int]:
    """Which seats this one could give up to sit here: of the same day, else any."""
    same_day = board.at[key].get(board.dates[seat])
    if same_day is not None:
        return [same_day]
    if key in passed:
        return []
    passed.add(key)
    return list(board.at[key].values())


def _take(
    board: Board,
    came: Steps,
    seat: int,
    key: int,
) -> None:
    moves: list[tuple[int, int | None, int]] = []
    place: int | None = seat
    coming: int | None = key
    while place is not None and coming is not None:
        onward, leaving = came[place]
        moves.append((place, leaving, coming))
        place, coming = onward, leaving
    for at, leaving, _ in moves:
        if leaving is not None:
            board.leave(leaving, at)
    for at, _, joining in moves:
        board.join(joining, at)


# --- groups ---------------------------------------------------------------------------


def _is_loose(board: Board, key: int, seat: int, *, splits: bool = False) -> bool:
    """Sits there alone, or may be parted from the others."""
    return splits or board.group(key, seat) is None


def _groups_for(board: Board, seat: int) -> list[Group]:
    """Whole groups that could sit here, the least loaded first."""
    found = {
        group
        for group in board.groups[board.rota_at[seat]].values()
        if len(group) <= board.room[seat] and _is_free(board, group, seat)
    }
    return sorted(found, key=lambda group: (_next_cost(board, group), group))


def _is_free(board: Board, group: Group, seat: int) -> bool:
    day = board.dates[seat]
    return all(
        key in board.can[seat] and day not in board.at[key] and not board.is_full(key)
        for key in group
    )


def _may_join_all(board: Board, group: Group, seat: int) -> bool:
    return not any(board.is_kept_apart(key, seat) for key in group)


def _next_cost(board: Board, group: Group) -> float:
    return sum(board.next_cost(key) for key in group) / len(group)


def _with_groups(board: Board) -> list[int]:
    return [s for s in range(len(board.slots)) if board.groups[board.rota_at[s]]]


def _balance_groups(board: Board, seat: int) -> bool:
    """Change a group that sits here for single ones, or the other way, if it is fairer.

    A change must make the sum of costs smaller, so there is an end to it.
    """
    moved = False
    for out, into in _changes(board, seat):
        saved = sum(board.last_cost(key) for key in out)
        cost = sum(board.next_cost(key) for key in into)
        if cost >= saved - EPSILON or not set(out) <= set(board.members[seat]):
            continue
        for key in out:
            board.leave(key, seat)
        fits = _is_free(board, into, seat) and _may_join_all(board, into, seat)
        inner = board.apart[board.rota_at[seat]]
        clash = any(b in inner.get(a, ()) for a, b in combinations(into, 2))
        chosen = into if fits and not clash else out
        moved |= chosen is into
        for key in chosen:
            board.join(key, seat)
    return moved


def _changes(board: Board, seat: int) -> Iterator[tuple[Group, Group]]:
    members, day = board.members[seat], board.dates[seat]
    loose = [key for key in members if _is_loose(board, key, seat)]
    loose.sort(key=lambda key: (-board.last_cost(key), board.rank[key]))
    free = [
        key
        for key in board.pool[seat]
        if _is_loose(board, key, seat) and day not in board.at[key]
    ]
    free.sort(key=lambda key: (board.next_cost(key), board.rank[key]))
    groups = sorted(set(board.groups[board.rota_at[seat]].values()))
    for group in groups:
        size = len(group)
        if set(group) <= set(members):
            if len(free) >= size:
                yield group, tuple(free[:size])
        elif not set(group) & set(members) and len(loose) >= size:
            yield tuple(loose[:size]), group
    whole = [group for group in groups if set(group) <= set(members)]
    others = [group for group in groups if not set(group) & set(members)]
    for out in whole:
        for into in others:
            if len(into) == len(out):
                yield out, into
