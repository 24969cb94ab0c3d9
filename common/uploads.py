"""Files people hand in: known by their content, images made anew, kept out of reach.

`check` says what a file really is; an image is decoded and written afresh, so that
nothing of the camera (place, moment, device), and nothing hidden behind the picture,
stays in it. `stored` keeps it under MEDIA_ROOT by a random name that no address has.
"""

import hashlib
import io
import os
import re
import secrets
import threading
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import filetype
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from PIL import Image, ImageOps

from common.errors import RuleViolation

ORPHANED_SECONDS = 24 * 3600  # a file without a row: its transaction died
LONGEST_SIDE = 2000  # pixels that an image keeps
# Of a photo, which is decoded at a fraction of its size; of any other picture, which
# takes four bytes a pixel. Cameras of phones and long screenshots stay below.
MOST_PHOTO_PIXELS, MOST_PIXELS = 50_000_000, 25_000_000
LONGEST_NAME = 80  # signs, without the ending
MOST_ENTRIES = 2_000  # parts of an office file
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 300  # of one part beyond BIG_ENTRY; office programs stay under 100
BIG_ENTRY = 5 * 1024 * 1024
HEAD = 8192  # what filetype looks at

IMAGES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}  # by Pillow's names
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# The part of an office file that says what it is.
OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
ACCEPT_IMAGES = "image/jpeg,image/png,image/webp"
ACCEPT = f"{ACCEPT_IMAGES},.pdf,.docx,.xlsx"

KINDS = "请传 JPG、PNG、WebP 图片，或 PDF、Word（.docx）、Excel（.xlsx）文件。"
IMAGE_KINDS = "请传 JPG、PNG 或 WebP 图片。"
KNOWN = {
    "heic": "HEIC 照片打不开，请先转成 JPG，或在手机相机里选“兼容性最佳”再拍。",
    "doc": "请用 Word 或 WPS“另存为”.docx 再上传。",
    "xls": "请用 Excel 或 WPS“另存为”.xlsx 再上传。",
}
EMPTY = "文件是空的，请重新选择。"
BROKEN_IMAGE = "图片已损坏或没有传完整，请重新选择。"
BROKEN_FILE = "文件已损坏，请打开后“另存为”再上传。"
BOMB = "文件解压后过大，不能上传。"
MACROS = "文件里有宏，请“另存为”不带宏的 .docx 或 .xlsx 再上传。"

# Decoding takes memory by the pixel: so many at once in one process.
_decoding = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Checked:
    """A file as it will be kept."""

    name: str  # for people, with the ending of what it really is
    kind: str  # jpg, png, pdf, docx, xlsx
    data: bytes

    @property
    def is_image(self) -> bool:
        return self.kind in IMAGES

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.kind]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def check(file: Any, *, images_only: bool = False, field: str = "file") -> Checked:
    """What this upload is, ready to be kept; `file` has size, name and read().

    Raises RuleViolation naming `field` for what is empty, too large, of another kind,
    broken, or swells when it is opened.
    """
    try:
        return _checked(file, images_only)
    except RuleViolation as refused:
        raise RuleViolation(str(refused), field=field) from refused


def _checked(file: Any, images_only: bool) -> Checked:
    _check_size(file.size, settings.UPLOAD_MAX_BYTES)
    file.seek(0)
    data: bytes = file.read(settings.UPLOAD_MAX_BYTES + 1)
    _check_size(len(data), settings.UPLOAD_MAX_BYTES)
    kind = _kind(data)
    if kind in IMAGES:
        _check_size(len(data), settings.UPLOAD_MAX_IMAGE_BYTES, "图片")
        kind, data = _made_anew(data, kind)
    elif images_only or kind not in CONTENT_TYPES:
        wanted = IMAGE_KINDS if images_only else KINDS
        raise RuleViolation(KNOWN.get(kind) or f"这种文件不能收。{wanted}")
    return Checked(clean_name(file.name or "", kind), kind, data)


def _check_size(size: int, most: int, what: str = "文件") -> None:
    if not size:
        raise RuleViolation(EMPTY)
    if size > most:
        raise RuleViolation(f"{what}超过 {most // 1024 // 1024} MB，请缩小后再上传。")


def _kind(data: bytes) -> str:
    """What the content is, whatever the name says; empty when nobody knows."""
    guess = filetype.guess(data[:HEAD])
    kind = str(guess.extension) if guess else ""
    if data[:4] == b"PK\x03\x04":
        return _office_kind(data)
    if kind == "pdf" and not (data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]):
        raise RuleViolation(BROKEN_FILE)
    return kind


# --- names -------------------------------------------------------------------------


def clean_name(name: str, ending: str) -> str:
    """A name that is safe to show and to save under: no path, no unseen signs.

    Marks that turn the direction of writing are among these: with one of them a
    program looks like a picture. The ending is that of the content.
    """
    last = re.split(r"[/\\]", str(name))[-1]
    seen = (sign for sign in last if unicodedata.category(sign)[0] != "C")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", " ".join("".join(seen).split()))
    stem = re.sub(r'[<>:"|?*]', "_", stem).strip(" .")[:LONGEST_NAME].strip(" .")
    return f"{stem or '附件'}.{ending}"


# --- images ------------------------------------------------------------------------


def _made_anew(data: bytes, kind: str) -> tuple[str, bytes]:
    """The picture alone, upright, at most LONGEST_SIDE; kind and bytes.

    PNG stays PNG (screenshots, drawings), the others become JPEG.
    """
    try:
        with _decoding:
            picture = _picture(data, IMAGES[kind])
    except RuleViolation:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RuleViolation(_too_many(IMAGES[kind])) from bomb
    except Exception as error:  # decoders raise whatever they please
        raise RuleViolation(BROKEN_IMAGE) from error
    out = io.BytesIO()
    if kind == "png":
        picture.save(out, "PNG", optimize=False)
        return "png", out.getvalue()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return "jpg", out.getvalue()


def _picture(data: bytes, form: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=(form,)) as image:
        if image.width * image.height > _most_pixels(form):
            raise RuleViolation(_too_many(form))
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG only
        image.load()
        see_through = "A" in image.getbands() or "transparency" in image.info
        mode = "RGBA" if see_through else "RGB"
        small: Image.Image = image if image.mode == mode else image.convert(mode)
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = _turned(small)
    if see_through and form != "PNG":
        ground = Image.new("RGBA", pixels.size, "white")
        pixels = Image.alpha_composite(ground, pixels)
    # On a canvas of its own: profiles, comments and texts hang on the old one.
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def _turned(image: Image.Image) -> Image.Image:
    """Upright as the camera's note says; a broken note is no reason to refuse."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # any bytes may stand in the note
        return image


def _most_pixels(form: str) -> int:
    return MOST_PHOTO_PIXELS if form == "JPEG" else MOST_PIXELS


def _too_many(form: str) -> str:
    most = _most_pixels(form) // 10_000
    return f"图片的像素太多（最多 {most} 万），请缩小后再上传。"


# --- office files ------------------------------------------------------------------


def _office_kind(data: bytes) -> str:
    """docx or xlsx, whole, without macros, not swelling; empty for other archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = next((OFFICE[name] for name in OFFICE if name in names), "")
            if kind and "[Content_Types].xml" in names:
                _check_entries(archive, entries)
                return kind
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        LookupError,
        NotImplementedError,
        RuntimeError,  # what zipfile raises for a locked entry
    ) as error:
        raise RuleViolation(BROKEN_FILE) from error
    return ""


def _check_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise RuleViolation(BROKEN_FILE)
    left = MOST_UNPACKED
    for entry in entries:
        if PurePosixPath(entry.filename).name.lower() == "vbaproject.bin":
            raise RuleViolation(MACROS)
        left -= entry.file_size
        packed = max(entry.compress_size, 1)
        swells = entry.file_size > BIG_ENTRY and entry.file_size / packed > MOST_RATIO
        if left < 0 or swells:
            raise RuleViolation(BOMB)
    for entry in entries:
        # Reads no more than was declared, and proves the sum: no entry can lie.
        with archive.open(entry) as part:
            while part.read(1 << 20):
                pass


# --- keeping -----------------------------------------------------------------------


@contextmanager
def stored(checked: Checked, folder: str) -> Iterator[str]:
    """Keep it under MEDIA_ROOT/`folder`; gives the path below MEDIA_ROOT.

    Open it around the transaction that writes the path down: should that fail, the
    file goes again. One whose process died meanwhile is left to the sweep.
    """
    name = secrets.token_hex(16)
    path = f"{folder}/{name[:2]}/{name}"
    write_private(Path(settings.MEDIA_ROOT) / path, checked.data)
    try:
        yield path
    except BaseException:
        remove(path)
        raise


def write_private(path: Path, data: bytes) -> None:
    """A new file that only the server's own user may read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)


def remove(path: str) -> None:
    """Delete a stored file; that it is gone already is no error."""
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def older_than(folder: Path, seconds: float) -> list[Path]:
    """Files anywhere below a folder that nobody has written for so long."""
    oldest = time.time() - seconds
    found = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # another sweep was quicker
            if path.is_file() and path.stat().st_mtime < oldest:
                found.append(path)
    return found


def sweep(folder: str, kept: Iterable[str]) -> int:
    """Remove the files of a folder that no row names, a day old; answers how many.

    Their transaction died. `kept`: the stored paths that rows do name.
    """
    root = Path(settings.MEDIA_ROOT)
    old = older_than(root / folder, ORPHANED_SECONDS)
    orphans = {str(path.relative_to(root)) for path in old}.difference(kept)
    for path in orphans:
        remove(path)
    return len(orphans)


# --- on the way in -----------------------------------------------------------------


class CutOffUploadHandler(FileUploadHandler):
    """Stops keeping a file once it is larger than any page takes.

    The rest is read and dropped, so that the page can still say what is wrong, and no
    request fills the disk. What was cut is larger than UPLOAD_MAX_BYTES, which every
    page compares: nothing is taken in part.
    """

    kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.kept > settings.UPLOAD_MAX_BYTES:
            return None  # the handlers after this one do not see it
        self.kept += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
