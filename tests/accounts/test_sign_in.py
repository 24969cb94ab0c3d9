"""Signing in: who comes in, who is locked out, and what the trail says."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from audit.models import Event
from common.crypto import digest
from tests.factories import person
from tests.factories.people import PASSWORD

NOON = dt.datetime(2026, 11, 20, 4, 0, tzinfo=dt.UTC)  # 12:00 in China


@pytest.fixture
def wang(county):
    user = person("王芳", "officer", area=county)
    user.username = "wangfang"
    user.save(update_fields=["username"])
    return user


def enter(browser, username="wangfang", password=PASSWORD, **more):
    data = {"username": username, "password": password, **more}
    return browser.post("/login/", data)


def test_sign_in_opens_the_first_page_and_leaves_a_line(wang):
    browser = Client(REMOTE_ADDR="10.1.2.3")

    answer = enter(browser)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    event = Event.objects.get()
    assert (event.verb, event.actor, event.object_id) == ("sign_in", wang, wang.pk)
    assert event.data["address"] == "10.1.2.3"


def test_sign_in_goes_on_to_a_page_of_ours(wang):
    answer = enter(Client(), next="/privacy/?area=42")

    assert answer["Location"] == "/privacy/?area=42"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.cn"],
)
def test_sign_in_never_leads_to_another_site(wang, elsewhere):
    answer = enter(Client(), next=elsewhere)

    assert answer["Location"] == "/"


def test_sign_in_answers_unknown_names_and_wrong_passwords_alike(wang):
    wrong = enter(Client(), password="wrong-Pass-1")
    unknown = enter(Client(), username="nobody", password="wrong-Pass-1")

    def text(answer):
        body = answer.content.decode()
        for name in ("wangfang", "nobody"):
            body = body.replace(name, "")
        token = answer.context["csrf_token"]
        return body.replace(str(token), "")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert text(wrong) == text(unknown)
    assert "账号或密码不对" in text(wrong)


def test_sign_in_refuses_a_deactivated_account_in_the_same_words(wang):
    wang.is_active = False
    wang.save(update_fields=["is_active"])

    answer = enter(Client())

    assert answer.status_code == 422
    assert "账号或密码不对" in answer.content.decode()


def test_sign_in_keeps_what_was_typed_but_the_password(wang):
    answer = enter(Client(), password="wrong-Pass-1").content.decode()

    assert 'value="wangfang"' in answer
    assert "wrong-Pass-1" not in answer


def test_refused_sign_in_leaves_a_line_without_password_or_unknown_name(wang):
    enter(Client(), password="wrong-Pass-1")
    enter(Client(), username="13812345678", password="wrong-Pass-1")

    known, unknown = Event.objects.order_by("id")
    assert (known.verb, known.object_id) == ("sign_in_refused", wang.pk)
    assert (unknown.verb, unknown.object_id) == ("sign_in_refused", None)
    assert unknown.data["username_digest"] == digest("13812345678")[:16]
    kept = f"{list(Event.objects.values())}"
    assert "wrong-Pass-1" not in kept
    assert "13812345678" not in kept


def test_sign_in_locks_after_five_failures_for_ten_minutes(wang):
    browser = Client()
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert enter(browser, password="wrong-Pass-1").status_code == 422

        fifth = enter(browser, password="wrong-Pass-1")

        assert fifth.status_code == 429
        assert "11月20日 12:10" in fifth.content.decode()
        assert fifth["Retry-After"] == "600"

        clock.shift(9 * 60)
        again = enter(browser)
        assert again.status_code == 429
        assert "11月20日 12:10" in again.content.decode()

        clock.shift(61)
        assert enter(browser).status_code == 302


def test_lock_out_of_one_address_leaves_others_in(wang):
    for _ in range(5):
        enter(Client(REMOTE_ADDR="10.0.0.9"), password="wrong-Pass-1")

    assert enter(Client(REMOTE_ADDR="10.0.0.10")).status_code == 302


def test_locked_attempts_are_marked_in_the_trail(wang):
    for _ in range(6):
        enter(Client(), password="wrong-Pass-1")

    notes = list(Event.objects.order_by("id").values_list("note", flat=True))
    assert notes == ["", "", "", "", "已锁定", "已锁定"]


def test_unknown_names_are_locked_just_the_same(db):
    answers = [enter(Client(), username="nobody").status_code for _ in range(6)]

    assert answers == [422, 422, 422, 422, 429, 429]


@pytest.mark.parametrize(
    "username",
    ["", "长" * 10_000, "a\x00b", "‮gnaf", "😀" * 20, "=cmd|' /C calc'!A0"],
)
def test_sign_in_answers_odd_names_with_a_form(db, username):
    answer = enter(Client(), username=username)

    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_sign_out_ends_the_session_and_leaves_a_line(wang, sign_in):
    browser = sign_in(wang)

    answer = browser.post("/logout/")

    assert answer["Location"] == "/login/"
    assert browser.get("/password/").status_code == 302
    assert Event.objects.get().verb == "sign_out"


def test_sign_out_is_not_taken_by_a_link(wang, sign_in):
    assert sign_in(wang).get("/logout/").status_code == 405


def test_signed_in_people_are_sent_on_from_the_sign_in_page(wang, sign_in):
    assert sign_in(wang).get("/login/")["Location"] == "/"


def test_strangers_are_asked_to_sign_in(db):
    answer = Client().get("/password/")

    assert answer["Location"] == "/login/?next=/password/"


def test_strangers_over_htmx_get_a_redirect_of_the_whole_page(db):
    answer = Client().get("/password/", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/login/?next=/password/"


@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.1, 198.51.100.7", "198.51.100.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.1.2.3"),
        ("10.0.0.1, ", "10.1.2.3"),
        ("1.1.1.1, 999.1.1.1", "10.1.2.3"),
        ("garbage", "10.1.2.3"),
        ("a" * 5000, "10.1.2.3"),
    ],
)
def test_only_an_address_is_believed_from_our_own_proxy(wang, settings, sent, believed):
    settings.TRUSTED_PROXIES = ["10.1.2.3"]

    answer = Client(REMOTE_ADDR="10.1.2.3").post(
        "/login/",
        {"username": "wangfang", "password": "wrong-Pass-1"},
        headers={"X-Forwarded-For": sent},
    )

    assert answer.status_code == 422
    assert Event.objects.get().data["address"] == believed


def test_lock_out_is_not_evaded_by_blanks_or_by_headers(wang):
    for n, blanks in enumerate(("", " ", "\t", "\u3000", "  ")):
        name = f"{blanks}wangfang{blanks}"
        headers = {"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": "203.0.113.1"}
        Client().post("/login/", {"username": name, "password": "no"}, headers=headers)

    answer = enter(Client(), next="/")

    assert answer.status_code == 429
