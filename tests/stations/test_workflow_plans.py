"""Publishing a year plan, and what may change after: swaps, moves, stand-ins."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from notices.models import Notice
from stations.choices import DutyState, PlanStatus
from stations.drafts import fairness_of, suggest_substitutes
from stations.models import Duty, DutySwap, ReceptionDay, ReceptionPlan, Stationing
from stations.services import edit_day
from stations.services.drafting import draft
from stations.services.plans import create_plan, set_rules
from stations.workflow import cancel, drop_duty, set_duty
from stations.workflow_plans import move_day, publish, swap
from tests.factories import DayFactory, StationFactory, person
from tests.stations.plans import YEAR, drafted, people, rule
from tests.test_races import at_once, one_wins


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


@pytest.fixture
def deputies(station):
    """Five deputies with accounts."""
    found = people(station, 5)
    for deputy in found:
        deputy.user = person(deputy.name, "deputy")
        deputy.save(update_fields=["user"])
    return found


@pytest.fixture
def plan(station, station_staff, deputies):
    return drafted(station, station_staff)


@pytest.fixture
def published(plan, station_staff):
    publish(plan, actor=station_staff)
    return plan


def apart(plan):
    """Two days without a deputy in common, and one deputy of each."""
    days = list(plan.days.order_by("date"))
    for first in days:
        for second in days:
            own = set(first.duties.values_list("deputy", flat=True))
            other = set(second.duties.values_list("deputy", flat=True))
            if first != second and not own & other:
                return (
                    first,
                    first.duties.order_by("pk")[0].deputy,
                    second,
                    second.duties.order_by("pk")[0].deputy,
                )
    raise AssertionError("no two such days")


# --- publish --------------------------------------------------------------------------


def test_publish_makes_the_drafted_days(plan, station_staff):
    event = publish(plan, actor=station_staff)

    plan = ReceptionPlan.objects.get()
    drawn = [(day["date"], set(day["deputies"])) for day in plan.draft["days"]]
    made = [
        (day.date.isoformat(), set(day.duties.values_list("deputy", flat=True)))
        for day in plan.days.order_by("date")
    ]
    assert made == drawn
    assert (plan.status, plan.published_by) == (PlanStatus.PUBLISHED, station_staff)
    assert (event.verb, event.data) == ("publish", {"days": 12, "duties": 24})
    assert set(Duty.objects.values_list("state", flat=True)) == {DutyState.INVITED}
    june = plan.days.get(date__month=6)
    assert (june.planned_on.day, june.shift_note != "") == (5, True)


def test_publish_tells_each_deputy_once_with_all_turns(plan, station_staff, deputies):
    publish(plan, actor=station_staff)

    told = Notice.objects.filter(recipient__deputy__in=deputies)
    assert told.count() == 5
    assert sum(one.text.count("星期") for one in told) == 24


@pytest.mark.parametrize("role", ["leader", "deputy_user", "handler"])
def test_publish_is_for_those_who_run_the_station(plan, role, request):
    with pytest.raises(PermissionDenied):
        publish(plan, actor=request.getfixturevalue(role))

    assert not ReceptionDay.objects.exists()


def test_publish_twice_is_refused(published, station_staff):
    with pytest.raises(WrongState):
        publish(published, actor=station_staff)


def test_publish_needs_a_draft(station, station_staff):
    plan = create_plan(station, actor=station_staff, year=YEAR)

    with pytest.raises(RuleViolation) as refused:
        publish(plan, actor=station_staff)

    assert refused.value.field == "draft"


def test_publish_refuses_a_draft_that_is_stale(plan, station_staff):
    set_rules(plan, actor=station_staff, rules=[rule([6])])

    with pytest.raises(RuleViolation, match="重新排班"):
        publish(plan, actor=station_staff)


def test_publish_refuses_when_a_deputy_has_another_duty_since(plan, station_staff):
    first = plan.draft["days"][0]
    day = DayFactory(station=StationFactory(), date=first["date"])
    Duty.objects.create(day=day, deputy_id=first["deputies"][0])

    with pytest.raises(RuleViolation, match="另有接待"):
        publish(plan, actor=station_staff)

    assert not plan.days.exists()


def test_publish_of_an_old_page_is_overtaken(plan, station_staff):
    old = ReceptionPlan.objects.get()
    draft([plan], actor=station_staff)

    with pytest.raises(Overtaken):
        publish(old, actor=station_staff)


@pytest.mark.django_db(transaction=True)
def test_publish_by_two_at_once_is_done_once(plan, station_staff, officer):
    def go(actor):
        return lambda: publish(ReceptionPlan.objects.get(), actor=actor)

    answers = at_once(go(station_staff), go(officer))

    assert one_wins(answers), answers
    assert ReceptionDay.objects.count() == 12
    assert [e.verb for e in history_of(plan)].count("publish") == 1


# --- swap -----------------------------------------------------------------------------


def test_swap_exchanges_two_turns_on_record(published, station_staff):
    first, one, second, other = apart(published)
    Notice.objects.all().delete()

    swap(first, one, second, other, actor=station_staff)

    assert first.duties.filter(deputy=other).exists()
    assert second.duties.filter(deputy=one).exists()
    assert not first.duties.filter(deputy=one).exists()
    assert DutySwap.objects.get().plan == published
    for day in (first, second):
        assert history_of(day).last().verb == "swap"
    told = Notice.objects.values_list("recipient__deputy", flat=True)
    assert sorted(told) == sorted([one.pk, other.pk])


@pytest.mark.parametrize("state", [DutyState.ON_LEAVE, DutyState.SUBSTITUTE])
def test_swap_refuses_leave_and_stand_ins(published, station_staff, state):
    first, one, second, other = apart(published)
    first.duties.filter(deputy=one).update(state=state)

    with pytest.raises(RuleViolation) as refused:
        swap(first, one, second, other, actor=station_staff)

    assert refused.value.field == "deputy_a"
    assert not DutySwap.objects.exists()


def test_swap_puts_nobody_twice_on_a_day(published, station_staff):
    first, one, second, other = apart(published)
    Duty.objects.create(day=second, deputy=one)

    with pytest.raises(RuleViolation, match="已在当班"):
        swap(first, one, second, other, actor=station_staff)


def test_swap_puts_nobody_at_two_stations_at_once(published, station_staff):
    first, one, second, other = apart(published)
    elsewhere = DayFactory(station=StationFactory(), date=second.date)
    Duty.objects.create(day=elsewhere, deputy=one)

    with pytest.raises(RuleViolation, match="另有接待"):
        swap(first, one, second, other, actor=station_staff)


def test_swap_refuses_who_has_no_seat_then(published, station_staff):
    first, one, second, other = apart(published)
    later = max(first.date, second.date)
    moved = one if later == second.date else other
    moved.mandates.update(ends_on=later)

    with pytest.raises(RuleViolation, match="没有代表资格"):
        swap(first, one, second, other, actor=station_staff)


def test_swap_is_for_those_who_run_both_days(published, deputy_user, leader):
    turns = apart(published)

    for stranger in (deputy_user, leader):
        with pytest.raises(PermissionDenied):
            swap(*turns, actor=stranger)


def test_swap_is_refused_on_a_cancelled_day(published, station_staff):
    first, one, second, other = apart(published)
    cancel(second, actor=station_staff, reason="停电")

    with pytest.raises(WrongState):
        swap(first, one, second, other, actor=station_staff)


@pytest.mark.django_db(transaction=True)
def test_swap_by_two_at_once_is_done_once(published, station_staff, officer):
    first, one, second, other = apart(published)

    def go(actor):
        return lambda: swap(first, one, second, other, actor=actor)

    answers = at_once(go(station_staff), go(officer))

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["DutySwap", "RuleViolation"]
    assert DutySwap.objects.count() == 1


# --- move -----------------------------------------------------------------------------


def test_move_day_keeps_where_it_came_from(published, station_staff):
    day = published.days.order_by("date")[0]
    was, version = day.date, day.version
    Notice.objects.all().delete()

    move_day(day, actor=station_staff, date=dt.date(YEAR, 1, 13), reason="会场占用")
    move_day(day, actor=station_staff, date=dt.date(YEAR, 1, 14), reason="再改")

    day = ReceptionDay.objects.get(pk=day.pk)
    assert (day.date, day.moved_from) == (dt.date(YEAR, 1, 14), was)
    assert (day.moved_reason, day.version) == ("再改", version + 2)
    assert [e.verb for e in history_of(day)][-2:] == ["move_day", "move_day"]
    assert Notice.objects.count() == 4


@pytest.mark.parametrize(
    ("date", "reason", "field"),
    [
        (dt.date(YEAR, 1, 13), "", "reason"),
        (dt.date(2026, 11, 21), "早了", "date"),
        (dt.date(2035, 1, 1), "远了", "date"),
        (dt.date(YEAR, 2, 5), "已有", "date"),
    ],
)
def test_move_day_refuses(published, station_staff, date, reason, field):
    day = published.days.order_by("date")[0]

    with pytest.raises(RuleViolation) as refused:
        move_day(day, actor=station_staff, date=date, reason=reason)

    assert refused.value.field == field


def test_move_day_refuses_a_day_on_which_a_deputy_is_elsewhere(
    published, station_staff
):
    day = published.days.order_by("date")[0]
    elsewhere = DayFactory(station=StationFactory(), date=dt.date(YEAR, 1, 13))
    Duty.objects.create(day=elsewhere, deputy=day.duties.order_by("pk")[0].deputy)

    with pytest.raises(RuleViolation, match="请先换人"):
        move_day(day, actor=station_staff, date=elsewhere.date, reason="改")


def test_move_day_tells_the_second_writer(published, station_staff, leader):
    day = published.days.order_by("date")[0]
    same = ReceptionDay.objects.get(pk=day.pk)
    with pytest.raises(PermissionDenied):
        move_day(day, actor=leader, date=dt.date(YEAR, 1, 12), reason="改")
    move_day(day, actor=station_staff, date=dt.date(YEAR, 1, 13), reason="改")

    with pytest.raises(Overtaken):
        move_day(same, actor=station_staff, date=dt.date(YEAR, 1, 14), reason="改")


# --- leave, and what is closed now ----------------------------------------------------


def test_set_duty_with_a_stand_in_tells_both(published, station_staff, deputies):
    day = published.days.order_by("date")[0]
    absent = day.duties.order_by("pk")[0].deputy
    instead = suggest_substitutes(day)[0].deputy
    Notice.objects.all().delete()

    set_duty(day, instead, "substitute", actor=station_staff, stands_in_for=absent)

    told = Notice.objects.values_list("recipient__deputy", flat=True)
    assert sorted(told) == sorted([absent.pk, instead.pk])


def test_suggest_substitutes_names_the_fairest_first(published, station_staff):
    day = published.days.order_by("date")[0]

    found = suggest_substitutes(day)

    turns = [one.turns for one in found]
    assert turns == sorted(turns)
    on_duty = set(day.duties.values_list("deputy", flat=True))
    assert not on_duty & {one.deputy.pk for one in found}
    assert all(one.is_stationed for one in found)


def test_drop_duty_and_edit_day_leave_a_published_plan_alone(published, station_staff):
    day = published.days.order_by("date")[0]

    with pytest.raises(WrongState):
        drop_duty(day, day.duties.all()[0].deputy, actor=station_staff)
    with pytest.raises(RuleViolation, match="改期"):
        edit_day(day, actor=station_staff, version=0, date=dt.date(YEAR, 1, 13))


def test_set_duty_refuses_two_stations_at_once(published, station_staff):
    day = published.days.order_by("date")[0]
    busy = day.duties.order_by("pk")[0].deputy
    other = DayFactory(station=day.station, date=day.date, starts_at=dt.time(8))

    with pytest.raises(RuleViolation, match="另有接待"):
        set_duty(other, busy, "invited", actor=station_staff)


def test_fairness_of_counts_real_turns(published, station_staff):
    day = published.days.order_by("date")[0]
    absent = day.duties.order_by("pk")[0].deputy
    before = {one.deputy: one.turns for one in fairness_of(published)}

    set_duty(day, absent, "on_leave", actor=station_staff)

    after = {one.deputy: one.turns for one in fairness_of(published)}
    assert sum(before.values()) == 24
    assert after[absent] == before[absent] - 1


def test_fairness_of_asks_the_same_number_of_queries(
    published, django_assert_num_queries
):
    with django_assert_num_queries(4):
        fairness_of(published)
    for deputy in people(published.station, 20):
        assert Stationing.objects.filter(deputy=deputy).exists()
    with django_assert_num_queries(4):
        fairness_of(published)
