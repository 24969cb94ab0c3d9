"""Which rows of a file say the same person's same seat again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from deputies.roster.entry import Entry, Problem, RosterRow

# What may differ between two lines about one person without making them two people.
COMPARED = (
    "sex",
    "ethnicity",
    "party",
    "education",
    "work",
    "occupation",
    "phone",
    "address",
    "delegation",
    "constituency",
    "electing_unit",
    "source",
    "group",
)
LABELS = {
    "sex": "性别",
    "ethnicity": "民族",
    "party": "政治面貌",
    "education": "学历",
    "work": "单位及职务",
    "occupation": "代表构成",
    "phone": "手机号码",
    "address": "住址",
    "delegation": "代表团",
    "constituency": "选区",
    "electing_unit": "选举单位",
    "source": "选区或选举单位",
    "group": "小组",
}


def mark_repeats(rows: Iterable[RosterRow]) -> None:
    """Point each repeated row to the first that says the same, with a warning that
    names what differs. Refused rows are left alone. Two people of one name stay two.
    """
    by_name: dict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.is_refused:
            continue
        former = by_name[row.entry.name]
        if same := _first_same(row.entry, former):
            row.repeats = same
            text = f"与{same.place}重复" + _differences(row.entry, same.entry)
            row.problems.append(Problem(text))
        else:
            former.append(row)


def _first_same(entry: Entry, former: Sequence[RosterRow]) -> RosterRow | None:
    return next((row for row in former if _is_same_seat(entry, row.entry)), None)


def _is_same_seat(one: Entry, other: Entry) -> bool:
    """The same person (by card, certificate or month of birth) at the same level."""
    if set(one.level) != set(other.level) or _differ(one.term, other.term):
        return False
    if _differ(one.id_number, other.id_number):
        return False
    if _differ(one.certificate_no, other.certificate_no):
        return False
    if one.id_number and other.id_number:
        return True
    if _differ(one.birth, other.birth) or _differ(one.sex, other.sex):
        return False
    if one.birth and other.birth and one.birth.month:
        return True
    if one.certificate_no and other.certificate_no:
        return True
    # Nothing identifies either: the same only if nothing at all differs.
    return not any(_differ(getattr(one, f), getattr(other, f)) for f in COMPARED)


def _differ(one: object, other: object) -> bool:
    """Both tell something, and not the same."""
    return bool(one) and bool(other) and one != other


def _differences(one: Entry, other: Entry) -> str:
    found = [LABELS[f] for f in COMPARED if getattr(one, f) != getattr(other, f)]
    return f"（{'、'.join(found)}不同，以前一行为准）" if found else ""
