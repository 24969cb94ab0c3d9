"""Turns of deputies: what holds for any year, rules, calendar and deputies."""

import datetime as dt
from collections import Counter, defaultdict
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.planning.board import Board, Person, Rota
from stations.planning.reasons import WISHES
from stations.planning.roster import assign
from stations.planning.shifting import Slot

NINE, ELEVEN = dt.time(9), dt.time(11)
FIRST = dt.date(2026, 1, 1)
ALWAYS = [(dt.date(2024, 1, 1), None)]
SOON = settings(deadline=None, max_examples=60)


def slot(day, wanted=2):
    return Slot(day, day, NINE, ELEVEN, wanted=wanted)


def monthly(wanted=2, day=5):
    return [slot(dt.date(2026, month, day), wanted) for month in range(1, 13)]


def crowd(count, **facts):
    return {key: Person(key, f"代表{key}", **facts) for key in range(count)}


def rota(slots, keys, key=1, **facts):
    return Rota(key, slots, dict.fromkeys(keys, ALWAYS), **facts)


def loads(roster):
    return Counter(key for turns in roster.turns for day in turns for key in day)


def wishes(roster, at=0):
    return {one.wish for one in roster.given_way[at]}


@st.composite
def counties(draw):
    """Deputies with wishes, and stations that share some of them."""
    count = draw(st.integers(1, 9))
    people = {}
    for key in range(count):
        least = draw(st.integers(0, 3))
        off = draw(st.sets(st.integers(0, 6), max_size=2))
        first = FIRST + dt.timedelta(days=draw(st.integers(0, 300)))
        period = (first, first + dt.timedelta(days=draw(st.integers(0, 60))))
        people[key] = Person(
            key,
            f"代表{key}",
            level=draw(st.sampled_from(["市代表", "区代表"])),
            least=least,
            most=draw(st.none() | st.integers(max(1, least), 8)),
            off_weekdays=frozenset(off),
            off_periods=(period,) if draw(st.booleans()) else (),
        )
    keys = st.lists(st.sampled_from(sorted(people)), min_size=1, unique=True)
    days = st.lists(st.integers(0, 364), min_size=1, max_size=14, unique=True)
    rotas = []
    for at in range(draw(st.integers(1, 3))):
        own = draw(keys)
        both = list(combinations(sorted(own), 2))
        pairs = draw(st.lists(st.sampled_from(both), max_size=2)) if both else []
        cut = draw(st.integers(0, len(pairs)))
        slots = [
            slot(FIRST + dt.timedelta(days=day), draw(st.integers(1, 3)))
            for day in sorted(draw(days))
        ]
        spans = {}
        for key in own:
            start = FIRST + dt.timedelta(days=draw(st.integers(0, 200)))
            half = [(start, start + dt.timedelta(days=120))]
            spans[key] = half if draw(st.booleans()) else ALWAYS
        apart = set(pairs[:cut])
        together = set(pairs[cut:]) - apart
        rotas.append(
            Rota(at, slots, spans, together=sorted(together), apart=sorted(apart))
        )
    return people, rotas


# --- properties -----------------------------------------------------------------------


@SOON
@given(counties(), st.integers(0, 2**31))
def test_assign_breaks_nothing_that_must_hold(county, seed):
    people, rotas = county

    roster = assign(people, rotas, seed=seed)

    days = defaultdict(list)
    for at, station in enumerate(rotas):
        foes = {frozenset(pair) for pair in station.apart}
        for one, turns in zip(station.slots, roster.turns[at], strict=True):
            assert len(turns) == len(set(turns)) <= one.wanted
            assert not any(frozenset(pair) in foes for pair in combinations(turns, 2))
            for key in turns:
                assert station.is_eligible(key, one.date)
                assert not people[key].is_off(one.date)
                days[key].append(one.date)
    for key, own in days.items():
        assert len(own) == len(set(own))
        assert people[key].most is None or len(own) <= people[key].most


@SOON
@given(counties(), st.integers(0, 2**31))
def test_assign_is_the_same_for_a_seed(county, seed):
    people, rotas = county

    first, second = assign(people, rotas, seed=seed), assign(people, rotas, seed=seed)

    assert (first.turns, first.given_way) == (second.turns, second.given_way)


@SOON
@given(counties(), st.integers(0, 2**31))
def test_assign_says_every_wish_that_gave_way(county, seed):
    people, rotas = county

    roster = assign(people, rotas, seed=seed)

    total = loads(roster)
    for at, station in enumerate(rotas):
        turns, said = roster.turns[at], wishes(roster, at)
        pairs = list(zip(station.slots, turns, strict=True))
        assert ("per_day" in said) == any(len(on) < one.wanted for one, on in pairs)
        parted = [(a in on) != (b in on) for a, b in station.together for on in turns]
        assert ("together" in said) == any(parted)
        again = [set(a) & set(b) for a, b in pairwise(turns)]
        assert ("running" in said) == any(again)
        here = {
            key
            for key in station.eligible
            if any(station.is_eligible(key, one.date) for one in station.slots)
        }
        assert ("least" in said) == any(total[k] < roster.least[k] for k in here)
        for gave in roster.given_way[at]:
            assert gave.wish in WISHES
            assert gave.sentence.endswith("。")


@SOON
@given(
    st.integers(1, 20),
    st.lists(st.integers(0, 364), min_size=1, max_size=40, unique=True),
    st.integers(1, 4),
    st.sets(st.integers(0, 6), max_size=3),
    st.integers(0, 3),
    st.integers(0, 2**31),
)
def test_assign_treats_equals_alike(count, days, wanted, off, least, seed):
    slots = [slot(FIRST + dt.timedelta(days=day), wanted) for day in sorted(days)]
    people = crowd(count, off_weekdays=frozenset(off), least=least)

    roster = assign(people, [rota(slots, people)], seed=seed)

    total = [loads(roster)[key] for key in people]
    assert max(total) - min(total) <= 1


@SOON
@given(counties(), st.integers(0, 2**31))
def test_assign_treats_equals_alike_among_others(county, seed):
    people, rotas = county
    twins = (100, 101)
    people = people | {key: Person(key, f"同{key}") for key in twins}
    for station in rotas:
        station.eligible.update(dict.fromkeys(twins, ALWAYS))

    total = loads(assign(people, rotas, seed=seed))

    assert abs(total[100] - total[101]) <= 1


# --- against all there is -------------------------------------------------------------


@st.composite
def tiny(draw):
    """So small that every way to deal out the turns can be tried."""
    people = {
        key: Person(key, f"代表{key}", most=draw(st.none() | st.integers(1, 3)))
        for key in range(draw(st.integers(1, 4)))
    }
    rotas = []
    for at in range(draw(st.integers(1, 2))):
        days = draw(st.sets(st.integers(0, 5), min_size=1, max_size=3))
        slots = [
            slot(FIRST + dt.timedelta(days=day), draw(st.integers(1, 2)))
            for day in sorted(days)
        ]
        spans = {}
        for key in people:
            start = FIRST + dt.timedelta(days=draw(st.integers(0, 3)))
            if draw(st.booleans()):
                spans[key] = [(start, start + dt.timedelta(days=3))]
            elif draw(st.integers(0, 4)):
                spans[key] = ALWAYS
        rotas.append(Rota(at, slots, spans, mixes_levels=False))
    return people, rotas


def best_by_trying(people, rotas):
    """Most seats filled, then the smallest cost of turns: over all there is."""
    board = Board(people, rotas, 1)
    ways = [
        [
            chosen
            for size in range(board.room[seat] + 1)
            for chosen in combinations(board.pool[seat], size)
        ]
        for seat in range(len(board.slots))
    ]
    return min(worth for way in product(*ways) if (worth := worth_of(board, way)))


def worth_of(board, way):
    turns = [(key, board.dates[seat]) for seat, on in enumerate(way) for key in on]
    total = Counter(key for key, _ in turns)
    caps = {key: board.people[key].most for key in total}
    if len(set(turns)) < len(turns):
        return None
    if any(most is not None and total[key] > most for key, most in caps.items()):
        return None
    cost = sum(
        board.marginal(key, turn)
        for key, load in total.items()
        for turn in range(1, load + 1)
    )
    return (-len(turns), round(cost, 6))


@SOON
@given(tiny())
def test_assign_is_as_full_and_as_even_as_can_be(county):
    people, rotas = county
    roster = assign(people, rotas)
    board = Board(people, rotas, 1)
    places = [iter(turns) for turns in roster.turns]
    way = [tuple(next(places[board.rota_at[seat]])) for seat in range(len(board.slots))]

    assert worth_of(board, way) == best_by_trying(people, rotas)


# --- by example -----------------------------------------------------------------------


def test_assign_seldom_needs_twice_running_where_there_are_enough():
    for count in range(4, 12):
        for seed in range(5):
            people = crowd(count)
            roster = assign(people, [rota(monthly(), people)], seed=seed)
            assert wishes(roster) <= {"levels"}


def test_assign_keeps_partners_together():
    people = crowd(7)

    roster = assign(people, [rota(monthly(), people, together=[(0, 1)])])

    assert all((0 in on) == (1 in on) for on in roster.turns[0])
    assert set(loads(roster).values()) <= {2, 3, 4}


def test_assign_keeps_others_apart():
    people = crowd(3)

    roster = assign(people, [rota(monthly(), people, apart=[(0, 1)])])

    assert not any({0, 1} <= set(on) for on in roster.turns[0])


def test_assign_mixes_levels_as_often_as_it_can():
    people = {
        key: Person(key, f"代表{key}", level="区代表" if key < 6 else "镇代表")
        for key in range(12)
    }

    roster = assign(people, [rota(monthly(), people)])

    assert roster.given_way == [[]]
    assert all({key < 6 for key in on} == {True, False} for on in roster.turns[0])


def test_assign_gives_newcomers_their_share_of_the_year():
    people = crowd(6, least=4)
    spans = dict.fromkeys(people, ALWAYS) | {5: [(dt.date(2026, 7, 1), None)]}

    roster = assign(people, [Rota(1, monthly(), spans)])

    assert loads(roster)[5] == 2
    assert (roster.least[5], roster.least[0]) == (2, 4)


def test_assign_leaves_no_reception_empty_while_another_has_two():
    people = crowd(3, most=4)

    roster = assign(people, [rota(monthly(), people)])

    assert [len(on) for on in roster.turns[0]] == [1] * 12
    assert "已满全年至多次数" in roster.given_way[0][0].sentence


def test_assign_counts_turns_at_all_stations_together():
    people = crowd(4)
    rotas = [rota(monthly(), people), rota(monthly(day=6), [0, 1], key=2)]

    roster = assign(people, rotas)

    assert set(loads(roster).values()) == {12}


def test_assign_counts_turns_that_stand_already():
    people = crowd(4)
    people[0] = Person(0, "代表0", base=6, busy=frozenset())

    roster = assign(people, [rota(monthly(), people)])

    total = loads(roster)
    assert sorted([total[0] + 6, total[1], total[2], total[3]]) == [7, 7, 8, 8]


@pytest.mark.parametrize("count", [0, 1])
def test_assign_bears_empty_stations(count):
    people = crowd(count)

    roster = assign(people, [rota(monthly(), people), rota([], people, key=2)])

    assert roster.turns[1] == []
    assert "per_day" in wishes(roster)
