"""From planned rows to visits and closed matters, not yet stored."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import make_aware

from areas.services import next_number
from common.crypto import digest
from common.texts import normal_contact
from proposals.ledger.fields import Field
from proposals.ledger.rows import Entry
from proposals.models import Proposal
from proposals.services.ledger.lookups import Lookups
from proposals.services.ledger.plan import PlannedRow
from proposals.services.opening import title_from
from stations.choices import Outcome
from stations.models import Station, Visit

LONGEST_NUMBER, LONGEST_SOURCE = 40, 200


@dataclass
class Line:
    """One row as it will be stored."""

    visit: Visit
    heard_by: list[int]
    proposal: Proposal | None = None


def line_of(
    row: PlannedRow, *, station: Station, lookups: Lookups, is_counted: bool, actor: Any
) -> Line:
    """The visit of a row, with the deputies who heard it, and its matter if it has one.

    What has no column here (names that nobody bears, other units, who wrote it down)
    stays readable in the visit's source.
    """
    entry, facts = row.entry, row.entry.facts
    contact = entry.text(Field.PHONE)
    answer, source = _told(entry, lookups)
    outcome = Outcome.ANSWERED if answer else Outcome.OPEN
    visit = Visit(
        station=station,
        area_id=station.area_id,
        key=uuid.uuid4(),
        channel=row.channel,
        visited_at=moment(entry.moment),
        visitor_name=entry.text(Field.VISITOR),
        visitor_contact=contact,
        contact_digest=digest(normal_contact(contact)),
        sex=facts["sex"],
        age_band=facts["age_band"],
        party_size=entry.party_size,
        words=entry.words,
        category=lookups.category(entry.text(Field.CATEGORY)),
        outcome=Outcome.OPINION if row.is_matter else outcome,
        answer=answer,
        home=entry.text(Field.HOME),
        request=entry.text(Field.REQUEST),
        source=source,
        is_imported=True,
        is_counted=is_counted,
        import_key=row.key,
        recorded_by=actor,
    )
    heard = [lookups.deputies[n] for n in entry.deputies if n in lookups.deputies]
    proposal = _matter(entry, visit, lookups) if row.is_matter else None
    return Line(visit, list(dict.fromkeys(heard)), proposal)


def moment(day: dt.date | dt.datetime | None) -> dt.datetime:
    """The moment, or the beginning of the day, in China."""
    if not isinstance(day, dt.datetime):
        day = dt.datetime.combine(day or dt.date.min, dt.time())
    return make_aware(day)


def _told(entry: Entry, lookups: Lookups) -> tuple[str, str]:
    """What was answered, and where the row came from, each within its length."""
    unknown = [name for name in entry.deputies if name not in lookups.deputies]
    pairs = (
        ("旧编号", entry.text(Field.NUMBER)),
        ("代表", "、".join(unknown)),
        ("记录人", entry.text(Field.RECORDER)),
        ("承办", _unless(lookups.unit, entry.text(Field.UNIT))),
        ("类别", _unless(lookups.category, entry.text(Field.CATEGORY))),
        ("结果", _unless(lookups.result, entry.text(Field.RESULT))),
    )
    said = "；".join(f"{label}：{text}" for label, text in pairs if text)
    if len(said) <= LONGEST_SOURCE:
        return entry.answer, said
    # Too long for its column: nothing is dropped, it stands below the answer.
    more = "\n".join(filter(None, (entry.answer, said)))
    return more, said[: LONGEST_SOURCE - 1] + "…"


def _unless(known: Any, text: str) -> str:
    return "" if not text or known(text) else text


def _matter(entry: Entry, visit: Visit, lookups: Lookups) -> Proposal:
    days, heard = entry.days, visit.visited_at
    told = [days[f] for f in (Field.TOLD_ON, Field.REPLIED_ON) if f in days]
    closed = _at(entry, Field.CLOSED_ON)
    closed = closed or (max(moment(told[0]), heard) if told else heard)
    replied = _at(entry, Field.REPLIED_ON) or (closed if entry.answer else None)
    handed = _at(entry, Field.HANDED_ON)
    mark = entry.facts["mark"]
    return Proposal(
        title=entry.text(Field.TITLE) or title_from(entry.words),
        text=entry.words,
        request=entry.text(Field.REQUEST),
        category=visit.category,
        station=visit.station,
        area_id=visit.area_id,
        route=entry.facts["route"],
        unit=lookups.unit(entry.text(Field.UNIT)),
        result=lookups.result(entry.text(Field.RESULT)),
        satisfaction=mark,
        submitted_at=heard,
        accepted_at=handed,
        handed_over_at=handed,
        reply_due_on=days.get(Field.DUE_ON) if handed else None,
        replied_at=max(replied, handed) if replied and handed else replied,
        told_at=_at(entry, Field.TOLD_ON),
        rated_at=(_at(entry, Field.TOLD_ON) or closed) if mark else None,
        closed_at=closed,
        is_counted=visit.is_counted,
    )


def _at(entry: Entry, wanted: Field) -> dt.datetime | None:
    """A day of its way; on the day it was heard, not before that hour."""
    if wanted not in entry.days:
        return None
    return max(moment(entry.days[wanted]), moment(entry.moment))


def number_all(rows: Iterable[tuple[Entry, Proposal]], *, station: Station) -> None:
    """Give each matter a number that clashes with none: 旧2021-WF-12.

    The number it had stays readable in it; with its year, since offices begin again
    every year. Those without one get a running number.
    """
    wanted = [(_number(entry, proposal, station), proposal) for entry, proposal in rows]
    asked = {number for number, _ in wanted}
    county = Proposal.objects.filter(county_code=station.area_id[:6])
    taken = set(county.filter(number__in=asked).values_list("number", flat=True))
    for number, proposal in wanted:
        proposal.number = number
        for n in range(2, 1000):
            if proposal.number not in taken:
                break
            proposal.number = f"{number[: LONGEST_NUMBER - 5]}({n})"
        taken.add(proposal.number)


def _number(entry: Entry, proposal: Proposal, station: Station) -> str:
    year = str(entry.moment.year) if entry.moment else ""
    told = entry.text(Field.NUMBER).replace(" ", "")
    if not told:
        n = next_number(f"ledger:{station.code}:{year}")
        told = f"无号{n:04}"
    since = "" if year in told else year
    return f"旧{since}-{station.code}-{told}"[:LONGEST_NUMBER]
