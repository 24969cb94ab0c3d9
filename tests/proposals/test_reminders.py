"""Who is told of a date, and that nobody is told twice."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from notices.models import Notice
from proposals.models import Deadline
from proposals.reminders import plan_deadline_notices

pytestmark = pytest.mark.django_db


def told(kind):
    rows = Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True)
    return sorted(rows)


@pytest.fixture
def reply_due(signed):
    return Deadline.objects.get(proposal=signed, kind="reply").due_on


def test_plan_tells_the_unit_before_the_date_and_the_office_after_it(
    signed, handler, unit_leader, officer, reply_due
):
    plan_deadline_notices(reply_due - dt.timedelta(days=15))
    plan_deadline_notices(reply_due - dt.timedelta(days=5))
    plan_deadline_notices(reply_due + dt.timedelta(days=1))

    assert told("deadline_near") == ["何志远", "许正明"]
    assert told("deadline_close") == ["何志远", "许正明"]
    assert told("deadline_past") == ["何志远", "许正明", "陈立新"]


def test_plan_says_each_thing_once(signed, handler, reply_due):
    for _ in range(3):
        plan_deadline_notices(reply_due + dt.timedelta(days=1))

    assert told("deadline_past") == ["何志远", "陈立新"]


def test_plan_makes_up_for_a_missed_day_with_the_latest_word(
    signed, handler, reply_due
):
    plan_deadline_notices(reply_due + dt.timedelta(days=30))

    assert told("deadline_near") == []
    assert told("deadline_past") == ["何志远", "陈立新"]


def test_plan_is_silent_while_there_is_time_and_after_it_was_met(replied, handler):
    plan_deadline_notices(localdate())
    plan_deadline_notices(localdate() + dt.timedelta(days=200))

    assert told("deadline_near") == []
    assert "何志远" not in told("deadline_past")
