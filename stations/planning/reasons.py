"""Which wishes gave way, when, and why, in words for the people concerned."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stations.planning.board import Board

# The strongest first; see roster.py.
WISHES = {
    "per_day": "每次人数",
    "together": "同班",
    "least": "至少次数",
    "running": "不连续两次",
    "levels": "各级搭配",
}
NAMED = 6  # days or names that a sentence lists


@dataclass(frozen=True)
class GaveWay:
    """A wish that could not be met; `date` is the first day concerned, if any."""

    wish: str
    sentence: str
    date: dt.date | None = None


def gave_way(board: Board, at: int) -> list[GaveWay]:
    """All that gave way at one station, the strongest wish first."""
    return [
        *_per_day(board, at),
        *_together(board, at),
        *_least(board, at),
        *_running(board, at),
        *_levels(board, at),
    ]


# --- enough deputies ------------------------------------------------------------------


def _per_day(board: Board, at: int) -> Iterator[GaveWay]:
    alike: dict[str, list[dt.date]] = {}
    for seat in board.of_rota[at]:
        if len(board.members[seat]) < board.slots[seat].wanted:
            alike.setdefault(_why_short(board, seat), []).append(board.dates[seat])
    for why, days in alike.items():
        yield GaveWay("per_day", f"{_days(days)}{why}", days[0])


def _why_short(board: Board, seat: int) -> str:
    rota, members = board.rotas[board.rota_at[seat]], board.members[seat]
    day = board.dates[seat]
    own = [key for key in rota.eligible if rota.is_eligible(key, day)]
    causes = Counter(_why_not(board, key, seat) for key in own if key not in members)
    told = "，".join(f"{n} 人{cause}" for cause, n in causes.most_common())
    wanted = board.slots[seat].wanted
    head = f"应排 {wanted} 人，排到 {len(members)} 人：本站当天在任代表 {len(own)} 人"
    return f"{head}{'，其中 ' + told if told else ''}。"


def _why_not(board: Board, key: int, seat: int) -> str:
    person, day = board.people[key], board.dates[seat]
    if person.is_off(day):
        return "当天不排"
    if day in person.busy or day in board.at[key]:
        return "当天另有接待"
    if board.is_full(key):
        return "已满全年至多次数"
    if board.is_kept_apart(key, seat):
        return "不能与当班代表同班"
    return "须与别人同班"


# --- pairs ----------------------------------------------------------------------------


def _together(board: Board, at: int) -> Iterator[GaveWay]:
    rota, groups = board.rotas[at], board.groups[at]
    for first, second in rota.together:
        names = f"{_name(board, first)}、{_name(board, second)}"
        parted = [
            seat
            for seat in board.of_rota[at]
            if (first in board.members[seat]) != (second in board.members[seat])
        ]
        days = [board.dates[seat] for seat in parted]
        if not days:
            continue
        why = "为排满人数，只能一人先上。"
        if first not in groups:
            why = "每次的人数容不下他们，或其中有人不能同班。"
        elif all(_one_away(board, (first, second), seat) for seat in parted):
            why = "另一人当天不能来，为排满人数只能一人先上。"
        yield GaveWay("together", f"{names}同班：{_days(days)}没有做到，{why}", days[0])


def _one_away(board: Board, pair: Iterable[int], seat: int) -> bool:
    return any(key not in board.can[seat] for key in pair)


# --- fewest turns ---------------------------------------------------------------------


def _least(board: Board, at: int) -> Iterator[GaveWay]:
    own = [key for key in board.rotas[at].eligible if _is_here(board, key, at)]
    short = [key for key in own if board.load(key) < board.least[key]]
    crowded = []
    for key in short:
        days = board.open_days[key]
        if len(days) + board.people[key].base < board.least[key]:
            yield GaveWay(
                "least",
                f"{_name(board, key)}至少 {board.least[key]} 次，排到 "
                f"{board.load(key)} 次：全年能来的接待只有 {len(days)} 次。",
            )
        else:
            crowded.append(key)
    if crowded:
        seats = sum(board.slots[seat].wanted for seat in board.of_rota[at])
        wanted = sum(board.least[key] for key in own)
        why = (
            f"全年接待共 {seats} 人次，{len(own)} 名代表合计至少要 {wanted} 人次。"
            if wanted > seats
            else "他们能来的日子已经排满，或要服从同班、不同班的要求。"
        )
        names = _listed([_name(board, key) for key in crowded], "人")
        yield GaveWay("least", f"{names}少于至少次数：{why}")


def _is_here(board: Board, key: int, at: int) -> bool:
    rota = board.rotas[at]
    return any(rota.is_eligible(key, board.dates[seat]) for seat in board.of_rota[at])


# --- not twice running ----------------------------------------------------------------


def _running(board: Board, at: int) -> Iterator[GaveWay]:
    found = [(seat, board.running(seat)) for seat in board.of_rota[at]]
    days = [board.dates[seat] for seat, again in found if again]
    if not days:
        return
    names = dict.fromkeys(_name(board, key) for _, again in found for key in again)
    seats = [seat for seat, again in found if again]
    free = min(len(board.can[seat]) for seat in seats)
    yield GaveWay(
        "running",
        f"{_days(days)}与上一次有同一位代表（{_listed(list(names), '人')}）："
        f"能来的代表最少时只有 {free} 人，先保证人数和轮次均衡。",
        days[0],
    )


# --- levels ---------------------------------------------------------------------------


def _levels(board: Board, at: int) -> Iterator[GaveWay]:
    seats = board.of_rota[at]
    alike = [seat for seat in seats if board.is_unmixed(seat)]
    if not alike:
        return
    own = [key for key in board.rotas[at].eligible if _is_here(board, key, at)]
    levels = Counter(board.people[key].level for key in own)
    told = "，".join(f"{level or '其他'} {n} 人" for level, n in levels.most_common())
    days = [board.dates[seat] for seat in alike]
    why = (
        f"本站都是{next(iter(levels)) or '同一级代表'}。"
        if len(levels) == 1
        else f"本站有{told}，轮次均衡后不够每次搭配。"
    )
    text = (
        f"{len(seats)} 次中有 {len(alike)} 次当班代表同属一级（{_days(days)}）：{why}"
    )
    yield GaveWay("levels", text, days[0])


# --- words ----------------------------------------------------------------------------


def _days(days: Sequence[dt.date]) -> str:
    return _listed([f"{day.month}月{day.day}日" for day in days], "次")


def _listed(words: Sequence[str], counted: str) -> str:
    said = "、".join(words[:NAMED])
    return f"{said}等 {len(words)} {counted}" if len(words) > NAMED else said


def _name(board: Board, key: int) -> str:
    return board.people[key].name
