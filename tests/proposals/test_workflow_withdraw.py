"""Taking back what was handed in."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from proposals.choices import Status
from proposals.workflow.intake import withdraw
from tests.factories.proposals import fresh

pytestmark = pytest.mark.django_db


def test_withdraw_ends_the_matter_and_its_dates(submitted, station_staff):
    withdraw(submitted, actor=station_staff, reason="登记错了")

    submitted.refresh_from_db()
    assert (submitted.status, submitted.next_due_on) == (Status.WITHDRAWN, None)
    assert not submitted.deadlines.open().exists()
    event = history_of(submitted).last()
    assert (event.verb, event.was, event.note) == ("withdraw", "submitted", "登记错了")


def test_withdraw_is_for_those_who_handed_it_in(
    submitted, officer, leader, deputy_user, handler, stranger, township
):
    for person in (officer, leader, deputy_user, handler, stranger, None):
        with pytest.raises(PermissionDenied):
            withdraw(submitted, actor=person, reason="不办了")

    withdraw(submitted, actor=township, reason="登记错了")
    assert fresh(submitted).status == Status.WITHDRAWN


def test_withdraw_comes_too_late_once_it_is_taken_in(accepted, station_staff):
    with pytest.raises(WrongState):
        withdraw(accepted, actor=station_staff, reason="不办了")

    assert fresh(accepted).status == Status.ACCEPTED


def test_withdraw_says_why(submitted, station_staff):
    with pytest.raises(RuleViolation) as refused:
        withdraw(submitted, actor=station_staff, reason="  ")

    assert refused.value.field == "reason"
    assert fresh(submitted).status == Status.SUBMITTED


def test_withdraw_tells_the_second_of_two_writers(submitted, station_staff):
    stale = fresh(submitted)
    withdraw(submitted, actor=station_staff, reason="登记错了")

    with pytest.raises(Overtaken):
        withdraw(stale, actor=station_staff, reason="登记错了")

    assert history_of(submitted).filter(verb="withdraw").count() == 1
