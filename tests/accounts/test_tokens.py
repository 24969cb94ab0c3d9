"""Tokens of REST clients: issued by the right person, scoped, revoked."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils.timezone import now

from accounts.models import ApiToken
from accounts.tokens import issue_token, revoke_token
from audit.services import history_of
from common.errors import RuleViolation

GOOD = {"label": "大屏", "scopes": ["stats", "records"], "days": 30}


def test_issue_token_keeps_a_hash_with_scopes_and_an_end(officer, client_user):
    text = issue_token(client_user, actor=officer, **GOOD)

    token = ApiToken.objects.get()
    assert text not in str(ApiToken.objects.values())
    assert (token.user, token.label) == (client_user, "大屏")
    assert token.scopes == ["stats", "records"]
    assert abs(token.expiry - now() - dt.timedelta(days=30)) < dt.timedelta(minutes=1)
    event = history_of(client_user).get()
    assert event.verb == "issue_token"
    assert text not in str(event.data)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "长" * 101}, "label"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
def test_issue_token_refuses_what_is_unsound(officer, client_user, changed, field):
    with pytest.raises(RuleViolation) as refused:
        issue_token(client_user, actor=officer, **{**GOOD, **changed})

    assert refused.value.field == field
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("actor", "client"),
    [
        ("stranger", "client_user"),
        ("sys_admin", "client_user"),
        ("leader", "client_user"),
        ("client_user", "client_user"),
        ("officer", "station_staff"),  # people have no tokens
        ("sec_admin", "officer"),
    ],
)
def test_issue_token_is_not_everybodys(request, actor, client):
    actor, client = map(request.getfixturevalue, (actor, client))

    with pytest.raises(PermissionDenied):
        issue_token(client, actor=actor, **GOOD)


def test_issue_token_refuses_a_deactivated_client(officer, client_user):
    client_user.is_active = False

    with pytest.raises(RuleViolation, match="已停用"):
        issue_token(client_user, actor=officer, **GOOD)


def test_revoke_token_voids_it(officer, stranger, client_user):
    issue_token(client_user, actor=officer, **GOOD)
    token = ApiToken.objects.get()

    with pytest.raises(PermissionDenied):
        revoke_token(token, actor=stranger)
    revoke_token(token, actor=officer)

    assert not ApiToken.objects.exists()
    assert history_of(client_user).last().verb == "revoke_token"


def test_token_pages_show_the_text_once(officer, client_user, sign_in):
    browser = sign_in(officer)
    given = {"user": client_user.pk, **GOOD}

    answer = browser.post("/tokens/new/", given)

    text = answer.context["token"]
    assert answer.content.decode().count(text) == 1
    assert "no-store" in answer["Cache-Control"]
    page = browser.get("/tokens/").content.decode()
    assert "大屏" in page
    assert "统计、明细" in page
    assert text not in page

    browser.post(f"/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert "还没有令牌" in browser.get("/tokens/").content.decode()


def test_tokens_of_another_county_do_not_exist(officer, stranger, client_user, sign_in):
    issue_token(client_user, actor=officer, **GOOD)
    browser = sign_in(stranger)

    key = ApiToken.objects.get().pk
    assert browser.post(f"/tokens/{key}/revoke/").status_code == 404
    assert browser.get("/tokens/").context["lines"] == []
    answer = browser.post("/tokens/new/", {"user": client_user.pk, **GOOD})
    assert "user" in answer.context["form"].errors
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3, 40])
def test_token_list_costs_the_same_however_long(
    officer, client_user, sign_in, django_assert_num_queries, count
):
    for _ in range(count):
        issue_token(client_user, actor=officer, **GOOD)
    browser = sign_in(officer)
    browser.get("/tokens/")

    with django_assert_num_queries(5):
        browser.get("/tokens/")


@pytest.mark.parametrize("sent", ["\xff\xfe", "长", "z" * 5000, "a b", ""])
def test_garbled_tokens_answer_401(db, sent):
    header = f"Token {sent}".encode().decode("latin-1")

    answer = Client().get("/api/v1/metrics/", HTTP_AUTHORIZATION=header)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
