"""The tree of stations: order, guests, filters, rounds."""

import pytest

from stations.models import Station
from stations.tree import tree_lines
from tests.factories import StationFactory


@pytest.fixture
def family(town):
    home = StationFactory(area=town, name="之家", kind="home")
    child = StationFactory(area=town, name="甲站", parent=home)
    guest = StationFactory(area=town, name="观察点", parent=home, host=child)
    alone = StationFactory(area=town, name="乙站")
    return home, child, guest, alone


def drawn(found=None):
    lines = tree_lines(Station.objects.order_by("pk"), found)
    return [(line.station.name, line.depth, line.below, line.closes) for line in lines]


def test_tree_hangs_guests_on_their_venue_and_counts_all_below(family):
    assert drawn() == [
        ("之家", 0, 2, 0),
        ("甲站", 1, 1, 0),
        ("观察点", 2, 0, 2),
        ("乙站", 0, 0, 0),
    ]


def test_tree_keeps_the_way_to_what_was_found(family):
    home, child, guest, _ = family

    lines = tree_lines(Station.objects.order_by("pk"), {guest.pk})

    told = [(line.station, line.is_found) for line in lines]
    assert told == [(home, False), (child, False), (guest, True)]


def test_tree_of_nothing_found_is_empty(family):
    assert drawn(set()) == []


def test_tree_shows_every_station_of_a_round_once(family):
    home, child, _, _ = family
    Station.objects.filter(pk=home.pk).update(host=child)

    names = [name for name, *_ in drawn()]
    assert (len(names), set(names)) == (4, {"乙站", "之家", "甲站", "观察点"})


def test_tree_roots_are_those_whose_parent_is_out_of_sight(family):
    child = family[1]

    lines = tree_lines([child])

    assert [(line.station, line.depth) for line in lines] == [(child, 0)]
