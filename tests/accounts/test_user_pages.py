"""The pages of accounts and grants."""

import re

import pytest

from accounts.models import User
from tests.factories import UserFactory, person


def refused(page):
    return {name: "".join(texts) for name, texts in page.context["form"].errors.items()}


def test_user_list_shows_name_role_and_place(officer, station_staff, sign_in):
    page = sign_in(officer).get("/users/")

    names = [row.name for row in page.context["page"]]
    assert sorted(names) == sorted([officer.name, station_staff.name])
    text = page.content.decode()
    assert "文峰社区代表联络站" in text
    assert station_staff.username in text


def test_user_list_is_narrowed_by_word_role_and_state(
    sys_admin, officer, station_staff, sign_in
):
    officer.phone = "0724-233"
    officer.is_active = False
    officer.save(update_fields=["phone", "is_active"])
    browser = sign_in(sys_admin)

    def names(query):
        return [row.name for row in browser.get(f"/users/?{query}").context["page"]]

    assert names("q=何雨") == ["何雨晴"]
    assert names(f"q={station_staff.username}") == ["何雨晴"]
    assert names("q=0724-233") == ["陈立新"]
    assert names("role=station") == ["何雨晴"]
    assert names("state=off") == ["陈立新"]
    assert set(names("q=" + "长" * 100)) == {"何雨晴", "陈立新", "系统员"}


@pytest.mark.parametrize("count", [1, 3, 60])
def test_user_list_costs_the_same_however_long(
    sys_admin, county, sign_in, django_assert_num_queries, count
):
    for number in range(count):
        person(f"人{number}", "leader", area=county)
    browser = sign_in(sys_admin)
    browser.get("/users/")

    with django_assert_num_queries(6):
        # user, own grants, unread, rows, their grants, count
        browser.get("/users/")


def test_user_create_by_the_system_administrator(sys_admin, sign_in):
    browser = sign_in(sys_admin)
    given = {"username": "wangfang", "name": "王芳", "phone": ""}

    page = browser.post("/users/new/", given)

    user = User.objects.get(username="wangfang")
    assert user.check_password(page.context["password"])
    assert page.context["password"] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert (
        page.context["password"]
        not in browser.get(f"/users/{user.pk}/").content.decode()
    )


def test_user_create_by_an_office(officer, station, sign_in):
    browser = sign_in(officer)
    given = {
        "username": "wangfang",
        "name": "王芳",
        "role": "station",
        "station": station.pk,
        "is_head": "on",
    }

    page = browser.post("/users/new/", given)

    assert page.status_code == 200
    held = User.objects.get(username="wangfang").grants.get()
    assert (held.station, held.is_head) == (station, True)


def test_user_create_keeps_all_that_was_typed(officer, other_unit, sign_in):
    given = {
        "username": "Wang Fang",
        "name": "长" * 10_000,
        "phone": "<1>",
        "role": "unit_handler",
        "unit": other_unit.pk,
    }

    page = sign_in(officer).post("/users/new/", given)

    assert page.status_code == 422
    assert "name" in refused(page)
    text = page.content.decode()
    assert "长" * 10_000 in text
    assert "Wang Fang" in text
    assert "&lt;1&gt;" in text
    assert re.search(rf'value="{other_unit.pk}"\s+selected', text)
    assert not User.objects.filter(name__startswith="长").exists()


def test_user_create_offers_only_places_of_the_office(
    stranger, station, unit, deputy, sign_in
):
    page = sign_in(stranger).get("/users/new/")

    form = page.context["form"]
    assert list(form.fields["station"].queryset) == []
    assert list(form.fields["unit"].queryset) == []
    assert list(form.fields["deputy"].queryset) == []
    roles = [value for value, _label in form.fields["role"].choices]
    assert roles == [
        "",
        "township",
        "station",
        "deputy",
        "unit_handler",
        "unit_leader",
        "client",
    ]


def test_user_create_takes_a_deputy_from_the_address(officer, deputy, sign_in):
    page = sign_in(officer).get(f"/users/new/?role=deputy&deputy={deputy.pk}&name=周敏")

    text = page.content.decode()
    assert re.search(rf'value="{deputy.pk}"\s+selected', text)
    assert 'value="周敏"' in text


def test_user_detail_shows_what_may_be_done(
    officer, leader, stranger, station_staff, sign_in
):
    browser = sign_in(officer)

    theirs = browser.get(f"/users/{station_staff.pk}/").content.decode()
    own = browser.get(f"/users/{officer.pk}/").content.decode()

    assert f"/users/{station_staff.pk}/reset_password/" in theirs
    assert f"/users/{station_staff.pk}/grants/new/" in theirs
    assert "reset_password" not in own
    assert "grants/new" not in own
    assert "deactivate" not in browser.get(f"/users/{leader.pk}/").content.decode()
    assert browser.get(f"/users/{stranger.pk}/").status_code == 404


def test_user_edit_and_deactivate_and_activate(officer, station_staff, sign_in):
    browser, url = sign_in(officer), f"/users/{station_staff.pk}/"

    assert browser.post(url + "edit/", {"name": ""}).status_code == 422
    assert browser.post(url + "edit/", {"name": "何雨"})["Location"] == url
    assert browser.post(url + "deactivate/", {"reason": ""}).status_code == 422
    assert browser.post(url + "deactivate/", {"reason": "离职"})["Location"] == url

    station_staff.refresh_from_db()
    assert (station_staff.name, station_staff.is_active) == ("何雨", False)
    again = browser.post(url + "deactivate/", {"reason": "离职"})
    assert (again.status_code, refused(again)) == (422, {"__all__": "账号已经停用。"})

    assert browser.post(url + "activate/")["Location"] == url
    assert browser.post(url + "activate/").status_code == 422


def test_user_reset_password_asks_first_and_shows_it_once(
    officer, station_staff, sign_in
):
    browser, url = sign_in(officer), f"/users/{station_staff.pk}/reset_password/"
    before = station_staff.password

    assert "重设" in browser.get(url).content.decode()
    station_staff.refresh_from_db()
    assert station_staff.password == before

    page = browser.post(url)

    station_staff.refresh_from_db()
    assert station_staff.check_password(page.context["password"])


def test_a_new_person_signs_in_and_must_change_the_password(
    officer, station, sign_in, client
):
    given = {"username": "wangfang", "name": "王芳", "role": "station"}
    page = sign_in(officer).post("/users/new/", {**given, "station": station.pk})
    initial = page.context["password"]

    client.post("/login/", {"username": "wangfang", "password": initial})

    assert client.get("/notices/")["Location"] == "/password/"
    new = "Another-Horse-9"
    client.post("/password/", {"present": initial, "password": new, "again": new})
    assert client.get("/notices/").status_code == 200


def test_grant_create_and_end(sec_admin, station_staff, unit, sign_in):
    browser, url = sign_in(sec_admin), f"/users/{station_staff.pk}/"

    page = browser.post(
        url + "grants/new/", {"role": "unit_handler", "unit": unit.pk, "area": ""}
    )
    assert page["Location"] == url
    row = station_staff.grants.get(role="unit_handler")

    end = f"{url}grants/{row.pk}/end/"
    assert "水利局" in browser.get(end).content.decode()
    assert browser.post(end, {"on": "2020-01-01"}).status_code == 422
    assert browser.post(end, {"on": ""})["Location"] == url
    assert not station_staff.grants.filter(pk=row.pk).exists()


def test_grant_create_takes_the_code_of_any_area(sec_admin, town, sign_in):
    newcomer = UserFactory()
    browser, url = sign_in(sec_admin), f"/users/{newcomer.pk}/grants/new/"

    wrong = browser.post(url, {"role": "township", "area": "999999"})
    browser.post(url, {"role": "township", "area": "420802002"})

    assert refused(wrong) == {"area": "没有这个代码的地区。"}
    assert newcomer.grants.get().area == town


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "officer"}, "area"),
        ({"role": "nobody"}, "role"),
        ({"role": "sys_admin", "starts_on": "1800-01-01"}, "starts_on"),
        ({"role": "sys_admin", "ends_on": "3000-01-01"}, "ends_on"),
        ({"role": "sys_admin", "ends_on": "昨天"}, "ends_on"),
        ({"role": "officer", "area": "4208\x0002"}, "area"),
    ],
)
def test_grant_create_says_what_is_wrong_at_its_field(sec_admin, sign_in, given, field):
    newcomer = UserFactory()

    page = sign_in(sec_admin).post(f"/users/{newcomer.pk}/grants/new/", given)

    assert page.status_code == 422
    assert list(refused(page)) == [field]
    assert not newcomer.grants.exists()


def test_grants_of_others_are_not_found_under_a_name(
    officer, station_staff, handler, sign_in
):
    row = handler.grants.get()
    url = f"/users/{station_staff.pk}/grants/{row.pk}/end/"

    assert sign_in(officer).get(url).status_code == 404


def test_settings_leads_where_the_role_may_go(officer, sys_admin, leader, sign_in):
    assert "/users/" in sign_in(officer).get("/settings/").content.decode()
    assert "/users/" in sign_in(sys_admin).get("/settings/").content.decode()
    assert sign_in(leader).get("/settings/").status_code == 403


@pytest.mark.parametrize("number", ["0", "9" * 10, "9" * 30])
def test_pages_of_numbers_that_nobody_has_do_not_exist(sec_admin, sign_in, number):
    browser = sign_in(sec_admin)

    for url in (
        f"/users/{number}/",
        f"/users/{sec_admin.pk}/grants/{number}/end/",
        f"/notices/{number}/open/",
    ):
        assert browser.get(url).status_code == 404


def test_grant_create_refuses_places_that_no_database_holds(sec_admin, sign_in):
    newcomer = UserFactory()
    given = {"role": "station", "station": "9" * 30, "unit": "x", "area": "'" * 900}

    page = sign_in(sec_admin).post(f"/users/{newcomer.pk}/grants/new/", given)

    assert set(refused(page)) == {"station", "unit", "area"}
