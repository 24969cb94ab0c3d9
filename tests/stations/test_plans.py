"""Settings, rules, wishes and drafts of a year plan."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from areas.models import CalendarDay
from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from stations.choices import StationStatus
from stations.drafts import draft_of
from stations.models import Duty, ReceptionPlan, Stationing
from stations.services.drafting import draft
from stations.services.plans import (
    copy_plan,
    create_plan,
    drop_pair,
    drop_wish,
    edit_plan,
    set_pair,
    set_rules,
    set_wish,
)
from stations.workflow_plans import publish
from tests.factories import DayFactory, StationFactory
from tests.stations.plans import YEAR, drafted, people, planned, rule


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


# --- settings -------------------------------------------------------------------------


def test_create_plan_asks_the_policy_for_the_fewest_turns(station, station_staff):
    plan = create_plan(station, actor=station_staff, year=YEAR)

    assert (plan.least, plan.most, plan.per_day) == (2, None, 2)
    assert [event.verb for event in history_of(plan)] == ["create"]


@pytest.mark.parametrize("year", [2025, 2029])
def test_create_plan_refuses_far_years(station, station_staff, year):
    with pytest.raises(RuleViolation) as refused:
        create_plan(station, actor=station_staff, year=year)

    assert refused.value.field == "year"


def test_create_plan_is_once_a_station_and_year(station, station_staff):
    create_plan(station, actor=station_staff, year=YEAR)

    with pytest.raises(RuleViolation, match="已有计划"):
        create_plan(station, actor=station_staff, year=YEAR)


def test_create_plan_is_for_those_who_run_the_station(station, leader, deputy_user):
    for stranger in (leader, deputy_user):
        with pytest.raises(PermissionDenied):
            create_plan(station, actor=stranger, year=YEAR)


def test_create_plan_needs_a_station_in_use(station, station_staff):
    station.status = StationStatus.PAUSED

    with pytest.raises(WrongState):
        create_plan(station, actor=station_staff, year=YEAR)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"per_day": 0}, "per_day"),
        ({"per_day": 10**9}, "per_day"),
        ({"least": 5, "most": 4}, "most"),
        ({"most": 0}, "most"),
        ({"seed": -1}, "seed"),
        ({"per_day": None}, "per_day"),
    ],
)
def test_edit_plan_refuses(station, station_staff, settings, field):
    plan = create_plan(station, actor=station_staff, year=YEAR)

    with pytest.raises(RuleViolation) as refused:
        edit_plan(plan, actor=station_staff, version=plan.version, **settings)

    assert refused.value.field == field


def test_edit_plan_tells_the_second_writer(station, station_staff):
    plan = create_plan(station, actor=station_staff, year=YEAR)
    edit_plan(plan, actor=station_staff, version=0, per_day=3)

    with pytest.raises(Overtaken):
        edit_plan(plan, actor=station_staff, version=0, per_day=4)

    assert ReceptionPlan.objects.get().per_day == 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"rrule": "FREQ=SECONDLY"}, "rules-0-rrule"),
        ({"ends_at": dt.time(8)}, "rules-0-ends_at"),
        ({"manner": "weiter"}, "rules-0-manner"),
        ({"kind": "free", "dates": []}, "rules-0-dates"),
        ({"kind": "free", "dates": [dt.date(2026, 3, 1)]}, "rules-0-dates"),
        ({"place": "长" * 201}, "rules-0-place"),
        ({"per_day": 99}, "rules-0-per_day"),
        ({"rrule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "rules-0-rrule"),
    ],
)
def test_set_rules_refuses_and_names_the_rule(station, station_staff, facts, field):
    plan = create_plan(station, actor=station_staff, year=YEAR)

    with pytest.raises(RuleViolation) as refused:
        set_rules(plan, actor=station_staff, rules=[rule(**facts)])

    assert refused.value.field == field
    assert not plan.rules.exists()


def test_set_rules_replaces_all(station, station_staff):
    plan = planned(station, station_staff)

    set_rules(plan, actor=station_staff, rules=[rule([8]), rule([20])])

    assert [one.rrule for one in plan.rules.order_by("pk")] == [
        "FREQ=MONTHLY;BYMONTHDAY=8",
        "FREQ=MONTHLY;BYMONTHDAY=20",
    ]


# --- wishes ---------------------------------------------------------------------------


def test_set_wish_replaces_and_drop_wish_takes_back(station, station_staff):
    (deputy,) = people(station, 1)
    plan = planned(station, station_staff)
    set_wish(plan, deputy, actor=station_staff, off_weekdays=[0], most=1)

    set_wish(plan, deputy, actor=station_staff, least=1)

    wish = plan.wishes.get()
    assert (wish.off_weekdays, wish.least, wish.most) == ([], 1, None)
    drop_wish(plan, deputy, actor=station_staff)
    assert not plan.wishes.exists()


def test_wishes_are_for_deputies_of_the_station(station, station_staff, deputy):
    (own,) = people(station, 1)
    plan = planned(station, station_staff)

    with pytest.raises(RuleViolation, match="不驻本站"):
        set_wish(plan, deputy, actor=station_staff)
    with pytest.raises(RuleViolation, match="不驻本站"):
        set_pair(plan, own, deputy, actor=station_staff, together=True)


def test_set_pair_is_one_row_whoever_comes_first(station, station_staff):
    first, second = people(station, 2)
    plan = planned(station, station_staff)
    set_pair(plan, first, second, actor=station_staff, together=True)

    pair = set_pair(plan, second, first, actor=station_staff, together=False)

    assert (plan.pairs.count(), pair.together) == (1, False)
    drop_pair(plan, pair, actor=station_staff)
    assert not plan.pairs.exists()


def test_copy_plan_leaves_what_was_of_its_year(station, station_staff):
    stays, leaves = people(station, 2)
    plan = planned(station, station_staff, rule(), per_day=1, least=1)
    free = {"kind": "free", "dates": [dt.date(YEAR, 3, 1)]}
    set_rules(plan, actor=station_staff, rules=[rule(), rule([9], **free)])
    period = (dt.date(YEAR, 3, 1), dt.date(YEAR, 3, 9))
    for one in (stays, leaves):
        off = {"off_weekdays": [2], "off_periods": [period]}
        set_wish(plan, one, actor=station_staff, **off)
    Stationing.objects.filter(deputy=leaves).update(ends_on=dt.date(YEAR, 12, 1))

    made = copy_plan(plan, actor=station_staff, year=YEAR + 1)

    assert (made.per_day, made.least, made.year) == (1, 1, YEAR + 1)
    assert [one.kind for one in made.rules.all()] == ["monthly"]
    wish = made.wishes.get()
    assert (wish.deputy, wish.off_weekdays, wish.off_periods) == (stays, [2], [])
    assert plan.wishes.count() == 2


# --- drafts ---------------------------------------------------------------------------


def test_draft_is_full_fair_and_the_same_for_a_seed(station, station_staff):
    people(station, 7)
    plan = drafted(station, station_staff)
    first = plan.draft["days"]

    draft([plan], actor=station_staff)
    found = draft_of(plan)

    assert plan.draft["days"] == first
    assert [len(day.deputies) for day in found.days] == [2] * 12
    assert {turns.turns for turns in found.fairness} == {3, 4}
    assert all(sum(turns.months) == turns.turns for turns in found.fairness)
    assert not found.is_stale


def test_draft_with_another_seed_deals_other_turns(station, station_staff):
    people(station, 7)
    plan = drafted(station, station_staff)
    first = plan.draft["days"]

    draft([plan], actor=station_staff, seed=99)

    assert (plan.seed, plan.draft["days"] == first) == (99, False)


def test_draft_is_refused_without_rules_and_after_publishing(station, station_staff):
    people(station, 3)
    plan = create_plan(station, actor=station_staff, year=YEAR)
    with pytest.raises(RuleViolation) as refused:
        draft([plan], actor=station_staff)
    assert refused.value.field == "rules"
    set_rules(plan, actor=station_staff, rules=[rule()])
    draft([plan], actor=station_staff)
    publish(plan, actor=station_staff)

    with pytest.raises(WrongState):
        draft([plan], actor=station_staff)
    with pytest.raises(WrongState):
        set_rules(plan, actor=station_staff, rules=[rule()])


def test_draft_puts_nobody_at_two_stations_on_a_day(station, officer):
    shared = people(station, 4)
    other = StationFactory(area=station.area)
    for deputy in shared:
        since = dt.date(2026, 1, 1)
        Stationing.objects.create(station=other, deputy=deputy, starts_on=since)
    plans = [planned(one, officer) for one in (station, other)]

    plans = draft(plans, actor=officer)

    pairs = [
        (day["date"], key)
        for plan in plans
        for day in plan.draft["days"]
        for key in day["deputies"]
    ]
    assert len(pairs) == len(set(pairs)) == 48
    assert {turns.total for turns in draft_of(plans[0]).fairness} == {12}


def test_draft_counts_what_another_station_drafted_before(station, officer):
    shared = people(station, 4)
    other = StationFactory(area=station.area)
    for deputy in shared:
        since = dt.date(2026, 1, 1)
        Stationing.objects.create(station=other, deputy=deputy, starts_on=since)
    first = drafted(other, officer)

    second = drafted(station, officer)

    taken = {
        (day["date"], key) for day in first.draft["days"] for key in day["deputies"]
    }
    assert not any(
        (day["date"], key) in taken
        for day in second.draft["days"]
        for key in day["deputies"]
    )
    assert [turns.elsewhere for turns in draft_of(second).fairness] == [6] * 4


def test_draft_leaves_out_days_that_are_over_or_taken(station, station_staff):
    people(station, 3)
    DayFactory(station=station, date=dt.date(2026, 12, 7))
    plan = create_plan(station, actor=station_staff, year=2026)
    set_rules(plan, actor=station_staff, rules=[rule([5, 25])])

    draft([plan], actor=station_staff)

    found = draft_of(plan)
    assert [day.date for day in found.days] == [
        dt.date(2026, 11, 25),
        dt.date(2026, 12, 25),
    ]
    assert any("以前的" in said for said in found.dropped)
    assert any("不再重复" in said for said in found.dropped)


def test_draft_keeps_days_off_and_says_what_gave_way(station, station_staff):
    one, two = people(station, 2)
    plan = planned(station, station_staff, rule([15]))
    off = [(dt.date(YEAR, 3, 1), dt.date(YEAR, 3, 31))]
    set_wish(plan, one, actor=station_staff, off_periods=off)

    draft([plan], actor=station_staff)

    found = draft_of(plan)
    march = next(day for day in found.days if day.date.month == 3)
    assert march.deputies == [two]
    said = {one.wish: one.sentence for one in found.given_way}
    assert "1 人当天不排" in said["per_day"]
    assert "上一次" in said["running"]


@pytest.mark.parametrize("change", ["rule", "wish", "settings", "deputy", "calendar"])
def test_draft_is_stale_after_a_change(station, station_staff, change):
    deputy, *_ = people(station, 3)
    plan = drafted(station, station_staff)
    if change == "rule":
        set_rules(plan, actor=station_staff, rules=[rule([6])])
    elif change == "wish":
        set_wish(plan, deputy, actor=station_staff, off_weekdays=[1])
    elif change == "settings":
        edit_plan(plan, actor=station_staff, version=plan.version, per_day=1)
    elif change == "deputy":
        Stationing.objects.filter(deputy=deputy).update(ends_on=dt.date(YEAR, 6, 1))
    else:
        day = dt.date(YEAR, 3, 5)
        CalendarDay.objects.create(day=day, kind="holiday", name="休")

    assert draft_of(plan).is_stale


def test_draft_asks_the_same_number_of_queries(station, station_staff):
    def queries(plan):
        with CaptureQueriesContext(connection) as asked:
            draft([plan], actor=station_staff)
        with CaptureQueriesContext(connection) as read:
            draft_of(plan)
        return len(asked), len(read)

    people(station, 3)
    plan = planned(station, station_staff)
    few = queries(plan)
    people(station, 30)

    assert queries(plan) == few


def test_draft_marks_a_year_without_calendar_provisional(station, station_staff):
    people(station, 3)
    CalendarDay.objects.all().delete()

    found = draft_of(drafted(station, station_staff))

    assert all(day.is_provisional for day in found.days)
    assert found.warnings == ["2027年的放假安排还没有录入，暂按双休日计算。"]
    assert not Duty.objects.exists()
