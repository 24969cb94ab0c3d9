"""The year's receptions as Word and Excel."""

import datetime as dt
import io
import re
import zipfile

import pytest
from django.urls import reverse
from django.utils.timezone import now

from common.spreadsheets import read_workbook
from stations.choices import DayStatus, DutyState
from stations.models import Duty
from stations.yearly import Entry, document
from tests.factories import (
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


@pytest.fixture
def received(station, deputy):
    """A shifted reception with one deputy there and one on leave; one called off."""
    day = DayFactory(
        station=station,
        date=dt.date(2026, 4, 7),
        planned_on=dt.date(2026, 4, 5),
        shift_note="4月5日是清明节放假，顺延到 4月7日。",
        topic="水利",
    )
    away = DeputyFactory(area=station.area, name="李国强")
    MandateFactory(deputy=away)
    Duty.objects.create(day=day, deputy=deputy)
    Duty.objects.create(day=day, deputy=away, state=DutyState.ON_LEAVE)
    DayFactory(station=station, date=dt.date(2026, 5, 6), status=DayStatus.CANCELLED)
    DayFactory(station=station, date=dt.date(2025, 5, 6))
    return day


def get(browser, kind, **query):
    return browser.get(reverse("stations:plans_file", args=[kind]), query)


def content(answer):
    return io.BytesIO(b"".join(answer.streaming_content))


def sheet_of(answer):
    (sheet,) = read_workbook(content(answer))
    return [row.cells for row in sheet.rows]


def words_of(answer):
    with zipfile.ZipFile(content(answer)) as parts:
        xml = parts.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "|", xml)


def test_file_as_excel_has_the_days_that_stand(office, received, station):
    rows = sheet_of(get(office, "xlsx", year=2026))

    assert rows[0] == ["日期", "星期", "时间", "地点", "代表", "主题", "备注"]
    (row,) = rows[1:]
    assert row[0].date() == dt.date(2026, 4, 7)
    assert row[1:4] == ["星期二", "9:00–11:00", "一楼接待室"]
    assert row[4].startswith("周敏（")
    assert "李国强" not in row[4]
    assert row[5:] == ["水利", "4月5日是清明节放假，顺延到 4月7日。"]


def test_file_of_several_stations_names_them(office, received, station):
    other = StationFactory(area=station.area, name="甲站")
    DayFactory(station=other, date=dt.date(2026, 3, 5))

    rows = sheet_of(get(office, "xlsx", year=2026))

    assert rows[0][0] == "联络站"
    assert {row[0] for row in rows[1:]} == {"甲站", station.name}


def test_file_holds_nothing_that_a_sheet_would_reckon(office, received):
    received.topic = "=1+1"
    received.save()

    rows = sheet_of(get(office, "xlsx", year=2026))

    assert rows[1][5] == "'=1+1"


def test_file_as_word_is_an_official_table(office, received, station):
    words = words_of(get(office, "docx", year=2026))

    for part in (station.name, "2026年选民接待日安排表", "4月7日", "顺延到 4月7日"):
        assert part in words
    assert "工作委员会" in words


def test_document_keeps_the_seats_of_one_deputy_together(station):
    cells = ["4月7日", "星期二", "9:00–11:00", "一楼", "周敏（市、区代表）", "", ""]
    entry = Entry(station, dt.date(2026, 4, 7), cells, ["周敏（市、区代表）"])

    file = document([entry], 2026, created=now(), area_code=station.area_id)

    with zipfile.ZipFile(file) as parts:
        assert "周敏（市、区代表）" in parts.read("word/document.xml").decode()


def test_file_without_any_day_is_an_empty_table(office):
    assert "安排表" in words_of(get(office, "docx", year=2026))
    assert len(sheet_of(get(office, "xlsx", year=2026))) == 1


def test_file_of_an_unknown_kind_is_unknown(office):
    assert get(office, "pdf").status_code == 404


def test_file_holds_nothing_of_another_county(sign_in, stranger, received):
    assert len(sheet_of(get(sign_in(stranger), "xlsx", year=2026))) == 1


@pytest.mark.parametrize("many", [1, 3, 20])
def test_file_costs_the_same_for_many(office, station, many, django_assert_num_queries):
    for number, place in enumerate(
        StationFactory.create_batch(many, area=station.area)
    ):
        day = DayFactory(station=place, date=dt.date(2026, 3, 5))
        person = DeputyFactory(area=station.area, name=f"代表{number}")
        MandateFactory(deputy=person)
        Duty.objects.create(day=day, deputy=person)
    get(office, "xlsx", year=2026)

    with django_assert_num_queries(6):
        sheet_of(get(office, "xlsx", year=2026))
