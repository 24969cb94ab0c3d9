"""Heads and liaison officers of a station: by grant, with dates."""

from typing import Any

from accounts import permissions as accounts_may
from accounts.choices import Role
from accounts.models import Grant
from stations.models import Station


def staff_lines(station: Station, user: Any) -> list[tuple[Grant, bool]]:
    """Who runs it, ran it or will, newest last of each; and whether this person may
    end the grant.
    """
    grants = station.grants.filter(role=Role.STATION).select_related("user")
    rows = sorted(grants, key=lambda g: (g.is_over, not g.is_head, g.starts_on, g.pk))
    return [(g, not g.is_over and accounts_may.end_grant(user, g)) for g in rows]


def may_grant_staff(user: Any, station: Station) -> bool:
    """Accounts and their roles are kept by the county's office."""
    return accounts_may.grant_role(user, Role.STATION, station.area_id)
