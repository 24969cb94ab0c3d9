"""Files of a matter: who adds, who reads, who takes back, and that no other way leads
to them.
"""

import os
import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Grant
from audit.models import Event
from common.errors import RuleViolation, WrongState
from common.uploads import Checked, older_than, stored
from proposals.models import Attachment, Proposal
from proposals.services.attachments import (
    FOLDER,
    MOST_FILES,
    attach,
    attach_photo,
    remove_attachment,
    sweep_files,
)
from proposals.services.opening import draft_suggestion
from proposals.workflow.handover import decide_objection, object_
from proposals.workflow.intake import submit
from tests.factories import files
from tests.factories import proposals as make

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def on_disk(media: Path) -> list[Path]:
    return older_than(media, -1)


def add(proposal, actor, data=None, name="现场.jpg") -> Attachment:
    return attach(proposal, actor=actor, file=files.upload(data or files.pdf(), name))


@pytest.fixture
def photo_of():
    """A voter's photo of the matter's visit."""

    def make_photo(proposal: Proposal) -> Attachment:
        photo = Checked("照片.jpg", "jpg", files.jpeg())
        visit = proposal.visits.get()
        with stored(photo, FOLDER) as path, transaction.atomic():
            assert attach_photo(proposal, visit, photo, path)
        return visit.attachments.get()

    return make_photo


def give_to_another(proposal, handler, officer, unit):
    """The unit objects, the office upholds it and hands the matter to this one."""
    object_(proposal, actor=handler, reason="属于住建局的管网")
    decide_objection(
        make.fresh(proposal),
        actor=officer,
        handling=proposal.handlings.get(),
        upheld=True,
        text="改交住建局。",
        unit=unit,
    )


# --- adding -----------------------------------------------------------------------


def test_attach_keeps_the_file_its_sum_and_a_line_of_the_trail(
    submitted, station_staff, media
):
    attachment = add(submitted, station_staff, name="../区水利局\u202e批复.PDF")

    assert (attachment.name, attachment.kind) == ("区水利局批复.pdf", "document")
    assert (attachment.size, attachment.visit) == (len(files.pdf()), None)
    assert (media / attachment.path).read_bytes() == files.pdf()
    line = Event.objects.get(verb="attach")
    assert (line.object_id, line.actor) == (submitted.pk, station_staff)
    assert line.data["sha256"] == attachment.sha256


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("station_staff", True),
        ("officer", True),
        ("township", True),
        ("handler", True),
        ("unit_leader", True),
        ("leader", False),
        ("coordinator", False),
        ("deputy_user", False),  # heard the voter, leads nothing
        ("client_user", False),
        ("sys_admin", False),
        ("stranger", False),
    ],
)
def test_attach_is_for_those_who_work_on_the_matter(request, handed_over, who, may):
    actor = request.getfixturevalue(who)

    if may:
        assert add(handed_over, actor).uploaded_by == actor
    else:
        with pytest.raises(PermissionDenied):
            add(handed_over, actor)


def test_attach_is_for_the_lead_of_a_suggestion(deputy, deputy_user, county, officer):
    draft = draft_suggestion(
        actor=deputy_user,
        lead=deputy.mandates.get(),
        title="关于更换水泵的建议",
        text="泵站只有一台泵在转。",
        request="更换水泵。",
        area=county,
    )

    attachment = add(draft, deputy_user)

    assert not Attachment.objects.visible_to(officer).exists()
    submit(make.fresh(draft), actor=deputy_user)
    assert Attachment.objects.visible_to(officer).get() == attachment


def test_attach_ends_for_a_unit_whose_objection_was_upheld(
    handed_over, handler, other_unit, officer
):
    give_to_another(handed_over, handler, officer, other_unit)

    with pytest.raises(PermissionDenied):
        add(make.fresh(handed_over), handler)


def test_attach_ends_with_the_matter(submitted, station_staff, officer, media):
    stale = make.fresh(submitted)
    Proposal.objects.filter(pk=submitted.pk).update(status="refused")

    with pytest.raises(WrongState):
        add(make.fresh(submitted), station_staff)
    with pytest.raises(WrongState):
        add(stale, station_staff)
    assert on_disk(media) == []


def test_attach_takes_ten_files(submitted, station_staff, media):
    for _ in range(MOST_FILES):
        add(submitted, station_staff)

    with pytest.raises(RuleViolation, match="最多 10 个附件") as refused:
        add(submitted, station_staff)

    assert refused.value.field == "file"
    assert len(on_disk(media)) == MOST_FILES


@pytest.mark.django_db(transaction=True)
def test_attach_at_once_takes_ten_files(submitted, station_staff, media):
    for _ in range(MOST_FILES - 1):
        add(submitted, station_staff)
    refused, failed, together = [], [], threading.Barrier(3)

    def send():
        together.wait(timeout=10)
        try:
            until_answered(lambda: add(submitted, station_staff))
        except RuleViolation as error:
            refused.append(error)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert (failed, len(refused)) == ([], 2)
    assert submitted.attachments.count() == len(on_disk(media)) == MOST_FILES


def until_answered(call):
    """SQLite in memory, as in tests, refuses where a file would wait."""
    for _ in range(500):
        try:
            return call()
        except OperationalError:
            time.sleep(0.01)
    raise AssertionError("never answered")


# --- taking back ------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_remove_takes_row_and_file_and_leaves_a_line(submitted, station_staff, media):
    attachment = add(submitted, station_staff, name="错了.pdf")

    with transaction.atomic():
        remove_attachment(attachment, actor=station_staff)
        assert len(on_disk(media)) == 1

    assert on_disk(media) == []
    assert not Attachment.objects.exists()
    assert Event.objects.get(verb="remove_attachment").data["name"] == "错了.pdf"


@pytest.mark.django_db(transaction=True)
def test_remove_keeps_the_file_when_its_transaction_fails(
    submitted, station_staff, media
):
    attachment = add(submitted, station_staff)

    with transaction.atomic():
        remove_attachment(attachment, actor=station_staff)
        transaction.set_rollback(True)

    assert Attachment.objects.count() == len(on_disk(media)) == 1


def test_remove_is_for_who_added_it(submitted, station_staff, officer, photo_of):
    attachment, photo = add(submitted, station_staff), photo_of(submitted)

    for row, actor in ((attachment, officer), (photo, station_staff), (photo, officer)):
        with pytest.raises(PermissionDenied):
            remove_attachment(row, actor=actor)

    assert Attachment.objects.count() == 2


def test_remove_ends_with_the_matter(submitted, station_staff, sign_in):
    attachment = add(submitted, station_staff)
    Proposal.objects.filter(pk=submitted.pk).update(
        status="closed", closed_at="2026-01-01T00:00Z"
    )

    url = reverse("proposals:attachment_remove", args=[attachment.pk])

    assert sign_in(station_staff).get(url).status_code == 409
    assert sign_in(station_staff).post(url).status_code == 409
    assert Attachment.objects.exists()


def test_sweep_removes_old_files_without_a_row_only(submitted, station_staff, media):
    kept = add(submitted, station_staff)
    lost, fresh = media / FOLDER / "aa" / "lost", media / FOLDER / "aa" / "fresh"
    lost.parent.mkdir(parents=True, exist_ok=True)
    for path in (lost, fresh):
        path.write_bytes(b"x")
    for path in (lost, media / kept.path):
        os.utime(path, (0, 0))

    assert sweep_files() == 1

    assert sorted(on_disk(media)) == sorted([fresh, media / kept.path])


# --- reading ----------------------------------------------------------------------

SEES = {
    "officer": (200, 200),
    "leader": (200, 200),
    "township": (200, 200),
    "station_staff": (200, 200),
    "deputy_user": (200, 200),
    "handler": (200, 200),
    "unit_leader": (200, 200),
    "coordinator": (200, 200),
    "client_user": (200, 404),
    "sys_admin": (404, 404),
    "sec_admin": (404, 404),
    "audit_admin": (404, 404),
    "stranger": (404, 404),
}


@pytest.mark.parametrize("who", SEES)
def test_attachment_is_read_by_those_who_know_the_matter(
    request, handed_over, station_staff, photo_of, sign_in, who
):
    paper, photo = add(handed_over, station_staff), photo_of(handed_over)
    browser = sign_in(request.getfixturevalue(who))

    answers = [browser.get(row.get_absolute_url()) for row in (paper, photo)]

    assert tuple(answer.status_code for answer in answers) == SEES[who]
    for answer in answers:
        answer.close()


def test_photo_is_not_for_a_unit_whose_objection_was_upheld(
    handed_over, handler, other_unit, officer, photo_of, sign_in
):
    photo = photo_of(handed_over)
    give_to_another(handed_over, handler, officer, other_unit)

    assert sign_in(handler).get(photo.get_absolute_url()).status_code == 404


def test_attachment_ends_with_the_grant(submitted, station_staff, sign_in):
    attachment = add(submitted, station_staff)
    Grant.objects.filter(user=station_staff).update(ends_on="2020-01-02")

    browser = sign_in(station_staff)

    assert browser.get(attachment.get_absolute_url()).status_code == 404


def test_attachment_is_saved_not_opened(submitted, station_staff, sign_in):
    attachment = add(submitted, station_staff, name="批复.pdf")

    answer = sign_in(station_staff).get(attachment.get_absolute_url())

    assert b"".join(answer.streaming_content) == files.pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == SANDBOX
    assert answer["Cache-Control"] == "private, no-store"


def test_photo_is_shown_in_place(submitted, station_staff, sign_in):
    attachment = add(submitted, station_staff, files.jpeg(gps=True))

    answer = sign_in(station_staff).get(attachment.get_absolute_url())

    assert b"ecret" not in b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["Content-Security-Policy"] == SANDBOX


def test_no_address_leads_to_the_file_itself(
    submitted, station_staff, officer, media, settings, sign_in
):
    attachment = add(submitted, station_staff)
    paths = [
        f"{settings.MEDIA_URL}{attachment.path}",
        f"/media/{attachment.path}",
        f"{settings.STATIC_URL}../media/{attachment.path}",
        f"{settings.STATIC_URL}%2e%2e/media/{attachment.path}",
        f"/{attachment.path}",
    ]

    for browser in (Client(), sign_in(officer)):
        assert {browser.get(path).status_code for path in paths} == {404}
    assert Client().get(attachment.get_absolute_url()).status_code == 302


def test_attachment_whose_file_is_gone_is_not_found(
    submitted, station_staff, media, sign_in
):
    attachment = add(submitted, station_staff)
    (media / attachment.path).unlink()

    answer = sign_in(station_staff).get(attachment.get_absolute_url())

    assert answer.status_code == 404


# --- the pages --------------------------------------------------------------------


def test_page_of_the_matter_shows_files_and_the_form(
    submitted, station_staff, leader, photo_of, sign_in
):
    photo_of(submitted)
    add(submitted, station_staff, name="说明.pdf")
    url = submitted.get_absolute_url()

    own, others = (sign_in(who).get(url) for who in (station_staff, leader))

    assert [row.name for row in own.context["view"].files] == ["照片.jpg", "说明.pdf"]
    form = f'action="{reverse("proposals:attach", args=[submitted.pk])}"'
    assert form in own.content.decode()
    assert form not in others.content.decode()
    assert own.content.decode().count("/remove/") == 1
    assert "加附件" in own.content.decode()
    assert "/remove/" not in others.content.decode()


def test_page_of_the_matter_costs_the_same_with_ten_files(
    submitted, station_staff, sign_in, django_assert_num_queries
):
    browser, url = sign_in(station_staff), submitted.get_absolute_url()
    add(submitted, station_staff)
    browser.get(url)
    with CaptureQueriesContext(connection) as one:
        browser.get(url)
    for _ in range(MOST_FILES - 1):
        add(submitted, station_staff)

    with django_assert_num_queries(len(one)):
        browser.get(url)


def test_attach_page_adds_the_file(submitted, station_staff, sign_in):
    url = reverse("proposals:attach", args=[submitted.pk])

    answer = sign_in(station_staff).post(url, {"file": files.upload(files.jpeg())})

    assert answer.url == f"{submitted.get_absolute_url()}#files"
    assert submitted.attachments.get().kind == "image"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"MZ\x90\x00" + bytes(300), "照片.jpg", "这种文件不能收"),
        (b"<html><script>", "图.png", "这种文件不能收"),
        (b"", "空.pdf", "文件是空的"),
        (files.jpeg() + bytes(25 * MEGABYTE), "大.jpg", "文件超过 20 MB"),
        (files.jpeg()[:300], "照片.jpg", "图片已损坏"),
        (files.png_bomb(60_000), "x" * 10_000 + "\x00\u202e.png", "像素太多"),
        (files.office("docx", a=bytes(40 * MEGABYTE)), "答复.docx", "解压后过大"),
        (None, "", "请选一个文件"),
    ],
)
def test_attach_page_refuses_beside_the_field(
    submitted, station_staff, sign_in, media, data, name, words
):
    url = reverse("proposals:attach", args=[submitted.pk])
    given = {} if data is None else {"file": files.upload(data, name)}

    answer = sign_in(station_staff).post(url, given)

    assert answer.status_code == 422
    assert words in answer.context["form"].errors["file"][0]
    assert (Attachment.objects.count(), on_disk(media)) == (0, [])


def test_attach_page_says_when_there_are_ten(submitted, station_staff, sign_in):
    for _ in range(MOST_FILES):
        add(submitted, station_staff)
    url = reverse("proposals:attach", args=[submitted.pk])

    answer = sign_in(station_staff).post(url, {"file": files.upload(files.pdf())})

    assert answer.status_code == 422
    assert "最多 10 个附件" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("station_staff", 200), ("leader", 403), ("handler", 404), ("stranger", 404)],
)
def test_attach_page_opens_for_those_who_may(request, submitted, sign_in, who, status):
    url = reverse("proposals:attach", args=[submitted.pk])

    assert sign_in(request.getfixturevalue(who)).get(url).status_code == status


def test_remove_page_asks_first(submitted, station_staff, officer, stranger, sign_in):
    attachment = add(submitted, station_staff)
    url = reverse("proposals:attachment_remove", args=[attachment.pk])

    asked = sign_in(station_staff).get(url)
    others = [sign_in(who).post(url).status_code for who in (officer, stranger)]
    assert (asked.status_code, others) == (200, [403, 404])
    assert Attachment.objects.exists()

    assert sign_in(station_staff).post(url).status_code == 302
    assert not Attachment.objects.exists()
