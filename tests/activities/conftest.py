"""An activity of the cast's station, and people who work with it."""

import pytest

from tests.factories.activities import ActivityFactory, AttendanceFactory


@pytest.fixture
def activity(station, station_staff):
    """Begun two hours ago, planned by the station's staff."""
    return ActivityFactory(station=station, recorded_by=station_staff)


@pytest.fixture
def invited(activity, deputy):
    """周敏 is invited."""
    return AttendanceFactory(activity=activity, deputy=deputy)


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)
