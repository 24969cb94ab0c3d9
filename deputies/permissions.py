"""Who may do what with deputies, their seats and their groups."""

from accounts.choices import Role
from accounts.models import User
from areas.choices import CongressLevel
from areas.models import Area
from deputies.models import Deputy, Group, Mandate
from deputies.querysets import seen_codes

# Who keeps the rolls: the county's officer, and the township for its own town.
KEEPERS = (Role.OFFICER, Role.TOWNSHIP)


def _covers(user: User, code: str, *roles: str) -> bool:
    """Whether one of these roles is held for this area or for one it lies in."""
    return any(code.startswith(own) for own in user.area_codes(*roles))


def may_see_deputies(user: User) -> bool:
    """Whether there are deputies this person works with at all."""
    return bool(seen_codes(user))


def may_keep(user: User) -> bool:
    """Whether this person keeps the roll of some area."""
    return bool(user.area_codes(*KEEPERS))


def may_keep_area(user: User, area: Area) -> bool:
    return _covers(user, area.pk, *KEEPERS)


def may_edit(user: User, deputy: Deputy) -> bool:
    """Create and edit a person: who keeps the roll of the person's area."""
    return _covers(user, deputy.area_id, *KEEPERS)


def may_edit_group(user: User, group: Group) -> bool:
    return _covers(user, group.area_id, *KEEPERS)


def may_group(user: User, deputy: Deputy) -> bool:
    """Put a deputy into a group, or take them out."""
    return may_edit(user, deputy)


def may_set_seat(user: User, deputy: Deputy, level: int) -> bool:
    """Enter or end a seat; the township answers for its own congress's alone."""
    if _covers(user, deputy.area_id, Role.OFFICER):
        return True
    own = level == CongressLevel.TOWNSHIP
    return own and _covers(user, deputy.area_id, Role.TOWNSHIP)


def may_step(user: User, mandate: Mandate) -> bool:
    return may_set_seat(user, mandate.deputy, mandate.level)


def may_see_file(user: User, deputy: Deputy) -> bool:
    """More than the public facts: who oversees, staffs a station, or is the person.

    Deputies see their colleagues' public facts only; so do the government's
    coordinators and REST clients.
    """
    overseeing = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP)
    if _covers(user, deputy.area_id, *overseeing) or user.deputy_id == deputy.pk:
        return True
    return _staffs_county(user, deputy)


def may_reveal(user: User, deputy: Deputy) -> bool:
    """See the phone number in full, giving a reason: who has to call the deputy."""
    return may_edit(user, deputy) or _staffs_county(user, deputy)


def _staffs_county(user: User, deputy: Deputy) -> bool:
    stations = [grant.station for grant in user.held if grant.station]
    return any(deputy.area_id[:6] == station.area_id[:6] for station in stations)


def may_oversee(user: User) -> bool:
    """See to the roll as a whole: who is left out of the groups, the roll as a file."""
    return user.has_role(*KEEPERS, Role.LEADER)
