"""A walk (走访): one place, several people met, each with their own words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from common.errors import RuleViolation
from common.texts import one_line
from deputies.models import Deputy
from stations.choices import Channel
from stations.models import Station, Visit
from stations.services.visits import log_visit

MOST_MET = 30


@transaction.atomic
def log_outing(
    station: Station,
    *,
    actor: Any,
    source: str,
    met: list[dict[str, Any]],
    visited_at: dt.datetime | None = None,
    heard_by: Iterable[Deputy] = (),
) -> list[Visit]:
    """Log all that were met, or none of them; the same keys again change nothing.

    `met`: key, words, and what else log_visit takes of a visitor. `source` says where.
    """
    place = one_line(source, label="地点", field="source", longest=200, required=True)
    if not 1 <= len(met) <= MOST_MET:
        raise RuleViolation(f"一次走访写 1 到 {MOST_MET} 位。", field="met")
    deputies = list(heard_by)
    return [
        log_visit(
            station,
            actor=actor,
            channel=Channel.VISIT,
            source=place,
            visited_at=visited_at,
            heard_by=deputies,
            **line,
        )
        for line in met
    ]
