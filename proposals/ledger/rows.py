"""One row of an old ledger as facts; what cannot be understood is a problem of it."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from common.spreadsheets import CellValue, Row
from proposals.ledger.dates import Unclear, parse_day, parse_moment
from proposals.ledger.fields import Field
from proposals.ledger.sheets import LedgerSheet
from proposals.ledger.values import (
    SETTLED,
    STILL_OPEN,
    age_band_of,
    channel_in,
    mark_in,
    names_of,
    party_of,
    route_in,
    sex_of,
    text_of,
)

LONGEST = {
    Field.WORDS: 5000,
    Field.ANSWER: 2000,
    Field.REQUEST: 1000,
    Field.TITLE: 120,
    Field.VISITOR: 50,
    Field.PHONE: 50,
    Field.HOME: 200,
    Field.NUMBER: 40,
}
DAYS = (Field.HANDED_ON, Field.REPLIED_ON, Field.TOLD_ON, Field.CLOSED_ON)
# What only a matter that was handled has.
OF_MATTERS = (Field.NUMBER, Field.UNIT, Field.RESULT, *DAYS)
DAY_WORDS = {
    Field.HANDED_ON: "交办日期",
    Field.REPLIED_ON: "答复日期",
    Field.TOLD_ON: "反馈日期",
    Field.CLOSED_ON: "办结日期",
    Field.DUE_ON: "办理时限",
}


@dataclass
class Entry:
    """One row. `texts` by field, `days` of the way it went, `problems` that keep it
    out, `notes` about what was added or left out."""

    sheet: str
    row: Row
    texts: dict[Field, str] = field(default_factory=dict)
    moment: dt.datetime | None = None
    days: dict[Field, dt.date] = field(default_factory=dict)
    party_size: int = 1
    deputies: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unclear: set[Field] = field(default_factory=set)

    def text(self, wanted: Field) -> str:
        return self.texts.get(wanted, "")

    @property
    def words(self) -> str:
        return self.text(Field.WORDS) or self.text(Field.TITLE)

    @property
    def channel(self) -> str:
        return channel_in(self.text(Field.CHANNEL))

    @property
    def looks_like_matter(self) -> bool:
        """Whether it was handled as a matter of its own."""
        told = any(self.text(wanted) for wanted in OF_MATTERS)
        return told or bool(self.days)

    @property
    def facts(self) -> dict[str, str]:
        """What the words in its cells stand for."""
        return {
            "sex": sex_of(self.text(Field.SEX)),
            "age_band": age_band_of(self.text(Field.AGE)),
            "route": route_in(self.text(Field.ROUTE)),
            "mark": mark_in(self.text(Field.MARK)),
        }

    @property
    def answer(self) -> str:
        """What was answered or done, and what else the row says of it."""
        state = self.text(Field.STATE)
        parts = [
            self.text(Field.ANSWER),
            "" if SETTLED.match(state) else state,
            f"备注：{remark}" if (remark := self.text(Field.REMARK)) else "",
        ]
        return "\n".join(filter(None, parts))

    @property
    def identity(self) -> str:
        """The same for the same row in whatever ledger, layout or spelling."""
        told = [str(self.moment.date() if self.moment else "")]
        wanted = (Field.NUMBER, Field.VISITOR, Field.PHONE)
        told += [self.text(name) for name in wanted]
        told.append(self.words)
        plain = (unicodedata.normalize("NFKC", text).casefold() for text in told)
        return "\n".join("".join(text.split()) for text in plain)


def entries_of(sheet: LedgerSheet, *, today: dt.date) -> Iterator[Entry]:
    """Every row of a sheet; never raises for what a cell holds."""
    places = [(column.field, column.index) for column in sheet.columns if column.field]
    for row in sheet.rows:
        entry = Entry(sheet.name, row)
        year = sheet.row_years.get(row.number)
        for wanted, index in places:
            try:
                _take(entry, wanted, row.cell(index), year, today)
            except Unclear as unclear:
                entry.problems.append(str(unclear))
                entry.unclear.add(wanted)
        _check(entry)
        yield entry


def _take(
    entry: Entry, wanted: Field, cell: CellValue, year: int | None, today: dt.date
) -> None:
    text = text_of(cell)
    if wanted is Field.PARTY:
        entry.party_size = party_of(cell)
    elif not text:
        return
    elif wanted is Field.DATE:
        entry.moment, note = parse_moment(cell, year=year, today=today)
        entry.notes += [note] if note else []
    elif wanted in DAYS:
        _take_day(entry, wanted, cell, year)
    elif wanted is Field.DUE_ON:
        with suppress(Unclear):  # often a number of days
            entry.days[wanted] = parse_day(cell, year=year)
    elif wanted is Field.DEPUTIES:
        entry.deputies = names_of(cell)
    else:
        entry.texts[wanted] = _held(wanted, text)


def _take_day(entry: Entry, wanted: Field, cell: CellValue, year: int | None) -> None:
    """A day of its way; what is no day is kept in words, it keeps no row out."""
    try:
        entry.days[wanted] = parse_day(cell, year=year)
    except Unclear as unclear:
        entry.notes.append(f"{DAY_WORDS[wanted]}没有带入：{unclear}")


def _held(wanted: Field, text: str) -> str:
    if wanted not in (Field.WORDS, Field.ANSWER, Field.REQUEST):
        text = " ".join(text.split())
    longest: Any = LONGEST.get(wanted, 500)
    if len(text) > longest:
        raise Unclear(f"{wanted.label}有 {len(text)} 字，最多 {longest} 字")
    return text


def _check(entry: Entry) -> None:
    if not entry.words:
        entry.problems.append("没有写反映内容")
    if entry.moment is None and Field.DATE not in entry.unclear:
        entry.problems.append("没有写日期")
    if len(entry.answer) > LONGEST[Field.ANSWER] + 600:
        entry.problems.append("答复和备注太长，请分行写")
    state = entry.text(Field.STATE)
    if STILL_OPEN.search(state) and not entry.days.get(Field.CLOSED_ON):
        entry.problems.append(
            f"写着“{state[:10]}”，还没有办结；没有了结的请登记为新意见接着办"
        )
    for wanted, day in entry.days.items():
        if entry.moment and day < entry.moment.date():
            entry.problems.append(f"{DAY_WORDS[wanted]} {day} 早于收集日期，请核对")
