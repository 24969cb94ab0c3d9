"""Who may do what with activities; asked by pages, API and services alike."""

from typing import Any

from accounts.choices import Role
from activities.choices import ActivityStatus
from activities.models import Activity, ActivityFile
from stations import permissions as may_station
from stations.models import Station


def may_see_activities(user: Any) -> bool:
    """Whose work it is at all; the others have no such pages (403)."""
    return may_station.may_see_stations(user)


def may_plan(user: Any) -> bool:
    """Officers and townships in their area, a station's staff for the station."""
    return bool(user.has_role(*may_station.OVERSEEING, Role.STATION))


def may_plan_at(user: Any, station: Station | None, area_code: str) -> bool:
    """For a station those who run it; without one, who oversees the area."""
    if station is not None:
        return may_station.runs(user, station)
    return may_station.in_own_area(user, area_code)


def runs(user: Any, activity: Activity) -> bool:
    """Arranges it, records it, holds it and calls it off."""
    staffs = activity.station_id is not None and (
        activity.station_id in user.station_ids()
    )
    return staffs or may_station.in_own_area(user, activity.area_id)


def may_record(user: Any, activity: Activity) -> bool:
    """Until somebody has reviewed the record."""
    open_ = activity.status != ActivityStatus.CANCELLED and not activity.reviewed_by_id
    return open_ and runs(user, activity)


def may_answer(user: Any, activity: Activity, deputy_id: int) -> bool:
    """A deputy for himself, before it is held."""
    return user.deputy_id is not None and user.deputy_id == deputy_id


def may_review(user: Any, activity: Activity) -> bool:
    """Somebody of those who run it, but not who wrote the record."""
    return user.pk != activity.recorded_by_id and runs(user, activity)


def may_remove_file(user: Any, file: ActivityFile) -> bool:
    return file.added_by_id == user.pk and may_record(user, file.activity)
