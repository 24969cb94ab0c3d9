"""Sessions end, and a due password comes before everything else."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from audit.models import Event
from tests.factories.people import PASSWORD

MORNING = dt.datetime(2026, 11, 20, 0, 0, tzinfo=dt.UTC)  # 8:00 in China
PAGE = "/password/"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def signed_in(user):
    browser = Client()
    browser.post("/login/", {"username": user.username, "password": PASSWORD})
    return browser


def test_session_ends_after_half_an_hour_of_silence(officer, clock):
    browser = signed_in(officer)
    clock.shift(30 * 60)
    assert browser.get(PAGE).status_code == 200

    clock.shift(30 * 60 + 1)
    answer = browser.get(PAGE)

    assert answer["Location"] == "/login/?ended=1&next=%2Fpassword%2F"
    assert "登录已到时" in browser.get(answer["Location"]).content.decode()
    assert browser.get(PAGE)["Location"] == "/login/?next=/password/"


def test_session_ends_after_eight_hours_of_work(officer, clock):
    browser = signed_in(officer)
    for _ in range(24):
        clock.shift(20 * 60)
        assert browser.get(PAGE).status_code == 200

    clock.shift(1)

    assert browser.get(PAGE)["Location"].startswith("/login/?ended=1")


def test_an_ended_session_tells_htmx_to_load_the_sign_in_page(officer, clock):
    browser = signed_in(officer)
    clock.shift(31 * 60)

    answer = browser.get(PAGE, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == "/login/?ended=1"


def test_signing_in_again_starts_the_clock_again(officer, clock):
    browser = signed_in(officer)
    clock.shift(31 * 60)
    browser.get(PAGE)
    browser.post("/login/", {"username": officer.username, "password": PASSWORD})

    clock.shift(20 * 60)

    assert browser.get(PAGE).status_code == 200


def test_a_deactivated_person_is_out_at_once(officer, clock):
    browser = signed_in(officer)
    officer.is_active = False
    officer.save(update_fields=["is_active"])

    assert browser.get(PAGE)["Location"] == "/login/?next=/password/"


def test_an_initial_password_must_be_changed_first(officer, sign_in):
    officer.must_change_password = True
    officer.save(update_fields=["must_change_password"])
    browser = sign_in(officer)

    assert browser.get("/notices/")["Location"] == PAGE
    assert browser.get(PAGE).context["why"].startswith("初始密码")
    assert browser.get("/p/").status_code == 200
    assert browser.post("/logout/")["Location"] == "/login/"


def test_an_old_password_must_be_changed_first(officer, sign_in, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    officer.password_changed_at = now() - dt.timedelta(days=91)
    officer.save(update_fields=["password_changed_at"])

    assert sign_in(officer).get("/notices/")["Location"] == PAGE

    settings.PASSWORD_MAX_AGE_DAYS = 0
    assert sign_in(officer).get(PAGE).context["why"] == ""


def test_audit_lines_name_the_roles_of_the_person(officer, sign_in):
    new = "Another-Horse-9"
    fields = {"present": PASSWORD, "password": new, "again": new}

    sign_in(officer).post(PAGE, fields)

    event = Event.objects.get(verb="change_password")
    assert event.actor_role == "代表工委"


@pytest.mark.parametrize("path", ["/", "/proposals/", "/password/", "/p/", "/login/"])
@pytest.mark.parametrize(
    "cookie",
    [
        'sessionid="abc\\000defghijkl"',
        "sessionid=" + "x" * 5000,
        'messages="\\000x"; csrftoken="\\000"',
        "messages=broken; followed=1:bad",
        "=;;;===",
    ],
)
def test_a_broken_cookie_counts_as_not_sent(db, cookie, path):
    answer = Client().get(path, HTTP_COOKIE=cookie)

    assert answer.status_code in (200, 302)


def test_pages_for_one_person_are_kept_nowhere(officer, sign_in):
    answer = sign_in(officer).get("/proposals/")

    assert answer["Cache-Control"] == "private, no-store"


def test_an_ended_session_is_a_problem_to_a_rest_client_not_a_page(officer, clock):
    browser = signed_in(officer)
    clock.shift(31 * 60)

    answer = browser.get("/api/v1/stations/")

    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/problem+json")
