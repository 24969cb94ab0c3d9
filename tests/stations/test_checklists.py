"""Checklists: seeds, new ones, copies, editing, who keeps which."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from common.errors import Overtaken, RuleViolation
from stations.default_checklists import DEFAULT_CHECKLISTS, Item
from stations.models import Checklist
from stations.services.checklists import (
    Facts,
    copy_checklist,
    create_checklist,
    edit_checklist,
    seed_checklists,
)

NEW = "/stations/checklists/new/"


@pytest.fixture
def keeper(sign_in, sys_admin):
    return sign_in(sys_admin)


@pytest.fixture
def own(county, officer):
    return create_checklist(county, Facts("本区六有"), [Item("有场所")], actor=officer)


def told(**other):
    return {
        "name": "本区标准",
        "note": "",
        "rows": "2",
        "version": "0",
        "is_active": "on",
        "text_0": "有场所",
        "score_0": "5",
        "required_0": "on",
        "text_1": "",
    } | other


def edit_page(checklist):
    return reverse("stations:checklist_edit", args=[checklist.pk])


def test_seed_enters_the_usual_ones_once(db):
    call_command("seed")

    assert seed_checklists() == 0
    assert Checklist.objects.count() == len(DEFAULT_CHECKLISTS) == 5


def test_seed_leaves_what_people_changed(db):
    seed_checklists()
    Checklist.objects.get(name="八有").items.all().delete()

    seed_checklists()

    assert not Checklist.objects.get(name="八有").items.exists()


def test_star_sheet_has_a_hundred_points(db):
    seed_checklists()

    sheet = Checklist.objects.get(gives_star=True)

    assert sum(item.score for item in sheet.items.all()) == 100
    assert sheet.stars == [[95, 5], [85, 4], [75, 3], [60, 0]]


def test_create_is_for_the_office_of_the_area(officer, township, sys_admin, county):
    for actor, area in ((township, county), (officer, None), (sys_admin, county)):
        with pytest.raises(PermissionDenied):
            create_checklist(area, Facts("x"), [Item("y")], actor=actor)


@pytest.mark.parametrize(
    ("facts", "items"),
    [
        (Facts(""), [Item("有")]),
        (Facts("长" * 61), [Item("有")]),
        (Facts("x"), []),
        (Facts("x"), [Item("有", 0)]),
        (Facts("x"), [Item("有", 101)]),
        (Facts("x"), [Item("长" * 201)]),
        (Facts("x"), [Item("有")] * 61),
        (Facts("x", gives_star=True), [Item("有")]),
        (Facts("x", gives_star=True, lines=[(80, 5), (90, 4)]), [Item("有")]),
        (Facts("x", gives_star=True, lines=[(101, 5)]), [Item("有")]),
        (Facts("x", gives_star=True, lines=[(90, 5), (80, 5)]), [Item("有")]),
        (Facts("x", gives_star=True, lines=[(90, 6)]), [Item("有")]),
    ],
)
def test_create_refuses_what_makes_no_checklist(officer, county, facts, items):
    with pytest.raises(RuleViolation):
        create_checklist(county, facts, items, actor=officer)


def test_edit_writes_it_anew_once(officer, own):
    edit_checklist(own, Facts("新名"), [Item("甲", 3)], actor=officer, version=0)

    own.refresh_from_db()
    assert (own.name, own.version, own.items.get().score) == ("新名", 1, 3)
    with pytest.raises(Overtaken):
        edit_checklist(own, Facts("再改"), [Item("乙")], actor=officer, version=0)


def test_edit_is_not_for_other_offices(stranger, own):
    with pytest.raises(PermissionDenied):
        edit_checklist(own, Facts("x"), [Item("乙")], actor=stranger, version=0)


def test_copy_is_ones_own_to_change(officer, township, county):
    seed_checklists()
    sheet = Checklist.objects.get(gives_star=True)

    copy = copy_checklist(sheet, county, actor=officer)

    assert (copy.area, copy.name) == (county, "星级联络站评分（东宝区）")
    assert (copy.items.count(), copy.stars) == (19, sheet.stars)
    with pytest.raises(PermissionDenied):
        copy_checklist(sheet, county, actor=township)


def test_new_page_enters_items_of_filled_rows_only(office, county):
    answer = office.post(NEW, told(area=county.code))

    checklist = Checklist.objects.get()
    assert answer.status_code == 302
    item = checklist.items.get()
    assert (item.text, item.score, item.is_required) == ("有场所", 5, True)


def test_new_page_of_the_keeper_holds_everywhere(keeper):
    keeper.post(NEW, told(gives_star="on", line_5="95", line_0="60"))

    checklist = Checklist.objects.get()
    assert (checklist.area, checklist.stars) == (None, [[95, 5], [60, 0]])


def test_more_rows_keep_what_was_typed(keeper):
    answer = keeper.post(NEW, told(more="1"))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="text_5"' in text
    assert 'value="有场所"' in text
    assert not Checklist.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"name": ""},
        {"rows": "0", "text_0": ""},
        {"rows": "9" * 30},
        {"score_0": "101"},
        {"score_0": "9" * 50},
        {"version": "x"},
        {"gives_star": "on", "line_5": "60", "line_4": "80"},
        {"gives_star": "on", "line_5": "-3"},
        {"text_0": "长" * 500},
    ],
)
def test_new_page_says_what_is_wrong(keeper, other):
    assert keeper.post(NEW, told(**other)).status_code == 422
    assert not Checklist.objects.exists()


def test_edit_page_of_somebody_quicker_keeps_what_was_typed(office, officer, own):
    edit_checklist(own, Facts("别人改的"), [Item("甲")], actor=officer, version=0)

    answer = office.post(edit_page(own), told(name="我改的"))

    assert answer.status_code == 422
    assert "我改的" in answer.content.decode()


def test_copy_page_leads_to_the_copy(office, county):
    seed_checklists()
    sheet = Checklist.objects.get(gives_star=True)

    answer = office.post(
        reverse("stations:checklist_copy", args=[sheet.pk]), {"area": county.pk}
    )

    assert answer.url == edit_page(Checklist.objects.get(area=county))


def test_pages_are_for_those_who_keep_them(
    browser, sign_in, office, keeper, township, deputy_user, own, stranger
):
    seed_checklists()
    everywhere = Checklist.objects.get(name="八有")

    assert office.get(edit_page(everywhere)).status_code == 403
    assert keeper.get(edit_page(everywhere)).status_code == 200
    assert keeper.get(edit_page(own)).status_code == 404
    assert browser.get(edit_page(own)).status_code == 403
    assert sign_in(township).get(NEW).status_code == 403
    assert sign_in(stranger).get(edit_page(own)).status_code == 404
    assert sign_in(deputy_user).get(edit_page(own)).status_code == 403
    url = reverse("stations:checklist_list")
    assert sign_in(deputy_user).get(url).status_code == 403
    assert "本区六有" in browser.get(url).content.decode()
    assert "本区六有" not in sign_in(stranger).get(url).content.decode()
