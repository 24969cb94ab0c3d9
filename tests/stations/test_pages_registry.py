"""Pages of the registry: list, tree, map, villages served, closing, staff, history."""

import pytest
from django.urls import reverse

from areas.models import Outline
from audit.services import record
from stations.models import Station
from stations.services import edit_station, serve
from tests.factories import AreaFactory, DayFactory, StationFactory, person
from tests.stations.rows import rows
from tests.stations.test_pages import queries

VIEWS = ["stations:list", "stations:tree", "stations:map"]
SQUARE = [[112.0, 31.0], [112.4, 31.0], [112.4, 31.4], [112.0, 31.4], [112.0, 31.0]]


def page(name, station):
    return reverse(f"stations:{name}", args=[station.pk])


@pytest.fixture
def outline(county):
    shape = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    return Outline.objects.create(area=county, geojson=shape, note="鄂S(2026)001号")


@pytest.mark.parametrize("name", VIEWS)
def test_views_ask_the_same_number_of_queries(office, station, name):
    rows(station, 1)
    one = queries(office, reverse(name))
    rows(station, 2)
    Station.objects.update(longitude=112.1, latitude=31.1)
    three = queries(office, reverse(name))
    rows(station, 200)

    assert one == three == queries(office, reverse(name))


@pytest.mark.parametrize("name", VIEWS)
def test_views_keep_the_filters_when_one_switches(office, station, name):
    text = office.get(reverse(name), {"kind": "home", "q": "文"}).content.decode()

    for other in VIEWS:
        assert f"{reverse(other)}?kind=home&amp;q=%E6%96%87" in text


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize(
    "query", [{"town": "9" * 40}, {"q": "长" * 300}, {"kind": "castle"}]
)
def test_views_survive_any_address(office, station, name, query):
    assert office.get(reverse(name), query).status_code in (200, 422)


def test_tree_shows_parents_of_what_was_found(office, town, station):
    StationFactory(area=town, name="下级点", parent=station, kind="contact_point")

    text = office.get(reverse("stations:tree"), {"q": "下级"}).content.decode()

    assert station.name in text
    assert text.count("<details") - text.count("</details>") == 0


def test_map_draws_a_grid_without_an_outline(office, officer, station):
    edit_station(station, actor=officer, longitude="112.2", latitude="31.0")

    text = office.get(reverse("stations:map")).content.decode()

    assert "map-grid" in text
    assert f'href="{station.get_absolute_url()}"' in text
    assert "style=" not in text


def test_map_draws_the_outline_with_its_approval(office, officer, station, outline):
    edit_station(station, actor=officer, longitude="112.2", latitude="31.2")

    text = office.get(reverse("stations:map")).content.decode()

    assert "map-area" in text
    assert "map-grid" not in text
    assert "鄂S(2026)001号" in text


def test_map_lists_stations_without_a_point_with_their_remedy(office, station):
    text = office.get(reverse("stations:map")).content.decode()

    assert page("point", station) in text


def test_map_puts_a_guest_at_its_venue(office, officer, town, station):
    edit_station(station, actor=officer, longitude="112.2", latitude="31.2")
    StationFactory(area=town, name="观察点", host=station)

    answer = office.get(reverse("stations:map"))

    (marker,) = answer.context["map"]["markers"]
    assert len(marker.stations) == 2


def test_map_of_a_deputy_has_no_remedies(sign_in, deputy_user, station):
    text = sign_in(deputy_user).get(reverse("stations:map")).content.decode()

    assert page("point", station) not in text


def test_point_is_set_and_refused_off_the_map(office, station):
    wrong = office.post(
        page("point", station), {"longitude": "12.2", "latitude": "1e9"}
    )
    right = office.post(
        page("point", station), {"longitude": "112.204512", "latitude": "31.038821"}
    )

    station.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert station.point == (112.204512, 31.038821)


def test_point_page_is_drawn_before_any_point_is_set(office, station):
    answer = office.get(page("point", station))

    assert answer.status_code == 200
    assert "data-map" in answer.content.decode()


def test_serve_keeps_villages_of_other_peoples_towns(
    sign_in, township, station, village, county
):
    far = AreaFactory(
        code="420802003001",
        parent=AreaFactory(code="420802003", parent=county),
    )
    station.serves.add(far)

    answer = sign_in(township).post(page("serve", station), {"villages": [village.pk]})

    assert answer.status_code == 302
    assert set(station.serves.all()) == {far, village}


@pytest.mark.parametrize("typed", ["9" * 30, "\x00", "420804001001", "=cmd"])
def test_serve_refuses_what_is_not_offered(office, station, typed):
    answer = office.post(page("serve", station), {"villages": [typed]})

    assert answer.status_code == 422


def test_serve_groups_villages_by_town(office, station, village):
    text = office.get(page("serve", station)).content.decode()

    assert "泉口街道" in text
    assert 'type="checkbox"' in text


def test_close_page_says_what_is_in_the_way(office, station):
    DayFactory(station=station)

    text = office.get(page("close", station)).content.decode()
    refused = office.post(page("close", station), {"reason": "撤点"})

    assert "将来的接待日 1 个" in text
    assert refused.status_code == 422


def test_close_closes(office, station):
    answer = office.post(page("close", station), {"reason": "并入"})

    station.refresh_from_db()
    assert answer.url == station.get_absolute_url()
    assert station.status == "closed"


def test_staff_makes_a_head_from_a_day_on(office, station, station_staff, town):
    other = StationFactory(area=town)

    answer = office.post(
        page("staff", other),
        {"person": station_staff.pk, "is_head": "on", "starts_on": "2026-01-05"},
    )

    grant = other.grants.get()
    assert answer.status_code == 302
    assert (grant.user, grant.is_head, str(grant.starts_on)) == (
        station_staff,
        True,
        "2026-01-05",
    )


def test_staff_offers_nobody_of_another_county(office, station, other_county):
    far = person("外人", "station", station=StationFactory(area=other_county))

    answer = office.post(
        page("staff", station), {"person": far.pk, "starts_on": "2026-01-05"}
    )

    assert answer.status_code == 422


def test_station_page_shows_former_staff_and_who_may_end(office, station, sign_in):
    gone = person("旧站长", "station", station=station)
    gone.grants.update(is_head=True, ends_on="2021-01-01")
    now = person("新站长", "station", station=station)

    text = office.get(station.get_absolute_url()).content.decode()

    assert "2020-01-01 至 2021-01-01" in text
    assert reverse("accounts:grant_end", args=[now.pk, now.grants.get().pk]) in text
    assert f"/users/{gone.pk}/grants/" not in text


def test_history_tells_what_changed_and_who_was_made_head(
    office, officer, station, station_staff, village
):
    grant = station.grants.get()
    edit_station(station, actor=officer, phone="0724-2345678")
    serve(station, actor=officer, add=[village])
    record(
        "grant", station_staff, actor=officer, label="授权", data={"grant": grant.pk}
    )

    text = office.get(page("history", station)).content.decode()

    assert "电话：空 → 0724-2345678" in text
    assert "增加文峰社区" in text
    assert "何雨晴" in text


@pytest.mark.parametrize(
    ("name", "status"),
    [("serve", 403), ("close", 403), ("staff", 403), ("point", 403), ("history", 200)],
)
def test_pages_of_the_overseers_are_closed_to_the_staff(browser, station, name, status):
    assert browser.get(page(name, station)).status_code == status


@pytest.mark.parametrize("name", ["serve", "close", "staff", "point", "history"])
def test_pages_are_unknown_elsewhere_and_closed_to_deputies(
    sign_in, stranger, deputy_user, station, name
):
    assert sign_in(stranger).get(page(name, station)).status_code == 404
    assert sign_in(deputy_user).get(page(name, station)).status_code == 403


def test_create_begins_with_what_the_address_says(office, village):
    answer = office.get(
        reverse("stations:create"), {"area": village.pk, "name": "文峰站"}
    )

    text = answer.content.decode()
    assert f'value="{village.pk}" selected' in text
    assert 'value="文峰站"' in text


def test_public_page_of_a_guest_shows_the_way_to_its_venue(client, town, station):
    Station.objects.filter(pk=station.pk).update(address="文峰路 1 号", phone="0724-1")
    guest = StationFactory(area=town, name="观察点", slug="gcd", host=station)

    text = client.get(reverse("public:station", args=[guest.slug])).content.decode()

    assert "文峰路 1 号" in text
    assert "0724-1" in text
