"""Receptions, visitors and opinions by station and month, each opening its rows."""

import datetime as dt
import io

import pytest
from django.urls import reverse

from common.spreadsheets import read_workbook
from stations.choices import DayStatus
from stations.models import Visit
from stations.signals import visit_changed
from stations.snapshots import visit_facts
from tests.factories import AreaFactory, DayFactory, StationFactory, VisitFactory
from tests.reports.conftest import keep, moment

TABLE = reverse("reports:receptions")
EXPORT = reverse("reports:receptions_export")


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


@pytest.fixture
def office(sign_in, officer):
    return sign_in(officer)


def heard(station, when, **fields):
    """A visit, with the figures told as a service would."""
    visit = VisitFactory(station=station, visited_at=when, **fields)
    visit_changed.send(Visit, before=None, after=visit_facts(visit))


@pytest.fixture
def year_of(station, town):
    """Two receptions, seven visitors in three visits, four opinions, over the year."""
    DayFactory(station=station, date=dt.date(2026, 3, 5), status=DayStatus.HELD)
    DayFactory(station=station, date=dt.date(2026, 3, 31), status=DayStatus.HELD)
    DayFactory(station=station, date=dt.date(2026, 4, 5), status=DayStatus.CANCELLED)
    DayFactory(station=station, date=dt.date(2025, 3, 5), status=DayStatus.HELD)
    for month, size in ((1, 1), (3, 4), (3, 2)):
        when = moment(2026, month, 31, 23)
        heard(station, when, party_size=size)
    for month in (1, 3, 3):
        keep(town, station=station, submitted_at=moment(2026, month, 31, 23))
    keep(town, station=None, submitted_at=moment(2026, 5, 1, 0))
    return station


def line_of(answer, station):
    lines = [*answer.context["lines"], answer.context["unnamed"]]
    return next(line for line in lines if line and line.station == station)


def numbers(line):
    return [cell["n"] for cell in line.cells] + [line.total["n"]]


@pytest.mark.parametrize(
    ("kind", "january", "march", "whole"),
    [("receptions", 0, 2, 2), ("visitors", 1, 6, 7), ("opinions", 1, 2, 3)],
)
def test_receptions_counts_by_station_and_month(
    office, year_of, kind, january, march, whole
):
    answer = office.get(TABLE, {"kind": kind})

    found = numbers(line_of(answer, year_of))
    assert found == [january, 0, march, *[0] * 9, whole]


@pytest.mark.parametrize("kind", ["receptions", "visitors", "opinions"])
def test_receptions_every_figure_opens_exactly_its_rows(office, year_of, kind):
    answer = office.get(TABLE, {"kind": kind})

    sums = answer.context["sums"]
    line = line_of(answer, year_of)
    cells = [*line.cells, line.total, *sums["cells"], sums["total"]]
    for cell in filter(lambda cell: cell["n"], cells):
        rows = office.get(cell["url"]).context["page"].queryset
        found = sum(row.party_size for row in rows) if kind == "visitors" else len(rows)
        assert found == cell["n"], cell["url"]


def test_receptions_names_opinions_that_came_through_no_station(office, year_of):
    answer = office.get(TABLE, {"kind": "opinions"})

    line = line_of(answer, None)
    assert (line.label, line.total["n"]) == ("不经联络站", 1)
    assert len(office.get(line.total["url"]).context["page"].rows) == 1
    assert answer.context["sums"]["total"]["n"] == 4


def test_receptions_narrows_to_a_town(office, year_of, county):
    other = AreaFactory(code="420802003", name="龙泉街道", parent=county)
    there = StationFactory(area=other)
    DayFactory(station=there, date=dt.date(2026, 2, 5), status=DayStatus.HELD)

    answer = office.get(TABLE, {"town": other.pk})

    assert [line.station for line in answer.context["lines"]] == [there]
    total = answer.context["sums"]["total"]
    assert total["n"] == 1
    assert office.get(total["url"]).context["page"].count == 1


def test_receptions_of_another_year(office, year_of):
    answer = office.get(TABLE, {"year": "2025"})

    assert line_of(answer, year_of).total["n"] == 1


def test_receptions_shows_station_staff_their_own(sign_in, station_staff, year_of):
    StationFactory(area=year_of.area)

    answer = sign_in(station_staff).get(TABLE)

    assert [line.station for line in answer.context["lines"]] == [year_of]
    assert answer.context["unnamed"] is None


def test_receptions_export_holds_the_three_figures(office, year_of):
    answer = office.get(EXPORT)

    file = io.BytesIO(b"".join(answer.streaming_content))
    sheets = read_workbook(file, "x.xlsx")
    assert [sheet.name for sheet in sheets] == [
        "接待（次）",
        "来访（人次）",
        "意见（条）",
    ]
    assert [sheet.rows[-1].cells[-1] for sheet in sheets] == [2, 7, 4]


@pytest.mark.parametrize(
    "query",
    [{"year": "1"}, {"year": "9" * 30}, {"kind": "x"}, {"town": "420804001"}],
)
def test_receptions_refuses_what_makes_no_sense(office, query):
    assert office.get(TABLE, query).status_code == 422
    assert office.get(EXPORT, query).status_code == 422


@pytest.mark.parametrize("many", [1, 3, 30])
def test_receptions_cost_the_same_for_many(
    office, station, many, django_assert_num_queries
):
    for place in StationFactory.create_batch(many, area=station.area):
        DayFactory(station=place, date=dt.date(2026, 2, 5), status=DayStatus.HELD)
        heard(place, moment(2026, 2, 5))
    office.get(TABLE)

    with django_assert_num_queries(10):
        office.get(TABLE)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("officer", 200),
        ("leader", 200),
        ("township", 200),
        ("station_staff", 200),
        ("deputy_user", 403),
        ("coordinator", 403),
        ("handler", 403),
        ("sys_admin", 403),
    ],
)
def test_receptions_by_role(sign_in, request, role, status):
    browser = sign_in(request.getfixturevalue(role))

    assert browser.get(TABLE).status_code == status
    assert browser.get(EXPORT).status_code == status
