"""Who may ask for reports, and of what."""

from typing import Any

from accounts.choices import Role
from areas.models import Area
from reports.models import Report
from reports.querysets import READING_ROLES
from stations.models import Station

WRITING_ROLES = (Role.OFFICER, Role.TOWNSHIP)


def may_read_reports(user: Any) -> bool:
    """May open the list of reports (and then sees those in scope)."""
    return user.has_role(*READING_ROLES, Role.STATION)


def may_write_reports(user: Any) -> bool:
    return user.has_role(*WRITING_ROLES, Role.STATION)


def may_report_area(user: Any, area: Area) -> bool:
    """Officers and townships, for their own area and what lies in it."""
    return any(area.pk.startswith(code) for code in user.area_codes(*WRITING_ROLES))


def may_report_station(user: Any, station: Station) -> bool:
    """Its staff, and who oversees it."""
    return station.pk in user.station_ids() or may_report_area(user, station.area)


def may_rebuild(user: Any, report: Report) -> bool:
    if report.station:
        return may_report_station(user, report.station)
    return may_report_area(user, report.area)
