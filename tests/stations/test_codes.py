"""Public codes: one in use a kind, counted without identity, taken back for good."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import RuleViolation, WrongState
from stations.choices import CodeKind
from stations.models import CodeScan, PublicCode
from stations.services import codes
from tests.factories import DeputyFactory, StationFactory

K = CodeKind


@pytest.fixture
def code(station, station_staff):
    return codes.give_code(K.STATION, station, actor=station_staff)


@pytest.fixture
def deputy_code(deputy, deputy_user):
    return codes.give_code(K.DEPUTY, deputy, actor=deputy_user)


def test_give_makes_one_and_then_answers_with_it(station, station_staff, code):
    again = codes.give_code(K.STATION, station, actor=station_staff)

    assert again == code
    assert len(code.token) == 12
    assert [event.verb for event in history_of(station)] == ["give_code"]


def test_give_of_a_feed_cannot_be_tried_out(deputy, deputy_user):
    feed = codes.give_code(K.DEPUTY_FEED, deputy, actor=deputy_user)

    assert len(feed.token) == 32


def test_give_needs_a_public_station(town, officer):
    hidden = StationFactory(area=town, is_public=False)

    with pytest.raises(RuleViolation):
        codes.give_code(K.STATION, hidden, actor=officer)


def test_give_needs_a_seat(town, officer):
    former = DeputyFactory(area=town)

    with pytest.raises(RuleViolation):
        codes.give_code(K.DEPUTY, former, actor=officer)


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        (K.STATION, "stranger"),
        (K.STATION, "deputy_user"),
        (K.STATION_FEED, "leader"),
        (K.DEPUTY, "stranger"),
        (K.DEPUTY, "leader"),
        (K.DEPUTY, "station_staff"),
        (K.DEPUTY_FEED, "officer"),
    ],
)
def test_give_is_not_for_others(request, station, deputy, deputy_user, kind, who):
    of = station if kind in codes.OF_STATIONS else deputy

    with pytest.raises(PermissionDenied):
        codes.give_code(kind, of, actor=request.getfixturevalue(who))

    assert not PublicCode.objects.exists()


def test_give_of_a_deputys_code_is_for_the_stations_the_deputy_belongs_to(
    station, deputy, station_staff
):
    station.stationings.create(deputy=deputy, starts_on=localdate())

    assert codes.give_code(K.DEPUTY, deputy, actor=station_staff).deputy == deputy


def test_give_refuses_a_kind_that_does_not_fit(station, officer):
    with pytest.raises(TypeError):
        codes.give_code(K.DEPUTY, station, actor=officer)


def test_revoke_is_for_good_and_says_why(station, station_staff, code):
    codes.revoke_code(code, actor=station_staff, reason="海报被人换掉")

    line = history_of(station).last()
    assert (line.verb, line.note) == ("revoke_code", "海报被人换掉")
    assert codes.open_code(K.STATION, station) is None
    with pytest.raises(WrongState):
        codes.revoke_code(code, actor=station_staff, reason="再停一次")


def test_revoke_by_two_at_once_counts_once(station, station_staff, code):
    same = PublicCode.objects.get(pk=code.pk)
    codes.revoke_code(code, actor=station_staff, reason="丢失")

    with pytest.raises(WrongState):
        codes.revoke_code(same, actor=station_staff, reason="丢失")

    assert history_of(station).filter(verb="revoke_code").count() == 1


@pytest.mark.parametrize("reason", ["", "　", "长" * 201])
def test_revoke_needs_a_reason(station_staff, code, reason):
    with pytest.raises(RuleViolation):
        codes.revoke_code(code, actor=station_staff, reason=reason)


def test_renew_puts_another_in_its_place(station, station_staff, code):
    fresh = codes.renew_code(code, actor=station_staff, reason="泄露")

    assert fresh.token != code.token
    assert codes.open_code(K.STATION, station) == fresh


def test_deputy_of_knows_open_codes_of_deputies_only(
    deputy, deputy_user, deputy_code, code
):
    feed = codes.give_code(K.DEPUTY_FEED, deputy, actor=deputy_user)

    assert codes.deputy_of(deputy_code.token) == deputy
    for token in (feed.token, code.token, "", "x" * 500, deputy_code.token.lower()):
        assert codes.deputy_of(token) is None
    codes.revoke_code(deputy_code, actor=deputy_user, reason="不用了")
    assert codes.deputy_of(deputy_code.token) is None


def test_deputy_of_a_former_deputy_is_nobody(deputy, deputy_code):
    deputy.mandates.update(status="ended")

    assert codes.deputy_of(deputy_code.token) is None


def test_scans_are_counted_a_day_and_nothing_else_is_kept(code):
    today = localdate()
    for on in (today, today, today - dt.timedelta(days=1)):
        codes.count_scan(code, on)

    assert list(CodeScan.objects.order_by("on").values_list("count", flat=True)) == [
        1,
        2,
    ]
    kept = {field.name for field in CodeScan._meta.fields}
    assert kept == {"id", "code", "on", "count"}


def test_months_go_back_a_year_over_all_codes(station, station_staff, code):
    today = dt.date(2026, 3, 15)
    codes.count_scan(code, dt.date(2026, 3, 1))
    codes.count_scan(code, dt.date(2025, 4, 30))
    codes.count_scan(code, dt.date(2025, 3, 31))  # too long ago
    fresh = codes.renew_code(code, actor=station_staff, reason="换新")
    codes.count_scan(fresh, dt.date(2026, 3, 2))

    months = codes.months_of(K.STATION, station, today)

    assert (months[0].first, months[-1].first) == (
        dt.date(2025, 4, 1),
        dt.date(2026, 3, 1),
    )
    assert [month.count for month in months] == [1, *[0] * 10, 2]
    assert (months[-1].share, months[0].share) == (1, 0.5)
