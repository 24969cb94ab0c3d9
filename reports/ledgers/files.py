"""A ledger as an Excel or a Word file, with the office's heads."""

import io
import itertools

from django.utils.timezone import localdate, now

from common.documents.registers import RegisterDocument
from common.spreadsheets import OutSheet, write_workbook
from reports.ledgers.shape import Asked, Ledger

MOST_EXCEL = 20_000  # of one file; more than an office can read
MOST_PAPER = 1_000  # on paper and on the screen
SIGNED = ("填表人", "审核人", "日期")


def cell_text(value: object) -> str:
    """What a cell of a printed table shows: days as 2026-11-05, nothing for None."""
    return "" if value is None else str(value)


def excel(ledger: Ledger, asked: Asked) -> io.BytesIO:
    """All lines up to MOST_EXCEL, in one sheet."""
    file = io.BytesIO()
    rows = ledger.rows(asked, MOST_EXCEL)
    write_workbook(file, [OutSheet(ledger.title, ledger.header, rows)])
    file.seek(0)
    return file


def word(ledger: Ledger, asked: Asked) -> io.BytesIO:
    """The lines up to MOST_PAPER on sheets that lie, ready to be signed."""
    document = RegisterDocument(title=ledger.title, created=now(), sheet=ledger.paper)
    rows = list(itertools.islice(ledger.rows(asked, MOST_PAPER), MOST_PAPER))
    document.facts(
        f"单位：{asked.place}", f"期间：{asked.period}", f"共 {len(rows)} 条"
    )
    document.lines(
        ledger.header,
        rows,
        widths=ledger.widths,
        numeric=ledger.numeric,
        small=ledger.paper == "a3",
    )
    if len(rows) == MOST_PAPER:
        document.small(f"只列前 {MOST_PAPER} 条，全部见 Excel。")
    if ledger.note:
        document.small(f"说明：{ledger.note}")
    document.sign(*SIGNED)
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    return file


def file_name(ledger: Ledger, asked: Asked, ending: str) -> str:
    return f"{ledger.title} {asked.place} {localdate():%Y-%m-%d}.{ending}"
