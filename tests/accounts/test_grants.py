"""Roles: given by the right person, for a sound place and time, and ended."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from accounts.services.grants import end_grant, grant
from audit.services import history_of
from common.errors import RuleViolation
from tests.factories import person


def in_days(days):
    return localdate() + dt.timedelta(days=days)


@pytest.fixture
def newcomer(db):
    return person("新人")


def test_grant_holds_from_today_and_leaves_a_line(sec_admin, newcomer, county):
    row = grant(newcomer, actor=sec_admin, role="officer", area=county)

    assert (row.starts_on, row.ends_on) == (localdate(), None)
    assert newcomer.has_role("officer")
    event = history_of(newcomer).get()
    assert (event.verb, event.note) == ("grant", "代表工委 东宝区")
    assert event.data["role"] == "officer"


def test_grant_of_the_system_itself_needs_no_actor(newcomer):
    assert grant(newcomer, actor=None, role="sec_admin").role == "sec_admin"


@pytest.mark.parametrize("days", [(0, 30), (5, None), (-10, 1)])
def test_grant_takes_a_period(sec_admin, newcomer, county, days):
    first, last = days
    row = grant(
        newcomer,
        actor=sec_admin,
        role="leader",
        area=county,
        starts_on=in_days(first),
        ends_on=in_days(last) if last else None,
    )

    assert newcomer.has_role("leader") is row.holds_on(localdate())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "officer"}, "area"),
        ({"role": "station"}, "station"),
        ({"role": "unit_handler"}, "unit"),
        ({"role": "sys_admin", "ends_on": in_days(-1)}, "ends_on"),
        ({"role": "sys_admin", "starts_on": dt.date(1800, 1, 1)}, "starts_on"),
        ({"role": "sys_admin", "ends_on": dt.date(3000, 1, 1)}, "ends_on"),
    ],
)
def test_grant_says_what_is_unsound(sec_admin, newcomer, given, field):
    with pytest.raises(RuleViolation) as refused:
        grant(newcomer, actor=sec_admin, **given)

    assert refused.value.field == field
    assert not newcomer.grants.exists()


def test_grant_refuses_the_same_twice_at_a_time(sec_admin, newcomer, county):
    first = {"role": "leader", "area": county, "ends_on": in_days(10)}
    grant(newcomer, actor=sec_admin, **first)

    with pytest.raises(RuleViolation, match="已经有了"):
        grant(newcomer, actor=sec_admin, role="leader", area=county)

    grant(newcomer, actor=sec_admin, role="leader", area=county, starts_on=in_days(10))
    assert newcomer.grants.count() == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sys_admin", "sec_admin"),
        ("sec_admin", "audit_admin"),
        ("audit_admin", "officer"),
        ("officer", "sys_admin"),
    ],
)
def test_grant_keeps_the_administrators_apart(
    sec_admin, newcomer, county, first, second
):
    grant(newcomer, actor=sec_admin, role=first, area=county)

    with pytest.raises(RuleViolation) as refused:
        grant(newcomer, actor=sec_admin, role=second, area=county)

    assert refused.value.field == "role"
    assert newcomer.grants.count() == 1


def test_grant_keeps_them_apart_in_the_future_too(sec_admin, newcomer, county):
    grant(newcomer, actor=sec_admin, role="officer", area=county, starts_on=in_days(5))

    with pytest.raises(RuleViolation, match="平台管理员"):
        grant(newcomer, actor=sec_admin, role="audit_admin")

    grant(newcomer, actor=sec_admin, role="audit_admin", ends_on=in_days(5))
    assert newcomer.grants.count() == 2


def test_grant_is_given_to_nobody_by_themselves(sec_admin, officer, station):
    with pytest.raises(PermissionDenied):
        grant(sec_admin, actor=sec_admin, role="sec_admin")
    with pytest.raises(PermissionDenied):
        grant(officer, actor=officer, role="station", station=station)


@pytest.mark.parametrize("actor", ["sys_admin", "audit_admin", "leader", "township"])
def test_grant_is_not_everybodys_to_give(request, actor, station_staff, station):
    with pytest.raises(PermissionDenied):
        grant(
            station_staff,
            actor=request.getfixturevalue(actor),
            role="station",
            station=station,
        )


def test_grant_by_an_office_stays_within_its_area(
    officer, station_staff, unit, other_county
):
    row = grant(station_staff, actor=officer, role="unit_handler", unit=unit)
    assert row.unit == unit

    with pytest.raises(RuleViolation) as refused:
        grant(station_staff, actor=officer, role="township", area=other_county)
    assert refused.value.field == "area"
    with pytest.raises(PermissionDenied):
        grant(station_staff, actor=officer, role="officer", area=officer.held[0].area)


def test_grant_by_another_office_is_refused(stranger, station_staff, other_county):
    with pytest.raises(PermissionDenied):
        grant(station_staff, actor=stranger, role="township", area=other_county)


def test_end_grant_takes_it_away_today(officer, station_staff):
    end_grant(station_staff.grants.get(), actor=officer)

    row = station_staff.grants.get()
    assert row.ends_on == localdate()
    assert not row.holds_on(localdate())
    assert history_of(station_staff).get().verb == "end_grant"


def test_end_grant_takes_it_away_later(officer, station_staff):
    end_grant(station_staff.grants.get(), actor=officer, on=in_days(7))

    row = station_staff.grants.get()
    assert (row.ends_on, row.holds_on(in_days(6))) == (in_days(7), True)


def test_end_grant_takes_back_one_that_has_not_begun(sec_admin, newcomer, county):
    for first in (0, 5):
        row = grant(
            newcomer,
            actor=sec_admin,
            role="leader",
            area=county,
            starts_on=in_days(first),
        )
        end_grant(row, actor=sec_admin)
        assert not newcomer.grants.exists()


def test_end_grant_refuses_days_gone_by_and_longer_terms(officer, station_staff):
    row = station_staff.grants.get()
    with pytest.raises(RuleViolation) as refused:
        end_grant(row, actor=officer, on=in_days(-1))
    assert refused.value.field == "on"

    end_grant(row, actor=officer, on=in_days(7))
    with pytest.raises(RuleViolation, match="之前已经结束"):
        end_grant(row, actor=officer, on=in_days(8))
    end_grant(row, actor=officer)
    with pytest.raises(RuleViolation, match="已经结束"):
        end_grant(row, actor=officer)


def test_end_grant_keeps_the_last_of_each_administrator(sec_admin, audit_admin):
    row = audit_admin.grants.get()
    with pytest.raises(RuleViolation, match="最后一名审计管理员"):
        end_grant(row, actor=sec_admin)

    person("接任", "audit_admin")
    end_grant(row, actor=sec_admin)
    assert not row.holds_on(localdate())


@pytest.mark.parametrize(
    ("actor", "target"),
    [
        ("sec_admin", "sec_admin"),
        ("officer", "officer"),
        ("officer", "leader"),
        ("stranger", "station_staff"),
        ("sys_admin", "station_staff"),
    ],
)
def test_end_grant_is_not_everybodys(request, actor, target):
    actor, target = map(request.getfixturevalue, (actor, target))

    with pytest.raises(PermissionDenied):
        end_grant(target.grants.get(), actor=actor)
