"""Telling, by two at once: one number a notice, one code in use, openings counted."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Counter
from audit.models import Event
from stations.choices import CodeKind
from stations.models import CodeScan, Duty, PublicCode, ReceptionDay, Station
from stations.services import codes
from stations.services.announcing import announce_coming_days
from tests.factories import DayFactory
from tests.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_ask_for_a_code_get_the_same(station, station_staff):
    def ask():
        who = User.objects.get(pk=station_staff.pk)
        place = Station.objects.get(pk=station.pk)
        return codes.give_code(CodeKind.STATION, place, actor=who).token

    tokens = at_once(ask, ask, ask)

    assert tokens == [PublicCode.objects.get().token] * 3


def test_openings_in_one_moment_are_all_counted(station, station_staff):
    code = codes.give_code(CodeKind.STATION, station, actor=station_staff)

    at_once(*[lambda: codes.count_scan(code, localdate())] * 4)

    assert CodeScan.objects.get().count == 4


def test_rounds_in_one_moment_announce_each_day_once(station, deputy):
    for days in (1, 2, 3):
        date = localdate() + dt.timedelta(days=days)
        day = DayFactory(station=station, date=date)
        Duty.objects.create(day=day, deputy=deputy)

    at_once(*[lambda: announce_coming_days(localdate())] * 3)
    announce_coming_days(localdate())

    numbers = ReceptionDay.objects.values_list("notice_number", flat=True)
    assert sorted(numbers) == [1, 2, 3]
    assert Event.objects.filter(verb="announce").count() == 3
    assert Counter.objects.get(key__startswith="notice:").value == 3
