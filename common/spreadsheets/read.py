"""Open a spreadsheet by what it is, not by what it is called."""

from typing import BinaryIO

from common.spreadsheets.delimited import read_delimited
from common.spreadsheets.sheet import MAX_BYTES, Sheet, UnreadableFile
from common.spreadsheets.xls import read_xls
from common.spreadsheets.xlsx import read_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # bare old .xls streams
OTHER_KINDS = (
    (b"%PDF", "这是 PDF 文件，不是电子表格。"),
    (b"\x89PNG", "这是图片，不是电子表格。"),
    (b"\xff\xd8\xff", "这是图片，不是电子表格。"),
    (b"GIF8", "这是图片，不是电子表格。"),
    (b"Rar!", "这是压缩包，请解压后再上传。"),
    (b"7z\xbc\xaf", "这是压缩包，请解压后再上传。"),
    (b"\x1f\x8b", "这是压缩包，请解压后再上传。"),
    (b"{\\rtf", "这是 RTF 文档，不是电子表格。"),
)
SAVE_AS = "请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传。"


def read_workbook(file: BinaryIO, name: str = "") -> list[Sheet]:
    """The sheets of an .xlsx, .xls or .csv file, in their order.

    `name` only helps to word a refusal. Raises UnreadableFile with a Chinese text
    for whatever cannot, or must not, be read; nothing else for any input.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableFile("文件超过 20 MB，请拆分后再上传。")
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile("文件是空的。")
    sheets = _read(data)
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableFile("文件里没有任何内容。")
    return sheets


def _read(data: bytes) -> list[Sheet]:
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if data.startswith(OLE):
        _refuse_other_ole(data)
        return read_xls(data)
    if data.startswith(BIFF) and data[2:3] in (b"\x04", b"\x06", b"\x08", b"\x10"):
        return read_xls(data)
    for start, text in OTHER_KINDS:
        if data.startswith(start):
            raise UnreadableFile(text)
    _refuse_markup(data)
    return read_delimited(data)


def _refuse_other_ole(data: bytes) -> None:
    """An OLE file may also be a locked workbook or a Word document."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("文件设有打开密码，请去掉密码后再上传。")
    if "WordDocument".encode("utf-16-le") in data:
        raise UnreadableFile("这是 Word 文档，不是电子表格。" + SAVE_AS)
    if "PowerPoint Document".encode("utf-16-le") in data:
        raise UnreadableFile("这是演示文稿，不是电子表格。")


def _refuse_markup(data: bytes) -> None:
    """Many systems export a web page or XML under the name .xls."""
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    head = head.lower()
    if head.startswith((b"mime-version", b"from:")):
        raise UnreadableFile("这是网页存档（MHT）改名的 .xls 文件。" + SAVE_AS)
    is_page = b"<html" in head or b"<table" in head
    if head.startswith(b"<?xml") and not is_page:
        raise UnreadableFile("这是 XML 格式的表格，不是真正的 Excel。" + SAVE_AS)
    if head.startswith(b"<") or is_page:
        raise UnreadableFile(
            "这是网页（HTML）改名的 .xls 文件，不是真正的 Excel。" + SAVE_AS
        )
