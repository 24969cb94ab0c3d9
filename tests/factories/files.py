"""Files as people, and those who mean harm, hand them in."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

GPS = 0x8825
ORIENTATION = 0x0112
MAKE = 0x010F
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def upload(data: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def jpeg(size=(40, 20), *, orientation: int = 0, gps: bool = False) -> bytes:
    """A photo: left half red, right half blue; with what a camera writes into it."""
    picture = Image.new("RGB", size, "red")
    half = size[0] // 2
    picture.paste("blue", (half, 0, size[0], size[1]))
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    if gps:
        exif[MAKE] = "SecretCamera"
        exif.get_ifd(GPS).update({1: "N", 2: (31.0, 2.0, 3.0)})
    out = io.BytesIO()
    picture.save(
        out, "JPEG", exif=exif, comment=b"secret comment", icc_profile=b"secret icc"
    )
    return out.getvalue()


def png(size=(40, 20), mode: str = "RGB") -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "secret comment")
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", pnginfo=texts, icc_profile=b"secret icc")
    return out.getvalue()


def webp(size=(40, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 0)).save(out, "WEBP", exif=b"Exif\0\0secret")
    return out.getvalue()


def png_bomb(side: int) -> bytes:
    """A small file that says it is a picture of side × side."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        total = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", total)

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def office(kind: str = "docx", **parts: bytes) -> bytes:
    """The least that is a Word file or a workbook, with further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(OFFICE[kind], "<document/>")
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()
