"""Official documents in Word: the parts of GB/T 9704-2012, added from top to bottom.

    report = OfficialDocument("bulletin", title="工作通报", created=now())
    report.title("……工作通报")
    report.heading1("基本情况")
    report.paragraph("……")
    report.save(buffer)

Numbers of headings, tables and pictures are given as they come. Any text is taken:
what would break the file or turn the reading order around is left out of it.
"""

import datetime as dt
import io
from collections.abc import Collection, Sequence
from typing import Any, BinaryIO

from docx import Document
from docx.shared import Mm

from common.documents import furniture, packing, styles, tables
from common.documents.fitting import (
    attachment_indents,
    masthead_size,
    signature_indents,
    title_indent,
)
from common.documents.markup import borders, element, paragraph, run, twips
from common.documents.styles import PRESETS, RED, indent, spacing
from common.documents.text import (
    characters_wide,
    chinese_date,
    chinese_number,
    clean,
    clean_line,
)

MASTHEAD_DROP = 35 * 72 / 25.4  # mark below the top of the type area, in points
RULE = ("single", 18, RED, 11)  # 4 mm below the number
LONGEST_ALT_TEXT = 500


class OfficialDocument:
    """A Word file on A4, set by GB/T 9704-2012 or looser as a bulletin (简报).

    `created` knows its time zone and stands as the time of making and of the last
    change: the same calls with the same values give the same bytes.
    """

    def __init__(
        self,
        preset: str = "gbt9704",
        *,
        created: dt.datetime,
        title: str = "",
        author: str = "",
    ) -> None:
        self.preset = PRESETS[preset]
        self._document = Document()
        self._section = self._document.sections[0]
        self._counts = dict.fromkeys(("h1", "h2", "h3", "table", "picture"), 0)
        self._last: Any = None
        self._under_rule = False
        packing.drop_unused_parts(self._document)
        packing.set_properties(
            self._document, title=title, author=author, created=created
        )
        styles.set_page(self._document, self.preset)
        styles.set_styles(self._document, self.preset)
        styles.set_bullets(self._document)
        styles.set_fallback_fonts(self._document)
        styles.set_behaviour(self._document)
        furniture.set_page_numbers(self._section, self.preset)

    # --- head of the document ----------------------------------------------------

    def masthead(self, organisation: str, *, red: bool = True) -> None:
        """发文机关标志: as large as one line allows, 35 mm below the top."""
        name = clean_line(organisation)
        size = masthead_size(name)
        letters = (
            element("color", val=RED if red else "000000"),
            element("sz", val=size * 2),
            element("szCs", val=size * 2),
        )
        room = spacing(size * 1.2, before=MASTHEAD_DROP)
        self._add("Masthead", run(name, *letters), properties=(room,))

    def letterhead(self, organisation: str, *, mark: str = "") -> None:
        """信函格式: red name between the edge and a double rule, on page one only.

        `mark` stands at the top right of the page, such as a class of result.
        """
        furniture.set_letterhead(
            self._section, clean_line(organisation), mark=clean_line(mark)
        )
        self._under_rule = True

    def number(self, text: str) -> None:
        """发文字号, two lines below the mark, with the red rule under it."""
        edge = borders("pBdr", bottom=RULE)
        room = spacing(self.preset.pitch, before=2 * self.preset.pitch)
        line = run(clean_line(text))
        self._add("Number", line, properties=(edge, room))
        self._under_rule = True

    def letter_number(self, text: str) -> None:
        """发文字号 of a letter: at the right, under the double rule."""
        to_right = element("jc", val="right")
        self._add("Number", run(clean_line(text)), properties=(to_right,))

    def issue(self, number: str, *, organisation: str, date: dt.date) -> None:
        """Head of a bulletin: 第×期, then who and when over the red rule."""
        pitch = self.preset.pitch
        room = spacing(pitch, before=pitch)
        self._add("Number", run(clean_line(number)), properties=(room,))
        # Tabs and not indents: the rule below is to be as wide as the type area.
        inset = twips(self.preset.character)
        stops = (
            element("tab", val="left", pos=inset),
            element("tab", val="right", pos=styles.TYPE_WIDTH - inset),
        )
        properties = (
            borders("pBdr", bottom=RULE),
            element("tabs", *stops),
            element("jc", val="left"),
        )
        line = furniture.tabbed("", clean_line(organisation), chinese_date(date))
        self._add("Number", line, properties=properties)
        self._under_rule = True

    def title(self, text: str) -> None:
        """标题, two lines below the rule if there is one; `\\n` breaks where you say.

        Several lines come out nearly equal in length, as the standard asks.
        """
        words = clean(text).strip()
        before = 2 * self.preset.pitch if self._under_rule else 0
        narrowing = title_indent(words)
        sides = element("ind", left=narrowing, right=narrowing)
        room = spacing(35, before=before, after=self.preset.pitch)
        self._add("Title", run(words), properties=(room, sides))

    def addressee(self, text: str) -> None:
        """主送机关, from the left edge, closed by a full-width colon."""
        self._add("Addressee", run(clean_line(text).rstrip(":：") + "："))

    # --- body ----------------------------------------------------------------------

    def heading1(self, text: str) -> None:
        """一、黑体"""
        self._heading("h1", ("h2", "h3"), "{}、", text)

    def heading2(self, text: str) -> None:
        """（一）楷体"""
        self._heading("h2", ("h3",), "（{}）", text)

    def heading3(self, text: str) -> None:
        """1. 仿宋"""
        self._heading("h3", (), "{}. ", text)

    def _heading(self, kind: str, below: tuple[str, ...], form: str, text: str) -> None:
        self._counts.update(dict.fromkeys(below, 0))
        number = self._next(kind)
        shown = str(number) if kind == "h3" else chinese_number(number)
        words = form.format(shown) + clean_line(text)
        self._add(f"Heading{kind[1]}", run(words))

    def paragraph(self, text: str) -> None:
        """正文; each line of the text is a paragraph, empty ones fall away."""
        for line in clean(text).split("\n"):
            if line.strip():
                self._add("BodyText", run(line.strip()))

    def bullet(self, text: str) -> None:
        """A line of a list marked by dots."""
        self._add("ListBullet", run(clean_line(text)))

    def note(self, text: str) -> None:
        """A small line below a figure: its base, its definition, its period."""
        room = spacing(18, before=4, after=8)
        self._add("Note", run(clean(text).strip()), properties=(room,))

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        caption: str = "",
        widths: Sequence[float] = (),
        numeric: Collection[int] = (),
        total: Sequence[object] = (),
    ) -> None:
        """A table over the whole width, captioned 表1, 表2 …; see tables.table()."""
        if caption:
            self._caption("表", self._next("table"), caption, before=8)
        self._put(
            tables.table(header, rows, widths=widths, numeric=numeric, total=total)
        )
        # Word joins tables that touch; a thin line also gives the text below air.
        self._add("Note", properties=(spacing(8),))

    def picture(
        self, png: bytes, *, caption: str = "", alt: str, width_mm: float = 150
    ) -> None:
        """A picture with its words for those who cannot see it, captioned 图1 …"""
        holder = self._document.add_paragraph()
        drawn = holder.add_run().add_picture(io.BytesIO(png), width=Mm(width_mm))
        number = self._next("picture")
        described = drawn._inline.docPr
        described.set("name", f"图片 {number}")
        described.set("descr", clean_line(alt)[:LONGEST_ALT_TEXT])
        keep = (element("keepNext"),) if caption else ()
        holder._p.getparent().remove(holder._p)
        self._add("Picture", *holder._p.r_lst, properties=keep)
        if caption:
            self._caption("图", number, caption, after=8)

    def _caption(
        self, kind: str, number: int, text: str, before: float = 0, after: float = 0
    ) -> None:
        words = f"{kind}{number}　{clean_line(text)}"
        room = (spacing(24, before=before, after=after),)
        self._add("Caption", run(words), properties=room)

    # --- foot of the document --------------------------------------------------------

    def attachments(self, names: Sequence[str]) -> None:
        """附件说明 one line below the body; a single one bears no number."""
        for place, name in enumerate(names, start=1):
            label = "附件：" if place == 1 else ""
            number = f"{place}. " if len(names) > 1 else ""
            left, first = attachment_indents(place, len(names))
            keep = (element("keepNext"),) if place < len(names) else ()
            before = self.preset.pitch if place == 1 else 0
            room = spacing(self.preset.pitch, before)
            indents = indent(self.preset, left=left, first=first)
            line = run(label + number + clean_line(name))
            self._add("Attachment", line, properties=(*keep, room, indents))

    def signature(self, organisation: str, date: dt.date) -> None:
        """署名和成文日期: the date four characters from the right, the name over it."""
        name, day = clean_line(organisation), chinese_date(date)
        from_right = signature_indents(characters_wide(name), characters_wide(day))
        self._keep_with_next()
        room = spacing(self.preset.pitch, before=2 * self.preset.pitch)
        self._add(
            "Signature",
            run(name),
            properties=(
                element("keepNext"),
                room,
                indent(self.preset, right=from_right[0]),
            ),
        )
        self._add(
            "Signature",
            run(day),
            properties=(indent(self.preset, right=from_right[1]),),
        )

    def remark(self, text: str) -> None:
        """附注 in brackets below the date, such as whom to call."""
        self._add("BodyText", run(f"（{clean_line(text)}）"))

    def cc(
        self,
        copies: Sequence[str],
        *,
        issuer: str = "",
        date: dt.date | None = None,
    ) -> None:
        """版记 at the foot of the last page: 抄送, then who printed it and when."""
        names = "，".join(clean_line(name) for name in copies)
        printed = f"{chinese_date(date)}印发" if date else ""
        lines = (f"抄送：{names}。" if names else "", clean_line(issuer), printed)
        if not any(lines):
            return
        self._put(furniture.imprint(*lines))
        self._add("Note", properties=(spacing(1),))

    def attachment_page(self, text: str, *, number: int | None = None) -> None:
        """A new page for an attachment: 附件 on line one, its title on line three."""
        mark = f"附件{number}" if number else "附件"
        self._add("AttachmentMark", run(mark), properties=(element("pageBreakBefore"),))
        self._under_rule = False
        room = spacing(35, before=self.preset.pitch, after=self.preset.pitch)
        self._add("Title", run(clean(text).strip()), properties=(room,))

    def save(self, buffer: BinaryIO) -> None:
        """Write the file; the same content gives the same bytes."""
        packing.write(self._document, buffer)

    # --- building --------------------------------------------------------------------

    def _next(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]

    def _add(self, style: str, *runs: Any, properties: tuple[Any, ...] = ()) -> None:
        self._last = paragraph(style, *runs, properties=properties)
        self._put(self._last)

    def _put(self, block: Any) -> None:
        self._section._sectPr.addprevious(block)

    def _keep_with_next(self) -> None:
        """No page with nothing but a signature: the line before comes along."""
        if self._last is not None and self._last.pPr.keepNext is None:
            self._last.pPr._insert_keepNext(element("keepNext"))
