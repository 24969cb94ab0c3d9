"""The cast: one named person a role, in one county, and a stranger from another."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from areas.models import Area, Category, Unit
from common.database import is_postgresql
from deputies.models import Deputy
from stations.models import ReceptionDay, Station
from tests.factories import (
    AreaFactory,
    CategoryFactory,
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
    UnitFactory,
    person,
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the test database goes, so do the sessions others still hold on it.

    A live server's thread or a stopped worker may leave one for a moment; PostgreSQL
    drops no database that is in use.
    """
    yield
    if not is_postgresql():
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


# --- places -----------------------------------------------------------------------


@pytest.fixture
def county(db) -> Area:
    return AreaFactory(code="420802", name="东宝区")


@pytest.fixture
def town(county) -> Area:
    return AreaFactory(code="420802002", name="泉口街道", parent=county)


@pytest.fixture
def village(town) -> Area:
    return AreaFactory(code="420802002003", name="文峰社区", parent=town)


@pytest.fixture
def other_county(db) -> Area:
    return AreaFactory(code="420804", name="掇刀区")


@pytest.fixture
def unit(county) -> Unit:
    return UnitFactory(area=county, name="区水利和湖泊局", short_name="水利局")


@pytest.fixture
def other_unit(county) -> Unit:
    return UnitFactory(area=county, name="区住房和城乡建设局", short_name="住建局")


@pytest.fixture
def category(db) -> Category:
    return CategoryFactory(code="0301", name="水利排涝", initials="slpl")


@pytest.fixture
def station(town) -> Station:
    return StationFactory(area=town, name="文峰社区代表联络站", code="WF", slug="wf")


@pytest.fixture
def day(station) -> ReceptionDay:
    return DayFactory(station=station)


# --- the cast ---------------------------------------------------------------------


@pytest.fixture
def officer(county) -> User:
    return person("陈立新", "officer", area=county)


@pytest.fixture
def leader(county) -> User:
    return person("领导", "leader", area=county)


@pytest.fixture
def township(town) -> User:
    return person("主席", "township", area=town)


@pytest.fixture
def station_staff(station) -> User:
    return person("何雨晴", "station", station=station)


@pytest.fixture
def handler(unit) -> User:
    return person("何志远", "unit_handler", unit=unit)


@pytest.fixture
def unit_leader(unit) -> User:
    return person("许正明", "unit_leader", unit=unit)


@pytest.fixture
def coordinator(county) -> User:
    return person("督查室", "coordinator", area=county)


@pytest.fixture
def deputy(town) -> Deputy:
    deputy = DeputyFactory(area=town, name="周敏")
    MandateFactory(deputy=deputy)
    return deputy


@pytest.fixture
def deputy_user(deputy) -> User:
    user = person("周敏", "deputy")
    deputy.user = user
    deputy.save(update_fields=["user"])
    return user


@pytest.fixture
def sys_admin(db) -> User:
    return person("系统员", "sys_admin")


@pytest.fixture
def sec_admin(db) -> User:
    return person("安全员", "sec_admin")


@pytest.fixture
def audit_admin(db) -> User:
    return person("审计员", "audit_admin")


@pytest.fixture
def client_user(county) -> User:
    return person("接口", "client", area=county)


@pytest.fixture
def stranger(other_county) -> User:
    return person("外区工委", "officer", area=other_county)


@pytest.fixture
def sign_in():
    """A browser signed in as this person."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser
