"""First load of voters' pages stays under 100 KB, however much there is to show."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.timezone import localdate, now

from deputies.models import Deputy, Mandate
from stations.models import Duty, PublicCode, ReceptionDay, Station, Stationing
from tests.factories import AreaFactory, DeputyFactory, MandateFactory, StationFactory

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

MOST = 100 * 1024
LINKED = re.compile(r'<link rel="(?:stylesheet|icon)" href="/static/([^"?]+)')


def weight(path):
    """The page and every file it links, as they are sent without compression."""
    text = Client().get(path).content.decode()
    linked = LINKED.findall(text)
    assert len(linked) >= 3
    files = [Path(finders.find(name)).read_bytes() for name in linked]
    return len(text.encode()) + sum(map(len, files))


@pytest.fixture
def crowded(town, village):
    """A town with a station for each of many places, and more deputies than seats."""
    long = "泉口街道金虾路片区第{}人大代表联络站"
    stations = [
        StationFactory(
            area=town,
            name=long.format(n),
            slug=f"s{n}",
            address="泉口街道金虾路 218 号党群服务中心一楼东侧接待室",
        )
        for n in range(220)
    ]
    for n in range(160):
        deputy = DeputyFactory(area=town, name=f"欧阳代表{n}")
        MandateFactory(deputy=deputy, source_name=f"泉口街道第{n}选区（金虾路以东）")
    people = list(Deputy.objects.order_by("pk"))
    PublicCode.objects.bulk_create(
        PublicCode(kind="deputy", token=f"ABCDEFGH{n:04}", deputy=deputy)
        for n, deputy in enumerate(people)
    )
    Stationing.objects.bulk_create(
        Stationing(station=stations[0], deputy=deputy, starts_on=localdate())
        for deputy in people
    )
    fill_board(stations, people)
    for n in range(60):
        AreaFactory(
            code=f"{town.pk}{n + 100}", name=f"第{n}社区居民委员会", parent=town
        )
    return stations


def fill_board(stations: list[Station], people: list[Deputy]) -> None:
    date = localdate() + dt.timedelta(days=5)
    days = ReceptionDay.objects.bulk_create(
        ReceptionDay(
            station=station,
            date=date,
            starts_at=dt.time(9),
            ends_at=dt.time(11),
            place="泉口街道金虾路 218 号党群服务中心一楼东侧接待室",
            topic="一老一小专题",
            status="announced",
            announced_at=now(),
            notice_year=date.year,
            notice_number=1,
        )
        for station in stations
    )
    Duty.objects.bulk_create(
        Duty(day=day, deputy=people[(at + n) % len(people)])
        for at, day in enumerate(days)
        for n in range(4)
    )


PAGES = (
    *("/p/", "/p/?q=泉口", "/p/s/s0/", "/p/board/", "/p/who/", "/p/who/?q=泉口"),
    *("/p/who/?area=420802002", "/p/who/?area=420802002003", "/p/who/?q=代表"),
    *("/p/d/ABCDEFGH0000/", "/p/s/s0/book/", "/p/s/s0/say/"),
    *("/p/booking/", "/p/track/"),
)


def test_first_load_stays_under_100_kb(crowded):
    heavy = {path: size for path in PAGES if (size := weight(path)) >= MOST}

    assert heavy == {}
    assert Mandate.objects.count() == 160
