"""A voter's photo: checked at once, held for its form, kept with the matter."""

import io
import os
import stat
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from common.errors import RuleViolation
from common.public_forms import new_stamp
from common.uploads import Checked, older_than
from proposals.models import Attachment, Proposal
from proposals.services import photos, saying
from proposals.tasks import sweep_uploads
from stations.models import Visit
from tests.factories import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path) -> Path:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path / "var", tmp_path / "media"
    return settings.VAR_DIR


@pytest.fixture
def url(station) -> str:
    return reverse("public:say", args=[station.slug])


def pending(var: Path) -> list[Path]:
    return older_than(var / "uploads-pending", -1)


def answers(**changes):
    return {
        "step": "1",
        "check": "1",
        "stamp": new_stamp(),
        "key": str(uuid.uuid4()),
        "words": "学校门口早上堵死，车停在盲道上。",
        "where": "金虾路小学东门",
        **changes,
    }


def photo(data: bytes | None = None):
    return files.upload(data or files.jpeg(gps=True), "王小明家门口.jpg")


def test_say_keeps_the_photo_with_the_matter_at_the_end(client, url, var, settings):
    typed = answers()
    third = client.post(url, typed | {"photo": photo()})
    token = third.context["photo_token"]
    assert third.context["step"] == 2
    assert f'value="{token}"' in third.content.decode()
    assert not Attachment.objects.exists()
    assert [stat.S_IMODE(p.stat().st_mode) for p in pending(var)] == [0o600]

    end = client.post(url, typed | {"step": "2", "photo_token": token})

    kept = Attachment.objects.get()
    assert end.status_code == 200
    assert (kept.visit, kept.proposal) == (Visit.objects.get(), Proposal.objects.get())
    assert (kept.name, kept.uploaded_by, kept.kind) == ("照片.jpg", None, "image")
    data = (settings.MEDIA_ROOT / kept.path).read_bytes()
    assert b"ecret" not in data
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}


def test_say_sent_twice_keeps_one_photo(client, url, settings):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]

    for _ in range(2):
        sent = client.post(url, typed | {"step": "2", "photo_token": token})
        assert sent.status_code == 200

    assert (Proposal.objects.count(), Attachment.objects.count()) == (1, 1)
    assert len(older_than(settings.MEDIA_ROOT, -1)) == 1


def test_say_that_fails_keeps_no_file(client, url, settings, monkeypatch):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]

    def fail(proposal):
        raise RuleViolation("登记不了。")

    monkeypatch.setattr(saying, "issue_code", fail)

    sent = client.post(url, typed | {"step": "2", "photo_token": token})

    assert (sent.status_code, sent.context["photo_token"]) == (422, token)
    assert not Visit.objects.exists()
    assert older_than(settings.MEDIA_ROOT, -1) == []


def test_say_holds_the_photo_while_other_answers_are_missing(client, url, var):
    typed = answers(where="")

    bad = client.post(url, typed | {"photo": photo()})
    token = bad.context["photo_token"]
    good = client.post(url, typed | {"where": "东门", "photo_token": token})

    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["where"])
    assert "已收到一张照片" in bad.content.decode()
    assert (good.status_code, good.context["photo_token"]) == (200, token)


def test_say_goes_back_and_forth_with_the_photo(client, url):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]

    back = client.post(url, typed | {"step": "2", "photo_token": token, "back": "1"})

    assert (back.context["step"], back.context["photo_token"]) == (1, token)


def test_say_takes_a_new_photo_for_the_old_one_or_none(client, url, var):
    typed = answers()
    first = client.post(url, typed | {"photo": photo()}).context["photo_token"]

    second = client.post(
        url, typed | {"photo": photo(files.png()), "photo_token": first}
    ).context["photo_token"]
    assert (second != first, len(pending(var))) == (True, 1)
    none = client.post(url, typed | {"photo_token": second, "drop_photo": "1"})

    assert (none.context["photo_token"], pending(var)) == ("", [])
    assert client.post(url, typed | {"step": "2"}).status_code == 200
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        (b"MZ" + bytes(400), "这种文件不能收"),
        (b"<svg onload='alert(1)'/>", "这种文件不能收"),
        (files.pdf(), "这种文件不能收"),
        (files.jpeg()[:200], "图片已损坏"),
        (files.png_bomb(50_000), "像素太多"),
        (files.jpeg() + bytes(11 * 1024 * 1024), "图片超过 10 MB"),
    ],
)
def test_say_refuses_what_is_no_photo_and_keeps_what_was_typed(
    client, url, var, data, words
):
    answer = client.post(
        url, answers() | {"photo": files.upload(data, "a\x00/../\u202e.jpg")}
    )

    assert answer.status_code == 422
    assert words in answer.context["form"].errors["photo"][0]
    assert "金虾路小学东门" in answer.content.decode()
    assert pending(var) == []


def test_photo_serves_its_own_form_only(client, url):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]

    other = client.post(url, answers(step="2", photo_token=token))

    assert other.status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "token",
    ["x", "../../secret.key", "a.jpg:b:c", "\x00", "长" * 10_000, "a" * 32 + ".jpg"],
)
def test_say_with_a_made_up_token_asks_once_and_loses_nothing(client, url, token):
    typed = answers(step="2", photo_token=token)

    asked = client.post(url, typed)
    again = client.post(url, typed | {"photo_token": ""})

    assert (asked.status_code, asked.context["photo_token"]) == (422, "")
    assert "重新选" in asked.content.decode()
    assert again.status_code == 200


def test_photo_is_gone_after_an_hour(client, url, var):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]
    for path in pending(var):
        hour_ago = path.stat().st_mtime - photos.KEPT_SECONDS - 1
        os.utime(path, (hour_ago, hour_ago))

    sweep_uploads()

    assert pending(var) == []
    late = client.post(url, typed | {"step": "2", "photo_token": token})
    assert late.status_code == 422
    assert "照片放得太久" in late.content.decode()


def test_token_ends_after_an_hour(monkeypatch):
    token = photos.hold_photo(Checked("照片.jpg", "jpg", b"x"), key="k")
    assert photos.is_held(token, key="k")

    monkeypatch.setattr(photos, "KEPT_SECONDS", -1)

    assert not photos.is_held(token, key="k")


def test_hold_refuses_when_the_shelf_is_full(client, url, monkeypatch, var):
    monkeypatch.setattr(photos, "MOST_HELD", 1)
    client.post(url, answers() | {"photo": photo()})

    answer = client.post(url, answers() | {"photo": photo()})

    assert answer.status_code == 422
    assert "请先不传照片" in answer.context["form"].errors["photo"][0]
    assert len(pending(var)) == 1


def test_no_address_leads_to_a_photo_that_waits(client, url, var):
    client.post(url, answers() | {"photo": photo()})
    name = pending(var)[0].name

    for path in (f"/files/{name}", f"/files/uploads-pending/{name}", f"/p/{name}"):
        assert Client().get(path).status_code == 404


def test_matter_page_of_the_voter_shows_no_photo(client, url):
    typed = answers()
    token = client.post(url, typed | {"photo": photo()}).context["photo_token"]
    client.post(url, typed | {"step": "2", "photo_token": token})

    page = client.get(reverse("public:matter")).content.decode()

    assert "/attachments/" not in page
    assert "照片" not in page
