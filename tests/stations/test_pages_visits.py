"""Visits in the browser: masked, found, exported, logged, settled."""

import datetime as dt
import io
import uuid

import openpyxl
import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audit.models import Event
from audit.services import history_of
from stations.models import Visit
from stations.services import log_visit
from stations.workflow import hold
from tests.factories import (
    VisitFactory,
)


def test_edit_by_staff_changes_only_what_visitors_need(browser, station):
    url = reverse("stations:edit", args=[station.pk])
    shown = browser.get(url).context["form"].fields

    browser.post(url, {"phone": "110", "hours": "全天", "brand": "", "name": "改名"})

    station.refresh_from_db()
    assert list(shown) == ["phone", "hours", "brand"]
    assert (station.phone, station.name) == ("110", "文峰社区代表联络站")
    changes = Event.objects.get(verb="edit").data["changes"]
    assert changes == {"phone": ["", "110"], "hours": ["", "全天"]}


def test_visit_pages_show_contacts_masked(browser, station, day):
    visit = VisitFactory(station=station, day=day)
    pages = [
        reverse("stations:visit_list"),
        reverse("stations:visit_detail", args=[visit.pk]),
        reverse("stations:day_detail", args=[day.pk]),
        reverse("stations:day_register", args=[day.pk]),
    ]

    for page in pages:
        shown = browser.get(page).content.decode()
        assert "138****5678" in shown
        assert "13812345678" not in shown
        assert "刘德才" not in shown


def test_visit_reveal_shows_the_contact_once_for_a_reason(browser, station):
    visit = VisitFactory(station=station)
    url = reverse("stations:visit_reveal", args=[visit.pk])

    without = browser.post(url, {"reason": ""})
    shown = browser.post(url, {"reason": "回电"})

    assert without.status_code == 422
    assert "13812345678" not in without.content.decode()
    assert "13812345678" in shown.content.decode()
    assert [e.note for e in Event.objects.filter(verb="reveal_contact")] == ["回电"]


def test_visit_list_finds_a_whole_number_and_words(office, station):
    called = VisitFactory(station=station, visitor_contact="13900000000")
    VisitFactory(station=station, words="路灯不亮")
    Visit.objects.filter(pk=called.pk).update(words="泵站坏了")

    def found(words):
        page = office.get(reverse("stations:visit_list"), {"q": words}).context["page"]
        return [visit.words for visit in page]

    assert found("139 0000 0000") == ["泵站坏了"]
    assert found("路灯") == ["路灯不亮"]


def test_visit_export_keeps_the_filter_masks_and_disarms(
    browser, station, station_staff
):
    log_visit(
        station,
        actor=station_staff,
        key=uuid.uuid4(),
        words="=cmd|'/c calc'!A1",
        visitor_name="+刘德才",
        visitor_contact="13812345678",
        outcome="answered",
        answer="@已答复",
    )
    VisitFactory(station=station)

    answer = browser.get(reverse("stations:visit_export"), {"outcome": "answered"})

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    header, *lines = book.active.iter_rows(values_only=True)
    row = dict(zip(header, lines[0], strict=True))
    assert len(lines) == 1
    assert row["反映内容（原话）"] == "'=cmd|'/c calc'!A1"
    assert row["当场答复"] == "'@已答复"
    assert row["来访人"] == "'+***"
    assert row["联系电话"] == "138****5678"
    assert Event.objects.get(verb="export").data == {"rows": 1}


def test_visit_export_is_not_for_leaders_and_deputies(sign_in, leader, deputy_user):
    for person in (leader, deputy_user):
        assert sign_in(person).get(reverse("stations:visit_export")).status_code == 403


def visit_form(**changes):
    form = {"channel": "phone", "visited_at": "2026-01-05T09:30", "party_size": "2"}
    form |= {"words": "路灯不亮", "outcome": "open", "key": str(uuid.uuid4())}
    return form | changes


def test_visit_create_logs_a_call_once(browser, station, deputy):
    station.stationings.create(deputy=deputy, starts_on=localdate())
    url = reverse("stations:visit_create", args=[station.pk])
    moment = (localdate() - dt.timedelta(days=1)).isoformat() + "T09:30"
    form = visit_form(visited_at=moment, heard_by=[deputy.pk])

    answers = [browser.post(url, form) for _ in range(2)]

    visit = Visit.objects.get()
    assert {answer.url for answer in answers} == {f"/visits/{visit.pk}/"}
    assert (visit.channel, visit.party_size) == ("phone", 2)
    assert list(visit.heard_by.all()) == [deputy]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("words", ""),
        ("words", "字" * 10_000),
        ("visited_at", "1800-01-01T00:00"),
        ("visited_at", "3000-01-01T00:00"),
        ("visited_at", "0001-01-01T00:00"),
        ("visited_at", "昨天"),
        ("party_size", "0"),
        ("party_size", "9" * 40),
        ("visitor_name", "\x00"),
        ("visitor_contact", "1" * 51),
        ("channel", "moon"),
        ("outcome", "opinion"),
        ("outcome", "answered"),
        ("referred_to", "moon"),
        ("category", "99999999999999999999"),
        ("key", "x"),
    ],
)
def test_visit_create_keeps_what_was_typed(browser, station, field, typed):
    url = reverse("stations:visit_create", args=[station.pk])
    form = visit_form(visited_at=localdate().isoformat() + "T00:00")
    form |= {"visitor_name": "刘德才😀"}

    answer = browser.post(url, form | {field: typed})

    at = {"outcome": "answer"} if typed == "answered" else {}
    assert answer.status_code == 422
    assert at.get(field, field) in answer.context["form"].errors
    assert field == "visitor_name" or "刘德才😀" in answer.content.decode()
    assert Visit.objects.count() == 0


def test_visit_amend_settles_a_closed_register(browser, station, day):
    visit = VisitFactory(station=station, day=day)
    browser.post(reverse("stations:day_hold", args=[day.pk]))
    url = reverse("stations:visit_amend", args=[visit.pk])

    asked = {"version": "0", "outcome": "referred", "referred_to": "petition"}
    answer = browser.post(url, asked)
    late = browser.post(url, asked | {"referred_to": "police"})

    visit.refresh_from_db()
    assert answer.status_code == 302
    assert (visit.outcome, visit.referred_to) == ("referred", "petition")
    assert late.status_code == 422
    assert "刚刚被别人改过" in late.content.decode()


def test_visit_amend_corrects_a_closed_register_for_a_reason(browser, station, day):
    visit = VisitFactory(station=station, day=day)
    browser.post(reverse("stations:day_hold", args=[day.pk]))
    url = reverse("stations:visit_amend", args=[visit.pk])
    asked = {"version": "0", "outcome": "open", "words": "改好的一句原话"}

    without = browser.post(url, asked)
    browser.post(url, asked | {"reason": "记错了一个字"})

    visit.refresh_from_db()
    assert "请写明原因" in without.content.decode()
    assert visit.words == "改好的一句原话"
    (event,) = history_of(visit).filter(verb="correct")
    assert (event.note, event.data) == ("记错了一个字", {"fields": ["words"]})
    page = browser.get(reverse("stations:day_register", args=[day.pk]))
    told = page.content.decode()
    assert "第 1 行反映内容（原话）更正：记错了一个字" in told


def test_visit_amend_of_a_closed_register_is_corrected_by_its_keepers_only(
    sign_in, station, day, deputy, deputy_user, station_staff
):
    visit = VisitFactory(station=station, day=day)
    visit.heard_by.add(deputy)
    hold(day, actor=station_staff)
    url = reverse("stations:visit_amend", args=[visit.pk])
    asked = {"version": "0", "outcome": "open", "words": "改", "reason": "要改"}

    assert sign_in(deputy_user).post(url, asked).status_code == 403


def test_visit_amend_shows_people_masked_and_keeps_them(browser, station):
    visit = VisitFactory(station=station)
    url = reverse("stations:visit_amend", args=[visit.pk])

    page = browser.get(url)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown["visited_at"] = f"{shown['visited_at']:%Y-%m-%dT%H:%M}"
    shown |= {"party_size": 3, "category": "", "heard_by": []}
    browser.post(url, shown)

    assert shown["visitor_contact"] == "138****5678"
    assert "13812345678" not in page.content.decode()
    assert "刘德才" not in page.content.decode()
    visit.refresh_from_db()
    assert visit.party_size == 3
    assert (visit.visitor_name, visit.visitor_contact) == ("刘德才", "13812345678")


def test_visit_export_leaves_what_was_searched_out_of_the_trail(browser, station):
    VisitFactory(station=station)

    browser.get(reverse("stations:visit_export"), {"q": "13812345678"})

    line = Event.objects.get(verb="export")
    assert (line.note, line.data) == ("", {"rows": 1})


def test_visit_amend_is_not_for_leaders(sign_in, leader, station):
    visit = VisitFactory(station=station)
    url = reverse("stations:visit_amend", args=[visit.pk])

    assert sign_in(leader).get(url).status_code == 403


def test_visit_list_filtered_in_place_takes_the_export_along(browser, station):
    url = reverse("stations:visit_list")

    part = browser.get(url, {"outcome": "open"}, headers={"HX-Request": "true"})

    shown = part.content.decode()
    assert "<html" not in shown
    assert 'id="visit-export" href="/visits/export/?outcome=open"' in shown
    assert 'hx-swap-oob="true"' in shown
    assert "hx-swap-oob" not in browser.get(url).content.decode()
