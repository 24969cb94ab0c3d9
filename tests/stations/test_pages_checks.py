"""Pages of checks: marking, handing in, confirming, files, the sheet, the list."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from stations.models import Checklist, CheckMark, StationCheck
from stations.services.checklists import seed_checklists
from stations.services.checks import Mark, attach, create_check, save_check
from stations.workflow_checks import confirm, propose
from tests.factories import StationFactory, person
from tests.factories.files import jpeg, upload
from tests.stations.test_pages import queries


@pytest.fixture
def sheet(db):
    seed_checklists()
    return Checklist.objects.get(gives_star=True)


@pytest.fixture
def check(station, sheet, station_staff):
    return create_check(station, sheet, actor=station_staff, checked_on=localdate())


def page(name, check):
    return reverse(f"stations:check_{name}", args=[check.pk])


def full(check, **other):
    """What the page sends with all points given."""
    told = {"checked_on": str(check.checked_on), "summary": "好", "veto": ""}
    for mark in check.marks.all():
        told |= {f"score_{mark.pk}": mark.out_of, f"note_{mark.pk}": "看过"}
    return told | other


def hand_in(check):
    marks = {mark.pk: Mark(mark.out_of) for mark in check.marks.all()}
    save_check(check, actor=check.checked_by, checked_on=check.checked_on, marks=marks)
    propose(check, actor=check.checked_by)
    return check


def test_create_begins_a_check_of_the_station_asked_for(browser, station, sheet):
    url = reverse("stations:check_create")
    text = browser.get(url, {"station": station.pk}).content.decode()
    told = {"station": station.pk, "checklist": sheet.pk}

    answer = browser.post(url, told | {"checked_on": str(localdate())})

    assert f'<option value="{station.pk}" selected>' in text
    assert answer.url == StationCheck.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("station", "9" * 30),
        ("checklist", "\x00"),
        ("checked_on", "3000-01-01"),
        ("checked_on", "昨天"),
    ],
)
def test_create_says_what_is_wrong(browser, station, sheet, field, typed):
    told = {"station": station.pk, "checklist": sheet.pk}
    told |= {"checked_on": str(localdate()), field: typed}

    answer = browser.post(reverse("stations:check_create"), told)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_save_keeps_marks_and_comes_back(browser, check):
    mark = check.marks.first()
    told = {"checked_on": str(localdate()), f"score_{mark.pk}": "3"}

    answer = browser.post(page("save", check), told)

    mark.refresh_from_db()
    assert (answer.status_code, mark.score) == (302, 3)


def test_save_by_itself_answers_without_a_page(browser, check):
    answer = browser.post(page("save", check), full(check), headers={"X-Autosave": "1"})

    assert answer.status_code == 204
    assert not CheckMark.objects.filter(score=None).exists()


@pytest.mark.parametrize("typed", ["9", "-1", "a", "9" * 40, "1e9", "\x00"])
def test_save_refuses_other_points_and_keeps_what_was_typed(browser, check, typed):
    mark = check.marks.first()
    told = full(check, **{f"score_{mark.pk}": typed, "summary": "写了很多"})

    answer = browser.post(page("save", check), told)

    assert answer.status_code == 422
    assert f"score_{mark.pk}" in answer.context["form"].errors
    assert "写了很多" in answer.content.decode()


@pytest.mark.parametrize(("field", "size"), [("summary", 2001), ("veto", 201)])
def test_save_refuses_what_is_too_long(browser, check, field, size):
    answer = browser.post(page("save", check), full(check, **{field: "长" * size}))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_save_leads_to_the_proof_of_an_item(browser, check):
    mark = check.marks.first()

    answer = browser.post(page("save", check), full(check, proof=mark.pk))

    url = reverse("stations:check_attach", args=[check.pk, mark.pk])
    assert answer.url == url
    kept = browser.post(url, {"file": upload(jpeg())})
    assert kept.url == f"{check.get_absolute_url()}#mark-{mark.pk}"
    assert mark.files.count() == 1


def test_attach_refuses_a_program_and_a_mark_of_another_check(browser, check):
    mark = check.marks.first()
    url = reverse("stations:check_attach", args=[check.pk, mark.pk])

    wrong = browser.post(url, {"file": upload(b"MZ program", "照片.jpg")})
    empty = browser.post(url, {})
    other = browser.get(reverse("stations:check_attach", args=[check.pk, 10**9]))

    assert (wrong.status_code, empty.status_code, other.status_code) == (422, 422, 404)


def test_propose_keeps_the_page_and_hands_it_in(browser, check):
    answer = browser.post(page("propose", check), full(check))

    check.refresh_from_db()
    assert answer.status_code == 302
    assert (check.status, check.proposed_star) == ("proposed", 5)


def test_propose_with_gaps_keeps_the_page_and_says_so(browser, check):
    mark = check.marks.last()

    answer = browser.post(
        page("propose", check), full(check, **{f"score_{mark.pk}": ""})
    )

    check.refresh_from_db()
    assert (answer.status_code, check.status) == (422, "draft")
    assert "还有 1 项没有打分" in answer.content.decode()


def test_confirm_settles_the_star(office, check, station):
    hand_in(check)

    answer = office.post(page("confirm", check), {"star": "5"})

    station.refresh_from_db()
    assert (answer.status_code, station.star) == (302, 5)


@pytest.mark.parametrize("told", [{"star": "9"}, {"star": ""}, {"star": "below"}])
def test_confirm_refuses_another_star_without_a_reason(office, check, told):
    hand_in(check)

    assert office.post(page("confirm", check), told).status_code == 422


def test_confirm_below_all_lines_with_a_reason(office, check, station):
    hand_in(check)

    office.post(page("confirm", check), {"star": "below", "reason": "台账失实"})

    station.refresh_from_db()
    assert station.is_below_stars
    text = office.get(station.get_absolute_url()).content.decode()
    assert "待提升" in text


def test_send_back_and_take_back(office, browser, check):
    hand_in(check)
    assert office.post(page("send_back", check), {"reason": ""}).status_code == 422

    sent = office.post(page("send_back", check), {"reason": "缺照片"})
    text = browser.get(check.get_absolute_url()).content.decode()
    check.refresh_from_db()
    assert (sent.status_code, check.status) == (302, "draft")
    assert "退回原因：缺照片" in text

    hand_in(check)
    browser.post(page("take_back", check))
    check.refresh_from_db()
    assert check.status == "draft"


def test_steps_not_now_are_409(office, browser, check):
    assert office.get(page("confirm", check)).status_code == 409
    hand_in(check)
    assert browser.post(page("save", check), full(check)).status_code == 409
    assert browser.post(page("discard", check)).status_code == 409
    confirm(check, actor=person("乙", "officer", area=check.station.area), star=5)
    assert office.post(page("send_back", check), {"reason": "x"}).status_code == 409


def test_steps_of_others_are_403(office, browser, check):
    assert office.post(page("save", check), full(check)).status_code == 403
    hand_in(check)
    for name in ("confirm", "send_back"):
        assert browser.get(page(name, check)).status_code == 403
    assert office.post(page("take_back", check)).status_code == 403


@pytest.mark.parametrize("name", ["detail", "sheet", "confirm", "discard", "send_back"])
def test_pages_are_unknown_elsewhere(sign_in, check, stranger, deputy_user, name):
    for somebody in (stranger, deputy_user):
        assert sign_in(somebody).get(page(name, check)).status_code == 404


def test_files_are_for_those_who_may_see_the_check(
    browser, office, sign_in, check, station_staff, stranger, deputy_user, town
):
    row = attach(check.marks.first(), actor=station_staff, file=upload(jpeg()))
    url = reverse("stations:check_file", args=[row.pk])
    neighbour = person("邻站", "station", station=StationFactory(area=town))

    seen = office.get(url)

    assert b"".join(seen.streaming_content).startswith(b"\xff\xd8")
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert seen.headers["Cache-Control"] == "private, no-store"
    for somebody in (stranger, deputy_user, neighbour):
        assert sign_in(somebody).get(url).status_code == 404


def test_file_is_removed_by_its_checker_while_a_draft(browser, office, check):
    row = attach(check.marks.first(), actor=check.checked_by, file=upload(jpeg()))
    url = reverse("stations:check_file_remove", args=[row.pk])

    assert office.get(url).status_code == 403
    assert "删除" in browser.get(url).content.decode()
    assert browser.post(url).status_code == 302
    assert browser.get(url).status_code == 404


def test_discard_asks_and_then_does(browser, check):
    assert "不能找回" in browser.get(page("discard", check)).content.decode()

    answer = browser.post(page("discard", check))

    assert answer.url == reverse("stations:check_list")
    assert not StationCheck.objects.exists()


def test_sheet_shows_points_and_who_confirmed(office, officer, check):
    confirm(hand_in(check), actor=officer, star=5)

    text = office.get(page("sheet", check)).content.decode()

    assert "评定 五星" in text
    assert officer.name in text


def test_page_of_a_draft_is_a_form_for_its_checker_alone(browser, office, check):
    assert "score_" in browser.get(check.get_absolute_url()).content.decode()
    assert "score_" not in office.get(check.get_absolute_url()).content.decode()


def test_page_asks_a_fixed_number_of_queries(browser, check):
    one = queries(browser, check.get_absolute_url())
    for n in range(30):
        mark = check.marks.create(text=f"第{n}项", out_of=2, position=50 + n)
        facts = {"size": 1, "kind": "image/png", "added_by": check.checked_by}
        mark.files.create(file="checks/x", name="照片", **facts)

    assert queries(browser, check.get_absolute_url()) == one


def test_list_asks_the_same_number_of_queries(office, sheet, town, station_staff):
    url = reverse("stations:check_list")

    def more(count):
        StationCheck.objects.bulk_create(
            StationCheck(
                station=StationFactory(area=town),
                checklist=sheet,
                checked_on=localdate(),
                checked_by=station_staff,
            )
            for _ in range(count)
        )
        return queries(office, url)

    assert more(1) == more(2) == more(60)


@pytest.mark.parametrize(
    "query", [{"station": "x"}, {"status": "gone"}, {"checklist": "9" * 30}]
)
def test_list_survives_any_address(office, check, query):
    answer = office.get(reverse("stations:check_list"), query)

    assert answer.status_code in (200, 422)


def test_list_and_beginning_are_closed_to_others(
    sign_in, deputy_user, handler, leader, sys_admin
):
    for name in ("check_list", "check_create"):
        for somebody in (deputy_user, handler, sys_admin):
            assert sign_in(somebody).get(reverse(f"stations:{name}")).status_code == 403
    assert sign_in(leader).get(reverse("stations:check_list")).status_code == 200
    assert sign_in(leader).get(reverse("stations:check_create")).status_code == 403


def test_rest_lists_checks_of_the_own_area(sign_in, officer, stranger, check):
    seen = sign_in(officer).get("/api/v1/checks/").json()["results"]

    assert [(row["id"], row["out_of"], len(row["marks"])) for row in seen] == [
        (check.pk, 100, 19)
    ]
    assert sign_in(stranger).get("/api/v1/checks/").json()["results"] == []
    assert sign_in(stranger).get(f"/api/v1/checks/{check.pk}/").status_code == 404
