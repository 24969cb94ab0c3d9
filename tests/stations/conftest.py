"""People of the station, each in their browser."""

import datetime as dt

import pytest
from django.urls import reverse

from stations.models import ReceptionPlan
from tests.factories import DeputyFactory, MandateFactory
from tests.stations.rows import lists, typed


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def office(sign_in, officer):
    return sign_in(officer)


@pytest.fixture
def people(station):
    """Six deputies of the station with a seat."""
    found = []
    for name in ("赵一", "钱二", "孙三", "李四", "周五", "吴六"):
        deputy = DeputyFactory(area=station.area, name=name)
        MandateFactory(deputy=deputy)
        station.stationings.create(deputy=deputy, starts_on=dt.date(2026, 1, 1))
        found.append(deputy)
    return found


@pytest.fixture
def plan(browser, station, people):
    """A draft for 2027 as the page makes it: every fifth, two deputies a day."""
    rules = lists(typed({"days": "5"}) | {"year": 2027, "per_day": 2})
    browser.post(reverse("stations:plan_create", args=[station.pk]), rules)
    return ReceptionPlan.objects.get()


@pytest.fixture
def published(browser, plan):
    browser.post(reverse("stations:plan_publish", args=[plan.pk]))
    plan.refresh_from_db()
    return plan
