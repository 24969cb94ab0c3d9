"""Tables of a document: a head that repeats, fitted columns, figures to the right."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from common.documents.markup import borders, element, paragraph, run
from common.documents.styles import HEITI, TYPE_WIDTH, rfonts
from common.documents.text import clean_cell

LINE = ("single", 4, "000000", 0)  # half a point
THICK_LINE = ("single", 8, "000000", 0)
HEAD_GROUND = "F2F2F2"
LONG_CELL = 300  # characters; a longer row may run over to the next page
EMPTY = "本期没有记录"


@dataclass(frozen=True)
class Row:
    """How the cells of one row look."""

    style: str = "Cell"
    ground: str = ""
    strong: bool = False
    is_head: bool = False
    keeps_next: bool = False
    height: int = 0  # the least, in twips


BODY, HEAD = (
    Row(),
    Row(style="CellHead", ground=HEAD_GROUND, is_head=True, keeps_next=True),
)
SMALL_BODY = Row(style="CellSmall")
SMALL_HEAD = Row(
    style="CellSmallHead", ground=HEAD_GROUND, is_head=True, keeps_next=True
)
TOTAL = Row(strong=True)


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    widths: Sequence[float] = (),
    numeric: Collection[int] = (),
    total: Sequence[object] = (),
    room: int = TYPE_WIDTH,
    small: bool = False,
    row_height: int = 0,
) -> Any:
    """A `w:tbl` as wide as the type area (`room`, in twips).

    `small` sets it in smaller type; `row_height` is the least height in twips.

    `widths` are proportions (equal if left out), `numeric` the places of the columns
    set to the right. A row of another length than the header is a ValueError.
    """
    for row in (*rows, *([total] if total else [])):
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} heads")
    columns = column_widths(widths or [1] * len(header), room)
    body, head = (SMALL_BODY, SMALL_HEAD) if small else (BODY, HEAD)
    kinds = [replace(body, height=row_height)] * len(rows)
    if rows and total:
        kinds[-1] = replace(kinds[-1], keeps_next=True)
    return element(
        "tbl",
        _table_settings(room),
        element("tblGrid", *(element("gridCol", w=width) for width in columns)),
        _row(header, columns, head, ()),
        *(
            _row(row, columns, kind, numeric)
            for row, kind in zip(rows, kinds, strict=True)
        ),
        _row_without_records(columns) if not rows else None,
        _row(total, columns, TOTAL, numeric) if total else None,
    )


def column_widths(proportions: Sequence[float], room: int = TYPE_WIDTH) -> list[int]:
    """Widths in twips that fill the type area to the last twip."""
    whole = sum(proportions)
    widths = [int(room * share / whole) for share in proportions]
    widths[-1] += room - sum(widths)
    return widths


def _table_settings(width: int) -> Any:
    edges = dict.fromkeys(("left", "right", "insideH", "insideV"), LINE)
    lines = {"top": THICK_LINE, "left": LINE, "bottom": THICK_LINE, **edges}
    room = {"top": 30, "left": 85, "bottom": 30, "right": 85}
    margins = (element(side, w=wide, type="dxa") for side, wide in room.items())
    return element(
        "tblPr",
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        borders("tblBorders", **lines),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
        element("tblLook", val="0420", firstRow=1, noVBand=1),
    )


def _row(
    cells: Sequence[object], columns: Sequence[int], row: Row, numeric: Collection[int]
) -> Any:
    texts = [clean_cell(value) for value in cells]
    may_split = max(map(len, texts), default=0) > LONG_CELL
    return element(
        "tr",
        element(
            "trPr",
            None if may_split else element("cantSplit"),
            element("trHeight", val=row.height, hRule="atLeast")
            if row.height
            else None,
            element("tblHeader") if row.is_head else None,
        ),
        *(
            _cell(text, width, row, to_right=place in numeric)
            for place, (text, width) in enumerate(zip(texts, columns, strict=True))
        ),
    )


def _cell(text: str, width: int, row: Row, *, to_right: bool) -> Any:
    keeping = (element("keepNext"),) if row.keeps_next else ()
    alignment = (element("jc", val="right"),) if to_right else ()
    letters = (rfonts(HEITI),) if row.strong else ()
    return element(
        "tc",
        element(
            "tcPr",
            element("tcW", w=width, type="dxa"),
            element("shd", val="clear", color="auto", fill=row.ground)
            if row.ground
            else None,
            element("vAlign", val="center"),
        ),
        paragraph(row.style, run(text, *letters), properties=keeping + alignment),
    )


def _row_without_records(columns: Sequence[int]) -> Any:
    middle = (element("jc", val="center"),)
    cell = element(
        "tc",
        element(
            "tcPr",
            element("tcW", w=sum(columns), type="dxa"),
            element("gridSpan", val=len(columns)),
        ),
        paragraph("Cell", run(EMPTY), properties=middle),
    )
    return element("tr", cell)
