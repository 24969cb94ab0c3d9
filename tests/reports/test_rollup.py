"""The roll-up says what the rows say, whatever happened and whenever it was folded."""

import datetime as dt
import itertools

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proposals.models import Proposal, ResultClass
from reports import rollup
from reports.metrics import METRICS
from reports.models import Cell, Delta
from reports.questions import Question
from reports.reading import BY, answer, grid
from reports.scopes import Scope
from stations.services.stations import edit_station
from stations.workflow import hold, set_duty
from tests.factories import AreaFactory, CategoryFactory, StationFactory, UnitFactory
from tests.factories import proposals as make
from tests.reports.conftest import change, keep, moment

pytestmark = pytest.mark.django_db

CODES = list(METRICS)
STATUSES = ["submitted", "accepted", "replied", "returned", "withdrawn", "merged"]
# Around midnight in China, where UTC still has the day, and the month, before.
MOMENTS = st.none() | st.builds(
    lambda days, hour: moment(2026, 1, 1, hour) + dt.timedelta(days=days),
    st.sampled_from([0, 1, 29, 30, 31, 58, 59, 60, 120]),
    st.sampled_from([0, 7, 8, 23]),
)
DAYS = st.none() | st.sampled_from(
    [dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 3, 2)]
)


@pytest.fixture
def world(county, village):
    """Places, stations, units, categories and classes to choose from; None is one."""
    grid_area = AreaFactory(code="420802002003001", parent=village)
    other = AreaFactory(code="420802101", parent=county)
    return {
        "area": [village, grid_area, other, county],
        "station": [None, StationFactory(area=village), StationFactory(area=other)],
        "unit": [None, UnitFactory(area=county), UnitFactory(area=county)],
        "category": [None, CategoryFactory(), CategoryFactory()],
        "result": [None, *ResultClass.objects.filter(code__in=["A", "B"])],
    }


COLUMNS = {
    "status": st.sampled_from(STATUSES),
    "kind": st.sampled_from(["opinion", "suggestion"]),
    "area": st.integers(0, 3),
    "station": st.integers(0, 2),
    "unit": st.integers(0, 2),
    "category": st.integers(0, 2),
    "result": st.integers(0, 2),
    "satisfaction": st.sampled_from(["", "satisfied", "basically", "dissatisfied"]),
    "reply_due_on": DAYS,
    "is_counted": st.booleans(),
    **dict.fromkeys(
        (
            "submitted_at",
            "accepted_at",
            "handed_over_at",
            "replied_at",
            "rated_at",
            "closed_at",
        ),
        MOMENTS,
    ),
}
# Which matter (of three) is written next, with what, and whether folding comes after.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.fixed_dictionaries({}, optional=COLUMNS), st.booleans()
    ),
    min_size=1,
    max_size=8,
)


def _questions(world) -> list[Question]:
    """The year and a running February; everywhere, by area, narrowed in each way."""
    whole = Question(dt.date(2026, 1, 1), dt.date(2027, 1, 1), dt.date(2026, 2, 10))
    ids = {name: world[name][1].pk for name in ("station", "unit", "category")}
    areas = ("420802002", "420802101")
    one, two = areas[:1], areas
    return [
        whole,
        whole.at(ends_on=dt.date(2026, 3, 1), area="420802"),
        whole.at(area="420802002", kind="opinion"),
        whole.at(categories=(ids["category"],), area="4208"),
        whole.at(station=ids["station"]),
        whole.at(unit=ids["unit"], kind="opinion"),
        whole.at(scope=Scope(areas=two, visit_areas=two)),
        whole.at(scope=Scope(stations=(ids["station"],)), area="420802"),
        whole.at(scope=Scope(units=(ids["unit"],)), area="420802"),
        whole.at(scope=Scope(areas=one, visit_areas=one, units=(ids["unit"],))),
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, number=st.integers(0, 9), by=st.sampled_from(["", *BY]))
def test_rollup_equals_the_rows_after_any_steps(world, steps, number, by):
    Proposal.objects.all().delete()
    Delta.objects.all().delete()
    Cell.objects.all().delete()
    matters: dict[int, Proposal] = {}
    for which, drawn, folds in steps:
        fields = {k: world[k][v] if k in world else v for k, v in drawn.items()}
        if which in matters:
            change(matters[which], **fields)
        else:
            matters[which] = keep(fields.pop("area", world["area"][0]), **fields)
        if folds:
            rollup.fold()

    assert rollup.verify() == []
    question = _questions(world)[number]
    assert answer(CODES, question, by) == answer(CODES, question, by, live=True)


@pytest.mark.parametrize("number", range(10))
def test_answer_is_the_same_by_everything(world, number):
    for n, (area, unit) in enumerate(itertools.product(range(4), range(3))):
        keep(
            world["area"][area],
            station=world["station"][n % 3],
            unit=world["unit"][unit],
            category=world["category"][n % 3],
            result=world["result"][n % 3],
            kind=["opinion", "suggestion"][n % 2],
            satisfaction=["satisfied", "", "basically"][n % 3],
            submitted_at=moment(2026, 1, 1 + n, 0),
            accepted_at=moment(2026, 1, 31, 2 * n),
            handed_over_at=moment(2026, 2, 1 + n),
            reply_due_on=dt.date(2026, 2, 5 + n),
            replied_at=moment(2026, 2, 10) if n % 4 else None,
            rated_at=moment(2026, 3, 1) if n % 4 else None,
            closed_at=moment(2026, 2, 9) if n % 3 else None,
        )
        if n == 6:
            rollup.fold()
    question = _questions(world)[number]

    for by in ("", *BY):
        assert answer(CODES, question, by) == answer(CODES, question, by, live=True)
    pair = ("category", "area")
    assert grid(["K04"], question, pair) == grid(["K04"], question, pair, live=True)
    assert answer(["K04"], question)[""]["K04"].numerator > 0 or question.unit


def test_fold_is_idempotent(village, year):
    keep(village, submitted_at=moment(2026, 3, 1))
    before = answer(CODES, year)

    assert rollup.fold() == 1
    assert rollup.fold() == 0

    assert answer(CODES, year) == before
    assert answer(["K04"], year)[""]["K04"].numerator == 1
    assert not Delta.objects.exists()


def test_write_adds_nothing_when_nothing_changed(village):
    matter = keep(village, submitted_at=moment(2026, 3, 1))
    Delta.objects.all().delete()

    change(matter, submitted_at=moment(2026, 3, 30))  # same month
    change(matter, title="泵站又漏水")

    assert not Delta.objects.exists()


def test_matter_changed_follows_every_step_of_a_real_matter(
    station, station_staff, officer, handler, unit_leader, deputy, category, unit, year
):
    visit = make.VisitFactory(station=station)
    visit.heard_by.add(deputy)
    matter = make.opinion(actor=station_staff, visit=visit)
    matter = make.accepted(matter, actor=station_staff, category=category)
    matter = make.handed_over(matter, actor=officer, unit=unit)
    rollup.fold()
    matter = make.signed(matter, actor=handler)
    matter = make.contacted(matter, actor=handler)
    matter = make.drafted(matter, actor=handler)
    matter = make.replied(matter, actor=unit_leader)
    matter = make.told(matter, actor=station_staff)
    make.rated(matter, actor=None)

    figures = answer(["K09", "K12", "K15"], year)[""]

    assert [f.base for f in figures.values()] == ["1/1", "1/1", "1/1"]
    assert [line for line in rollup.verify() if "visitors" not in line] == []


def test_facts_changed_counts_deputies_of_a_held_day(day, deputy, station_staff, year):
    set_duty(day, deputy, "invited", actor=station_staff)
    set_duty(day, deputy, "attended", actor=station_staff)

    hold(day, actor=station_staff)

    assert answer(["K01"], year)[""]["K01"].numerator == 1
    assert rollup.verify() == []


def test_figures_of_held_days_move_with_their_station(
    day, deputy, station, station_staff, officer, county, year
):
    set_duty(day, deputy, "invited", actor=station_staff)
    set_duty(day, deputy, "attended", actor=station_staff)
    hold(day, actor=station_staff)
    rollup.fold()

    edit_station(station, actor=officer, area=AreaFactory(code="420802101"))

    moved = year.at(area="420802101")
    assert answer(["K01"], moved)[""]["K01"].numerator == 1
    assert rollup.verify() == []


def test_rebuild_figures_makes_the_rollup_from_the_rows(village, year, capsys):
    keep(village, tell=False, submitted_at=moment(2026, 3, 1))
    assert answer(["K04"], year)[""]["K04"].numerator == 0

    call_command("rebuild_figures")

    assert answer(["K04"], year)[""]["K04"].numerator == 1
    call_command("verify_figures")
    assert "一致" in capsys.readouterr().out


def test_verify_figures_tells_a_difference(village):
    keep(village, submitted_at=moment(2026, 3, 1))
    rollup.fold()
    Cell.objects.filter(area_code="42", dimension="area").update(received=5)

    with pytest.raises(CommandError, match="1 处不一致") as refused:
        call_command("verify_figures")

    assert refused.value.returncode == 1


def test_answer_costs_the_same_with_more_rows(village, year, django_assert_num_queries):
    keep(village, submitted_at=moment(2026, 3, 1))
    with django_assert_num_queries(5):
        answer(CODES, year, "unit")
    for month in range(1, 12):
        keep(village, submitted_at=moment(2026, month, 1), unit=UnitFactory())

    with django_assert_num_queries(5):  # matters; visits; duties; two of persons
        answer(CODES, year, "unit")
