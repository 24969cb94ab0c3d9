"""What another county keeps is not there: by no address, in no list, in no form.

Every page, step and REST verb of the work of stations is asked for the rows of another
county, and every form for the rows it offers.
"""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from audit.models import Event
from notices.models import Notice
from stations.models import ReceptionDay, Station
from tests.everything import arguments_of, everything
from tests.factories import AreaFactory, StationFactory, UnitFactory, person
from tests.test_access import all_urls
from tests.test_hostile import forms_of

pytestmark = [pytest.mark.sweep, pytest.mark.django_db]

# One of each way to know a station: by area, by grant, by seat.
OURS = ("officer", "station_staff", "deputy_user")
SPACES = ("stations:", "proposals:", "activities:", "areas:outline", "api:", "reports:")
ASKING = ("stations:", "proposals:", "activities:")
MARK, THERE = "掇刀", "420804"
# Anybody with the address: a printed code, a calendar's secret.
OPEN = {"stations:scan", "stations:feed"}
DOCS = {"api:schema", "api:docs"}
PERSONAL = ("刘德才", "13812345678")


@pytest.fixture
def theirs(other_county, stranger):
    """All that a station of the other county keeps."""
    town = AreaFactory(code="420804001", name=f"{MARK}街道", parent=other_county)
    station = StationFactory(area=town, name=f"{MARK}联络站", code="DD", slug="dd")
    unit = UnitFactory(area=other_county, name=f"{MARK}水利局", short_name=MARK)
    return everything(station, officer=stranger, unit=unit)


@pytest.fixture
def ours(station, officer, unit):
    return everything(station, officer=officer, unit=unit)


@pytest.fixture
def as_all(request, sign_in, deputy, day):
    """A browser for each of the cast; nobody of them belongs there."""
    return {who: sign_in(request.getfixturevalue(who)) for who in OURS}


def text_of(answer: Any) -> str:
    body = answer.getvalue() if answer.streaming else answer.content
    return body.decode(errors="ignore")


def asked(browser: Any, method: str, url: str, **kw: Any) -> Any:
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        answer = getattr(browser, method)(url, **kw)
        answer.said = text_of(answer)
        transaction.set_rollback(True)
    return answer


@pytest.fixture
def _blank_pages(settings):
    """Statuses need no pages."""
    engine = {"BACKEND": "tests.blank_templates.BlankTemplates", "NAME": "blank"}
    settings.TEMPLATES = [engine | {"DIRS": [], "APP_DIRS": True}]


def known(held: Any, browsers: dict[str, Any]) -> list[str]:
    """What answers these people as if the rows of `held` were theirs."""
    found = []
    for name, url in urls_of(held):
        for who, browser in browsers.items():
            for method in ("get", "post"):
                answer = asked(browser, method, url)
                if answer.status_code not in (403, 404, 405):
                    found.append(f"{who} {method} {name} {answer.status_code}")
    return found


def urls_of(held: Any) -> list[tuple[str, str]]:
    """Every address that names a row, with the rows of `held`."""
    found = []
    for name, arguments in all_urls().items():
        given = arguments_of(held, name) if name.startswith(SPACES) else None
        if arguments and given is not None and name not in OPEN:
            kwargs = {key: given[key] for key in arguments}
            found.append((name, reverse(name, kwargs=kwargs)))
    return found


@pytest.mark.usefixtures("_blank_pages")
def test_rows_of_another_county_are_not_there(theirs, as_all):
    assert known(theirs, as_all) == []


@pytest.mark.usefixtures("_blank_pages")
def test_rows_of_another_station_or_town_are_not_there(ours, town, county, sign_in):
    beside = StationFactory(area=town, name="隔壁站", code="GB", slug="gb")
    other_town = AreaFactory(code="420802003", name="隔壁街道", parent=county)
    people = {
        "station": person("隔壁站", "station", station=beside),
        "township": person("隔壁街道", "township", area=other_town),
    }

    assert known(ours, {who: sign_in(user) for who, user in people.items()}) == []


@pytest.mark.usefixtures("_blank_pages")
def test_who_watches_changes_nothing(ours, leader, client_user, sign_in):
    before, allowed = Event.objects.count(), []
    typed = {"state": "attended", "reason": "试试", "verb": "x", "count": 1}
    for name, url in urls_of(ours):
        for user in (leader, client_user):
            answer = sign_in(user).post(url, typed)
            if answer.status_code < 400:
                allowed.append(f"{user} {name}")

    assert allowed == []
    assert Event.objects.count() == before


def test_lists_know_nothing_of_another_county(theirs, as_all):
    leaks = []
    station = Station.objects.get(slug="dd").pk
    query = f"?station={station}&area=420804&town=420804001&year=2027"
    for name, arguments in all_urls().items():
        if arguments or name in DOCS or not name.startswith((*SPACES, "today")):
            continue
        for who, browser in as_all.items():
            answer = asked(browser, "get", reverse(name) + query)
            if answer.status_code < 400 and MARK in answer.said:
                leaks.append(f"{who} {name}")

    assert leaks == []


def foreign(form: Any) -> list[str]:
    """Fields of a form that offer a row of the other county."""
    return [
        name
        for name, field in form.fields.items()
        if hasattr(field, "queryset") and offers(field.queryset)
    ]


def offers(rows: Any) -> bool:
    """Whether one of these rows belongs to the other county."""
    names = {field.name for field in rows.model._meta.concrete_fields}
    if "code" in names and "level" in names:
        return rows.filter(code__startswith=THERE).exists()
    if "area" in names:
        return rows.filter(area__code__startswith=THERE).exists()
    return False


def test_no_form_offers_a_row_of_another_county(theirs, ours, as_all):
    leaks, seen = [], 0
    for name, arguments in all_urls().items():
        held = arguments_of(ours, name) if name.startswith(ASKING) else None
        if held is None or not arguments <= held.keys():
            continue
        url = reverse(name, kwargs={key: held[key] for key in arguments})
        for who in ("officer", "station_staff"):
            found = forms_of(asked(as_all[who], "get", url))
            seen += len(found)
            leaks += [f"{who} {name} {f}" for form in found for f in foreign(form)]

    assert leaks == []
    assert seen > 40


def test_nobody_who_came_or_booked_is_in_the_trail_or_in_notices(ours):
    lines = [*Event.objects.values(), *Notice.objects.values()]

    assert len(lines) > 20
    assert [line for line in lines if any(word in str(line) for word in PERSONAL)] == []


def test_nobody_who_came_or_booked_is_on_a_public_page(ours, station, client):
    day = ReceptionDay.objects.get(notice_number__isnull=False)
    places = [f"{name}/" for name in ("", "who", "board", "booking", "s/wf")]
    places += ["s/wf/book/", f"s/wf/book/{ours['stations:booking_list']['pk']}/"]
    places += [f"s/wf/notices/{day.notice_year}/{day.notice_number}/"]
    urls = [f"/p/{place}".replace("//", "/") for place in places]
    codes = [ours["stations:scan"]["token"], ours["stations:feed"]["token"]]
    urls += [f"/p/d/{codes[0]}/", f"/ical/{codes[1]}.ics"]

    answers = {url: client.get(url) for url in urls}

    assert {answer.status_code for answer in answers.values()} == {200}
    shown = {url: text_of(answer) for url, answer in answers.items()}
    assert [
        url for url, text in shown.items() if any(w in text for w in PERSONAL)
    ] == []


def test_a_calendar_is_kept_by_nobody_and_found_by_no_search(ours, client):
    answer = client.get(f"/ical/{ours['stations:feed']['token']}.ics")

    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("what", ["stations:check_file", "activities:file"])
def test_files_are_kept_by_no_cache_and_run_nothing(ours, sign_in, officer, what):
    answer = sign_in(officer).get(reverse(what, kwargs=ours[what]))

    text_of(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
