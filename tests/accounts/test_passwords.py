"""Changing one's password: the rules, the history, and sessions elsewhere."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.services.passwords import change_password, initial_password
from common.errors import RuleViolation
from tests.factories.people import PASSWORD

NEW = "Another-Horse-9"


def post(browser, present=PASSWORD, password=NEW, again=None):
    again = password if again is None else again
    fields = {"present": present, "password": password, "again": again}
    return browser.post("/password/", fields)


def test_change_password_takes_the_new_one_and_keeps_the_session(officer, sign_in):
    browser = sign_in(officer)

    answer = post(browser)

    officer.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert officer.check_password(NEW)
    assert officer.password_changed_at is not None
    assert browser.get("/password/").status_code == 200


def test_change_password_ends_sessions_elsewhere(officer, sign_in):
    here, elsewhere = sign_in(officer), sign_in(officer)

    post(here)

    assert elsewhere.get("/password/").status_code == 302


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Short-1", "至少 10 位"),
        ("onlylowercase", "至少 10 位"),
        ("陈立新-Abc-2026", "不得包含"),
        ("Password123", "常见密码"),
        (PASSWORD, "最近 5 次"),
    ],
)
def test_change_password_says_which_rule_is_broken(officer, sign_in, password, told):
    answer = post(sign_in(officer), password=password)

    assert answer.status_code == 422
    assert told in "".join(answer.context["form"].errors["password"])
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_change_password_refuses_two_different_new_ones(officer, sign_in):
    answer = post(sign_in(officer), again="Other-Horse-10")

    assert answer.context["form"].errors["again"] == ["两遍输入的新密码不一样。"]


def test_change_password_ends_the_session_after_five_wrong_tries(officer, sign_in):
    browser = sign_in(officer)
    for _ in range(4):
        assert post(browser, present="wrong").status_code == 422

    answer = post(browser, present="wrong")

    assert answer["Location"] == "/login/?ended=1"
    assert browser.get("/password/").status_code == 302


def test_change_password_remembers_the_last_five(officer):
    passwords = [f"Horse-Number-{n}" for n in range(7)]
    for password in passwords:
        change_password(officer, actor=officer, password=password)

    for password in passwords[-5:]:
        with pytest.raises(RuleViolation, match="最近 5 次"):
            change_password(officer, actor=officer, password=password)

    change_password(officer, actor=officer, password=passwords[1])
    assert officer.former_passwords.count() == 5


def test_change_password_is_for_oneself_only(officer, leader):
    with pytest.raises(PermissionDenied):
        change_password(officer, actor=leader, password=NEW)


def test_initial_passwords_keep_the_rules_and_differ(officer):
    made = {initial_password() for _ in range(50)}

    assert len(made) == 50
    for password in made:
        change_password(officer, actor=officer, password=password)


def test_change_password_asks_strangers_to_sign_in(db):
    assert post(Client())["Location"] == "/login/?next=/password/"
