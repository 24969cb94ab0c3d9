import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from areas.models import Area, Category, Policy, Unit
from areas.services import seed_categories
from audit.services import history_of
from tests.factories import AreaFactory, CategoryFactory, UnitFactory

LISTS = ("areas:list", "areas:unit_list", "areas:category_list", "areas:policy")
HTMX = {"HX-Request": "true"}


# --- lists ------------------------------------------------------------------------


def fill(name: str, count: int, county: Area) -> None:
    """Exactly so many rows for the list of this name."""
    if name == "areas:list":
        Area.objects.filter(parent=county).delete()
        for n in range(count):
            AreaFactory(code=f"420802{500 + n}", parent=county)
    elif name == "areas:unit_list":
        Unit.objects.all().delete()
        category = CategoryFactory()
        for unit in UnitFactory.create_batch(count, area=county):
            unit.categories.add(category)
    elif name == "areas:category_list":
        Category.objects.exclude(parent=None).delete()
        CategoryFactory.create_batch(count, parent=CategoryFactory())
    else:
        Policy.objects.all().delete()
        for n in range(count):
            day = dt.date(2020, 1, 1) + dt.timedelta(days=n)
            Policy.objects.create(area_code=county.pk, effective_from=day)


@pytest.mark.parametrize("name", LISTS)
def test_list_takes_the_same_queries_for_1_3_and_300_rows(
    name, county, officer, sign_in
):
    browser, url, counts = sign_in(officer), reverse(name), []
    browser.get(url)
    for rows in (1, 3, 300):
        fill(name, rows, county)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))

    assert counts == [counts[0]] * 3


def test_area_list_opens_on_the_children_of_ones_county(town, officer, sign_in):
    answer = sign_in(officer).get(reverse("areas:list"))

    assert list(answer.context["page"]) == [town]
    assert answer.context["area"].pk == "420802"


def test_area_list_shows_the_platforms_keeper_the_provinces(town, sys_admin, sign_in):
    answer = sign_in(sys_admin).get(reverse("areas:list"))

    assert answer.context["area"].pk == "42"  # the only province there is


def test_area_detail_hides_what_lies_outside(town, officer, other_county, sign_in):
    browser = sign_in(officer)

    found = [
        browser.get(reverse("areas:detail", args=[code])).status_code
        for code in ("420802", town.pk, other_county.pk, "4208", "42", "x" * 99)
    ]

    assert found == [200, 200, 404, 404, 404, 404]


def test_area_list_searches_everything_below(village, officer, sign_in):
    answer = sign_in(officer).get(reverse("areas:list"), {"q": "文峰"}, headers=HTMX)

    assert list(answer.context["page"]) == [village]
    assert answer.templates[0].name == "areas/_area_table.html"


def test_area_list_refuses_a_search_of_a_hundred_signs(county, officer, sign_in):
    answer = sign_in(officer).get(reverse("areas:list"), {"q": "长" * 100})

    assert answer.status_code == 422
    assert "搜索词不超过 50 字。" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["交通局", "水利局"]),
        ({"q": "水务"}, ["水利局"]),
        ({"kind": "court"}, []),
        ({"state": "off"}, ["旧局"]),
        ({"state": "all"}, ["交通局", "旧局", "水利局"]),
        ({"category": "W"}, ["水利局"]),
    ],
)
def test_unit_list_narrows_by_the_address(county, officer, sign_in, asked, names):
    category = CategoryFactory()
    UnitFactory(area=county, name="水利局", aliases="水务局").categories.add(category)
    UnitFactory(area=county, name="交通局")
    UnitFactory(area=county, name="旧局", is_active=False)
    asked = {k: category.pk if v == "W" else v for k, v in asked.items()}

    answer = sign_in(officer).get(reverse("areas:unit_list"), asked)

    assert sorted(unit.name for unit in answer.context["page"]) == names


def test_unit_list_refuses_an_unknown_filter(county, officer, sign_in):
    answer = sign_in(officer).get(reverse("areas:unit_list"), {"kind": "外星"})

    assert answer.status_code == 422


def test_category_list_finds_by_initials(officer, sign_in):
    seed_categories()

    answer = sign_in(officer).get(reverse("areas:category_list"), {"q": "SLPL"})

    assert [str(row) for row in answer.context["headings"]] == ["农业农村"]


# --- units ------------------------------------------------------------------------


def test_unit_create_enters_a_unit(county, category, officer, sign_in):
    asked = {"area": county.pk, "name": "水利局", "kind": "department"}

    answer = sign_in(officer).post(
        reverse("areas:unit_create"), asked | {"categories": [category.pk]}
    )

    assert answer.status_code == 302
    unit = Unit.objects.get()
    assert (unit.name, list(unit.categories.all())) == ("水利局", [category])


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"name": ""}, "请填写。"),
        ({"name": "长" * 10_000}, "100"),
        ({"name": "水\x00利"}, "空字符"),
        ({"name": "已有的局"}, "该地区已有同名单位。"),
        ({"area": "420804"}, "有效"),
        ({"kind": "外星"}, "有效"),
        ({"categories": "999"}, "999"),
    ],
)
def test_unit_create_shows_what_is_wrong_and_keeps_what_was_typed(
    county, other_county, officer, sign_in, wrong, text
):
    UnitFactory(area=county, name="已有的局")
    asked = {"area": county.pk, "name": "水利局", "kind": "department"}

    answer = sign_in(officer).post(
        reverse("areas:unit_create"), asked | {"phone": "0724-6", **wrong}
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert text in page
    assert "0724-6" in page
    assert Unit.objects.count() == 1


def test_unit_edit_changes_a_unit(unit, officer, sign_in):
    asked = {
        "name": unit.name,
        "kind": "court",
        "short_name": "😀水利",
        "is_active": "on",
    }

    answer = sign_in(officer).post(reverse("areas:unit_edit", args=[unit.pk]), asked)

    assert answer.status_code == 302
    unit.refresh_from_db()
    assert (unit.kind, unit.short_name, unit.is_active) == ("court", "😀水利", True)


# --- categories -------------------------------------------------------------------


def test_category_create_enters_one_with_its_initials(officer, sign_in):
    heading = CategoryFactory(code="C", name="城建环资")
    asked = {"parent": heading.pk, "code": "C13", "name": "充电桩", "keywords": "充电"}

    answer = sign_in(officer).post(reverse("areas:category_create"), asked)

    assert answer.status_code == 302
    made = Category.objects.get(code="C13")
    assert (made.parent, made.initials, made.keywords) == (heading, "cdz", "充电")
    assert history_of(made).get().verb == "create_category"


@pytest.mark.parametrize(
    ("wrong", "field", "text"),
    [
        ({"code": "C"}, "code", "已有这个编号。"),
        ({"code": ""}, "code", "请填写。"),
        ({"name": "长" * 61}, "name", "60"),
        ({"keywords": "长" * 501}, "keywords", "500"),
        ({"parent": "999"}, "parent", "有效"),
    ],
)
def test_category_create_shows_what_is_wrong(officer, sign_in, wrong, field, text):
    heading = CategoryFactory(code="C", name="城建环资")
    asked = {"parent": heading.pk, "code": "C13", "name": "充电桩"} | wrong

    answer = sign_in(officer).post(reverse("areas:category_create"), asked)

    assert answer.status_code == 422
    assert text in answer.context["form"].errors[field][0]
    assert Category.objects.count() == 1


def test_category_edit_changes_words_and_use_but_not_the_place(officer, sign_in):
    heading = CategoryFactory()
    row = CategoryFactory(code="C13", name="充电桩", parent=heading)
    asked = {"name": "充电", "initials": "CDZ", "code": "X", "parent": ""}

    answer = sign_in(officer).post(reverse("areas:category_edit", args=[row.pk]), asked)

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.initials, row.is_active) == ("充电", "cdz", False)
    assert (row.code, row.parent) == ("C13", heading)


@pytest.mark.parametrize("who", ["leader", "township", "handler"])
def test_category_edit_is_for_the_office(category, request, sign_in, who):
    browser = sign_in(request.getfixturevalue(who))

    answer = browser.post(reverse("areas:category_edit", args=[category.pk]), {})

    assert answer.status_code == 403


# --- who may ----------------------------------------------------------------------

READ = {"officer": 200, "leader": 200, "township": 200, "sys_admin": 200}
WRITE = {"officer": 200, "leader": 403, "township": 403, "sys_admin": 403}
IMPORT = {"officer": 200, "leader": 403, "township": 403, "sys_admin": 200}
OTHERS = ("station_staff", "handler", "deputy_user", "coordinator", "sec_admin")
PAGES = {
    "areas:list": READ,
    "areas:unit_list": READ,
    "areas:unit_create": WRITE,
    "areas:category_list": READ,
    "areas:category_create": IMPORT,
    "areas:policy": READ,
    "areas:policy_create": WRITE,
    "areas:calendar": READ,
    "areas:import": IMPORT,
}


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_to_its_roles_only(name, county, request, sign_in):
    expected = PAGES[name] | dict.fromkeys(OTHERS, 403)

    found = {
        who: sign_in(request.getfixturevalue(who)).get(reverse(name)).status_code
        for who in expected
    }

    assert found == expected


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_strangers_to_sign_in(db, client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer.url.startswith("/login/")
