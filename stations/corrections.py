"""Corrections (更正) of a closed register, as it prints them: which line, what, why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.models import Event
from stations.models import Visit

# Words of the register's heading where the column's own would not do.
WORDS = {"heard_by": "接待代表", "contact_digest": ""}


@dataclass(frozen=True)
class Correction:
    """One correction; `line` is the place of its visit in the register."""

    line: int
    fields: str
    reason: str
    by: str
    at: datetime


def corrections_of(visits: Sequence[Visit]) -> list[Correction]:
    """All of them, oldest first; two queries however many there are."""
    place = {visit.pk: n for n, visit in enumerate(visits, start=1)}
    events = Event.objects.filter(
        object_type=Visit._meta.label_lower, object_id__in=place, verb="correct"
    )
    return [
        Correction(
            line=place[event.object_id or 0],
            fields="、".join(_word(name) for name in event.data.get("fields", [])),
            reason=event.note,
            by=event.actor_name,
            at=event.at,
        )
        for event in events.order_by("at", "id")
    ]


def _word(name: str) -> str:
    return WORDS.get(name) or str(Visit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
