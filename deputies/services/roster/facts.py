"""What a row tells, under the names of the records' columns."""

from typing import Any

from areas.choices import CongressLevel
from common.crypto import digest
from deputies.choices import SourceType
from deputies.roster.entry import Entry
from deputies.services.roster.planned import TermKey

# The seats of direct elections come from constituencies (选举法第三条).
DIRECT = (CongressLevel.COUNTY, CongressLevel.TOWNSHIP)


def person_facts(entry: Entry) -> dict[str, Any]:
    """What a row tells of the person, under the names of the record's columns."""
    born = entry.birth.first_day if entry.birth else None
    facts = {
        "name": entry.name,
        "sex": entry.sex,
        "birth_month": born,
        "ethnicity": entry.ethnicity,
        "party": entry.party,
        "education": entry.education,
        "employer_post": entry.work[:200],
        "occupation_class": entry.occupation,
        "phone": entry.phone,
        "id_number": entry.id_number,
        "id_digest": digest(entry.id_number),
        "address": entry.address,
        "note": entry.remark,
    }
    return {name: value for name, value in facts.items() if value}


def seat_facts(entry: Entry, key: TermKey) -> dict[str, Any]:
    """What a row tells of the seat, under the names of the record's columns."""
    kind, source = _source(entry, key.level)
    facts = {
        "source_type": kind,
        "source_name": source,
        "delegation": entry.delegation,
        "certificate_no": entry.certificate_no,
        "congress_post": entry.congress_post,
    }
    told: dict[str, Any] = {name: value for name, value in facts.items() if value}
    if entry.is_reelected is not None:
        told["is_reelected"] = entry.is_reelected
    return told


def _source(entry: Entry, level: int) -> tuple[str, str]:
    """Which kind of place elected the deputy; the level decides where the roster has
    one column for both.
    """
    if entry.constituency:
        return SourceType.CONSTITUENCY.value, entry.constituency
    if entry.electing_unit:
        return SourceType.ELECTING_UNIT.value, entry.electing_unit
    if not entry.source:
        return "", ""
    direct = level in DIRECT or "选区" in entry.source
    kind = SourceType.CONSTITUENCY if direct else SourceType.ELECTING_UNIT
    return kind.value, entry.source
