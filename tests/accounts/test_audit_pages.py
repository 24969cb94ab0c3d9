"""The audit trail as its administrator reads it."""

import csv
import datetime as dt
import io

import pytest
import time_machine

from audit.models import Event
from audit.services import record
from tests.factories.stations import DayFactory


def rows_of(page):
    return [row.label for row in page.context["page"] if row.verb == "try"]


def test_audit_shows_the_newest_first_and_records_the_look(audit_admin, sign_in):
    record("try", None, actor=None, label="甲")
    record("try", None, actor=None, label="乙")

    page = sign_in(audit_admin).get("/audit/?who=系统")

    assert rows_of(page) == ["乙", "甲"]
    look = Event.objects.get(verb="read_audit")
    assert (look.actor, look.data) == (audit_admin, {"who": "系统"})


def test_audit_is_narrowed_by_person_deed_and_day(audit_admin, officer, sign_in):
    for day in (1, 2, 3):
        with time_machine.travel(dt.datetime(2026, 11, day, 4, tzinfo=dt.UTC)):
            actor = officer if day == 2 else None
            record("try", None, actor=actor, label=f"{day}日")
    browser = sign_in(audit_admin)

    def found(query):
        return rows_of(browser.get(f"/audit/?{query}"))

    assert found("who=陈立") == ["2日"]
    assert found("deed=try") == ["3日", "2日", "1日"]
    assert found("deed=3日") == ["3日"]
    assert found("first=2026-11-02&last=2026-11-02") == ["2日"]
    assert found("first=2026-11-03") == ["3日"]
    assert found("first=昨天&last=1800-01-01") == ["3日", "2日", "1日"]


def test_audit_names_what_it_was_done_to(audit_admin, officer, sign_in):
    record("try", officer, actor=officer)
    record("try", None, actor=None)

    page = sign_in(audit_admin).get("/audit/?deed=try")

    kinds = [kind for event, kind, states in page.context["lines"]]
    assert kinds == ["", "用户"]
    assert f"用户 {officer.pk}" in page.content.decode()


def test_audit_says_states_in_words(audit_admin, station, sign_in):
    day = DayFactory(station=station)
    record("try", day, actor=None, was="planned", now_="announced")
    record("try", day, actor=None, was="held", now_="held")
    record("try", None, actor=None, was="old", now_="new")

    page = sign_in(audit_admin).get("/audit/?deed=try")

    told = [states for event, kind, states in page.context["lines"]]
    assert told == ["old → new", "", "待公告 → 已公告"]


def test_audit_pages_on(audit_admin, sign_in):
    for number in range(60):
        record("try", None, actor=None, label=str(number))
    browser = sign_in(audit_admin)

    first = browser.get("/audit/?deed=try")
    second = browser.get("/audit/" + first.context["page"].next_url)

    assert rows_of(first)[0] == "59"
    assert rows_of(first) + rows_of(second) == [str(n) for n in range(59, -1, -1)]


@pytest.mark.parametrize("count", [1, 3, 100])
def test_audit_costs_the_same_however_long(
    audit_admin, officer, sign_in, django_assert_num_queries, count
):
    for _ in range(count):
        record("try", officer, actor=officer)
    browser = sign_in(audit_admin)
    browser.get("/audit/")

    with django_assert_num_queries(6):
        # user, grants, rows, the line about looking, count, unread
        browser.get("/audit/")


def test_audit_export_gives_safe_cells_of_the_same_filter(
    audit_admin, officer, sign_in
):
    record("try", officer, actor=officer, label="试", note="=cmd|' /C calc'!A0")
    record("other", None, actor=None)

    answer = sign_in(audit_admin).get("/audit/export/?deed=try")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, line = list(csv.reader(io.StringIO(text)))
    cells = dict(zip(header, line, strict=True))
    assert (cells["操作人"], cells["动作"], cells["说法"]) == ("陈立新", "try", "试")
    assert cells["说明"] == "'=cmd|' /C calc'!A0"
    assert Event.objects.get(verb="export_audit").data == {"deed": "try"}


@pytest.mark.parametrize(
    "role", ["sys_admin", "sec_admin", "officer", "leader", "station_staff"]
)
def test_audit_is_read_by_nobody_else(request, role, sign_in):
    browser = sign_in(request.getfixturevalue(role))

    assert browser.get("/audit/").status_code == 403
    assert browser.get("/audit/export/").status_code == 403
    assert Event.objects.count() == 0
