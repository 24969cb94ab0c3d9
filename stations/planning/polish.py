"""The softer wishes: not twice running, levels mixed; without touching fairness.

Turns are exchanged between two receptions of a station, or handed to somebody to whom
they cost just as much: nobody's share grows. Only what makes fewer wishes give way is
taken, so there is an end to it.
"""

from collections.abc import Iterable, Iterator

from stations.planning.board import EPSILON, Board

RUNNING, UNMIXED = 1000, 1  # what weighs more


def polish(board: Board) -> bool:
    """Exchange turns until no exchange helps; answers whether anything was moved."""
    moved = False
    for at in range(len(board.rotas)):
        moved |= _polish(board, at)
    return moved


def _polish(board: Board, at: int) -> bool:
    moved = False
    for _ in board.of_rota[at]:
        again = False
        for seat in board.of_rota[at]:
            while _wrong(board, seat) and _better(board, seat):
                again = moved = True
        if not again:
            break
    return moved


def _wrong(board: Board, seat: int) -> int:
    return RUNNING * len(board.running(seat)) + UNMIXED * board.is_unmixed(seat)


def _wrong_around(board: Board, seats: Iterable[int]) -> int:
    """What is wrong with these and with the ones after them."""
    near = dict.fromkeys(seats)
    near |= dict.fromkeys(a for s in seats if (a := board.after(s)) is not None)
    return sum(_wrong(board, seat) for seat in near)


def _better(board: Board, seat: int) -> bool:
    """Take the first exchange that helps this reception."""
    return any(
        _try(board, move)
        for key, place in _out_of_place(board, seat)
        if board.group(key, place) is None
        for move in _moves(board, key, place)
    )


def _out_of_place(board: Board, seat: int) -> list[tuple[int, int]]:
    """Who should sit elsewhere, and where now: of two turns running either one."""
    running = board.running(seat)
    if not running:
        return [(key, seat) for key in board.members[seat]]
    found = [(key, seat) for key in running]
    if board.place[seat]:
        earlier = board.of_rota[board.rota_at[seat]][board.place[seat] - 1]
        found += [(key, earlier) for key in running]
    return found


Move = list[tuple[int, int, int]]  # seat, who gets up, who sits down


def _moves(board: Board, key: int, seat: int) -> Iterator[Move]:
    """What could bring another one to this seat, with everybody's share as it is."""
    day, level = board.dates[seat], board.people[key].level
    at = board.rota_at[seat]
    alike = board.is_unmixed(seat) and not board.running(seat)
    for one in board.pool[seat]:
        if one in board.members[seat] or board.group(one, seat) is not None:
            continue
        if alike and board.people[one].level == level:
            continue
        same_day = board.at[one].get(day)
        if same_day is None and _costs_the_same(board, key, one):
            yield [(seat, key, one)]
        for other in list(board.at[one].values()):
            if same_day not in (None, other) or board.rota_at[other] != at:
                continue
            there = board.at[key].get(board.dates[other])
            if alike and _would_be_alike(board, other, one, key):
                continue
            if key in board.can[other] and there in (None, seat):
                yield [(seat, key, one), (other, one, key)]


def _would_be_alike(board: Board, seat: int, out: int, into: int) -> bool:
    levels = {board.people[key].level for key in board.members[seat] if key != out}
    return levels <= {board.people[into].level}


def _costs_the_same(board: Board, key: int, one: int) -> bool:
    if board.is_full(one):
        return False
    return abs(board.last_cost(key) - board.next_cost(one)) < EPSILON


def _try(board: Board, move: Move) -> bool:
    """Make the moves if fewer wishes give way; else leave all as it was."""
    seats = [seat for seat, _, _ in move]
    was = _wrong_around(board, seats)
    for seat, out, _ in move:
        board.leave(out, seat)
    fits = not any(board.is_kept_apart(into, seat) for seat, _, into in move)
    for seat, _, into in move:
        board.join(into, seat)
    if fits and _wrong_around(board, seats) < was:
        return True
    for seat, _, into in move:
        board.leave(into, seat)
    for seat, out, _ in move:
        board.join(out, seat)
    return False
