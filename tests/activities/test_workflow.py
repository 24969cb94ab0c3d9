"""The steps of an activity: hold, cancel, review."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from activities import workflow
from activities.models import Activity
from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from notices.models import Notice
from tests.factories import DeputyFactory
from tests.factories.activities import AttendanceFactory


def fresh(activity):
    return Activity.objects.get(pk=activity.pk)


def test_hold_leaves_a_line_in_the_trail(activity, station_staff):
    workflow.hold(activity, actor=station_staff)

    assert fresh(activity).status == "held"
    assert fresh(activity).held_at is not None
    assert [event.verb for event in history_of(activity)] == ["hold"]


def test_hold_makes_the_unticked_absent_and_leaves_leave_alone(
    activity, invited, station_staff
):
    away = AttendanceFactory(
        activity=activity, deputy=DeputyFactory(), state="on_leave"
    )

    workflow.hold(activity, actor=station_staff)

    invited.refresh_from_db()
    away.refresh_from_db()
    assert (invited.state, away.state) == ("absent", "on_leave")


def test_hold_waits_for_the_day(activity, station_staff):
    activity.starts_at = now() + dt.timedelta(days=2)
    activity.save()

    with pytest.raises(RuleViolation, match="还没有到"):
        workflow.hold(activity, actor=station_staff)


@pytest.mark.parametrize("status", ["held", "cancelled"])
def test_hold_is_refused_in_every_other_state(activity, station_staff, status):
    Activity.objects.filter(pk=activity.pk).update(status=status)

    with pytest.raises(WrongState):
        workflow.hold(fresh(activity), actor=station_staff)


def test_hold_is_refused_to_strangers(activity, stranger, deputy_user, leader):
    for person in (stranger, deputy_user, leader):
        with pytest.raises(PermissionDenied):
            workflow.hold(activity, actor=person)


def test_hold_tells_the_second_of_two(activity, station_staff):
    second = fresh(activity)
    workflow.hold(activity, actor=station_staff)

    with pytest.raises(Overtaken):
        workflow.hold(second, actor=station_staff)


def test_cancel_keeps_its_reason(activity, township):
    workflow.cancel(activity, actor=township, reason=" 防汛  值守 ")

    assert fresh(activity).status == "cancelled"
    assert fresh(activity).cancel_reason == "防汛 值守"
    assert history_of(activity).get().note == "防汛 值守"


def test_cancel_needs_a_reason(activity, township):
    with pytest.raises(RuleViolation) as refused:
        workflow.cancel(activity, actor=township, reason=" ")

    assert refused.value.field == "reason"


def test_cancel_tells_those_who_knew_of_it(
    activity, invited, deputy_user, station_staff
):
    Notice.objects.create(
        recipient=deputy_user,
        kind="activity",
        title="学习",
        subject_type="activities.activity",
        subject_id=activity.pk,
        dedupe_key="told",
        send_at=now(),
        state="sent",
    )

    workflow.cancel(activity, actor=station_staff, reason="停电")

    titles = Notice.objects.exclude(dedupe_key="told").values_list("title", flat=True)
    assert list(titles) == [f"活动取消：{activity.title}"]


def test_cancel_is_refused_once_held(activity, station_staff):
    workflow.hold(activity, actor=station_staff)

    with pytest.raises(WrongState):
        workflow.cancel(fresh(activity), actor=station_staff, reason="停电")


def test_cancel_is_refused_to_strangers(activity, stranger):
    with pytest.raises(PermissionDenied):
        workflow.cancel(activity, actor=stranger, reason="停电")


def held(activity, **fields):
    Activity.objects.filter(pk=activity.pk).update(status="held", **fields)
    return fresh(activity)


def test_review_is_signed_by_another(activity, township):
    activity = held(activity, minutes="学习代表法。")

    workflow.review(activity, actor=township)

    assert fresh(activity).reviewed_by == township
    assert fresh(activity).status == "held"


def test_review_is_not_for_the_recorder(activity, station_staff):
    with pytest.raises(PermissionDenied):
        workflow.review(held(activity, minutes="学习。"), actor=station_staff)


def test_review_needs_minutes(activity, township):
    with pytest.raises(RuleViolation, match="内容纪要"):
        workflow.review(held(activity), actor=township)


def test_review_happens_once(activity, township, officer):
    workflow.review(held(activity, minutes="学习。"), actor=township)

    with pytest.raises(WrongState):
        workflow.review(fresh(activity), actor=officer)


def test_review_is_refused_before_it_is_held(activity, township):
    with pytest.raises(WrongState):
        workflow.review(activity, actor=township)
