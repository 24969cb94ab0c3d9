"""Paper sheets: numbered, entered once or void, their photos for those concerned."""

import io
import os
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from common.uploads import write_private
from stations.models import PaperSheet, Visit
from stations.services.sheets import print_sheets, void_sheet
from stations.services.visits import log_visit
from stations.tasks import sweep_station_files

pytestmark = pytest.mark.django_db
WORDS = "路灯坏了半个月没人修"


@pytest.fixture
def browser(sign_in, station_staff):
    return sign_in(station_staff)


@pytest.fixture
def sheet(station, station_staff) -> PaperSheet:
    return print_sheets(station, actor=station_staff, count=1)[0]


@pytest.fixture
def page(sheet):
    return reverse("stations:sheet", args=[sheet.token])


def photo(name="纸单.jpg"):
    """A picture with a place and a device in it."""
    picture, out = Image.new("RGB", (60, 80), "white"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F] = "Spy camera"
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def enter(browser, page, **more):
    return browser.post(page, {"channel": "station", "words": WORDS} | more)


def test_print_numbers_on_and_leads_to_the_pages(browser, station):
    url = reverse("stations:sheet_list", args=[station.pk])

    browser.post(url, {"count": "3"})
    answer = browser.post(url, {"count": "2"}, follow=True)

    numbers = PaperSheet.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]
    html = answer.content.decode()
    assert html.count("regform-head") == 2
    assert "WF-0004" in html
    assert "<svg" in html


@pytest.mark.parametrize("count", ["0", "101", "x", "", "9" * 40])
def test_print_refuses_other_numbers(browser, station, count):
    url = reverse("stations:sheet_list", args=[station.pk])

    assert browser.post(url, {"count": count}).status_code == 422
    assert not PaperSheet.objects.exists()


@pytest.mark.parametrize("query", ["", "?first=x&last=1", "?first=7&last=9"])
def test_print_of_sheets_that_are_not_there_is_404(browser, station, query):
    url = reverse("stations:sheet_print", args=[station.pk])

    assert browser.get(url + query).status_code == 404


def test_code_opens_the_form_and_then_the_visit(browser, page, sheet):
    assert browser.get(page).status_code == 200

    answer = enter(browser, page)

    visit = Visit.objects.get()
    detail = reverse("stations:visit_detail", args=[visit.pk])
    assert answer["Location"] == browser.get(page)["Location"] == detail
    sheet.refresh_from_db()
    assert sheet.visit == visit
    assert enter(browser, page)["Location"] == detail
    assert Visit.objects.count() == 1


def test_entered_on_the_day_it_stands_in_its_register(browser, page, day):
    enter(browser, page)

    assert Visit.objects.get().day == day


def test_code_is_for_those_who_log_at_the_station(
    sign_in, page, leader, stranger, handler, deputy_user, sys_admin
):
    for person, status in (
        (leader, 403),
        (stranger, 404),
        (handler, 404),
        (deputy_user, 404),
        (sys_admin, 404),
    ):
        assert sign_in(person).get(page).status_code == status


def test_code_shows_a_voter_nothing(page, station):
    answer = Client().get(page)

    assert answer.status_code == 302
    assert answer["Location"].startswith(settings.LOGIN_URL)
    unknown = reverse("stations:sheet", args=["abcdefghij"])
    assert Client().get(unknown).status_code == 302


def test_voter_who_holds_the_paper_cannot_take_its_place(browser, page, sheet, station):
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"sheet {sheet.token}")
    log_visit(station, actor=None, key=key, words="假的一条", channel="online")

    enter(browser, page)

    sheet.refresh_from_db()
    assert sheet.visit.words == WORDS


def test_photo_is_made_anew_and_shown_to_those_concerned(
    browser, sign_in, page, sheet, handler, leader
):
    enter(browser, page, photo=photo())

    sheet.refresh_from_db()
    url = reverse("stations:sheet_photo", args=[sheet.token])
    shown = browser.get(url)
    data = b"".join(shown.streaming_content)
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Spy camera" not in data
    assert (Path(settings.MEDIA_ROOT) / sheet.photo.name).is_file()
    assert sign_in(leader).get(url).status_code == 403  # it bears a name in clear
    assert sign_in(handler).get(url).status_code == 404


def test_photo_that_is_none_is_refused_and_the_rest_kept(browser, page):
    odd = SimpleUploadedFile("x.jpg", b"MZ not a picture", content_type="image/jpeg")

    answer = enter(browser, page, photo=odd)

    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert not Visit.objects.exists()


def test_photo_can_be_added_later_once(browser, page, sheet):
    enter(browser, page)
    url = reverse("stations:sheet_add_photo", args=[sheet.token])

    assert browser.get(url).status_code == 200
    assert browser.post(url, {"photo": photo()}).status_code == 302
    assert browser.post(url, {"photo": photo()}).status_code == 422
    sheet.refresh_from_db()
    assert sheet.photo


def test_void_sheet_is_never_entered(browser, page, sheet, station, station_staff):
    browser.post(reverse("stations:sheet_void", args=[sheet.token]))

    assert browser.get(page).status_code == 409
    assert not Visit.objects.exists()
    again = browser.post(reverse("stations:sheet_void", args=[sheet.token]))
    assert again.status_code == 409


def test_list_says_which_are_missing(browser, station, station_staff, sheet):
    void_sheet(sheet, actor=station_staff)
    second, third = print_sheets(station, actor=station_staff, count=2)
    enter(browser, reverse("stations:sheet", args=[second.token]))
    url = reverse("stations:sheet_list", args=[station.pk])

    def numbers(state):
        page = browser.get(f"{url}?state={state}").context["page"]
        return [row.number for row in page]

    assert numbers("") == [3, 2, 1]
    assert numbers("missing") == [third.number]
    assert numbers("entered") == [second.number]
    assert numbers("void") == [sheet.number]
    assert numbers("moon") == [3, 2, 1]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_list_costs_the_same_however_many(
    browser, station, station_staff, django_assert_num_queries, count
):
    print_sheets(station, actor=station_staff, count=count)
    url = reverse("stations:sheet_list", args=[station.pk])
    browser.get(url)

    with django_assert_num_queries(LISTED):
        browser.get(url)


LISTED = 8


def test_pages_are_for_those_who_run_the_station(sign_in, station, leader, handler):
    for name in ("sheet_list", "sheet_print"):
        url = reverse(f"stations:{name}", args=[station.pk])
        assert sign_in(leader).get(url).status_code == 403
        assert sign_in(handler).get(url).status_code == 404


def test_sweep_removes_old_photos_that_no_sheet_names(browser, page, sheet):
    enter(browser, page, photo=photo())
    sheet.refresh_from_db()
    kept = Path(settings.MEDIA_ROOT) / sheet.photo.name
    lost = Path(settings.MEDIA_ROOT) / "sheets" / "00" / "lost"
    write_private(lost, b"x")
    for file in (lost, kept):
        os.utime(file, (0, 0))

    sweep_station_files()

    assert (lost.exists(), kept.exists()) == (False, True)
