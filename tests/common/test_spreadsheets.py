"""Office files of every kind in; safe files out; hostile files refused in Chinese."""

# ruff: noqa: DTZ001  (a cell's moment has no time zone)

import datetime as dt
import io
import zipfile
from contextlib import suppress
from decimal import Decimal

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from common.spreadsheets import (
    OutSheet,
    UnreadableFile,
    csv_line,
    read_workbook,
    safe_cell,
    write_workbook,
)
from common.spreadsheets import xlsx as xlsx_module

PEOPLE = [["姓名", "性别"], ["王芳", "女"], ["李强", "男"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx(*rows: list[object]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def _read(data: bytes, name: str = "名册.xlsx"):
    return read_workbook(io.BytesIO(data), name)


def _cells(sheet) -> list[list[object]]:
    return [row.cells for row in sheet.rows]


def _rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same archive with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


# --- .xlsx ---------------------------------------------------------------------


def test_read_xlsx_gives_typed_values_numbered_as_in_excel():
    book = _xlsx(
        ["王芳", 3, 1965.1, True, dt.datetime(1965, 3, 1)],
        [],
        [None, "  ", "李强"],
    )

    (sheet,) = _read(_saved(book))

    assert [row.number for row in sheet.rows] == [1, 3]
    assert sheet.rows[0].cells == ["王芳", 3, 1965.1, True, dt.datetime(1965, 3, 1)]
    assert sheet.rows[1].cells == [None, "  ", "李强"]
    assert sheet.typed is True


def test_read_xlsx_shows_numbers_as_their_format_shows_them():
    book = _xlsx([1965.1, 12, 1965.1])
    book.active["A1"].number_format = "0.00"
    book.active["B1"].number_format = "000000"

    (sheet,) = _read(_saved(book))

    assert sheet.rows[0].cells == [Decimal("1965.10"), "000012", 1965.1]
    assert str(sheet.rows[0].cells[0]) == "1965.10"
    assert isinstance(sheet.rows[0].cells[2], float)


def test_read_xlsx_knows_the_chinese_date_formats_that_have_only_a_number():
    book = _xlsx([23802])
    book.active["A1"].number_format = "0.00"
    styles = zipfile.ZipFile(io.BytesIO(_saved(book))).read("xl/styles.xml")
    changed = styles.replace(b'numFmtId="2"', b'numFmtId="57"')

    (sheet,) = _read(_rezipped(_saved(book), {"xl/styles.xml": changed}))

    assert sheet.rows[0].cells == [dt.datetime(1965, 3, 1)]


def test_read_xlsx_fills_merged_cells():
    book = _xlsx(["名册", None, None], ["东城", "王芳", "女"], [None, "李强", "男"])
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A2:A3")

    (sheet,) = _read(_saved(book))

    assert _cells(sheet) == [
        ["名册", "名册", "名册"],
        ["东城", "王芳", "女"],
        ["东城", "李强", "男"],
    ]


def test_read_xlsx_flags_hidden_rows_and_sheets():
    book = _xlsx(*PEOPLE)
    book.active.row_dimensions[2].hidden = True
    other = book.create_sheet("选项")
    other.append(["男"])
    other.sheet_state = "hidden"

    first, second = _read(_saved(book))

    assert [row.hidden for row in first.rows] == [False, True, False]
    assert (first.hidden, second.hidden) == (False, True)
    assert second.name == "选项"


def test_read_xlsx_ignores_the_name_of_the_file():
    sheets = _read(_saved(_xlsx(*PEOPLE)), "名册.csv")

    assert _cells(sheets[0]) == PEOPLE


def test_read_xlsx_takes_inline_and_rich_texts_without_reading_aids():
    sheet = (
        '<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>'
        '<row><c t="inlineStr"><is><r><t>王</t></r><r><t>芳</t></r>'
        '<rPh><t>wang</t></rPh></is></c><c t="str"><v>女</v></c></row>'
        "</sheetData></worksheet>"
    )
    data = _rezipped(_saved(_xlsx(["x"])), {"xl/worksheets/sheet1.xml": sheet.encode()})

    (read,) = _read(data)

    assert _cells(read) == [["王芳", "女"]]


def test_read_xlsx_survives_damaged_styles_that_excel_accepts():
    data = _saved(_xlsx(*PEOPLE))
    styles = b'<styleSheet xmlns="x"><fills><fill><odd/></fill></fills></styleSheet>'

    (sheet,) = _read(_rezipped(data, {"xl/styles.xml": styles}))

    assert _cells(sheet) == PEOPLE


# --- .xls ----------------------------------------------------------------------


def _xls() -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    page.write_merge(0, 0, 0, 2, "某县代表名册")
    dates = xlwt.easyxf(num_format_str='yyyy"年"m"月"')
    two = xlwt.easyxf(num_format_str="0.00")
    page.write(1, 0, "王芳")
    page.write(1, 1, dt.datetime(1965, 3, 1), dates)
    page.write(1, 2, 13800000000)
    page.write(2, 0, "李强")
    page.write(2, 1, 1965.1)
    page.write(2, 2, 1965.1, two)
    page.row(2).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_read_xls_gives_the_same_as_xlsx():
    (sheet,) = _read(_xls(), "名册.xls")

    assert _cells(sheet) == [
        ["某县代表名册"] * 3,
        ["王芳", dt.datetime(1965, 3, 1), 13800000000],
        ["李强", 1965.1, Decimal("1965.10")],
    ]
    assert [row.hidden for row in sheet.rows] == [False, False, True]


def test_read_xls_refuses_a_damaged_file():
    with pytest.raises(UnreadableFile, match="损坏"):
        _read(_xls()[:700], "名册.xls")


# --- .csv ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_read_csv_finds_encoding_and_separator(encoding, sign):
    text = "\r\n".join(sign.join(row) for row in PEOPLE)

    (sheet,) = _read(text.encode(encoding), "名册.csv")

    assert _cells(sheet) == PEOPLE
    assert sheet.typed is False


def test_read_csv_numbers_rows_by_their_first_line():
    text = '姓名,单位\n\n王芳,"一中\n二中"\n李强,三中\n'

    (sheet,) = _read(text.encode(), "a.csv")

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ["姓名", "单位"]),
        (3, ["王芳", "一中\n二中"]),
        (5, ["李强", "三中"]),
    ]


def test_read_csv_obeys_the_separator_hint_of_excel():
    (sheet,) = _read("sep=;\n姓名;性别\n王芳;女\n".encode(), "a.csv")

    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ["姓名", "性别"]),
        (3, ["王芳", "女"]),
    ]


# --- refused -------------------------------------------------------------------


def _bomb() -> bytes:
    """9 MB of blanks in some 10 kB."""
    return _rezipped(
        _saved(_xlsx(*PEOPLE)), {"xl/worksheets/sheet1.xml": b" " * 9_000_000}
    )


def _entities() -> bytes:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        b"<worksheet><sheetData><row><c t='str'><v>&b;</v></c></row></sheetData>"
        b"</worksheet>"
    )
    return _rezipped(_saved(_xlsx(*PEOPLE)), {"xl/worksheets/sheet1.xml": laughs})


def _wide_entities() -> bytes:
    data = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE w [<!ENTITY a 'x'>]><w/>"
    return _rezipped(
        _saved(_xlsx(*PEOPLE)), {"xl/sharedStrings.xml": data.encode("utf-16")}
    )


def _odd_encoding() -> bytes:
    sheet = b'<?xml version="1.0" encoding="cp037"?>' + b"\x4c" * 40
    return _rezipped(_saved(_xlsx(*PEOPLE)), {"xl/worksheets/sheet1.xml": sheet})


def _many_entries() -> bytes:
    extra = {f"xl/media/{n}.png": b"" for n in range(2_100)}
    return _rezipped(_saved(_xlsx(*PEOPLE)), extra)


def _far_row() -> bytes:
    sheet = (
        b"<worksheet><sheetData><row r='99999999999'><c t='str'><v>x</v></c></row>"
        b"</sheetData></worksheet>"
    )
    return _rezipped(_saved(_xlsx(*PEOPLE)), {"xl/worksheets/sheet1.xml": sheet})


def _deep() -> bytes:
    """A text in ten thousand nested elements."""
    strings = b"<sst><si>" + b"<r>" * 10_000 + b"</r>" * 10_000 + b"</si></sst>"
    return _rezipped(_saved(_xlsx(*PEOPLE)), {"xl/sharedStrings.xml": strings})


def _lzma() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "空的"),
        (b"\x00" * 100, "空的"),
        (b"\xef\xbb\xbf", "没有任何内容"),
        (_saved(_xlsx()), "没有任何内容"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
        (_bomb(), "解压后过大"),
        (_entities(), "DOCTYPE"),
        (_wide_entities(), "DOCTYPE"),
        (_odd_encoding(), "损坏"),
        (_many_entries(), "过多"),
        (_far_row(), "损坏"),
        (_deep(), "损坏"),
        (_lzma(), "损坏"),
        (_saved(_xlsx(*PEOPLE))[:-400], "损坏"),
        (b"PK\x03\x04 not a zip", "损坏"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "HTML"),
        ("\ufeff <TABLE><tr><td>姓名</td></tr></TABLE>".encode("utf-16"), "HTML"),
        (b'<?xml version="1.0"?><Workbook></Workbook>', "XML"),
        (b"MIME-Version: 1.0\r\n\r\n<html>", "MHT"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), "Word"),
        (OLE + b"\x07" * 600, "损坏"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (_zip(word__document_xml=b""), "压缩包"),
        (_zip(a=b"1"), "压缩包"),
        ("姓名,性别\n王\x00芳,女\n".encode(), "空字节"),
        (b"\xff\xff\xfe\x81\x81,\xff", "编码"),
        (b'a,"' + b"x" * 200_000, "引号"),
    ],
)
def test_read_refuses_with_a_reason(data, text):
    with pytest.raises(UnreadableFile, match=text) as refused:
        _read(data)

    assert refused.value.field == "file"


def test_read_refuses_a_word_document():
    data = _rezipped(_zip(a=b""), {"word/document.xml": b""})

    with pytest.raises(UnreadableFile, match="Word"):
        _read(data)


def test_read_refuses_too_many_rows(monkeypatch):
    monkeypatch.setattr(xlsx_module, "MAX_ROWS", 2)

    with pytest.raises(UnreadableFile, match="20 万行"):
        _read(_saved(_xlsx(*PEOPLE)))


def test_read_does_not_expand_merged_ranges_beyond_the_data():
    book = _xlsx(*PEOPLE)
    book.active.merge_cells("A3:B3")
    sheet = zipfile.ZipFile(io.BytesIO(_saved(book))).read("xl/worksheets/sheet1.xml")
    huge = sheet.replace(b'ref="A3:B3"', b'ref="A3:XFD1048576"')

    (read,) = _read(_rezipped(_saved(book), {"xl/worksheets/sheet1.xml": huge}))

    assert read.width == 2


@settings(deadline=None)  # machines may be slow
@given(st.binary(max_size=400), st.sampled_from([b"", OLE, b"PK\x03\x04", b"\xff\xfe"]))
def test_read_never_fails_in_another_way(tail, start):
    with suppress(UnreadableFile):
        sheets = _read(start + tail)

        assert any(sheet.rows for sheet in sheets)


@settings(deadline=None)  # machines may be slow
@given(position=st.integers(0, 4_000), value=st.integers(0, 255))
def test_read_survives_one_damaged_byte(position, value):
    for good in (GOOD_XLSX, GOOD_XLS):
        data = bytearray(good)
        data[position % len(data)] = value
        with suppress(UnreadableFile):
            _read(bytes(data))


GOOD_XLSX = _saved(_xlsx(*PEOPLE))
GOOD_XLS = _xls()


# --- written -------------------------------------------------------------------


def _written(*sheets: OutSheet) -> openpyxl.Workbook:
    out = io.BytesIO()
    write_workbook(out, sheets)
    return openpyxl.load_workbook(out)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＠"])
def test_safe_cell_neutralises_formulas(start):
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_safe_cell_keeps_numbers_and_dates():
    assert safe_cell(-3) == -3
    assert safe_cell(Decimal("0.5")) == Decimal("0.5")
    assert safe_cell(dt.date(2026, 3, 1)) == dt.date(2026, 3, 1)
    assert safe_cell(None) is None
    assert safe_cell(float("nan")) is None
    assert safe_cell(dt.date(1800, 1, 2)) == "1800-01-02"


def test_safe_cell_gives_moments_in_local_time():
    moment = dt.datetime(2026, 1, 1, 16, 30, tzinfo=dt.UTC)

    assert safe_cell(moment) == dt.datetime(2026, 1, 2, 0, 30)


def test_safe_cell_drops_what_xml_forbids():
    assert safe_cell("王\x00芳\x0b\ud800\uffff") == "王芳"
    assert len(safe_cell("长" * 40_000)) == 32_767


def test_csv_line_quotes_and_neutralises():
    line = csv_line(["a,b", '他说"好"', "=1+1", 3, True, None])

    assert line == '"a,b","他说""好""",\'=1+1,3,是,\r\n'


def test_write_workbook_styles_the_header_and_keeps_types():
    rows = [
        ["王芳", dt.date(2026, 3, 1), 7, "=1+1", False],
        ["李强", dt.datetime(2026, 3, 1, 9, 30), 1.5, "一\n二", True],
    ]

    page = _written(OutSheet("名册", ["姓名", "日期", "数", "文", "否"], rows)).active

    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    assert [cell.value for cell in page[2]] == [
        "王芳",
        dt.datetime(2026, 3, 1),
        7,
        "'=1+1",
        "否",
    ]
    assert page["B2"].number_format == "yyyy-mm-dd"
    assert page["B3"].number_format == "yyyy-mm-dd hh:mm"
    assert page["D2"].data_type == "s"
    assert page.column_dimensions["A"].width == 8


def test_write_workbook_writes_every_row_of_a_stream():
    page = _written(OutSheet("数", ["n"], ([n] for n in range(250)))).active

    assert [row[0] for row in page.values] == ["n", *range(250)]


def test_write_workbook_makes_sheet_names_lawful_and_unique():
    sheets = [OutSheet(name, ["a"], []) for name in ("甲/乙", "甲/乙", "", "x" * 40)]

    assert _written(*sheets).sheetnames == ["甲 乙", "甲 乙(2)", "表", "x" * 31]


def test_write_workbook_is_read_back_by_read_workbook():
    out = io.BytesIO()
    write_workbook(out, [OutSheet("名册", ["姓名", "生日"], [["王芳", "1965.10"]])])

    (sheet,) = _read(out.getvalue())

    assert _cells(sheet) == [["姓名", "生日"], ["王芳", "1965.10"]]


@settings(deadline=None)  # machines may be slow
@given(st.text(max_size=60))
def test_write_workbook_never_fails_on_a_text(text):
    page = _written(OutSheet(text, [text], [[text]])).active

    value = page["A2"].value or ""
    assert not str(value).startswith(("=", "+", "-", "@"))
