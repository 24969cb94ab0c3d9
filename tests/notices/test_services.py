"""Notices exist once, go out once, and are read by their recipient."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from kombu.exceptions import OperationalError

from notices.models import Delivery, Notice
from notices.services import (
    MOST_TRIES,
    cancel_planned,
    mark_all_read,
    mark_read,
    one_round,
    plan_many,
    plan_notice,
    send,
    send_due_notices,
)


def plan(person, key="a", **more):
    return plan_notice(person, kind="test", title="请签收", key=key, **more)


def in_hours(hours):
    return now() + dt.timedelta(hours=hours)


def test_plan_notice_exists_once_however_often_it_is_planned(officer):
    first = plan(officer)
    second = plan(officer)

    assert second is None
    assert list(Notice.objects.all()) == [first]


def test_plan_notice_names_its_record(officer, station):
    notice = plan(officer, subject=station, url="/stations/1/", text="内容")

    notice.refresh_from_db()
    about = (notice.subject_type, notice.subject_id, notice.url, notice.text)
    assert about == ("stations.station", station.pk, "/stations/1/", "内容")


def test_plan_notice_cuts_a_title_that_is_too_long(officer):
    notice = plan_notice(officer, kind="test", title="长" * 300, key="a")

    assert notice.title == "长" * 200


def test_plan_notice_leaves_out_who_cannot_read_it(officer):
    officer.is_active = False

    assert plan(officer) is None
    assert plan(None) is None
    assert not Notice.objects.exists()


def test_plan_notice_does_not_hide_other_errors(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        plan_notice(officer, kind=None, title="标题", key="a")


def test_plan_many_gives_each_person_one(officer, leader):
    people = [officer, leader, officer, None]

    planned = plan_many(people, kind="test", title="请办理", key="a")
    again = plan_many(people, kind="test", title="请办理", key="a")

    assert (planned, again) == (2, 2)
    assert set(Notice.objects.values_list("recipient", flat=True)) == {
        officer.pk,
        leader.pk,
    }
    assert Notice.objects.count() == 2


def test_plan_many_of_nobody_is_nothing(db):
    assert plan_many([], kind="test", title="请办理", key="a") == 0


def test_planned_for_now_is_sent_when_the_transaction_ends(
    officer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notice = plan(officer)

    notice.refresh_from_db()
    assert (notice.state, notice.deliveries.count()) == ("sent", 1)


def test_planned_in_one_transaction_asks_once(
    officer, leader, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True) as first:
        for key in "abc":
            plan(officer, key=key)
        plan_many([leader], kind="test", title="请办理", key="d")
    with django_capture_on_commit_callbacks(execute=True) as second:
        plan(leader, key="e")

    assert (len(first), len(second)) == (1, 1)
    assert Notice.objects.filter(state="sent").count() == 5


def test_one_round_asks_once_at_its_end(officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks, one_round():
        plan(officer)
        assert callbacks == []

    assert len(callbacks) == 1
    assert Notice.objects.get().state == "sent"


def test_planning_goes_on_while_the_broker_is_away(
    officer, monkeypatch, django_capture_on_commit_callbacks
):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr("notices.tasks.send_due.delay", away)

    with django_capture_on_commit_callbacks(execute=True):
        notice = plan(officer)

    notice.refresh_from_db()
    assert notice.state == "planned"
    assert send_due_notices() == 1


def test_planned_for_later_waits_for_its_time(
    officer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        notice = plan(officer, send_at=in_hours(2))

    assert callbacks == []
    assert send_due_notices() == 0
    assert send_due_notices(in_hours(3)) == 1
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_send_due_sends_everything_once_in_batches(officer):
    for number in range(250):
        plan(officer, key=str(number), send_at=in_hours(-1))

    assert send_due_notices() == 250
    assert send_due_notices() == 0
    assert Delivery.objects.values("notice").distinct().count() == 250


def test_send_claims_a_notice_once(officer):
    notice = plan(officer)

    assert send(notice.pk) is True
    assert send(notice.pk) is False
    assert Delivery.objects.get().notice == notice


def test_send_changes_nothing_when_it_breaks_half_way(officer, monkeypatch):
    notice = plan(officer)

    def killed(**kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Delivery.objects, "create", killed)
        with pytest.raises(SystemExit):
            send(notice.pk)

    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == ("planned", None)
    assert send_due_notices() == 1


def test_a_notice_once_delivered_never_goes_out_again(officer):
    notice = plan(officer)
    send(notice.pk)
    Notice.objects.update(state="planned")

    for _ in range(MOST_TRIES):
        assert send_due_notices() == 0

    notice.refresh_from_db()
    assert (notice.state, notice.tries) == ("failed", MOST_TRIES)
    assert Delivery.objects.count() == 1


def test_send_due_drops_those_of_deactivated_people(officer):
    notice = plan(officer)
    officer.is_active = False
    officer.save(update_fields=["is_active"])

    assert send_due_notices() == 0
    notice.refresh_from_db()
    assert notice.state == "cancelled"


def test_cancel_planned_drops_what_is_not_yet_sent(officer, leader, station):
    sent = plan(officer, key="a", subject=station)
    send(sent.pk)
    waiting = plan(leader, key="a", subject=station)
    other = plan(leader, key="b")

    assert cancel_planned(station, kind="other") == 0
    assert cancel_planned(station) == 1

    states = dict(Notice.objects.values_list("pk", "state"))
    assert states == {sent.pk: "sent", waiting.pk: "cancelled", other.pk: "planned"}


def test_mark_read_is_for_the_recipient(officer, leader):
    notice = plan(officer)
    send(notice.pk)
    notice.refresh_from_db()

    with pytest.raises(PermissionDenied):
        mark_read(notice, actor=leader)
    mark_read(notice, actor=officer)

    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    mark_read(notice, actor=officer)
    notice.refresh_from_db()
    assert notice.read_at == first


def test_mark_all_read_touches_one_inbox_only(officer, leader):
    for person in (officer, leader):
        for key in "ab":
            send(plan(person, key=key).pk)

    assert mark_all_read(officer) == 2

    assert Notice.objects.visible_to(officer).unread().count() == 0
    assert Notice.objects.visible_to(leader).unread().count() == 2
