"""Other ways in: three fields first, walks, letters, assisted entry."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from common.errors import RuleViolation
from stations.models import Visit
from stations.services import amend_visit, log_visit
from stations.services.outings import log_outing

pytestmark = pytest.mark.django_db
WORDS = "路灯坏了半个月没人修"


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def page(station):
    return reverse("stations:visit_create", args=[station.pk])


@pytest.fixture
def log(station, station_staff):
    def do(**facts):
        asked = {"key": uuid.uuid4(), "words": WORDS} | facts
        return log_visit(station, actor=station_staff, **asked)

    return do


# --- one form family ----------------------------------------------------------------


@pytest.mark.parametrize(
    "channel", ["phone", "letter", "appointment", "online", "", "moon"]
)
def test_form_asks_three_fields_first(browser, page, channel):
    form = browser.get(f"{page}?channel={channel}").context["form"]

    assert len(form.front) == 3
    assert form.front[0].name == "words"
    assert not form.is_unfolded


def test_ways_in_begin_with_who_walks_in(browser, page):
    ways = browser.get(page).context["ways"]

    labels = ["到站", "电话", "来信", "走访", "预约", "网上", "纸单"]
    assert [way["label"] for way in ways] == labels


@pytest.mark.parametrize("channel", ["station", "phone", "appointment", "online"])
def test_form_needs_no_more_than_words(browser, page, channel):
    said = {"channel": channel, "words": WORDS, "key": uuid.uuid4()}

    answer = browser.post(page, said)

    assert answer.status_code == 302
    visit = Visit.objects.get()
    assert (visit.channel, visit.party_size, visit.outcome) == (channel, 1, "open")


def test_form_of_a_letter_asks_its_date(browser, page):
    day = localdate() - dt.timedelta(days=9)
    said = {"channel": "letter", "words": WORDS, "key": uuid.uuid4()}

    browser.post(page, said | {"letter_on": day.isoformat()})
    ahead = localdate() + dt.timedelta(days=2)
    late = said | {"letter_on": ahead.isoformat(), "key": uuid.uuid4()}

    assert localtime(Visit.objects.get().visited_at).date() == day
    assert browser.post(page, late).status_code == 422


def test_form_opens_what_is_folded_when_something_there_is_wrong(browser, page):
    said = {"channel": "phone", "words": WORDS, "key": uuid.uuid4(), "party_size": "x"}

    form = browser.post(page, said).context["form"]

    assert form.is_unfolded


# --- for somebody else --------------------------------------------------------------


def test_log_says_who_helped(log):
    visit = log(is_assisted=True, helper_relation="亲属", helper_name="刘小明")

    assert (visit.helper_relation, visit.helper_name) == ("亲属", "刘小明")
    raw = Visit.objects.filter(pk=visit.pk).extra(select={"raw": "helper_name"})
    assert raw.values_list("raw", flat=True)[0] != "刘小明"


def test_log_by_staff_names_the_recorder(log):
    visit = log(is_assisted=True, helper_relation="工作人员")

    assert visit.helper_name == "何雨晴"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"is_assisted": True}, "helper_relation"),
        ({"is_assisted": True, "helper_relation": "亲属"}, "helper_name"),
        ({"is_assisted": True, "helper_relation": "长" * 51}, "helper_relation"),
        ({"home": "长" * 101}, "home"),
        ({"source": "长" * 201}, "source"),
        ({"request": "长" * 2001}, "request"),
    ],
)
def test_log_refuses_half_of_it(log, facts, field):
    with pytest.raises(RuleViolation) as refused:
        log(**facts)
    assert refused.value.field == field


def test_log_without_a_helper_keeps_none(log, station_staff):
    visit = log(helper_name="刘小明", helper_relation="亲属", is_assisted=False)
    assert (visit.helper_name, visit.helper_relation) == ("", "")

    told = {"is_assisted": True, "helper_relation": "邻居", "helper_name": "张三"}
    amend_visit(visit, actor=station_staff, version=0, **told)
    assert visit.helper_name == "张三"
    amend_visit(visit, actor=station_staff, version=1, is_assisted=False)
    assert visit.helper_name == ""


def test_page_shows_who_helped_masked_until_revealed(browser, log):
    visit = log(
        is_assisted=True,
        helper_relation="亲属",
        helper_name="刘小明",
        home="文峰社区三栋",
        visitor_contact="13812345678",
    )
    url = reverse("stations:visit_detail", args=[visit.pk])

    html = browser.get(url).content.decode()
    assert "亲属" in html
    assert "刘小明" not in html
    assert "文峰社区三栋" not in html

    reveal = reverse("stations:visit_reveal", args=[visit.pk])
    told = browser.post(reveal, {"reason": "回电告知结果"}).content.decode()
    assert "刘小明" in told
    assert "文峰社区三栋" in told


def test_form_amends_and_keeps_what_was_shown_masked(browser, log):
    visit = log(is_assisted=True, helper_relation="亲属", helper_name="刘小明")
    url = reverse("stations:visit_amend", args=[visit.pk])
    form = browser.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    said = {k: v for k, v in shown.items() if v not in (None, "", [])}
    said["visited_at"] = f"{localtime(visit.visited_at):%Y-%m-%dT%H:%M}"

    answer = browser.post(url, said | {"words": "改好的一句原话", "is_assisted": "on"})

    assert answer.status_code == 302
    visit.refresh_from_db()
    assert (visit.words, visit.helper_name) == ("改好的一句原话", "刘小明")


# --- walks --------------------------------------------------------------------------


@pytest.fixture
def walk(station):
    return reverse("stations:visit_outing", args=[station.pk])


def said(browser, walk, **more):
    form = browser.get(walk).context["form"]
    typed = {"source": "文峰社区三组", "rows": len(form.rows)}
    for n, row in enumerate(form.rows):
        typed[f"met-{n}-key"] = row["key"].value()
        typed[f"met-{n}-words"] = ""
    return typed | more


def test_walk_logs_all_that_were_met_once(browser, walk, deputy, station):
    station.stationings.create(deputy=deputy, starts_on=localdate())
    typed = said(browser, walk, heard_by=deputy.pk)
    typed |= {"met-0-words": WORDS, "met-0-visitor_name": "刘德才"}
    typed |= {"met-2-words": "水压太低三楼上不去水"}

    for _ in range(2):
        assert browser.post(walk, typed).status_code == 302

    first, second = Visit.objects.order_by("id")
    assert (first.visitor_name, first.channel) == ("刘德才", "visit")
    assert first.source == second.source == "文峰社区三组"
    assert second.heard_by.get() == deputy


def test_walk_gives_more_lines_and_keeps_what_was_typed(browser, walk):
    typed = said(browser, walk) | {"met-0-words": WORDS, "more": "1"}

    answer = browser.post(walk, typed)

    assert answer.status_code == 200
    form = answer.context["form"]
    assert (len(form.rows), form.rows[0]["words"].value()) == (6, WORDS)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"source": ""},
        {"met-1-visitor_name": "刘德才"},
        {"met-0-words": ""},
        {"met-0-words": "长" * 5001},
        {"met-0-key": "x"},
        {"rows": "9" * 40},
        {"rows": "0"},
        {"heard_by": "9" * 40},
    ],
)
def test_walk_says_what_is_wrong_and_logs_nothing(browser, walk, typed):
    if "rows" in typed:
        typed = typed | {"source": ""}

    answer = browser.post(walk, said(browser, walk) | {"met-0-words": WORDS} | typed)

    assert answer.status_code == 422
    assert not Visit.objects.exists()


def test_walk_is_all_or_nothing(station, station_staff):
    met = [
        {"key": uuid.uuid4(), "words": WORDS},
        {"key": uuid.uuid4(), "words": WORDS, "party_size": 0},
    ]

    with pytest.raises(RuleViolation):
        log_outing(station, actor=station_staff, source="三组", met=met)
    assert not Visit.objects.exists()


def test_walk_is_for_those_who_log_here(sign_in, walk, leader, handler):
    assert sign_in(leader).get(walk).status_code == 403
    assert sign_in(handler).get(walk).status_code == 404
