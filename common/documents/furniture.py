"""What stands around the text: page numbers, the head of a letter, the imprint."""

from typing import Any

from docx.section import Section
from docx.shared import Mm

from common.documents.fitting import masthead_size
from common.documents.markup import borders, element, field, paragraph, run, twips
from common.documents.styles import (
    FOOTER,
    LEFT,
    MM,
    PAGE_WIDTH,
    RED,
    SMALL_SIZE,
    TYPE_WIDTH,
    Preset,
    spacing,
)

LETTER_RULE_WIDTH = round(170 * MM)  # in twips (10.1)
LETTER_RULE_LEFT = (PAGE_WIDTH - LETTER_RULE_WIDTH) // 2
LETTER_FOOT = 20  # millimetres from the lower rule to the edge of the page
MARK_TOP = round(15 * MM)
UPPER_RULE = ("thickThinSmallGap", 24, RED, 11)
LOWER_RULE = ("thinThickSmallGap", 24, RED, 0)
THICK = ("single", 8, "000000", 0)  # 0.35 mm
THIN = ("single", 6, "000000", 0)  # 0.25 mm


def set_page_numbers(section: Section, preset: Preset) -> None:
    """— 1 — at the outer edge, one character in: odd pages right, even pages left."""
    sides = (
        (section.footer, "right", {"right": SMALL_SIZE}),
        (section.even_page_footer, "left", {"left": SMALL_SIZE}),
    )
    for footer, edge, room in sides:
        said = {side: twips(points) for side, points in room.items()}
        properties = (element("ind", **said), element("jc", val=edge))
        runs = (run("— "), field("PAGE", "1"), run(" —"))
        _replace(footer, paragraph("Footer", *runs, properties=properties))


def set_letterhead(section: Section, organisation: str, *, mark: str) -> None:
    """Name and double rule at the top of page one, the counter-rule at its foot."""
    section.different_first_page_header_footer = True
    size = masthead_size(organisation)
    letters = (element("sz", val=size * 2), element("szCs", val=size * 2))
    properties = (
        borders("pBdr", bottom=UPPER_RULE),
        spacing(size * 1.2, after=8),
        element("ind", **_to_letter_width()),
    )
    name = paragraph("Masthead", run(organisation, *letters), properties=properties)
    framed = [paragraph("Mark", run(mark), properties=(_mark_frame(),))] if mark else []
    _replace(section.first_page_header, *framed, name)
    section.footer_distance = Mm(LETTER_FOOT)
    rule = (
        borders("pBdr", bottom=LOWER_RULE),
        spacing(SMALL_SIZE),
        element("ind", **_to_letter_width()),
    )
    _replace(section.first_page_footer, paragraph("Footer", properties=rule))
    for footer in (section.footer, section.even_page_footer):
        _lift(footer, (FOOTER - LETTER_FOOT) * 72 / 25.4)


def _lift(footer: Any, points: float) -> None:
    """Keep the page number where it was, above the lower foot of a letter."""
    settings = footer._element.p_lst[0].pPr
    settings._insert_spacing(spacing(SMALL_SIZE, after=points))


def _to_letter_width() -> dict[str, int]:
    """Indents that widen a paragraph from the type area to the rules of a letter."""
    left = LETTER_RULE_LEFT - round(LEFT * MM)
    return {"left": left, "right": TYPE_WIDTH - LETTER_RULE_WIDTH - left}


def _mark_frame() -> Any:
    return element(
        "framePr",
        wrap="around",
        hAnchor="margin",
        vAnchor="page",
        xAlign="right",
        y=MARK_TOP,
    )


def tabbed(*texts: str) -> Any:
    """A run of texts with a tab between one and the next."""
    line = run(texts[0])
    for text in texts[1:]:
        line.append(element("tab"))
        line.extend(list(run(text)))
    return line


def imprint(copies: str, issuer: str, printed: str) -> Any:
    """版记: a table without sides that floats at the foot of the type area.

    An empty text leaves its row out; rules are thick outside and thin between, and
    as wide as the type area, which borders of indented paragraphs would not be.
    """
    lines = []
    if copies:
        hanging = _imprint_indent(left=4, first=-3)
        lines.append(paragraph("Copies", run(copies), properties=(hanging,)))
    if issuer or printed:
        right_end = TYPE_WIDTH - twips(SMALL_SIZE)
        stops = element("tabs", element("tab", val="right", pos=right_end))
        properties = (stops, _imprint_indent(left=1))
        line = tabbed(issuer, printed)
        lines.append(paragraph("Copies", line, properties=properties))
    return element(
        "tbl",
        _imprint_settings(),
        element("tblGrid", element("gridCol", w=TYPE_WIDTH)),
        *(element("tr", _imprint_cell(line)) for line in lines),
    )


def _imprint_settings() -> Any:
    floating = element(
        "tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="page",
        tblpX=round(LEFT * MM),
        tblpYSpec="bottom",
    )
    no_margin = (element(side, w=0, type="dxa") for side in ("left", "right"))
    return element(
        "tblPr",
        floating,
        element("tblOverlap", val="never"),
        element("tblW", w=TYPE_WIDTH, type="dxa"),
        borders("tblBorders", top=THICK, bottom=THICK, insideH=THIN),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *no_margin),
    )


def _imprint_cell(line: Any) -> Any:
    width = element("tcW", w=TYPE_WIDTH, type="dxa")
    return element("tc", element("tcPr", width), line)


def _imprint_indent(*, left: int, first: int = 0) -> Any:
    said = {"left": left * SMALL_SIZE, "right": SMALL_SIZE}
    if first:
        said["hanging"] = -first * SMALL_SIZE
    return element("ind", **{side: twips(points) for side, points in said.items()})


def _replace(story: Any, *paragraphs: Any) -> None:
    """Give a header or footer these paragraphs and no others."""
    story.is_linked_to_previous = False
    root = story._element
    for child in list(root):
        root.remove(child)
    root.extend(paragraphs)
