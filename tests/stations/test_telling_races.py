"""Telling, by two at once: one code in use, each opening counted."""

import pytest
from django.utils.timezone import localdate

from accounts.models import User
from stations.choices import CodeKind
from stations.models import CodeScan, PublicCode, Station
from stations.services import codes
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
