"""People of the station, each in their browser."""

import pytest


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def office(sign_in, officer):
    return sign_in(officer)
