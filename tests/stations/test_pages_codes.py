"""Pages of codes: who keeps them, what is printed, and what an opened one answers."""

import pytest
from django.test import Client
from django.utils.timezone import localdate

from stations.choices import CodeKind
from stations.models import CodeScan, PublicCode
from stations.services import codes
from tests.factories import DeputyFactory, MandateFactory

K = CodeKind


@pytest.fixture
def code(station, station_staff):
    return codes.give_code(K.STATION, station, actor=station_staff)


@pytest.fixture
def deputy_code(deputy, deputy_user):
    return codes.give_code(K.DEPUTY, deputy, actor=deputy_user)


@pytest.fixture
def voter():
    return Client()


@pytest.fixture
def phone(sign_in, deputy_user):
    return sign_in(deputy_user)


# --- opened by anybody ------------------------------------------------------------


def test_scan_leads_to_the_station_and_counts(voter, code):
    answer = voter.get(f"/q/{code.token}/")

    assert (answer.status_code, answer["Location"]) == (302, "/p/s/wf/")
    assert (CodeScan.objects.get().on, CodeScan.objects.get().count) == (localdate(), 1)


def test_scan_leads_to_the_deputys_page(voter, deputy_code):
    answer = voter.get(f"/q/{deputy_code.token}/")

    assert answer["Location"] == f"/p/d/{deputy_code.token}/"


def test_scan_sets_no_cookie_and_may_not_be_kept(voter, code):
    answer = voter.get(f"/q/{code.token}/")

    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_scan_by_a_look_at_the_head_is_not_counted(voter, code):
    assert voter.head(f"/q/{code.token}/").status_code == 302
    assert not CodeScan.objects.exists()


def test_scan_of_a_revoked_code_is_gone_with_a_way_on(voter, code, station_staff):
    codes.revoke_code(code, actor=station_staff, reason="换新")

    answer = voter.get(f"/q/{code.token}/")

    assert answer.status_code == 410
    assert 'href="/p/"' in answer.content.decode()
    assert not CodeScan.objects.exists()


def test_scan_of_a_hidden_station_or_a_former_deputy_is_gone(
    voter, code, deputy_code, station, deputy
):
    type(station).objects.update(is_public=False)
    deputy.mandates.update(status="ended")

    for one in (code, deputy_code):
        assert voter.get(f"/q/{one.token}/").status_code == 410


def test_scan_of_a_calendar_is_unknown(voter, station, station_staff):
    feed = codes.give_code(K.STATION_FEED, station, actor=station_staff)

    assert voter.get(f"/q/{feed.token}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "9" * 5000, "..", "%E4%BA%BA", "a b", "<b>"])
def test_scan_of_no_such_token_is_unknown(voter, db, token):
    assert voter.get(f"/q/{token}/").status_code == 404


def test_scan_only_reads_and_is_limited(voter, code, settings):
    settings.PUBLIC_RATES = settings.PUBLIC_RATES | {"page": (1, 600)}

    assert voter.post(f"/q/{code.token}/").status_code == 405
    answers = [voter.get(f"/q/{code.token}/").status_code for _ in range(2)]
    assert answers == [302, 429]


# --- kept by the station ----------------------------------------------------------


def test_page_offers_to_give_and_then_shows_the_code(browser, station):
    url = f"/stations/{station.pk}/codes/"
    assert "启用站码" in browser.get(url).content.decode()

    answer = browser.post(f"{url}station/")

    assert answer["Location"] == url
    text = browser.get(url).content.decode()
    assert PublicCode.objects.get().token in text
    assert "<svg" in text
    assert "style=" not in text


def test_page_shows_openings_month_by_month(browser, station, code):
    for _ in range(3):
        codes.count_scan(code, localdate())

    panel = browser.get(f"/stations/{station.pk}/codes/").context["panel"]

    assert (panel["total"], panel["months"][0].count) == (3, 3)
    assert len(panel["months"]) == 12


def test_page_of_a_hidden_station_says_why_there_is_no_code(browser, station):
    type(station).objects.update(is_public=False)

    url = f"/stations/{station.pk}/codes/"
    assert "没有对外公开" in browser.get(url).content.decode()
    assert browser.post(f"{url}station/").status_code == 422


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("township", 200),
        ("station_staff", 200),
        ("leader", 403),
        ("client_user", 403),
        ("deputy_user", 403),
        ("stranger", 404),
        ("handler", 404),
    ],
)
def test_pages_of_a_station_are_for_those_who_run_it(
    request, sign_in, station, code, deputy, who, status
):
    signed_in = sign_in(request.getfixturevalue(who))

    for url in (
        f"/stations/{station.pk}/codes/",
        f"/stations/{station.pk}/deputy-codes/",
        f"/codes/{code.pk}/sheet/",
        f"/codes/{code.pk}/revoke/",
        f"/codes/{code.pk}/renew/",
    ):
        assert signed_in.get(url).status_code == status, url


@pytest.mark.parametrize(
    ("who", "status"),
    [("leader", 403), ("deputy_user", 403), ("stranger", 404), ("handler", 404)],
)
def test_deeds_are_refused_to_others(
    request, sign_in, station, code, deputy, who, status
):
    signed_in = sign_in(request.getfixturevalue(who))

    for url in (
        f"/stations/{station.pk}/codes/station/",
        f"/stations/{station.pk}/deputy-codes/",
        f"/codes/{code.pk}/revoke/",
    ):
        assert signed_in.post(url, {"reason": "x"}).status_code == status, url
    assert list(PublicCode.objects.open()) == [code]


@pytest.mark.parametrize("kind", ["deputy", "deputy_feed", "nonsense", "9" * 400])
def test_a_kind_that_does_not_fit_is_unknown(browser, station, kind):
    url = f"/stations/{station.pk}/codes/{kind}/"

    assert browser.post(url).status_code == 404


@pytest.mark.parametrize("pk", ["0", "9" * 40, "9" * 5000])
def test_numbers_nothing_has_are_unknown(browser, db, pk):
    for url in (
        f"/stations/{pk}/codes/",
        f"/stations/{pk}/deputy-codes/",
        f"/deputies/{pk}/codes/",
        f"/codes/{pk}/sheet/",
        f"/codes/{pk}/renew/",
    ):
        assert browser.get(url).status_code == 404


def test_revoke_asks_why_and_keeps_what_was_typed(browser, code):
    url = f"/codes/{code.pk}/revoke/"
    assert "会打不开" in browser.get(url).content.decode()

    refused = browser.post(url, {"reason": "长" * 201})

    assert refused.status_code == 422
    assert "长" * 201 in refused.content.decode()
    assert browser.post(url, {"reason": "丢失"}).status_code == 302
    assert not PublicCode.objects.open().exists()
    assert browser.get(url).status_code == 404


def test_renew_gives_another(browser, station, code):
    browser.post(f"/codes/{code.pk}/renew/", {"reason": "外传"})

    assert codes.open_code(K.STATION, station).token != code.token


def test_sheet_and_small_cards_show_the_code_without_styles(browser, code):
    sheet = browser.get(f"/codes/{code.pk}/sheet/").content.decode()
    cards = browser.get(f"/codes/{code.pk}/sheet/?as=tags").content.decode()

    assert "文峰社区代表联络站" in sheet
    assert f"/q/{code.token}/" in sheet
    assert (sheet.count('class="qr"'), cards.count('class="qr"')) == (1, 10)
    assert "style=" not in sheet + cards


def test_sheet_of_a_calendar_is_unknown(browser, station, station_staff):
    feed = codes.give_code(K.STATION_FEED, station, actor=station_staff)

    assert browser.get(f"/codes/{feed.pk}/sheet/").status_code == 404


def test_cards_of_all_deputies_of_a_station(browser, station, deputy, town):
    other = MandateFactory(deputy=DeputyFactory(area=town)).deputy
    former = DeputyFactory(area=town)
    for one in (deputy, other, former):
        station.stationings.create(deputy=one, starts_on=localdate())
    url = f"/stations/{station.pk}/deputy-codes/"
    assert browser.get(url).context["missing"] == 2

    browser.post(url)

    shown = browser.get(url)
    assert shown.context["missing"] == 0
    assert {tag["of"] for tag in shown.context["tags"]} == {deputy, other}
    assert "周敏" in shown.content.decode()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_cards_ask_a_fixed_number_of_queries(
    browser, station, town, officer, count, django_assert_max_num_queries
):
    for _ in range(count):
        seat = MandateFactory(deputy=DeputyFactory(area=town))
        station.stationings.create(deputy=seat.deputy, starts_on=localdate())
        codes.give_code(K.DEPUTY, seat.deputy, actor=officer)

    with django_assert_max_num_queries(16):
        shown = browser.get(f"/stations/{station.pk}/deputy-codes/")

    assert len(shown.context["tags"]) == count


# --- kept by the deputy -----------------------------------------------------------


def test_deputy_keeps_code_and_calendar(phone, deputy):
    url = f"/deputies/{deputy.pk}/codes/"
    assert url in phone.get("/deputies/me/schedule/").content.decode()

    for kind in ("deputy", "deputy_feed"):
        assert phone.post(f"{url}{kind}/").status_code == 302

    text = phone.get(url).content.decode()
    for code in PublicCode.objects.all():
        assert code.token in text


def test_calendar_of_a_deputy_is_nobody_elses(browser, sign_in, officer, deputy):
    for signed_in in (sign_in(officer),):
        url = f"/deputies/{deputy.pk}/codes/"
        assert "feed" not in signed_in.get(url).context
        assert signed_in.post(f"{url}deputy_feed/").status_code == 403


def test_calendar_of_a_deputy_is_not_revoked_by_others(
    sign_in, officer, deputy, deputy_user
):
    feed = codes.give_code(K.DEPUTY_FEED, deputy, actor=deputy_user)

    answer = sign_in(officer).post(f"/codes/{feed.pk}/revoke/", {"reason": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("station_staff", 403), ("leader", 403), ("stranger", 404)],
)
def test_page_of_a_deputy(request, sign_in, deputy, who, status):
    signed_in = sign_in(request.getfixturevalue(who))

    assert signed_in.get(f"/deputies/{deputy.pk}/codes/").status_code == status


def test_station_prints_the_codes_of_its_own_deputies(browser, station, deputy):
    station.stationings.create(deputy=deputy, starts_on=localdate())

    assert browser.get(f"/deputies/{deputy.pk}/codes/").status_code == 200


def test_page_asks_a_fixed_number_of_queries(
    browser, station, code, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        browser.get(f"/stations/{station.pk}/codes/")
