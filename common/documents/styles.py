"""Page, fonts and paragraph styles of an official document.

The numbers are those of GB/T 9704-2012 (党政机关公文格式), clauses 5.2 to 7.5.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from common.documents.markup import element, twips

SONG_TITLE = "方正小标宋简体"
FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
LATIN = "Times New Roman"
# What Word takes where the official face is not installed.
FALLBACKS = {
    SONG_TITLE: "宋体",
    FANGSONG: "仿宋",
    KAITI: "楷体",
    HEITI: "SimHei",
    SONGTI: "SimSun",
}

RED = "FF0000"
BODY_SIZE = 16  # 3号, in points
SMALL_SIZE = 14  # 4号
TABLE_SIZE = 10.5  # 5号
SMALL_TABLE_SIZE = 7.5  # 小六号 and a little, for many columns
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4 in twips
MM = 1440 / 25.4  # twips in a millimetre
TOP, LEFT, BOTTOM, RIGHT = 37, 28, 35, 26  # margins in millimetres
# The dash of the page number stands 7 mm below the type area (7.5); Word measures to
# the foot of its line, half a line of 14 points (2.5 mm) further down.
FOOTER = BOTTOM - 7 - 2.5
HEADER = 30  # mark of a letter, from the top edge of the page (10.1)


@dataclass(frozen=True)
class Preset:
    """How densely a page is set: lines on it and characters in a line."""

    lines: int
    characters: int
    pitch: float  # from line to line, in points

    @property
    def step(self) -> int:
        """What each body letter is set wider, in twips.

        One less than would do: some readers round it to hundredths of a millimetre.
        """
        return math.floor(TYPE_WIDTH / self.characters - BODY_SIZE * 20) - 1

    @property
    def character(self) -> float:
        """Room of one body character in points."""
        return BODY_SIZE + self.step / 20

    @property
    def grid_space(self) -> int:
        """The same step for the grid of the page, in 1/4096 of a point."""
        return math.floor((TYPE_WIDTH / 20 / self.characters - BODY_SIZE) * 4096)


TYPE_WIDTH = PAGE_WIDTH - round(LEFT * MM) - round(RIGHT * MM)  # in twips
PRESETS = {
    "gbt9704": Preset(lines=22, characters=28, pitch=28.8),
    "bulletin": Preset(lines=20, characters=25, pitch=31.8),
}


@dataclass(frozen=True)
class Style:
    """A paragraph style; sizes in points, indents in characters.

    `pitch` 0 lets the line grow with what stands in it (tables, pictures);
    None is the pitch of the page.
    """

    key: str
    name: str
    font: str = FANGSONG
    size: float = BODY_SIZE
    align: str = "both"
    first: float = 0
    left: float = 0
    pitch: float | None = None
    colour: str = ""
    level: int | None = None  # in the outline of the document, 0 = highest
    keeps_next: bool = False
    bullet: bool = False
    latin: str = LATIN


STYLES = (
    Style("Normal", "Normal"),
    Style("BodyText", "Body Text", first=2),
    Style("Masthead", "发文机关标志", SONG_TITLE, 44, "center", colour=RED, pitch=0),
    Style("Number", "发文字号", align="center"),
    Style("Title", "Title", SONG_TITLE, 22, "center", pitch=35, keeps_next=True),
    Style("Addressee", "主送机关", align="left", keeps_next=True),
    Style("Heading1", "heading 1", HEITI, first=2, level=0, keeps_next=True),
    Style("Heading2", "heading 2", KAITI, first=2, level=1, keeps_next=True),
    Style("Heading3", "heading 3", first=2, level=2, keeps_next=True),
    Style("ListBullet", "List Bullet", left=3, first=-1, bullet=True),
    Style("Attachment", "附件说明", align="left", left=6, first=-4),
    Style("Signature", "Signature", align="right"),
    Style("AttachmentMark", "附件标志", HEITI, align="left"),
    Style("Mark", "类别标记", HEITI, align="right"),
    Style("Caption", "caption", HEITI, 12, "center", pitch=24, keeps_next=True),
    Style("Note", "注释", SONGTI, TABLE_SIZE, pitch=18),
    Style("Picture", "图片", align="center", pitch=0),
    Style("Cell", "表格文字", SONGTI, TABLE_SIZE, "left", pitch=0),
    Style("CellHead", "表格表头", HEITI, TABLE_SIZE, "center", pitch=0),
    Style("CellSmall", "表格小字", SONGTI, SMALL_TABLE_SIZE, "left", pitch=0),
    Style("CellSmallHead", "表格小表头", HEITI, SMALL_TABLE_SIZE, "center", pitch=0),
    Style("Copies", "版记", size=SMALL_SIZE, pitch=24),
    Style("Footer", "footer", SONGTI, SMALL_SIZE, pitch=SMALL_SIZE, latin=SONGTI),
)


def set_page(document: Document, preset: Preset) -> None:
    """A4 with the margins of the standard and its grid of lines and characters.

    The grid tells what the page is made for; the styles themselves do not snap to it
    but carry its step, because readers other than Word give a letter that is wider
    than its cell two cells.
    """
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.footer_distance, section.header_distance = Mm(FOOTER), Mm(HEADER)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(twips(preset.pitch)))
    grid.set(qn("w:charSpace"), str(preset.grid_space))


def set_styles(document: Document, preset: Preset) -> None:
    """Our styles in the place of those python-docx brings along."""
    styles = document.styles.element
    styles.clear()
    fonts = rfonts(FANGSONG)
    language = element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    defaults = element(
        "docDefaults",
        element("rPrDefault", element("rPr", fonts, language)),
        element("pPrDefault"),
    )
    styles.append(defaults)
    styles.append(
        element(
            "style",
            element("name", val="Default Paragraph Font"),
            type="character",
            default="1",
            styleId="DefaultParagraphFont",
        )
    )
    styles.extend(style_element(style, preset) for style in STYLES)


def style_element(style: Style, preset: Preset) -> Any:
    """One `w:style`, its parts in the order of the schema."""
    known = {} if style.key != "Normal" else {"default": "1"}
    based_on = element("basedOn", val="Normal") if style.key != "Normal" else None
    return element(
        "style",
        element("name", val=style.name),
        based_on,
        element("qFormat"),
        element("pPr", *_paragraph_settings(style, preset)),
        element("rPr", *_letter_settings(style, preset)),
        type="paragraph",
        styleId=style.key,
        **known,
    )


def rfonts(font: str, latin: str = LATIN) -> Any:
    """East-Asian and Latin face of a run."""
    return element("rFonts", ascii=latin, hAnsi=latin, eastAsia=font, cs=latin)


def indent(
    preset: Preset, *, left: float = 0, first: float = 0, right: float = 0
) -> Any:
    """Indents in characters: Word follows the characters, others the twips."""
    line_start = "firstLine" if first >= 0 else "hanging"
    measures = {"left": left, "right": right, line_start: abs(first)}
    said: dict[str, int] = {}
    for name, characters in measures.items():
        said[f"{name}Chars"] = round(characters * 100)
        said[name] = twips(characters * preset.character)
    return element("ind", **said)


def spacing(pitch: float, before: float = 0, after: float = 0) -> Any:
    """Exact line pitch and room around, in points; pitch 0 = as high as needed."""
    line, rule = (twips(pitch), "exact") if pitch else (240, "auto")
    return element(
        "spacing", before=twips(before), after=twips(after), line=line, lineRule=rule
    )


def _paragraph_settings(style: Style, preset: Preset) -> Iterator[Any]:
    if style.keeps_next:
        yield element("keepNext")
    yield element("widowControl", val="0")
    if style.bullet:
        yield element("numPr", element("ilvl", val=0), element("numId", val=1))
    if style.key == "Normal":
        yield element("snapToGrid", val="0")
    yield spacing(preset.pitch if style.pitch is None else style.pitch)
    if style.first or style.left:
        yield indent(preset, left=style.left, first=style.first)
    yield element("jc", val=style.align)
    if style.level is not None:
        yield element("outlineLvl", val=style.level)


def _letter_settings(style: Style, preset: Preset) -> Iterator[Any]:
    yield rfonts(style.font, style.latin)
    if style.key == "Normal":
        yield element("snapToGrid", val="0")
    if style.colour:
        yield element("color", val=style.colour)
    yield element("spacing", val=preset.step if style.size == BODY_SIZE else 0)
    yield element("sz", val=round(style.size * 2))
    yield element("szCs", val=round(style.size * 2))


def set_bullets(document: Document) -> None:
    """One list, marked by a dot; its indents are those of the style."""
    level = element(
        "lvl",
        element("start", val=1),
        element("numFmt", val="bullet"),
        element("suff", val="space"),
        element("lvlText", val="•"),
        element("lvlJc", val="left"),
        ilvl=0,
    )
    numbering = document.part.numbering_part.element
    numbering.clear()
    numbering.append(element("abstractNum", level, abstractNumId=0))
    numbering.append(element("num", element("abstractNumId", val=0), numId=1))


def set_fallback_fonts(document: Document) -> None:
    """Name for each official face the one to take where it is missing."""
    table = element("fonts")
    for name, other in FALLBACKS.items():
        known = (element("altName", val=other), element("charset", val="86"))
        table.append(element("font", *known, name=name))
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = serialize_part_xml(table)


def set_behaviour(document: Document) -> None:
    """Settings of the present Word, Chinese, with different left and right pages."""
    settings = document.settings.element
    settings.clear()
    compatibility = element(
        "compat",
        element("spaceForUL"),
        element("balanceSingleByteDoubleByteWidth"),
        element("doNotLeaveBackslashAlone"),
        element("ulTrailSpace"),
        element("doNotExpandShiftReturn"),
        element("adjustLineHeightInTable"),
        element("useFELayout"),
        element(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val="15",
        ),
    )
    settings.extend(
        (
            element("zoom", percent="100"),
            element("defaultTabStop", val="420"),
            element("evenAndOddHeaders"),
            element("characterSpacingControl", val="compressPunctuation"),
            compatibility,
            element("themeFontLang", val="en-US", eastAsia="zh-CN"),
        )
    )
