"""What one cell adds to the entry of its row, or why it cannot be read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.spreadsheets import CellValue
from deputies.roster import values
from deputies.roster.dates import parse_birth
from deputies.roster.entry import Entry, Problem, RosterRow
from deputies.roster.fields import Field, folded
from deputies.roster.header import Column, Header
from deputies.roster.text import clean
from deputies.roster.values import Unclear

# Longest texts, as the columns of the records take them.
LENGTHS = {
    Field.EMPLOYER_POST: 200,
    Field.EMPLOYER: 100,
    Field.POST: 100,
    Field.ADDRESS: 200,
    Field.CERTIFICATE_NO: 40,
    Field.DELEGATION: 100,
    Field.CONSTITUENCY: 100,
    Field.ELECTING_UNIT: 100,
    Field.SOURCE: 100,
    Field.GROUP: 100,
    Field.AREA: 100,
    Field.REMARK: 300,
}

# A doubtful value of these makes the person doubtful; others are only left out.
REFUSING = (Field.NAME, Field.BIRTH, Field.ID_NUMBER, Field.LEVEL, Field.CERTIFICATE_NO)


PARSERS: dict[Field, Callable[[CellValue], Any]] = {
    Field.SEX: values.parse_sex,
    Field.ETHNICITY: values.parse_ethnicity,
    Field.PARTY: values.parse_party,
    Field.EDUCATION: values.parse_education,
    Field.OCCUPATION: values.parse_occupation,
    Field.PHONE: values.parse_phone,
    Field.LEVEL: values.parse_levels,
    Field.TERM: values.parse_term,
    Field.REELECTED: values.parse_flag,
}


@dataclass(frozen=True)
class CellReader:
    """Reads the cells under one header. `typed` is False for CSV."""

    header: Header
    today: dt.date
    typed: bool = True

    def take(self, read: RosterRow, column: Column, cell: CellValue) -> None:
        """Put what a cell says into the entry, or note why it cannot be read."""
        told = column.field
        if told is None or values.is_nothing(cell) or self._is_filled(read.entry, told):
            return
        try:
            if column.choice:
                self._choose(read.entry, told, column.choice, cell)
            else:
                self.set_value(read.entry, told, cell)
        except Unclear as unclear:
            read.problems.append(Problem(str(unclear), told in REFUSING, told))

    @staticmethod
    def _is_filled(entry: Entry, told: Field) -> bool:
        return getattr(entry, told) not in ("", None, ())

    def _choose(self, entry: Entry, told: Field, choice: str, cell: CellValue) -> None:
        """A tick under 男 | 女; where no tick stands, the cell speaks for itself."""
        try:
            ticked = values.parse_flag(cell)
        except Unclear:
            self.set_value(entry, told, cell)
            return
        if ticked:
            self.set_value(entry, told, choice)

    def set_value(self, entry: Entry, told: Field, cell: CellValue) -> None:
        if isinstance(cell, str) and clean(cell) in values.ERRORS:
            raise Unclear(f"单元格是公式错误 {clean(cell)}")
        if told is Field.NAME:
            self._set_name(entry, cell)
        elif told is Field.BIRTH:
            entry.birth = parse_birth(cell, today=self.today, typed=self.typed)
        elif told is Field.ID_NUMBER:
            entry.id_number = values.parse_id_number(cell).number
        elif told is Field.CONGRESS_POST:
            entry.congress_post = _congress_post(self.header, cell)
        elif told in PARSERS:
            setattr(entry, told, PARSERS[told](cell))
        else:
            setattr(entry, told, values.parse_text(cell, LENGTHS[told]))

    @staticmethod
    def _set_name(entry: Entry, cell: CellValue) -> None:
        named = values.parse_name(cell)
        entry.name = named.name
        entry.sex = entry.sex or named.sex
        entry.ethnicity = entry.ethnicity or named.ethnicity
        entry.party = entry.party or named.party
        entry.remark = entry.remark or named.rest[:300]


def _congress_post(header: Header, cell: CellValue) -> str:
    """A tick under 是否常委会委员 names the post; otherwise the cell does."""
    try:
        is_member = values.parse_flag(cell)
    except Unclear:
        return values.parse_text(cell, 100)
    asked = any("常委" in folded(c.heading) for c in header.columns)
    return "常委会委员" if is_member and asked else ""
