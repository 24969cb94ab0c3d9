"""The roll of deputies as a sheet, in the columns that the import reads."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.timezone import localdate

from common.spreadsheets import OutSheet
from deputies.choices import SourceType
from deputies.models import Mandate, Membership
from deputies.querysets import DeputyQuerySet, MandateQuerySet
from deputies.roster.fields import Field as F

COLUMNS = (
    F.SERIAL,
    F.LEVEL,
    F.TERM,
    F.DELEGATION,
    F.CERTIFICATE_NO,
    F.NAME,
    F.SEX,
    F.ETHNICITY,
    F.BIRTH,
    F.PARTY,
    F.EDUCATION,
    F.EMPLOYER_POST,
    F.OCCUPATION,
    F.PHONE,
    F.CONSTITUENCY,
    F.ELECTING_UNIT,
    F.CONGRESS_POST,
    F.REELECTED,
    F.GROUP,
    F.AREA,
    F.STATUS,
    F.REMARK,
)


def roll_sheet(found: DeputyQuerySet, seats: MandateQuerySet) -> OutSheet:
    """One line a seat, as rosters have it; a person without one has a line as well.

    `seats` says which seats are meant. Phones are masked; numbers of identity cards
    and addresses are not in it.
    """
    members = Membership.objects.on(localdate()).select_related("group")
    people = found.select_related("area").prefetch_related(
        Prefetch("mandates", seats.for_list(), to_attr="listed_mandates"),
        Prefetch("memberships", members, to_attr="listed_memberships"),
    )
    return OutSheet("代表名册", [field.label for field in COLUMNS], _rows(people))


def _rows(people: DeputyQuerySet) -> Iterator[list[object]]:
    number = 0
    deputy: Any
    for deputy in people.iterator(chunk_size=500):
        for seat in deputy.listed_mandates or [None]:
            number += 1
            cells = {F.SERIAL: number, **_person(deputy), **_seat(seat)}
            yield [cells.get(field, "") for field in COLUMNS]


def _person(deputy: Any) -> dict[F, object]:
    return {
        F.NAME: deputy.name,
        F.SEX: deputy.get_sex_display(),
        F.ETHNICITY: deputy.ethnicity,
        F.BIRTH: f"{deputy.birth_month:%Y-%m}" if deputy.birth_month else "",
        F.PARTY: deputy.party,
        F.EDUCATION: deputy.education,
        F.EMPLOYER_POST: deputy.employer_post,
        F.OCCUPATION: deputy.occupation_class,
        F.PHONE: deputy.masked_phone,
        F.GROUP: "、".join(str(m.group) for m in deputy.listed_memberships),
        F.AREA: deputy.area.name,
        F.REMARK: deputy.note,
    }


def _seat(seat: Mandate | None) -> dict[F, object]:
    if seat is None:
        return {}
    is_unit = seat.source_type == SourceType.ELECTING_UNIT
    return {
        F.LEVEL: seat.get_level_display(),
        F.TERM: f"第{seat.term.number}届",
        F.DELEGATION: seat.delegation,
        F.CERTIFICATE_NO: seat.certificate_no,
        F.ELECTING_UNIT if is_unit else F.CONSTITUENCY: seat.source_name,
        F.CONGRESS_POST: seat.congress_post,
        F.REELECTED: seat.is_reelected,
        F.STATUS: seat.get_status_display(),
    }
