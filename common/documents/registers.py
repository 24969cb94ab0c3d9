"""Registers and ledgers in Word: a table on sheets that lie, its head on every page.

Title, who keeps it and for which days, the table, a line to sign; no letterhead.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from common.documents import furniture, tables
from common.documents.markup import element, run, twips
from common.documents.official import OfficialDocument
from common.documents.styles import MM, spacing
from common.documents.text import clean_line

SHEETS = {"a4": (297, 210), "a3": (420, 297), "a4-upright": (210, 297)}
SIDE, TOP, BOTTOM, FOOT = 15, 18, 16, 8  # millimetres


class RegisterDocument(OfficialDocument):
    """A register on A4 or A3 across; `facts` stand in one line under the title."""

    def __init__(self, *, title: str, created: dt.datetime, sheet: str = "a4") -> None:
        super().__init__(created=created, title=title)
        width, height = SHEETS[sheet]
        section = self._section
        lies = width > height
        section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = Mm(SIDE)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.header_distance = section.footer_distance = Mm(FOOT)
        self.room = round((width - 2 * SIDE) * MM)
        self._add("Title", run(clean_line(title)), properties=(spacing(30, after=6),))

    def facts(self, *facts: str) -> None:
        """What the register is of: unit, period, how many lines."""
        stop = element("tab", val="right", pos=self.room)
        first, *rest = [clean_line(fact) for fact in facts]
        properties = (element("tabs", stop), spacing(20, after=4))
        line = furniture.tabbed(first, "　".join(rest))
        self._add("Note", line, properties=properties)

    def lines(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        widths: Sequence[float] = (),
        numeric: Collection[int] = (),
        small: bool = False,
        line_mm: float = 0,
    ) -> None:
        """The table over the whole width; its head is repeated on every page.

        `small` for many columns; `line_mm` is the least height of a line.
        """
        self._put(
            tables.table(
                header,
                rows,
                widths=widths,
                numeric=numeric,
                room=self.room,
                small=small,
                row_height=round(line_mm * MM),
            )
        )

    def small(self, text: str) -> None:
        """A remark under the table."""
        self._add("Note", run(clean_line(text)), properties=(spacing(18, before=4),))

    def sign(self, *labels: str) -> None:
        """Where people sign: each label with room behind it."""
        stops = [
            element("tab", val="left", pos=twips(self.room / 20 * at / len(labels)))
            for at in range(1, len(labels))
        ]
        line = furniture.tabbed(*(f"{clean_line(label)}：" for label in labels))
        properties = (element("tabs", *stops), spacing(24, before=12))
        self._add("Note", line, properties=properties)
