"""A table file on its way in: unpacked, its header found, its lines as texts."""

import gzip
import io
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from common.errors import RuleViolation
from common.spreadsheets import CellValue, Row, UnreadableFile, read_workbook
from common.texts import one_line

GZIP = b"\x1f\x8b"
MAX_BYTES = 20 * 1024 * 1024  # packed and unpacked
HEADER_WITHIN = 10  # lines from the top

P = ParamSpec("P")
T = TypeVar("T")

Columns = Mapping[str, tuple[str, ...]]
"""The headings that each column key goes by."""

Progress = Callable[[int], None]
"""Is told how many per cent are done."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its number in the file and its texts by column key."""

    number: int
    values: dict[str, str]

    def text(
        self, key: str, label: str, longest: int, *, required: bool = False
    ) -> str:
        """The cleaned text of a column; raises RuleViolation for this line."""
        return one_line(
            self.values.get(key, ""),
            label=label,
            field=key,
            longest=longest,
            required=required,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that did not go in, and why."""

    line: int
    text: str
    reason: str


@dataclass
class ImportResult:
    """What an import did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, line: int, text: str, reason: str) -> None:
        """Keep a line out; what it said is cut short."""
        self.refused.append(Refused(line, text[:60], reason))

    @property
    def summary(self) -> str:
        """One Chinese sentence."""
        counts = f"拒绝 {len(self.refused)} 行"
        if not self.created and not self.changed:
            same = f"{self.unchanged} 条都与现有的相同，" if self.unchanged else ""
            return f"没有任何改动：{same}{counts}。"
        return (
            f"新增 {self.created} 条，更改 {self.changed} 条，"
            f"没有变化 {self.unchanged} 条，{counts}。"
        )

    def as_data(self) -> dict[str, int]:
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": len(self.refused),
        }


def read_table(data: bytes, columns: Columns, required: tuple[str, ...]) -> list[Line]:
    """The lines of a CSV (also .gz) or workbook under the header that names `columns`.

    `columns` gives for each key the headings it goes by; others are ignored. Raises
    UnreadableFile (field "file") when there is no such table.
    """
    for sheet in read_workbook(io.BytesIO(unpacked(data))):
        for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            places = _places(row, columns)
            if all(key in places for key in required):
                return [_line(row, places) for row in sheet.rows[at + 1 :]]
    wanted = "、".join(columns[key][0] for key in required)
    raise UnreadableFile(f"没有找到表头，第一行应有这些列名：{wanted}。")


def unpacked(data: bytes) -> bytes:
    """The content of a .gz file, other bytes as they are; refuses what swells."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile("文件超过 20 MB，请拆分后再上传。")
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            plain = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("压缩文件已损坏，无法解开。") from error
    if len(plain) > MAX_BYTES:
        raise UnreadableFile("解压后超过 20 MB，请拆分后再上传。")
    return plain


def no_progress(percent: int) -> None:
    """For callers that nobody watches."""


def refusing(
    result: ImportResult,
    line: Line,
    text: str,
    check: Callable[Concatenate[Line, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T | None:
    """What `check` answers about a line; None when it refuses, which is then told."""
    try:
        return check(line, *args, **kwargs)
    except RuleViolation as refusal:
        result.refuse(line.number, text, str(refusal))
        return None


def _places(row: Row, columns: Columns) -> dict[str, int]:
    headings = {heading: key for key, known in columns.items() for heading in known}
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        key = headings.get(_heading(cell))
        if key is not None:
            found.setdefault(key, place)
    return found


def _heading(cell: CellValue) -> str:
    plain = unicodedata.normalize("NFKC", str(cell or "")).lower()
    return "".join(plain.replace("\ufeff", "").split())


def _line(row: Row, places: Mapping[str, int]) -> Line:
    values = {key: _text(row.cell(place)) for key, place in places.items()}
    return Line(row.number, values)


def _text(cell: CellValue) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
