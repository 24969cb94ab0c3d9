"""What deputies hear when turns change: each what concerns them, and that once."""

import datetime as dt

import pytest
import time_machine
from django.utils.timezone import localdate, localtime, now

from notices.choices import NoticeState
from notices.models import Notice
from stations import mails, workflow
from stations.models import Duty
from stations.services import edit_day
from stations.tasks import plan_reception_notices
from tests.factories import DayFactory, DeputyFactory, MandateFactory, person


@pytest.fixture(autouse=True)
def clock():
    """Ten in the morning, an hour after reminders went out."""
    with time_machine.travel(localtime().replace(hour=10, minute=0), tick=False) as at:
        yield at


@pytest.fixture
def coming(station, deputy_user):
    def made(days):
        return DayFactory(station=station, date=localdate() + dt.timedelta(days=days))

    return made


@pytest.fixture
def colleague(town):
    user = person("李国强", "deputy")
    deputy = DeputyFactory(area=town, name="李国强", user=user)
    return MandateFactory(deputy=deputy).deputy


@pytest.fixture
def put(station_staff):
    def put(day, deputy, state="invited", **more):
        return workflow.set_duty(day, deputy, state, actor=station_staff, **more)

    return put


def send():
    due = Notice.objects.filter(state="planned", send_at__lte=now())
    due.update(state=NoticeState.SENT, sent_at=now())


def heard(deputy):
    """What reaches this deputy's inbox, now or later, in order."""
    rows = Notice.objects.filter(recipient=deputy.user).order_by("send_at", "id")
    rows = rows.exclude(state="cancelled")
    return [row.title.split("：")[0] for row in rows]


def test_put_on_long_before_waits_for_the_reminder(coming, put, deputy):
    put(coming(30), deputy)

    assert heard(deputy) == []


@pytest.mark.parametrize("days", [7, 3])
def test_put_on_late_is_told_at_once_and_not_again(coming, put, deputy, days):
    put(coming(days), deputy)
    send()
    plan_reception_notices()

    assert heard(deputy) == ["请您接待选民", "明天接待选民"]


def test_put_on_the_day_before_is_told_once(coming, put, deputy):
    put(coming(1), deputy)
    send()
    plan_reception_notices()

    assert heard(deputy) == ["请您接待选民"]


def test_put_on_after_the_beginning_is_not_told(station, put, deputy, deputy_user):
    put(DayFactory(station=station), deputy)

    assert heard(deputy) == []


def test_substitute_is_told_and_the_other_not_reminded(coming, put, deputy, colleague):
    day = coming(5)
    put(day, deputy)
    send()
    plan_reception_notices()

    put(day, colleague, "substitute", stands_in_for=deputy)
    plan_reception_notices()

    assert heard(colleague) == ["请您替周敏接待选民", "明天接待选民"]
    assert heard(deputy) == ["请您接待选民", "由李国强替班"]


def test_plan_published_late_says_how_many_days_are_left(coming, deputy):
    Duty.objects.create(day=coming(3), deputy=deputy)

    plan_reception_notices()

    assert heard(deputy) == ["3 天后接待选民", "明天接待选民"]


def test_drop_tells_who_knew_and_drops_the_reminder(
    coming, put, deputy, colleague, station_staff
):
    day = coming(5)
    put(day, deputy)
    send()
    put(day, colleague)  # hears of it only after the round
    plan_reception_notices()

    for one in (deputy, colleague):
        workflow.drop_duty(day, one, actor=station_staff)

    assert heard(deputy) == ["请您接待选民", "您不用接待选民了"]
    assert heard(colleague) == []


def test_put_on_again_after_being_dropped_is_told_again(
    coming, put, deputy, station_staff
):
    day = coming(5)
    put(day, deputy)
    send()
    workflow.drop_duty(day, deputy, actor=station_staff)
    send()

    put(day, deputy)

    assert heard(deputy) == ["请您接待选民", "您不用接待选民了", "请您接待选民"]


def test_other_hours_reach_the_reminder_of_the_day_before(
    coming, put, deputy, station_staff
):
    day = coming(4)
    put(day, deputy)
    send()
    plan_reception_notices()

    edit_day(day, actor=station_staff, version=0, ends_at=dt.time(12))
    plan_reception_notices()

    assert heard(deputy) == ["请您接待选民", "接待日有变动", "明天接待选民"]
    assert "9:00–12:00" in Notice.objects.get(title__startswith="明天").title


def test_move_there_and_back_keeps_the_reminder(coming, put, deputy, station_staff):
    day = coming(4)
    put(day, deputy)
    send()
    plan_reception_notices()
    was = day.date

    for date in (was + dt.timedelta(days=1), was):
        day.refresh_from_db()
        edit_day(day, actor=station_staff, version=day.version, date=date)
        plan_reception_notices()

    last = Notice.objects.get(title__startswith="明天", state="planned")
    assert localtime(last.send_at).date() == was - dt.timedelta(days=1)


def test_move_of_a_day_not_yet_announced_tells_who_knew(
    coming, put, deputy, colleague, station_staff
):
    day = coming(7)
    put(day, deputy)
    put(day, colleague)
    send()
    put(day, colleague, "on_leave")

    later = day.date + dt.timedelta(days=20)
    edit_day(day, actor=station_staff, version=0, date=later)

    assert heard(deputy)[-1] == "接待日有变动"
    assert "接待日有变动" not in heard(colleague)


def test_cancel_is_not_told_to_who_is_on_leave(
    coming, put, deputy, colleague, station_staff
):
    day = coming(5)
    put(day, deputy)
    put(day, colleague)
    send()
    put(day, colleague, "on_leave")

    workflow.cancel(day, actor=station_staff, reason="防汛")
    plan_reception_notices()

    assert heard(deputy) == ["请您接待选民", "接待日取消"]
    assert heard(colleague) == ["请您接待选民"]


def test_turn_taken_away_otherwise_is_not_reminded_of(coming, deputy, colleague):
    duty = Duty.objects.create(day=coming(7), deputy=deputy)
    plan_reception_notices()

    Duty.objects.filter(pk=duty.pk).update(deputy=colleague)
    plan_reception_notices()

    assert heard(deputy) == []
    assert heard(colleague) == ["7 天后接待选民", "明天接待选民"]


def test_swap_is_one_message(coming, put, deputy):
    was, now_on = coming(5), coming(6)
    put(was, deputy)
    send()
    plan_reception_notices()
    Duty.objects.filter(deputy=deputy).update(day=now_on)

    mails.tell_swapped(deputy, was=was, now_on=now_on)
    plan_reception_notices()

    assert heard(deputy) == ["请您接待选民", "换班，请您接待选民", "明天接待选民"]
    assert "不用到站" in Notice.objects.get(title__startswith="换班").text


def test_plan_asks_a_fixed_number_of_queries_a_day(
    station, town, django_assert_max_num_queries
):
    day = DayFactory(station=station, date=localdate() + dt.timedelta(days=5))
    for number in range(20):
        user = person(f"代表{number}", "deputy")
        deputy = MandateFactory(deputy=DeputyFactory(area=town, user=user)).deputy
        Duty.objects.create(day=day, deputy=deputy)

    with django_assert_max_num_queries(18):
        plan_reception_notices()
