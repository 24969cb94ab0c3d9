"""What of a visit or a reception day enters the figures, before and after a change."""

import datetime as dt
from typing import Any

from django.utils.timezone import localtime

from stations.choices import Channel, DayStatus, DutyState
from stations.models import ReceptionDay, Visit


def visit_facts(visit: Visit) -> dict[str, Any] | None:
    """Area, station, category, month (its first day, in China) and people.

    `visitors` came to the station or wrote, `outreach` were called on (走访). None for
    a line of an old ledger that was left out of the figures.
    """
    if not visit.is_counted:
        return None
    came = "outreach" if visit.channel == Channel.VISIT else "visitors"
    return {
        "area_code": visit.area_id,
        "station_id": visit.station_id,
        "category_id": visit.category_id,
        "month": localtime(visit.visited_at).date().replace(day=1),
        came: visit.party_size,
    }


def day_facts(day: ReceptionDay) -> dict[str, Any] | None:
    """Of a day that was held: area, station, month and deputies who came; else None."""
    if day.status != DayStatus.HELD:
        return None
    month: dt.date = day.date.replace(day=1)
    return {
        "area_code": day.station.area_id,
        "station_id": day.station_id,
        "month": month,
        "deputy_times": day.duties.filter(state=DutyState.ATTENDED).count(),
    }
