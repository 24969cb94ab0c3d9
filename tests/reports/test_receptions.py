"""K01–K05: persons, person-times and matters; with their rows, live and rolled up."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from proposals.models import Proposal, ResultClass
from reports import rollup
from reports.models import Delta
from reports.reading import answer, grid
from stations.models import Duty, ReceptionDay, Visit
from stations.services import amend_visit, log_visit
from stations.signals import day_changed, visit_changed
from stations.snapshots import day_facts, visit_facts
from tests.factories import DayFactory, DeputyFactory, StationFactory, VisitFactory
from tests.reports.conftest import change, keep, moment

pytestmark = pytest.mark.django_db

CODES = ("K01", "K01R", "K02", "K03", "K04", "K05")


def heard(station, *, month: int = 3, **fields) -> Visit:
    """A visit that is there, with its change told to the figures."""
    visit = VisitFactory(station=station, visited_at=moment(2026, month, 9), **fields)
    visit_changed.send(Visit, before=None, after=visit_facts(visit))
    return visit


def on_duty(station, deputy, date: dt.date, state: str = "attended") -> Duty:
    day = DayFactory(station=station, date=date, status="held")
    duty = Duty.objects.create(day=day, deputy=deputy, state=state)
    day_changed.send(ReceptionDay, before=None, after=day_facts(day))
    return duty


@pytest.fixture
def busy(station, town):
    """Two deputies belong here and one came twice; a third came to help out."""
    first, second, guest = (DeputyFactory(area=town) for _ in range(3))
    for deputy in (first, second):
        station.stationings.create(deputy=deputy, starts_on=dt.date(2025, 1, 1))
    on_duty(station, first, dt.date(2026, 3, 5))
    on_duty(station, first, dt.date(2026, 4, 5))
    on_duty(station, second, dt.date(2026, 4, 6), state="on_leave")
    on_duty(station, guest, dt.date(2026, 4, 7))
    return first, second, guest


def test_visits_out_are_k03_and_the_others_k02(station, year):
    heard(station, party_size=3)
    heard(station, channel="visit", party_size=4)

    figures = answer(CODES, year)[""]

    assert (figures["K02"].numerator, figures["K03"].numerator) == (3, 4)
    assert answer(CODES, year, live=True) == answer(CODES, year)
    assert rollup.verify() == []


def test_changing_the_channel_moves_the_people(station, station_staff, year):
    visit = log_visit(
        station, actor=station_staff, key="7d1f7a52-63c5-4a0c-9f39-4d3ac2b1a001",
        words="路灯不亮", party_size=2,
    )  # fmt: skip

    amend_visit(visit, actor=station_staff, version=0, channel="visit")

    figures = answer(CODES, year)[""]
    assert (figures["K02"].numerator, figures["K03"].numerator) == (0, 2)
    assert rollup.verify() == []


@pytest.mark.parametrize("by", [(), ("station",), ("month",), ("station", "month")])
def test_lines_left_out_are_counted_nowhere(station, year, by):
    heard(station, is_counted=False)
    heard(station, is_counted=False, channel="visit")
    solved = ResultClass.objects.get(pk="A")
    keep(
        station.area, station=station, is_counted=False, status="closed", result=solved,
        submitted_at=moment(2026, 3, 1), closed_at=moment(2026, 3, 2),
    )  # fmt: skip

    rolled, live = grid(CODES, year, by), grid(CODES, year, by, live=True)

    assert rolled == live
    assert not any(f.numerator for row in rolled.values() for f in row.values())
    assert not Delta.objects.exists()
    call_command("rebuild_figures")
    assert rollup.verify() == []
    assert grid(CODES, year, by) == live


def test_leaving_a_matter_out_later_takes_it_from_every_month(station, year):
    matter = keep(
        station.area, station=station, status="closed", submitted_at=moment(2024, 3, 1),
        closed_at=moment(2024, 5, 2), result=ResultClass.objects.get(pk="A"),
    )  # fmt: skip
    rollup.fold()
    old = year.at(starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2025, 1, 1))
    assert answer(["K05"], old)[""]["K05"].numerator == 1

    change(matter, is_counted=False)

    assert answer(["K05"], old)[""]["K05"].numerator == 0
    assert rollup.verify() == []


def test_entry_rate_counts_persons_once(busy, year):
    figures = answer(CODES, year)[""]

    assert figures["K01"].numerator == 3
    assert figures["K01R"].base == "1/2"
    assert figures["K01R"].text == "50.00%"


def test_entry_rate_of_months_stands_for_itself(busy, year):
    by_month = answer(["K01R"], year, "month")

    assert by_month["2026-03"]["K01R"].base == "1/2"
    assert by_month["2026-05"]["K01R"].base == "0/2"
    assert len(by_month) == 12


def test_entry_rate_knows_when_a_deputy_belonged_here(busy, station, year):
    station.stationings.update(ends_on=dt.date(2026, 4, 1))

    assert answer(["K01R"], year.at(starts_on=dt.date(2026, 4, 1))) == {
        "": {"K01R": answer(["K01R"], year)[""]["K01R"].__class__(
            answer(["K01R"], year)[""]["K01R"].metric, 0, 0
        )}
    }  # fmt: skip


def test_entry_rate_does_not_count_helping_out_elsewhere(busy, town, year):
    other = StationFactory(area=town)
    on_duty(other, busy[1], dt.date(2026, 6, 1))

    assert answer(["K01R"], year)[""]["K01R"].base == "1/2"
    by_station = answer(["K01R"], year, "station")
    assert {f["K01R"].base for f in by_station.values()} == {"1/2"}


def test_station_by_month_is_the_same_live_and_rolled_up(busy, station, year, town):
    other = StationFactory(area=town)
    for n, where in enumerate((station, other, station, other), start=1):
        heard(where, month=n, party_size=n)
        heard(where, month=n, channel="visit")
        keep(town, station=where, submitted_at=moment(2026, n, 3))
    call_command("rebuild_figures")
    heard(other, month=8)
    by = ("station", "month")

    rolled = grid(CODES, year, by)

    assert rolled == grid(CODES, year, by, live=True)
    assert rolled[str(station.pk), "2026-03"]["K02"].numerator == 3
    assert rolled[str(other.pk), "2026-08"]["K02"].numerator == 1
    assert rollup.verify() == []


def test_station_by_month_costs_the_same_with_more_rows(
    station, town, year, django_assert_num_queries
):
    heard(station)
    with django_assert_num_queries(5):
        grid(CODES, year, ("station", "month"))
    for n in range(1, 9):
        heard(StationFactory(area=town), month=n)

    with django_assert_num_queries(5):
        grid(CODES, year, ("station", "month"))


def rows_of(browser, metric: str, part: str = "numerator"):
    query = {"metric": metric, "part": part, "from": "2026-01", "to": "2026-12"}
    page = browser.get(reverse("reports:rows"), query)
    assert page.status_code == 200
    return list(page.context["page"])


def test_rows_are_those_that_were_counted(
    busy, station, officer, sign_in, year, time_machine
):
    time_machine.move_to(moment(2026, 12, 31))
    heard(station, party_size=3)
    heard(station, channel="visit", party_size=4)
    heard(station, is_counted=False)
    solved = ResultClass.objects.get(pk="A")
    for status in ("closed", "refused", "merged", "withdrawn"):
        keep(
            station.area, station=station, status=status, result=solved,
            submitted_at=moment(2026, 3, 1), closed_at=moment(2026, 3, 2),
        )  # fmt: skip
    browser = sign_in(officer)

    figures = answer(CODES, year)[""]

    turns = [
        duty
        for day in rows_of(browser, "K01")
        for duty in day.listed_duties
        if duty.state == "attended"
    ]
    assert len(turns) == figures["K01"].numerator == 3
    assert [d.turn_count for d in rows_of(browser, "K01R")] == [2]
    assert len(rows_of(browser, "K01R", "denominator")) == 2
    for code, people in (("K02", 3), ("K03", 4)):
        found = rows_of(browser, code)
        assert sum(row.party_size for row in found) == figures[code].numerator == people
    for code in ("K04", "K05"):
        assert len(rows_of(browser, code)) == figures[code].numerator == 1
    assert Proposal.objects.count() == 4


def test_stats_over_rest_give_k03_and_the_entry_rate(busy, station, officer, sign_in):
    heard(station, channel="visit", party_size=4)
    browser = sign_in(officer)
    asked = {"from": "2026-01", "to": "2026-12", "by": "month"}

    walks = browser.get("/api/v1/stats/", {"metric": "K03", **asked}).json()
    rate = browser.get("/api/v1/stats/", {"metric": "K01R", **asked}).json()

    assert walks["total"]["value"] == 4
    assert walks["metric"]["unit"] == "人次"
    assert (rate["total"]["numerator"], rate["total"]["denominator"]) == (1, 2)
