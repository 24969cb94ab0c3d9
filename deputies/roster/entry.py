"""What is read from a roster: rows with their values and what is wrong with them."""

from dataclasses import dataclass, field
from typing import Literal

from common.spreadsheets import CellValue
from deputies.roster.dates import Birth
from deputies.roster.fields import Field
from deputies.roster.header import Header


@dataclass(frozen=True)
class Problem:
    """Something wrong in a row; `refuses` says that the row cannot be taken over."""

    text: str
    refuses: bool = False
    field: Field | None = None

    def __str__(self) -> str:
        return f"{self.field.label}：{self.text}" if self.field else self.text


@dataclass
class Entry:
    """The values of one row, in the product's words; empty where the roster says
    nothing. The attributes are the values of `Field`.
    """

    name: str = ""
    sex: str = ""
    ethnicity: str = ""
    birth: Birth | None = None
    id_number: str = ""
    party: str = ""
    education: str = ""
    employer_post: str = ""
    employer: str = ""
    post: str = ""
    occupation: str = ""
    phone: str = ""
    address: str = ""
    level: tuple[int, ...] = ()
    term: int | None = None
    certificate_no: str = ""
    delegation: str = ""
    constituency: str = ""
    electing_unit: str = ""
    source: str = ""
    is_reelected: bool | None = None
    congress_post: str = ""
    group: str = ""
    area: str = ""
    remark: str = ""

    @property
    def work(self) -> str:
        """Employer and post in one, however many columns they came from."""
        return self.employer_post or " ".join(filter(None, (self.employer, self.post)))


@dataclass
class RosterRow:
    """One person as one row tells; `number` is the row as the office sees it."""

    sheet: str
    number: int
    entry: Entry
    cells: tuple[CellValue, ...]
    hidden: bool = False
    problems: list[Problem] = field(default_factory=list)
    repeats: "RosterRow | None" = None
    from_heading: tuple[Field, str] | None = None  # what a heading above said

    @property
    def is_refused(self) -> bool:
        return any(problem.refuses for problem in self.problems)

    @property
    def place(self) -> str:
        return f"{self.sheet} 第{self.number}行"

    def reason(self) -> str:
        """Why the row is refused, or what to look at, in one line."""
        return "；".join(str(problem) for problem in self.problems)


SkippedKind = Literal["subtotal", "note", "header", "heading", "empty"]
SKIPPED_LABELS: dict[SkippedKind, str] = {
    "subtotal": "合计行",
    "note": "说明行",
    "header": "重复的表头",
    "heading": "分组标题",
    "empty": "没有人员的行",
}


@dataclass(frozen=True)
class Skipped:
    """A row that is no person, and why."""

    number: int
    kind: SkippedKind
    text: str

    @property
    def label(self) -> str:
        return SKIPPED_LABELS[self.kind]


@dataclass
class RosterSheet:
    """One sheet: its header (None if there is none), its people, what was passed over.

    `notices` are about the whole sheet: no header, hidden, a count that differs.
    """

    name: str
    header: Header | None = None
    rows: list[RosterRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    hidden: bool = False

    @property
    def hidden_rows(self) -> int:
        return sum(row.hidden for row in self.rows)


@dataclass
class Roster:
    """All that a file says."""

    sheets: list[RosterSheet]

    @property
    def rows(self) -> list[RosterRow]:
        return [row for sheet in self.sheets for row in sheet.rows]
