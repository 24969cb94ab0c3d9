"""The notice and the sheets of codes as a printer and a phone get them."""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate

from stations import workflow
from stations.choices import CodeKind
from stations.services import codes
from tests.factories import DayFactory, DeputyFactory, MandateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def announced(station, town, officer, unit):
    """A full notice: long names, eight deputies, a unit, a topic."""
    station.address, station.phone = "泉口街道文峰路 18 号党群服务中心", "0724-2345678"
    station.save()
    day = DayFactory(
        station=station,
        date=localdate() + dt.timedelta(days=3),
        place="党群服务中心一楼选民接待室",
        topic="老旧小区改造、排水防涝和物业服务专题接待",
    )
    day.guests.create(unit=unit, name="许正明")
    for number in range(8):
        deputy = DeputyFactory(area=town, name=f"欧阳代表{number}")
        MandateFactory(deputy=deputy)
        workflow.set_duty(day, deputy, "invited", actor=officer)
    workflow.announce(day, actor=officer)
    return day


def sheets(pdf):
    """How many pages, and their width and height in points."""
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    return [(round(float(width)), round(float(height))) for width, height in sizes]


A4 = (595, 842)


def test_notice_fits_one_sheet_and_a_phone(page_as, officer, announced, live_server):
    page = page_as(officer, width=390, height=844)

    for url in (
        f"/receptions/{announced.pk}/notice/",
        f"/p/s/wf/notices/{announced.notice_year}/{announced.notice_number}/",
    ):
        page.goto(f"{live_server.url}{url}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert sheets(page.pdf(prefer_css_page_size=True)) == [A4]


def test_codes_fit_one_sheet_and_a_phone(page_as, officer, station, live_server):
    code = codes.give_code(CodeKind.STATION, station, actor=officer)
    page = page_as(officer, width=390, height=844)

    for url in (f"/codes/{code.pk}/sheet/", f"/codes/{code.pk}/sheet/?as=tags"):
        page.goto(f"{live_server.url}{url}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert sheets(page.pdf(prefer_css_page_size=True)) == [A4]
