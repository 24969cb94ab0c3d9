"""Reminders of reception days: each exactly once, dropped when they no longer hold."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate, localtime, now

from notices.choices import NoticeState
from notices.models import Notice
from stations import workflow
from stations.choices import DutyState
from stations.services import edit_day
from stations.tasks import plan_reception_notices
from tests.factories import DayFactory, DeputyFactory, MandateFactory, person


@pytest.fixture(autouse=True)
def early():
    """Eight in the morning, an hour before reminders go out."""
    moment = localtime().replace(hour=8, minute=0)
    with time_machine.travel(moment, tick=False) as clock:
        yield clock


@pytest.fixture
def coming(station):
    """A function: a day so many days ahead."""

    def made(days):
        return DayFactory(station=station, date=localdate() + dt.timedelta(days=days))

    return made


@pytest.fixture
def on_duty(deputy, deputy_user, station_staff):
    def put(day, state="invited"):
        return workflow.set_duty(day, deputy, state, actor=station_staff)

    return put


def words(notices):
    return sorted(row.title.split("：")[0] for row in notices)


def sent():
    Notice.objects.filter(state="planned").update(state=NoticeState.SENT, sent_at=now())


def test_plan_reminds_a_week_and_a_day_before(coming, on_duty, deputy_user):
    day = coming(7)
    on_duty(day)

    plan_reception_notices()

    rows = Notice.objects.order_by("send_at")
    assert [row.recipient for row in rows] == [deputy_user] * 2
    ahead = [(day.date - localtime(row.send_at).date()).days for row in rows]
    assert ahead == [7, 1]
    assert {localtime(row.send_at).hour for row in rows} == {9}
    assert rows[0].url == f"/receptions/{day.pk}/"


def test_plan_run_thrice_plans_each_once(coming, on_duty):
    on_duty(coming(5))

    for _ in range(3):
        plan_reception_notices()

    assert Notice.objects.count() == 2


@pytest.mark.parametrize(("days", "count"), [(8, 0), (7, 2), (2, 1), (1, 1), (0, 0)])
def test_plan_takes_the_days_within_the_policy(coming, on_duty, days, count):
    on_duty(coming(days))

    plan_reception_notices()

    assert Notice.objects.exclude(dedupe_key__contains="placed").count() == count


def test_plan_skips_deputies_on_leave_and_without_account(
    coming, on_duty, town, station_staff
):
    day = coming(3)
    on_duty(day, "invited")
    on_duty(day, "on_leave")
    without = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    workflow.set_duty(day, without, "invited", actor=station_staff)

    plan_reception_notices()

    assert not Notice.objects.exclude(state="cancelled").exists()


def test_leave_drops_the_reminder_and_coming_after_all_restores_it(coming, on_duty):
    day = coming(7)
    on_duty(day)
    plan_reception_notices()

    on_duty(day, "on_leave")
    assert {row.state for row in Notice.objects.all()} == {"cancelled"}
    on_duty(day, "confirmed")

    last = Notice.objects.latest("send_at")
    assert last.state == "planned"


def test_cancel_tells_those_who_had_been_told(
    coming, on_duty, deputy_user, town, station_staff
):
    day = coming(7)
    on_duty(day)
    plan_reception_notices()
    Notice.objects.filter(send_at__lt=now() + dt.timedelta(days=2)).update(
        state=NoticeState.SENT
    )
    late = MandateFactory(deputy=DeputyFactory(area=town, user=person("迟"))).deputy
    workflow.set_duty(day, late, DutyState.INVITED, actor=station_staff)

    workflow.cancel(day, actor=station_staff, reason="防汛")

    planned = Notice.objects.filter(state="planned")
    assert [row.recipient for row in planned] == [deputy_user]
    assert "防汛" in planned.get().text
    assert words(planned) == ["接待日取消"]


def test_cancel_before_anybody_was_told_is_silent(coming, on_duty, station_staff):
    day = coming(7)
    on_duty(day)
    plan_reception_notices()

    workflow.cancel(day, actor=station_staff, reason="防汛")

    assert {row.state for row in Notice.objects.all()} == {"cancelled"}


def test_move_tells_anew_and_plans_afresh(coming, on_duty, station_staff):
    day = coming(4)
    on_duty(day)
    workflow.announce(day, actor=station_staff)
    plan_reception_notices()
    sent()

    edit_day(
        day,
        actor=station_staff,
        version=day.version,
        date=day.date + dt.timedelta(days=1),
    )
    plan_reception_notices()

    planned = Notice.objects.filter(state="planned")
    assert words(planned) == ["接待日有变动", "明天接待选民"]


@pytest.mark.parametrize(("told", "reminders"), [(60, 2), (15, 2), (13, 1), (8, 1)])
def test_news_of_long_ago_takes_the_place_of_no_reminder(
    coming, on_duty, deputy, deputy_user, station_staff, early, told, reminders
):
    other = DeputyFactory(area=deputy.area)
    MandateFactory(deputy=other)
    day = coming(told)
    workflow.set_duty(day, other, "invited", actor=station_staff)
    stands_in = {"actor": station_staff, "stands_in_for": other}
    workflow.set_duty(day, deputy, "substitute", **stands_in)
    sent()
    early.shift(dt.timedelta(days=told - 7))

    plan_reception_notices()

    planned = Notice.objects.filter(recipient=deputy_user, state="planned")
    assert planned.count() == reminders
