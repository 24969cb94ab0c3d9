"""The pages of the reception desk: who, what is kept, what is answered."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from proposals.models import Proposal
from proposals.services.desk import settle_line
from stations.choices import DayStatus, DutyState
from stations.models import ReceptionDay, Visit
from stations.workflow import hold, set_duty
from tests.factories import CategoryFactory, DayFactory, StationFactory

pytestmark = pytest.mark.django_db
WORDS = "文峰泵站只有一台泵在转，一下大雨就进水"


@pytest.fixture
def url(day):
    """The address of a page of the desk of the day."""
    return lambda name, on=None: reverse(f"proposals:{name}", args=[(on or day).pk])


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def send(browser, url):
    """Send one line as the script of the page does."""

    def do(**typed):
        line = {"key": str(uuid.uuid4()), "words": WORDS, "is_final": True} | typed
        return browser.post(
            url("desk_line"), json.dumps(line), content_type="application/json"
        )

    return do


@pytest.fixture
def settle(day, station_staff):
    def do(**facts):
        asked = {"key": uuid.uuid4(), "words": WORDS} | facts
        return settle_line(day, actor=station_staff, **asked)

    return do


# --- who ----------------------------------------------------------------------------

CAST = {
    "station_staff": (200, 302),
    "township": (200, 302),
    "officer": (200, 403),
    "leader": (200, 403),
    "deputy_user": (403, 403),
    "handler": (404, 404),
    "unit_leader": (404, 404),
    "coordinator": (404, 404),
    "sys_admin": (404, 404),
    "sec_admin": (404, 404),
    "audit_admin": (404, 404),
    "stranger": (404, 404),
}


@pytest.mark.parametrize("who", CAST)
def test_desk_is_read_by_overseers_and_written_by_keepers(request, sign_in, url, who):
    client, (reads, writes) = sign_in(request.getfixturevalue(who)), CAST[who]
    typed = {"key": str(uuid.uuid4()), "words": WORDS, "is_final": "True"}

    assert client.get(url("desk")).status_code == reads
    assert client.post(url("desk_line"), typed).status_code == writes
    assert client.post(url("desk_attend"), {}).status_code == writes
    assert client.post(url("desk_close"), {}).status_code == writes
    assert Visit.objects.count() == (1 if writes == 302 else 0)


def test_desk_asks_a_stranger_to_sign_in(client, url):
    answer = client.get(url("desk"))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")


def test_desk_shows_overseers_no_names(sign_in, officer, settle, url):
    settle(visitor_name="刘德才", visitor_contact="13812345678")

    html = sign_in(officer).get(url("desk")).content.decode()

    assert "刘**" in html
    assert "刘德才" not in html
    assert "13812345678" not in html
    assert "data-editing" not in html


def test_desk_masks_the_phone_for_keepers_too(browser, settle, url):
    settle(visitor_name="刘德才", visitor_contact="13812345678")

    html = browser.get(url("desk")).content.decode()

    assert "刘德才" in html
    assert "138****5678" in html
    assert "13812345678" not in html


# --- a line as JSON -----------------------------------------------------------------


def test_line_is_stored_and_answered_with_its_row_and_place(send, category):
    answer = send(
        visitor_name="刘德才",
        visitor_contact="13812345678",
        party_size="3",
        category="slpl",
        outcome="opinion",
    )

    told = answer.json()
    visit, opinion = Visit.objects.get(), Proposal.objects.get()
    assert answer.status_code == 200
    assert (visit.party_size, visit.category, visit.outcome) == (3, category, "opinion")
    assert told["line"]["version"] == 0
    assert told["totals"] == {"parties": 1, "people": 3}
    assert "138****5678" in told["row"]
    assert "13812345678" not in answer.content.decode()
    assert opinion.number in told["fate"]
    assert "查询码" in told["fate"]


def test_line_not_finished_keeps_its_outcome_for_later(send):
    key = str(uuid.uuid4())
    first = send(key=key, outcome="merged", merged_into="半", is_final=False).json()
    assert Visit.objects.get().outcome == "open"

    send(key=key, version=first["line"]["version"], outcome="opinion")

    assert Visit.objects.get().outcome == "opinion"
    assert Proposal.objects.count() == 1


def test_line_refused_says_at_which_field(send):
    answer = send(outcome="answered", party_size="很多人")

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"party_size"}
    assert send(outcome="answered").json()["errors"] == {
        "answer": ["当场答复的，请写下怎么答复的。"]
    }
    assert Visit.objects.count() == 0


def test_line_overtaken_is_told_what_stands(send, settle):
    line = settle()
    send(key=line.key, version=0, words="同事先改成这样")

    answer = send(key=line.key, version=0, words="我后改成那样")

    assert answer.status_code == 409
    told = answer.json()
    assert "何雨晴" in told["refused"]
    assert (told["line"]["line"]["words"], told["line"]["line"]["version"]) == (
        "同事先改成这样",
        1,
    )


def test_line_of_a_closed_day_is_told_so(send, day, station_staff):
    hold(day, actor=station_staff)

    answer = send()

    assert (answer.status_code, answer.json()["line"]) == (409, None)
    assert "已经结束" in answer.json()["refused"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"key": 1e999}'],
)
def test_line_that_cannot_be_read_is_refused(browser, url, body):
    answer = browser.post(url("desk_line"), body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"words": "长" * 10_000},
        {"visitor_name": "名" * 10_000},
        {"visitor_contact": "1" * 10_000},
        {"party_size": "9" * 5000},
        {"party_size": "-1"},
        {"party_size": "1000"},
        {"category": "没有这一类" * 2000},
        {"category": "\x00"},
        {"outcome": "boom"},
        {"outcome": "answered", "answer": "长" * 10_000},
        {"outcome": "referred", "referred_to": "moon"},
        {"outcome": "merged", "merged_into": "😀" * 5000},
        {"key": "no key"},
        {"key": None},
        {"key": ["x"]},
        {"version": "x"},
        {"words": ["x"]},
        {"words": {"a": 1}},
        {"words": "\u202e\x00"},
        {"heard_by": ["9999"]},
        {"heard_by": "x"},
    ],
)
def test_line_out_of_its_limits_is_refused_in_words(send, typed):
    answer = send(**typed)

    if typed == {"category": "\x00"}:
        assert answer.status_code == 200  # nothing is left of it
        return
    assert answer.status_code == 422
    [texts] = list(answer.json()["errors"].values())[:1]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in texts[0])
    assert Visit.objects.count() == 0


def test_line_takes_unusual_texts_as_they_are_without_unseen_signs(send):
    words = '=HYPERLINK("x")\'; 😀 <script>alert(1)</script>'

    answer = send(
        words=f"\u202e{words}\x00", visitor_name="@王\ud800", begun="2026-02-31T10:00"
    )

    visit = Visit.objects.get()
    assert (visit.words, visit.visitor_name) == (words, "@王")
    assert "<script>" not in answer.json()["row"]


def test_line_remembers_when_it_was_begun(send, day):
    begun = localtime().replace(second=0, microsecond=0)
    earlier = max(begun - dt.timedelta(minutes=20), begun.replace(hour=0, minute=0))

    send(begun=earlier.isoformat())
    send(begun=(begun + dt.timedelta(days=400)).isoformat())
    send(begun="9999-12-31T23:59:59Z")

    first, second, third = Visit.objects.order_by("id")
    assert first.visited_at == earlier
    assert localtime(second.visited_at).date() == localdate()
    assert localtime(third.visited_at).date() == localdate()


@pytest.mark.parametrize(
    "asked", ["水利排涝", "0301", "slpl", "SLPL", "sl", "水利", "泵站"]
)
def test_line_finds_its_category_by_name_initials_or_word(send, category, asked):
    category.keywords = "泵站 水泵"
    category.save(update_fields=["keywords"])
    CategoryFactory(code="0401", name="医疗", initials="yl")

    send(category=asked)

    assert Visit.objects.get().category == category


def test_line_asks_which_of_several_categories(send, category):
    CategoryFactory(code="0302", name="水利工程", initials="slgc")

    answer = send(category="水利")

    assert answer.status_code == 422
    assert "水利排涝、水利工程" in answer.json()["errors"]["category"][0]


def test_line_merged_stays_so_when_the_matter_is_over(send, settle, station_staff):
    opinion = settle(outcome="opinion").opinion
    line = settle(outcome="merged", merged_into=opinion)
    Proposal.objects.filter(pk=opinion.pk).update(status="refused")
    typed = {"key": line.key, "outcome": "merged", "merged_into": opinion.number}

    answer = send(version=0, words="只是改一下原话", **typed)

    assert answer.status_code == 200
    assert Visit.objects.get(key=line.key).words == "只是改一下原话"


# --- without a script ---------------------------------------------------------------


def test_line_without_script_is_stored_and_told(browser, url):
    typed = {
        "key": str(uuid.uuid4()),
        "is_final": "True",
        "words": WORDS,
        "visitor_contact": "13812345678",
        "outcome": "opinion",
    }

    page = browser.post(url("desk_line"), typed, follow=True)
    browser.post(url("desk_line"), typed, follow=True)

    assert page.status_code == 200
    assert Proposal.objects.get().number in page.content.decode()
    assert "查询码" in page.content.decode()
    assert Visit.objects.count() == 1


def test_line_without_script_keeps_all_that_was_typed(browser, url):
    typed = {
        "key": str(uuid.uuid4()),
        "is_final": "True",
        "visitor_name": "刘德才",
        "visitor_contact": "13812345678",
        "words": WORDS,
        "party_size": "三",
        "outcome": "answered",
        "answer": "已经说清楚了",
    }

    page = browser.post(url("desk_line"), typed)

    html = page.content.decode()
    assert page.status_code == 422
    for text in (typed["key"], "刘德才", "13812345678", WORDS, "三", "已经说清楚了"):
        assert text in html
    assert Visit.objects.count() == 0


def test_line_without_script_is_mended_from_its_link(browser, url, settle):
    line = settle(visitor_name="刘德才", visitor_contact="13812345678")

    html = browser.get(url("desk"), {"line": line.key}).content.decode()

    assert f'value="{line.key}"' in html
    assert 'name="version" value="0"' in html
    typed = {"key": line.key, "version": "0", "is_final": "True", "words": "改好的原话"}
    browser.post(url("desk_line"), typed | {"visitor_contact": "138****5678"})
    visit = Visit.objects.get()
    assert (visit.words, visit.visitor_contact) == ("改好的原话", "13812345678")


# --- the rest of the page -----------------------------------------------------------


def test_code_is_issued_anew_and_shown(browser, url, settle):
    line = settle(outcome="opinion", visitor_contact="13812345678")

    told = browser.post(
        url("desk_code"), {"key": line.key}, headers={"Accept": "application/json"}
    )
    page = browser.post(url("desk_code"), {"key": line.key}, follow=True)

    assert "只显示这一次" in told.json()["fate"]
    assert "查询码" in page.content.decode()
    assert browser.post(url("desk_code"), {"key": "x"}).status_code == 422


def test_similar_finds_open_matters_of_the_station(
    browser, url, settle, town, township
):
    mine = settle(outcome="opinion").opinion
    other = DayFactory(station=StationFactory(area=town))
    settle_line(other, actor=township, key=uuid.uuid4(), words=WORDS, outcome="opinion")

    def numbers(q):
        found = browser.get(url("desk_similar"), {"q": q}).json()["found"]
        return [row["number"] for row in found]

    for q in ("泵站", mine.number, mine.number[-4:], "", "  "):
        assert numbers(q) == [mine.number]
    for q in ("完全不同", "%", "😀" * 500):
        assert numbers(q) == []


def test_close_freezes_the_register_and_leads_to_its_print(browser, url, day, settle):
    settle()

    page = browser.post(url("desk_close"), follow=True)

    html = page.content.decode()
    day.refresh_from_db()
    assert day.status == DayStatus.HELD
    assert "打印登记表" in html
    assert "data-editing" not in html
    assert browser.post(url("desk_close")).status_code == 409


def test_desk_of_a_day_to_come_cannot_be_written(browser, url, station):
    later = DayFactory(station=station, date=localdate() + dt.timedelta(days=3))

    html = browser.get(url("desk", later)).content.decode()

    assert "接待日还没有到" in html
    assert "data-editing" not in html


@pytest.mark.parametrize("count", [1, 3, 30])
def test_desk_asks_as_often_however_many_lines(
    browser,
    url,
    settle,
    day,
    deputy,
    station_staff,
    category,
    django_assert_num_queries,
    count,
):
    set_duty(day, deputy, DutyState.ATTENDED, actor=station_staff)
    for n in range(count):
        contact = f"138{n:08}"
        settle(outcome="opinion", visitor_contact=contact, category=category)
    browser.get(url("desk"))

    with django_assert_num_queries(QUERIES):
        page = browser.get(url("desk"))

    assert page.content.decode().count("data-line=") == count


QUERIES = 16


# --- which day ----------------------------------------------------------------------


def test_today_leads_to_the_only_reception_of_today(browser, url, day):
    answer = browser.get(reverse("proposals:desk_today"))

    assert answer["Location"] == url("desk")


def test_today_offers_the_next_one_or_one_now(browser, station):
    DayFactory(station=station, date=localdate() + dt.timedelta(days=3))

    page = browser.get(reverse("proposals:desk_today"))

    assert page.status_code == 200
    assert "今天没有安排接待" in page.content.decode()
    assert "下一次接待" in page.content.decode()


def test_today_opens_a_reception_now(browser, station):
    page = reverse("proposals:desk_today")

    answer = browser.post(page, {"station": station.pk}, follow=True)

    day = ReceptionDay.objects.get()
    assert (day.station, day.date) == (station, localdate())
    assert answer.redirect_chain[-1][0] == reverse("proposals:desk", args=[day.pk])
    again = browser.post(page, {"station": station.pk})
    assert ReceptionDay.objects.count() <= 2
    assert again.status_code in (302, 422)


def test_today_lists_several_of_them(sign_in, township, day, town):
    other = DayFactory(station=StationFactory(area=town, name="象山站"))

    page = sign_in(township).get(reverse("proposals:desk_today"))

    for place in (day, other):
        assert reverse("proposals:desk", args=[place.pk]) in page.content.decode()


def test_today_refuses_a_station_that_is_not_ones_own(browser, station):
    elsewhere = StationFactory()

    for pk in (elsewhere.pk, "x", ""):
        answer = browser.post(reverse("proposals:desk_today"), {"station": pk})
        assert answer.status_code == 422
    assert ReceptionDay.objects.count() == 0


def test_today_is_for_those_who_keep_a_desk(
    sign_in, officer, leader, deputy_user, handler, sys_admin
):
    for person in (officer, leader, deputy_user, handler, sys_admin):
        answer = sign_in(person).get(reverse("proposals:desk_today"))
        assert answer.status_code == 403
