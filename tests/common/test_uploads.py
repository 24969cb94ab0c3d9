"""Files by their content: what is taken, as what, and what is refused."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common import uploads
from common.errors import RuleViolation
from common.uploads import check, clean_name, older_than, stored
from tests.factories import files

MEGABYTE = 1024 * 1024


def opened(checked) -> Image.Image:
    return Image.open(io.BytesIO(checked.data))


# --- what is taken ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "kind", "is_image"),
    [
        (files.jpeg(), "现场.JPEG", "jpg", True),
        (files.png(), "截图.png", "png", True),
        (files.webp(), "图.webp", "jpg", True),
        (files.png(), "其实是图.pdf", "png", True),
        (files.pdf(), "批复.pdf", "pdf", False),
        (files.office("docx"), "答复.docx", "docx", False),
        (files.office("xlsx"), "清单.xlsx", "xlsx", False),
    ],
)
def test_check_knows_a_file_by_its_content(data, name, kind, is_image):
    checked = check(files.upload(data, name))

    assert (checked.kind, checked.is_image) == (kind, is_image)
    assert checked.name == f"{Path(name).stem}.{kind}"
    assert checked.content_type == uploads.CONTENT_TYPES[kind]


def test_check_keeps_documents_byte_by_byte():
    assert check(files.upload(files.pdf())).data == files.pdf()


@pytest.mark.parametrize(
    "data",
    [files.jpeg(gps=True), files.png(), files.webp()],
    ids=["jpg", "png", "webp"],
)
def test_check_leaves_nothing_of_the_camera_in_a_picture(data):
    assert b"ecret" in data

    checked = check(files.upload(data))

    assert b"ecret" not in checked.data
    picture = opened(checked)
    assert dict(picture.getexif()) == {}
    assert not {"exif", "icc_profile", "comment", "Comment"} & set(picture.info)


def test_check_drops_what_hides_behind_a_picture():
    hidden = files.office("docx", evil=b"x") + b"<script>alert(1)</script>"

    checked = check(files.upload(files.jpeg() + hidden))

    assert checked.kind == "jpg"
    assert b"<script" not in checked.data
    assert not zipfile.is_zipfile(io.BytesIO(checked.data))


def test_check_turns_a_photo_upright():
    turned = opened(check(files.upload(files.jpeg((40, 20), orientation=6))))

    assert turned.size == (20, 40)
    red, _, blue = turned.getpixel((10, 5))
    assert red > 200 > 50 > blue


def test_check_takes_the_first_picture_of_a_phone_that_keeps_several():
    out = io.BytesIO()
    first, second = (Image.new("RGB", (40, 20), color) for color in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])

    picture = opened(check(files.upload(out.getvalue())))

    assert (picture.format, picture.size) == ("JPEG", (40, 20))
    assert picture.getpixel((5, 5))[0] > 200


def test_check_makes_a_large_photo_smaller():
    assert opened(check(files.upload(files.jpeg((4500, 3000))))).size == (2000, 1333)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_check_takes_pictures_of_every_mode(mode):
    assert opened(check(files.upload(files.png(mode=mode)))).size == (40, 20)


def test_check_puts_a_see_through_picture_on_white():
    assert opened(check(files.upload(files.webp()))).getpixel((5, 5)) == (255, 255, 255)


# --- what is refused --------------------------------------------------------------

EXE = b"MZ\x90\x00" + b"\x00" * 300
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 100


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("setup.exe", EXE)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "空.jpg", "文件是空的"),
        (EXE, "照片.jpg", "这种文件不能收"),
        (HTML, "图.png", "这种文件不能收"),
        (SVG, "图.svg", "这种文件不能收"),
        (SVG, "图.png", "这种文件不能收"),
        (GIF, "图.gif", "这种文件不能收"),
        (plain_zip(), "答复.docx", "这种文件不能收"),
        (OLE, "答复.docx", "这种文件不能收"),
        (HEIC, "IMG_1.heic", "HEIC"),
        (b"%PDF-1.7\nno end", "批复.pdf", "文件已损坏"),
        (HTML + files.pdf(), "批复.pdf", "这种文件不能收"),
        (files.jpeg()[:400], "照片.jpg", "图片已损坏"),
        (files.jpeg()[:-200], "照片.jpg", "图片已损坏"),
        (b"\xff\xd8\xff\xe0" + b"x" * 2000, "照片.jpg", "图片已损坏"),
        (files.png_bomb(60_000), "照片.png", "像素太多"),
        (files.png_bomb(5_001), "照片.png", "像素太多"),
        (files.png_bomb(5_000), "照片.png", "图片已损坏"),
        (files.office("docx")[:-30], "答复.docx", "文件已损坏"),
        (
            files.office("docx", **{"word/vbaProject.bin": OLE}),
            "答复.docx",
            "文件里有宏",
        ),
        (
            files.office("docx", **{"word/media/a.bin": bytes(30 * MEGABYTE)}),
            "答复.docx",
            "解压后过大",
        ),
    ],
)
def test_check_refuses_at_the_field_in_plain_words(data, name, words):
    with pytest.raises(RuleViolation, match=words) as refused:
        check(files.upload(data, name), field="photo")

    assert refused.value.field == "photo"


def test_check_refuses_an_office_file_whose_sizes_lie():
    true = files.office("docx", **{"word/media/a.bin": b"a" * 70_000})
    size, lie = (70_000).to_bytes(4, "little"), (7_000).to_bytes(4, "little")

    with pytest.raises(RuleViolation, match="文件已损坏"):
        check(files.upload(true.replace(size, lie)))


@pytest.mark.parametrize(
    ("size", "head", "words"),
    [
        (25 * MEGABYTE, files.jpeg(), "文件超过 20 MB"),
        (11 * MEGABYTE, files.jpeg(), "图片超过 10 MB"),
        (25 * MEGABYTE, b"", "文件超过 20 MB"),
    ],
)
def test_check_refuses_what_is_too_large(size, head, words):
    data = head + bytes(size - len(head))

    with pytest.raises(RuleViolation, match=words):
        check(files.upload(data))


def test_check_takes_images_only_where_asked():
    with pytest.raises(RuleViolation, match="JPG、PNG 或 WebP"):
        check(files.upload(files.pdf()), images_only=True)


# --- names ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\现场 图.png", "现场 图.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("a\x00b\x1f\u200b\u061c.jpg", "ab.jpg"),
        ("长" * 10_000 + ".jpg", "长" * 80 + ".jpg"),
        ("", "附件.jpg"),
        ("...", "附件.jpg"),
        ('a"b<c>:|?*.jpg', "a_b_c_____.jpg"),
        ("两\n行\r\n.jpg", "两行.jpg"),
        ("\ud800.jpg", "附件.jpg"),
        (".jpg", "附件.jpg"),
        ("第2.1条 说明", "第2.1条 说明.jpg"),
    ],
)
def test_clean_name_holds_no_path_and_no_unseen_signs(given, kept):
    assert clean_name(given, "jpg") == kept


# --- keeping ----------------------------------------------------------------------


def test_stored_keeps_the_file_for_the_server_alone(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    with stored(check(files.upload(files.pdf(), "批复.pdf")), "x") as path:
        pass

    file = tmp_path / path
    assert file.read_bytes() == files.pdf()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "批复" not in path
    assert "pdf" not in path


def test_stored_removes_the_file_when_the_deed_fails(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    with pytest.raises(KeyError), stored(check(files.upload(files.pdf())), "x"):
        raise KeyError

    assert older_than(tmp_path, -1) == []


def test_cut_off_keeps_no_more_than_a_page_takes(settings, client, db, station):
    settings.UPLOAD_MAX_BYTES = MEGABYTE
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    kept = []

    class Spy(uploads.CutOffUploadHandler):
        def receive_data_chunk(self, raw_data, start):
            passed = super().receive_data_chunk(raw_data, start)
            kept.append(len(passed or b""))
            return passed

    uploads_before = settings.FILE_UPLOAD_HANDLERS
    assert uploads_before[0] == "common.uploads.CutOffUploadHandler"
    handler = Spy()
    handler.new_file("f", "n", "t", 0)
    for _ in range(80):
        handler.receive_data_chunk(bytes(65_536), 0)
    big = SimpleUploadedFile("大.jpg", bytes(5 * MEGABYTE))
    answer = client.post(
        f"/p/s/{station.slug}/say/", {"step": "1", "check": "1", "photo": big}
    )

    assert MEGABYTE < sum(kept) <= MEGABYTE + 65_536
    assert "文件超过 1 MB" in answer.context["form"].errors["photo"][0]
