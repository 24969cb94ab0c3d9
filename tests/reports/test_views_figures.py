"""The dashboard says what the figures say; every number opens its rows."""

import datetime as dt
import io
import re

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.models import ResultClass
from reports.metrics import EVERY
from reports.models import Delta
from reports.reading import answer
from reports.scopes import figures_scope
from stations.models import Visit
from tests.factories import AreaFactory, StationFactory, UnitFactory, VisitFactory
from tests.reports.conftest import keep, moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today():
    with time_machine.travel(dt.datetime(2026, 11, 5, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def matters(village, station, unit, category):
    """Three handed over in 2026, two replied, one of them closed, solved and liked."""
    common = {
        "station": station,
        "unit": unit,
        "category": category,
        "submitted_at": moment(2026, 9, 1),
        "accepted_at": moment(2026, 9, 2),
        "handed_over_at": moment(2026, 9, 3),
        "reply_due_on": dt.date(2026, 10, 20),
    }
    solved = ResultClass.objects.get(pk="A")
    replied = {**common, "replied_at": moment(2026, 10, 1), "result": solved}
    ends = {"rated_at": moment(2026, 10, 3), "closed_at": moment(2026, 10, 9)}
    return [
        keep(
            village,
            title="已办结的",
            status="closed",
            satisfaction="satisfied",
            **replied,
            **ends,
        ),
        keep(village, title="已答复的", **replied),
        keep(village, title="还在办的", status="handling", **common),
        keep(village, title="撤回的", status="withdrawn", **common),
    ]


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_dashboard_shows_rates_with_their_base(officer, matters, sign_in):
    page = sign_in(officer).get(reverse("reports:dashboard"))

    board = page.context["board"]
    shown = {
        r["name"]: (r["percent_label"], r["numerator"], r["denominator"])
        for r in board.rates()
    }
    assert shown == {
        "办结率": ("33.33%", 1, 3),
        "按期办结率": ("33.33%", 1, 3),
        "答复率": ("66.67%", 2, 3),
        "解决率": ("100.00%", 2, 2),
        "满意率": ("100.00%", 1, 1),
    }
    assert "33.33%" in text_of(page)
    assert "1 / 3" in text_of(page)
    assert board.tables.units_finding == "水利局办结率 33.33%"
    assert board.heat["total"] == 3


def test_dashboard_says_nothing_divided_by_nothing(officer, sign_in):
    page = sign_in(officer).get(reverse("reports:dashboard"))

    assert page.status_code == 200
    assert {r["percent_label"] for r in page.context["board"].rates()} == {"—"}


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("part", ["numerator", "denominator"])
def test_rows_are_as_many_as_the_figure_says(
    officer, matters, station, sign_in, code, part
):
    VisitFactory(station=station, party_size=1)
    Delta.objects.create(
        month=dt.date(2026, 11, 1), area_code=station.area_id, visitors=1
    )
    url = reverse("reports:rows")

    page = sign_in(officer).get(url, {"metric": code, "part": part})

    assert page.status_code == 200
    figure = page.context["figure"]
    number = (
        figure.denominator
        if part == "denominator" and figure.metric.is_rate
        else figure.numerator
    )
    if code == "K26":
        number = figure.denominator  # days above the line, matters below
    assert page.context["page"].count == number


def test_rows_link_to_the_matter_and_keep_the_conditions(officer, matters, sign_in):
    url = reverse("reports:rows")

    page = sign_in(officer).get(
        url, {"metric": "K07", "from": "2026-09", "to": "2026-09"}
    )

    assert [row.title for row in page.context["page"]] == ["已办结的"]
    assert matters[0].get_absolute_url() in text_of(page)
    assert "from=2026-09" in page.context["back"]


def test_rows_of_unknown_metrics_are_not_found(officer, sign_in):
    browser = sign_in(officer)

    assert browser.get(reverse("reports:rows"), {"metric": "K99"}).status_code == 404
    wrong_part = {"metric": "K07", "part": "all"}
    assert browser.get(reverse("reports:rows"), wrong_part).status_code == 404


BAD = [
    {"area": "420804"},  # another county
    {"area": "99"},
    {"from": "1800-01"},
    {"from": "3000-01"},
    {"from": "九月"},
    {"from": "2026-05", "to": "2026-01"},
    {"kind": "🙂"},
    {"category": "999999"},
    {"category": "9" * 30},
    {"category": "x" * 10_000},
    {"station": "-1"},
    {"unit": "12345678901234567890"},
    {"period": "‮rtl"},
]


@pytest.mark.parametrize("name", ["dashboard", "export", "rows"])
@pytest.mark.parametrize("bad", BAD, ids=lambda bad: str(bad)[:30])
def test_bad_conditions_are_told_beside_their_field(
    officer, other_county, sign_in, bad, name
):
    page = sign_in(officer).get(reverse(f"reports:{name}"), {"metric": "K07", **bad})

    assert page.status_code == 422
    assert page.context["form"].errors


def test_dashboard_of_each_role_counts_its_own_scope(
    matters, sign_in, officer, leader, township, station_staff, handler, coordinator,
    stranger, unit_leader,
):  # fmt: skip
    other = AreaFactory(code="420802101")
    keep(other, handed_over_at=moment(2026, 9, 3), unit=UnitFactory())
    handed = {}
    for user in (
        officer, leader, coordinator, township, station_staff, handler, unit_leader,
        stranger,
    ):  # fmt: skip
        page = sign_in(user).get(reverse("reports:dashboard"))
        handed[user.name] = page.context["board"].figures["K07"].denominator

    assert handed == {
        "陈立新": 4, "领导": 4, "督查室": 4, "主席": 3, "何雨晴": 3, "何志远": 3,
        "许正明": 3, "外区工委": 0,
    }  # fmt: skip


def test_coordinators_see_no_visits(coordinator, officer, year, station):
    Delta.objects.create(
        month=dt.date(2026, 11, 1), area_code=station.area_id, visitors=3
    )
    mine = year.at(scope=figures_scope(coordinator), area="420802")
    theirs = year.at(scope=figures_scope(officer), area="420802")

    assert answer(["K02"], mine)[""]["K02"].numerator == 0
    assert answer(["K02"], theirs)[""]["K02"].numerator == 3
    assert not Visit.objects.visible_to(coordinator).exists()


@pytest.mark.parametrize("name", ["dashboard", "export", "rows", "metrics"])
@pytest.mark.parametrize(
    "role", ["deputy_user", "sys_admin", "sec_admin", "audit_admin"]
)
def test_figures_are_refused_to_others(request, sign_in, name, role):
    user = request.getfixturevalue(role)

    page = sign_in(user).get(reverse(f"reports:{name}"), {"metric": "K07"})

    assert page.status_code == 403


def test_export_has_the_same_numbers(officer, matters, sign_in):
    file = sign_in(officer).get(reverse("reports:export"))

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    overview = {row[0]: row for row in book["总览"].iter_rows(values_only=True)}
    assert overview["K07"][1:6] == ("办结率", 33.33, "%", 1, 3)
    units = list(book["按承办单位"].iter_rows(values_only=True))
    assert units[1][:5] == ("水利局", 3, 33.33, 1, 3)


def test_export_neutralises_formulas(officer, county, village, sign_in):
    unit = UnitFactory(area=county, name="=cmd|'/c calc'!A1")
    keep(village, unit=unit, handed_over_at=moment(2026, 9, 3))

    file = sign_in(officer).get(reverse("reports:export"))

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    assert book["按承办单位"]["A2"].value == "'=cmd|'/c calc'!A1"


@pytest.mark.parametrize("name", ["dashboard", "rows", "export"])
def test_pages_cost_the_same_at_any_size(officer, village, sign_in, name):
    browser = sign_in(officer)
    url = reverse(f"reports:{name}") + "?metric=K07&part=denominator"

    def fill(count: int) -> None:
        for n in range(count):
            keep(
                village,
                station=StationFactory(area=village),
                unit=UnitFactory(),
                title=f"第{n}件",
                submitted_at=moment(2026, 9, 1),
                handed_over_at=moment(2026, 9, 3),
            )

    fill(1)
    browser.get(url)
    with CaptureQueriesContext(connection) as few:
        browser.get(url).getvalue()
    fill(12)
    with CaptureQueriesContext(connection) as many:
        browser.get(url).getvalue()

    assert len(many) == len(few)
    assert len(few) <= 30


def test_metrics_page_lists_the_dictionary(officer, sign_in):
    page = sign_in(officer).get(reverse("reports:metrics"))

    assert page.status_code == 200
    for metric in page.context["metrics"]:
        assert metric.definition in page.content.decode()


def test_units_finding_counts_who_is_well_below(officer, village, sign_in):
    for name, closed in (("甲局", 5), ("乙局", 5), ("丙局", 2)):
        unit = UnitFactory(name=name)
        for n in range(5):
            keep(
                village,
                unit=unit,
                handed_over_at=moment(2026, 9, 3),
                closed_at=moment(2026, 10, 3) if n < closed else None,
            )

    board = sign_in(officer).get(reverse("reports:dashboard")).context["board"]

    assert board.tables.units_finding == "办结率 80.00%，1 个单位低 10 个点以上"
    assert [line.cells[0].label for line in board.tables.units] == [
        "▾40.00",
        "100.00",
        "100.00",
    ]


def test_coordinators_dashboard_is_silent_about_visits(coordinator, officer, sign_in):
    names = {}
    for user in (coordinator, officer):
        board = sign_in(user).get(reverse("reports:dashboard")).context["board"]
        names[user.name] = {fact["name"] for fact in board.aside()}

    assert names["陈立新"] - names["督查室"] == {
        "进站代表人次",
        "进站率",
        "接待选民人次",
        "走访群众人次",
    }


def test_rates_that_still_grow_are_not_set_beside_last_year(officer, village, sign_in):
    for year, closes in ((2025, True), (2026, False)):
        keep(
            village,
            handed_over_at=moment(year, 3, 3),
            closed_at=moment(year, 4, 1) if closes else None,
        )
    browser, url = sign_in(officer), reverse("reports:dashboard")

    running = browser.get(url).context["board"].rates()[0]
    over = browser.get(url, {"from": "2026-03", "to": "2026-03"})

    assert running["change"] == ""
    assert over.context["board"].rates()[0]["change"] == "较去年同期 ↓100.0"


def test_months_finding_says_more_and_since_when_behind(officer, village, sign_in):
    for month, received, closed in ((8, 1, 1), (9, 3, 1), (10, 2, 0)):
        for _ in range(received):
            keep(village, submitted_at=moment(2026, month, 5))
        for _ in range(closed):
            keep(village, closed_at=moment(2026, month, 20))
    keep(village, submitted_at=moment(2025, 9, 5))

    board = sign_in(officer).get(reverse("reports:dashboard")).context["board"]

    assert board.months_finding == "2026年比去年同期多收 5 件，办结从9月起落后"
    assert [m["received"] for m in board.months[-3:]] == [1, 3, 2]
    assert board.months[0]["label"] == "24年11月"
