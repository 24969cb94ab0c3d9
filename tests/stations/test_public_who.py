"""谁是我的代表, the page of a deputy, the notice board: public facts, nothing else."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from stations import workflow
from stations.models import PublicCode, ReceptionDay
from stations.services.codes import give_code, revoke_code
from stations.who import spoken_place
from tests.factories import (
    AreaFactory,
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def voter():
    return Client()


def deputy_at(area, name, **seat):
    found = DeputyFactory(area=area, name=name)
    MandateFactory(deputy=found, **seat)
    return found


def announced(station, deputy=None, *, number=1, days=3, **facts):
    date = localdate() + dt.timedelta(days=days)
    known = {"status": "announced", "announced_at": now(), "notice_year": date.year}
    day = DayFactory(
        station=station, date=date, notice_number=number, **(known | facts)
    )
    if deputy:
        day.duties.create(deputy=deputy)
    return day


def names(rows):
    return [row.name for row in rows]


# --- who ------------------------------------------------


def test_who_goes_from_town_to_village_in_two_taps(voter, station, village, town):
    first = voter.get("/p/who/")
    second = voter.get("/p/who/", {"area": town.pk})
    third = voter.get("/p/who/", {"area": village.pk})

    assert [(c.name, names(rows)) for c, rows in first.context["counties"]] == [
        ("东宝区", ["泉口街道"])
    ]
    assert f"?area={town.pk}" in first.content.decode()
    assert f"?area={village.pk}" in second.content.decode()
    assert "文峰社区的代表" in third.content.decode()
    assert "<script" not in third.content.decode()


def test_who_shows_the_villages_own_stations_else_the_towns(
    voter, station, village, town
):
    before = voter.get("/p/who/", {"area": village.pk}).context["found"]
    served = StationFactory(area=town, name="片区站", slug="pq")
    served.serves.add(village)
    StationFactory(area=village, name="暂停的站", status="paused")

    after = voter.get("/p/who/", {"area": village.pk}).context["found"]

    assert (before.is_own, names(before.stations)) == (False, [station.name])
    assert (after.is_own, names(after.stations)) == (True, ["片区站"])


def test_who_shows_the_next_announced_reception_and_who_comes(
    voter, station, village, deputy
):
    DayFactory(station=station, date=localdate() + dt.timedelta(days=1))
    announced(station, deputy)

    text = voter.get("/p/who/", {"area": village.pk}).content.decode()

    assert "9:00–11:00 接待：周敏" in text


def test_who_finds_stationed_elected_and_resident_deputies(
    voter, station, village, town, county
):
    stationed = deputy_at(town, "甲站")
    station.stationings.create(deputy=stationed, starts_on=localdate())
    deputy_at(village, "乙住")
    deputy_at(county, "丙选", source_name="第三选区（文峰社区、白石坡村）")
    deputy_at(town, "丁别", source_name="第四选区")
    gone = DeputyFactory(area=village, name="戊去")
    MandateFactory(deputy=gone, ends_on=localdate(), status="terminated")

    found = voter.get("/p/who/", {"area": village.pk}).context["found"]

    assert sorted(names(found.deputies)) == ["丙选", "乙住", "甲站"]
    assert names(found.others) == ["丁别"]


def test_who_tells_homonymous_villages_apart(voter, station, village, county):
    other = AreaFactory(code="420802003", name="栗溪镇", parent=county)
    AreaFactory(code="420802003009", name="文峰社区居民委员会", parent=other)

    page = voter.get("/p/who/", {"q": "文峰"})

    text = page.content.decode()
    assert len(page.context["places"]) == 2
    assert "东宝区 泉口街道" in text
    assert "东宝区 栗溪镇" in text


def test_who_finds_by_station_street_and_deputy(voter, station, deputy):
    station.address = "中心路 18 号"
    station.save()
    station.stationings.create(deputy=deputy, starts_on=localdate())

    by_street = voter.get("/p/who/", {"q": "中心路"})
    by_name = voter.get("/p/who/", {"q": "周敏"})

    assert names(by_street.context["stations"]) == [station.name]
    assert names(by_name.context["people"]) == ["周敏"]
    assert "/p/s/wf/" in by_name.content.decode()


@pytest.mark.parametrize(
    "query",
    [{"q": "长" * 10_000}, {"q": "' OR 1=1"}, {"q": "😀\u202e"}, {"q": " "}],
)
def test_who_survives_anything(voter, station, query):
    assert voter.get("/p/who/", query).status_code == 200


@pytest.mark.parametrize(
    "code", ["420802", "4208020020", "9" * 40, "42080200200300", "x", "420804001"]
)
def test_who_knows_no_other_places(voter, station, other_county, code):
    AreaFactory(code="420804001", name="外镇", parent=other_county)

    assert voter.get("/p/who/", {"area": code}).status_code == 404


def test_who_links_only_deputies_with_a_code_in_use(
    voter, station, deputy, village, station_staff, officer
):
    station.stationings.create(deputy=deputy, starts_on=localdate())
    code = give_code("deputy", deputy, actor=officer)
    with_page = voter.get("/p/who/", {"area": village.pk}).content.decode()
    revoke_code(code, actor=officer, reason="换新")

    without = voter.get("/p/who/", {"area": village.pk}).content.decode()

    assert f"/p/d/{code.token}/" in with_page
    assert "/p/d/" not in without


def test_who_asks_a_fixed_number_of_queries(
    voter, station, village, town, django_assert_max_num_queries
):
    for number in range(30):
        found = deputy_at(town, f"代表{number}")
        place = StationFactory(area=town)
        place.stationings.create(deputy=found, starts_on=localdate())
        announced(place, found, number=number + 1)

    with django_assert_max_num_queries(12):
        voter.get("/p/who/", {"area": village.pk})
    with django_assert_max_num_queries(8):
        voter.get("/p/who/", {"q": "代表"})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("泉口社区居民委员会", "泉口社区"),
        ("栗溪村村民委员会", "栗溪村"),
        ("文峰社区", "文峰社区"),
        ("居民委员会", "居民委员会"),
    ],
)
def test_places_are_said_as_people_say_them(name, said):
    assert spoken_place(name) == said


# --- the page of a deputy ------------------------------------------------


@pytest.fixture
def known(deputy, station, officer):
    """A deputy with all that a roster knows, stationed, with a code in use."""
    deputy.phone, deputy.id_number = "13700001111", "420802198206010011"
    deputy.address, deputy.note = "泉口街道 8 号 3 栋", "内部备注"
    deputy.birth_month, deputy.party = dt.date(1982, 6, 1), "中共党员"
    deputy.public_text = "关注老旧小区改造。"
    deputy.save()
    deputy.mandates.update(source_name="第2选区", delegation="泉口街道代表团")
    station.stationings.create(deputy=deputy, starts_on=localdate())
    return give_code("deputy", deputy, actor=officer)


def test_deputy_shows_public_facts_and_no_others(voter, known, station, deputy):
    announced(station, deputy)

    page = voter.get(f"/p/d/{known.token}/").content.decode()

    for said in ("周敏", "第2选区", "泉口街道代表团", station.name, "老旧小区改造"):
        assert said in page
    assert f"/p/s/wf/say/?to={known.token}" in page
    assert "下次接待" in page
    for secret in ("1370000", "4208021982", "8 号 3 栋", "内部备注", "1982", "党员"):
        assert secret not in page


def test_deputy_says_when_the_code_was_taken_back(voter, known, officer):
    revoke_code(known, actor=officer, reason="换新")

    gone = voter.get(f"/p/d/{known.token}/")

    assert gone.status_code == 410
    assert "已经停用" in gone.content.decode()


def test_deputy_whose_seat_ended_has_no_page(voter, known, deputy):
    deputy.mandates.update(ends_on=localdate(), status="terminated")

    assert voter.get(f"/p/d/{known.token}/").status_code == 410


@pytest.mark.parametrize("token", ["x", "9" * 500, "ABCDEFGH2345"])
def test_deputy_of_another_token_is_not_there(voter, known, token):
    assert voter.get(f"/p/d/{token}/").status_code == 404


def test_deputy_is_not_opened_by_a_stations_code(voter, station, officer):
    code = give_code("station", station, actor=officer)

    assert voter.get(f"/p/d/{code.token}/").status_code == 404


# --- the board ------------------------------------------------


def said_on(page):
    return [(line.on, line.station, line.state) for line in page.context["lines"]]


def test_board_lists_announced_receptions_by_date(voter, station, deputy, town):
    later = announced(station, deputy, number=2, days=9)
    first = announced(StationFactory(area=town, name="乙站"), deputy, days=2)
    DayFactory(station=station, date=localdate() + dt.timedelta(days=4))
    announced(station, number=3, days=-1, status="held")
    announced(StationFactory(area=town, is_public=False), days=2)

    page = voter.get("/p/board/")

    assert said_on(page) == [(first.date, "乙站", ""), (later.date, station.name, "")]
    text = page.content.decode()
    assert "周敏" in text
    assert f"/p/s/wf/book/{later.pk}/" in text
    assert "<script" not in text


def test_board_says_what_was_cancelled_and_moved(voter, station, station_staff):
    off = announced(station, days=3)
    workflow.cancel(off, actor=station_staff, reason="防汛值守")
    moved = announced(station, number=2, days=5)
    ReceptionDay.objects.filter(pk=moved.pk).update(
        moved_from=localdate() + dt.timedelta(days=4), moved_reason="会场占用"
    )

    page = voter.get("/p/board/")

    assert [state for _, _, state in said_on(page)] == ["cancelled", "moved", ""]
    text = page.content.decode()
    for said in ("防汛值守", "改到", "原定", "会场占用"):
        assert said in text


def test_board_is_narrowed_to_a_town(voter, station, county):
    other = AreaFactory(code="420802003", name="栗溪镇", parent=county)
    announced(station)
    announced(StationFactory(area=other, name="栗溪站"))

    page = voter.get("/p/board/", {"area": other.pk})

    assert [name for _, name, _ in said_on(page)] == ["栗溪站"]
    assert names(page.context["places"]) == ["泉口街道", "栗溪镇"]


@pytest.mark.parametrize("code", ["x", "42", "9" * 40, "420804", "420802009"])
def test_board_knows_no_other_places(voter, station, code):
    assert voter.get("/p/board/", {"area": code}).status_code == 404


def test_board_empty_says_what_to_do(voter, station):
    assert "/p/" in voter.get("/p/board/").content.decode()
    assert "没有公告" in voter.get("/p/board/").content.decode()


def test_board_has_pages_and_survives_a_forged_cursor(voter, station):
    for number in range(70):
        announced(station, number=number + 1, days=number + 1)

    first = voter.get("/p/board/")
    second = voter.get("/p/board/" + first.context["next_url"])
    forged = voter.get("/p/board/", {"cursor": "x" * 500})

    assert len(first.context["lines"]) == 60
    assert len(second.context["lines"]) == 10
    assert said_on(forged) == said_on(first)


def test_board_is_kept_for_a_minute(voter, station, deputy, django_assert_num_queries):
    announced(station, deputy)
    voter.get("/p/board/")

    with django_assert_num_queries(2):
        voter.get("/p/board/")


def test_board_asks_a_fixed_number_of_queries(
    voter, town, deputy, django_assert_max_num_queries
):
    for number in range(40):
        announced(StationFactory(area=town), deputy, number=number + 1)

    with django_assert_max_num_queries(6):
        voter.get("/p/board/")


@pytest.mark.parametrize("path", ["/p/who/", "/p/board/", "/p/d/x/"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_read(voter, path, method):
    assert getattr(voter, method)(path).status_code == 405


def test_codes_are_counted_nowhere_on_the_page_itself(voter, known):
    voter.get(f"/p/d/{known.token}/")

    assert not PublicCode.objects.filter(scans__isnull=False).exists()
