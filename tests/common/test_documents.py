"""Word files read back: layout of GB/T 9704-2012, numbering, safety, sameness."""

import datetime as dt
import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from common.documents import OfficialDocument
from common.documents.fitting import (
    attachment_indents,
    masthead_size,
    signature_indents,
    title_indent,
)
from common.documents.text import chinese_date, chinese_number, clean, clean_cell

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DAY = dt.date(2026, 11, 2)
HOSTILE = (
    "恶意\x00\x01\x0b\x1f\ud800\uffff\u202e\u200f😀𠮷\r\n=cmd|' /C calc'!A0"
    " <b>&amp;</b> {{ x }} ]]>" + "长" * 10_000
)


def _document(preset="gbt9704") -> OfficialDocument:
    return OfficialDocument(preset, created=NOW, title="通报", author="联络站")


def _saved(document: OfficialDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _read(document: OfficialDocument):
    return Document(io.BytesIO(_saved(document)))


def _lines(document: OfficialDocument) -> list[str]:
    return [paragraph.text for paragraph in _read(document).paragraphs]


def _value(element, path: str, attribute: str = "val") -> str:
    names = "/".join(qn(f"w:{name}") for name in path.split("/"))
    return element.find(names).get(qn(f"w:{attribute}"))


def _words(element) -> str:
    return "".join(written.text for written in element.iter(qn("w:t")))


def _everything(text: str, preset: str = "gbt9704") -> OfficialDocument:
    document = OfficialDocument(preset, created=NOW, title=text, author=text)
    document.masthead(text)
    document.letterhead(text, mark=text)
    document.number(text)
    document.letter_number(text)
    document.issue(text, organisation=text, date=DAY)
    document.title(text)
    document.addressee(text)
    document.heading1(text)
    document.heading2(text)
    document.heading3(text)
    document.paragraph(text)
    document.bullet(text)
    document.note(text)
    document.table([text, "b"], [[text, -1]], caption=text, total=[text, None])
    document.picture(_png(), caption=text, alt=text)
    document.attachments([text, text])
    document.signature(text, DAY)
    document.remark(text)
    document.attachment_page(text, number=1)
    document.cc([text], issuer=text, date=DAY)
    return document


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 150), "white").save(buffer, "PNG")
    return buffer.getvalue()


# --- page and styles ------------------------------------------------------------------


def test_page_has_the_margins_of_the_standard():
    section = _read(_document()).sections[0]

    sizes = (section.page_width, section.page_height)
    margins = (
        section.top_margin,
        section.left_margin,
        section.bottom_margin,
        section.right_margin,
    )
    assert [round(size.mm) for size in sizes] == [210, 297]
    assert [round(margin.mm) for margin in margins] == [37, 28, 35, 26]


@pytest.mark.parametrize(
    ("preset", "lines", "characters", "pitch"),
    [("gbt9704", 22, 28, 28.8), ("bulletin", 20, 25, 31.8)],
)
def test_page_holds_the_lines_and_characters_of_its_preset(
    preset, lines, characters, pitch
):
    read = _read(_document(preset))

    normal = read.styles["Normal"]
    section = read.sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    high = section.page_height - section.top_margin - section.bottom_margin
    wide = section.page_width - section.left_margin - section.right_margin
    step = 16 + int(_value(normal.element, "rPr/spacing")) / 20
    assert normal.font.size == Pt(16)
    assert normal.paragraph_format.line_spacing == Pt(pitch)
    assert high / Pt(1) // pitch == lines
    assert wide / Pt(1) // step == characters
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int(grid.get(qn("w:linePitch"))) == pitch * 20
    assert wide / Pt(1) // (16 + int(grid.get(qn("w:charSpace"))) / 4096) == characters


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
        ("footer", "宋体", 14),
    ],
)
def test_style_names_its_chinese_face(style, font, points):
    element = _read(_document()).styles[style].element

    assert _value(element, "rPr/rFonts", "eastAsia") == font
    assert _value(element, "rPr/sz") == str(points * 2)


def test_digits_are_set_in_times_new_roman():
    element = _read(_document()).styles["Normal"].element

    assert _value(element, "rPr/rFonts", "ascii") == "Times New Roman"


def test_page_numbers_stand_at_the_outer_edges():
    section = _read(_document()).sections[0]

    odd = section.footer.paragraphs[0]
    even = section.even_page_footer.paragraphs[0]
    assert _value(odd._p, "pPr/jc") == "right"
    assert _value(even._p, "pPr/jc") == "left"
    assert _words(odd._p) == "— 1 —"
    assert _value(odd._p, "fldSimple", "instr") == "PAGE"
    assert _read(_document()).settings.odd_and_even_pages_header_footer is True


# --- text -----------------------------------------------------------------------------


def test_headings_number_themselves_and_start_again_below():
    document = _document()
    for _ in range(2):
        document.heading1("情况")
        for _ in range(2):
            document.heading2("接待")
            document.heading3("选民")
            document.heading3("走访")

    part = ["（一）接待", "1. 选民", "2. 走访", "（二）接待", "1. 选民", "2. 走访"]
    assert _lines(document) == ["一、情况", *part, "二、情况", *part]
    outline = [paragraph.style.name for paragraph in _read(document).paragraphs[:3]]
    assert outline == ["Heading 1", "Heading 2", "Heading 3"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (21, "二十一"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1000, "一千"),
        (2005, "二千零五"),
        (9999, "九千九百九十九"),
    ],
)
def test_chinese_number_says_it_as_a_clerk_does(number, said):
    assert chinese_number(number) == said


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_chinese_number_refuses_what_is_no_ordinal(number):
    with pytest.raises(ValueError, match="no ordinal"):
        chinese_number(number)


def test_chinese_date_has_no_leading_zeros():
    assert chinese_date(dt.date(2026, 1, 2)) == "2026年1月2日"


def test_paragraph_makes_one_of_each_line():
    document = _document()
    document.paragraph("一行\r\n\r\n  二行 \u2028三行")

    assert _lines(document) == ["一行", "二行", "三行"]


def test_addressee_ends_in_one_full_width_colon():
    document = _document()
    document.addressee("各镇人大主席团:")

    assert _lines(document) == ["各镇人大主席团："]


def test_attachments_number_themselves_only_if_several():
    one, two = _document(), _document()
    one.attachments(["台账"])
    two.attachments(["台账", "清单"])

    assert _lines(one) == ["附件：台账"]
    assert _lines(two) == ["附件：1. 台账", "2. 清单"]
    assert attachment_indents(1, 1) == (5, -3)
    assert [attachment_indents(place, 2) for place in (1, 2)] == [(6, -4), (6, -1)]


def test_signature_centres_a_short_name_over_the_date():
    assert signature_indents(name=5, date=7) == (5, 4)


def test_signature_centres_the_date_under_a_long_name():
    assert signature_indents(name=15, date=7) == (2, 6)


def test_signature_never_stands_alone_on_a_page():
    document = _document()
    document.paragraph("正文")
    document.signature("联络站", DAY)

    kept = [p.paragraph_format.keep_with_next for p in _read(document).paragraphs]
    assert _lines(document) == ["正文", "联络站", "2026年11月2日"]
    assert kept == [True, True, None]


def test_masthead_is_red_and_fits_one_line():
    document = _document()
    document.masthead("东宝区人大常委会办公室文件")

    run = _read(document).paragraphs[0].runs[0]
    assert str(run.font.color.rgb) == "FF0000"
    assert run.font.size.pt * 13 <= 442
    assert masthead_size("东宝") == 44
    assert masthead_size("长" * 500) == 22


def test_title_indent_makes_two_lines_alike():
    assert title_indent("题" * 20) == 0
    assert title_indent("题" * 24) == 7 * 220
    assert title_indent("题" * 24 + "\n" + "题") == 0


def test_number_has_the_red_rule_below():
    document = _document()
    document.number("东人办〔2026〕19号")

    paragraph = _read(document).paragraphs[0]
    assert paragraph.text == "东人办〔2026〕19号"
    assert _value(paragraph._p, "pPr/pBdr/bottom", "color") == "FF0000"


def test_issue_names_organisation_and_day_over_the_rule():
    document = _document("bulletin")
    document.issue("第11期", organisation="泉口街道联络站", date=DAY)

    assert _lines(document) == ["第11期", "\t泉口街道联络站\t2026年11月2日"]


def test_imprint_floats_at_the_foot_with_copies_and_printing():
    document = _document()
    document.cc(["区委办", "区政府办"], issuer="区人大办", date=DAY)

    table = _read(document).tables[0]
    assert [row.cells[0].text for row in table.rows] == [
        "抄送：区委办，区政府办。",
        "区人大办\t2026年11月2日印发",
    ]
    assert _value(table._tbl, "tblPr/tblpPr", "tblpYSpec") == "bottom"


def test_imprint_is_left_out_when_it_says_nothing():
    document = _document()
    document.cc([])

    assert _read(document).tables == []


# --- tables ---------------------------------------------------------------------------


def _table(document: OfficialDocument):
    return _read(document).tables[0]


def test_table_repeats_its_head_and_sets_figures_right():
    document = _document()
    document.table(
        ["月份", "件数"],
        [["一月", 3], ["二月", 14]],
        caption="各月件数",
        numeric={1},
        total=["合计", 17],
    )

    table = _table(document)
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert _lines(document)[0] == "表1　各月件数"
    assert cells == [["月份", "件数"], ["一月", "3"], ["二月", "14"], ["合计", "17"]]
    heads = [row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) for row in table.rows]
    assert [head is not None for head in heads] == [True, False, False, False]
    figure = table.rows[1].cells[1].paragraphs[0]
    assert _value(figure._p, "pPr/jc") == "right"


def test_table_keeps_its_total_with_the_last_row():
    document = _document()
    document.table(["月份"], [["一月"], ["二月"]], total=["合计"])

    rows = [row.cells[0].paragraphs[0] for row in _table(document).rows]
    kept = [row.paragraph_format.keep_with_next for row in rows]
    assert kept[1:] == [None, True, None]


def test_table_fills_the_type_area_in_the_given_proportions():
    document = _document()
    document.table(["a", "b", "c"], [[1, 2, 3]], widths=[1, 2, 4])

    table = _table(document)
    widths = [cell.width.mm for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(156, abs=0.1)
    assert [wide / widths[0] for wide in widths] == pytest.approx([1, 2, 4], rel=0.01)


def test_table_without_rows_says_so():
    document = _document()
    document.table(["a", "b"], [])

    assert _table(document).rows[1].cells[0].text == "本期没有记录"


def test_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError, match="1 cells under 2 heads"):
        _document().table(["a", "b"], [["一"]])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (-3, "-3"),
        ("-3.20%", "-3.20%"),
        ("+1,234", "+1,234"),
        ("=1+1", "'=1+1"),
        ("\t=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("正文", "正文"),
    ],
)
def test_cell_never_becomes_a_formula_when_copied(value, shown):
    assert clean_cell(value) == shown


# --- pictures -------------------------------------------------------------------------


def test_picture_has_words_for_those_who_cannot_see_it():
    document = _document()
    document.picture(_png(), caption="收集情况", alt="六月31件，七月28件", width_mm=120)

    read = _read(document)
    shape = read.inline_shapes[0]
    assert shape._inline.docPr.get("descr") == "六月31件，七月28件"
    assert shape.width == Mm(120)
    assert _lines(document) == ["", "图1　收集情况"]


# --- safety and sameness --------------------------------------------------------------


@pytest.mark.parametrize("preset", ["gbt9704", "bulletin"])
def test_save_gives_the_same_bytes_for_the_same_content(preset):
    assert _saved(_everything("正文", preset)) == _saved(_everything("正文", preset))


def test_save_tells_only_the_given_time_and_author():
    saved = _saved(_document())

    known = Document(io.BytesIO(saved)).core_properties
    utc = dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)
    assert (known.created, known.modified) == (utc, utc)
    assert (known.title, known.author, known.comments) == ("通报", "联络站", "")
    entries = zipfile.ZipFile(io.BytesIO(saved)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert not [e.filename for e in entries if "thumbnail" in e.filename]


def test_document_refuses_a_time_without_zone():
    with pytest.raises(ValueError, match="time zone"):
        OfficialDocument(created=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("preset", ["gbt9704", "bulletin"])
def test_any_text_leaves_a_file_that_reads_back(preset):
    saved = _saved(_everything(HOSTILE, preset))

    archive = zipfile.ZipFile(io.BytesIO(saved))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(archive.read(name))
    read = Document(io.BytesIO(saved))
    assert read.tables[0].rows[1].cells[0].text.startswith("恶意\n😀𠮷\n=cmd")
    assert len(read.core_properties.title) == 255


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clean_leaves_only_what_xml_may_hold(text):
    element = etree.Element("t")
    element.text = clean(text)

    assert etree.fromstring(etree.tostring(element)).text in (clean(text) or None,)
