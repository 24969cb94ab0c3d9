"""Registration forms, sign sheets and registers to print and in Word."""

import io

import pytest
from docx import Document

from audit.services import history_of
from tests.factories import DeputyFactory, MandateFactory, VisitFactory


@pytest.fixture
def visit(station, day, deputy):
    visit = VisitFactory(station=station, day=day)
    visit.heard_by.add(deputy)
    return visit


def test_visit_form_is_masked(browser, visit):
    page = browser.get(f"/visits/{visit.pk}/form/").content.decode()

    assert "刘**" in page
    assert "138****5678" in page
    assert "周敏" in page
    assert "刘德才" not in page
    for head in ("身份类别", "所在选区", "诉求", "拟办意见", "处理途径", "来访人签名"):
        assert head in page


def test_visit_form_in_full_leaves_the_reason(browser, visit):
    answer = browser.post(f"/visits/{visit.pk}/form/", {"reason": "存档"})

    page = answer.content.decode()
    assert "刘德才" in page
    assert "13812345678" in page
    assert history_of(visit).get().verb == "reveal_contact"


def test_visit_form_in_full_needs_a_reason(browser, visit):
    answer = browser.post(f"/visits/{visit.pk}/form/", {})

    assert answer.status_code == 422
    assert "刘德才" not in answer.content.decode()


def test_visit_form_is_closed_to_others(sign_in, visit, leader, stranger):
    assert sign_in(leader).get(f"/visits/{visit.pk}/form/").status_code == 403
    assert sign_in(stranger).get(f"/visits/{visit.pk}/form/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "count"),
    [("3", 3), ("x", 1), ("0", 1), ("999", 50), ("9" * 30, 1), ("-2", 1)],
)
def test_blank_form_as_many_as_asked(browser, station, asked, count):
    page = browser.get(f"/stations/{station.pk}/form/", {"count": asked})

    assert page.content.decode().count("<article") == count


def test_blank_form_takes_the_place_of_a_day(browser, station, day):
    page = browser.get(f"/stations/{station.pk}/form/", {"day": day.pk})

    assert day.place in page.content.decode()


def test_day_forms_cost_the_same_for_any_number(
    browser, station, day, deputy, django_assert_max_num_queries
):
    def more(count):
        for _ in range(count):
            VisitFactory(station=station, day=day).heard_by.add(deputy)

    more(1)
    browser.get(f"/receptions/{day.pk}/forms/")
    with django_assert_max_num_queries(50) as one:
        browser.get(f"/receptions/{day.pk}/forms/")
    more(4)

    with django_assert_max_num_queries(len(one)):
        page = browser.get(f"/receptions/{day.pk}/forms/")
    assert page.content.decode().count("<article") == 5


def test_sign_sheet_has_deputies_guests_and_spare_lines(browser, day, deputy, unit):
    day.duties.create(deputy=deputy)
    away = DeputyFactory(name="王远")
    MandateFactory(deputy=away)
    day.duties.create(deputy=away, state="on_leave")
    day.guests.create(unit=unit, name="许正明", post="局长")

    page = browser.get(f"/receptions/{day.pk}/sign/")

    people = page.context["people"]
    assert [one.name for one in people[:3]] == ["周敏", "王远", "许正明"]
    assert people[1].note == "请假"
    assert len(people) == 9


def test_sign_sheet_in_word_stands_upright(browser, day, deputy):
    day.duties.create(deputy=deputy)

    answer = browser.get(f"/receptions/{day.pk}/sign/word/")

    document = Document(io.BytesIO(answer.getvalue()))
    section = document.sections[0]
    assert section.page_height > section.page_width
    assert document.tables[0].rows[1].cells[1].text == "周敏"


def test_register_in_word_is_masked_and_noted(browser, day, visit):
    answer = browser.get(f"/receptions/{day.pk}/register/word/")

    cells = Document(io.BytesIO(answer.getvalue())).tables[0].rows[1].cells
    assert cells[3].text == "刘**"
    assert cells[8].text == visit.words
    assert history_of(day).get().verb == "export"


@pytest.mark.parametrize("paper", ["sign", "sign/word", "forms", "register/word"])
def test_papers_of_a_day_are_for_who_runs_it(sign_in, day, leader, stranger, paper):
    path = f"/receptions/{day.pk}/{paper}/"

    assert sign_in(leader).get(path).status_code == 403
    assert sign_in(stranger).get(path).status_code == 404
