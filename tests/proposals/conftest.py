"""One opinion, taken by the steps themselves to each point of its way."""

import pytest

from tests.factories import proposals as make


@pytest.fixture
def heard(deputy, station):
    """A visit that the deputy heard at the station."""
    visit = make.VisitFactory(station=station)
    visit.heard_by.add(deputy)
    return visit


@pytest.fixture
def submitted(heard, station_staff):
    return make.opinion(actor=station_staff, visit=heard)


@pytest.fixture
def accepted(submitted, station_staff, category):
    return make.accepted(submitted, actor=station_staff, category=category)


@pytest.fixture
def handed_over(accepted, officer, unit):
    return make.handed_over(accepted, actor=officer, unit=unit)


@pytest.fixture
def signed(handed_over, handler):
    return make.signed(handed_over, actor=handler)


@pytest.fixture
def contacted(signed, handler):
    return make.contacted(signed, actor=handler)


@pytest.fixture
def drafted(contacted, handler):
    return make.drafted(contacted, actor=handler)


@pytest.fixture
def replied(drafted, unit_leader):
    return make.replied(drafted, actor=unit_leader)


@pytest.fixture
def told(replied, station_staff):
    return make.told(replied, actor=station_staff)


@pytest.fixture
def rated(told):
    return make.rated(told, actor=None)
