"""Who may do what to accounts, grants and tokens."""

from accounts.choices import PLATFORM_ROLES, Role
from accounts.models import Grant, User

# Roles a county's own office may give, so that a county can run itself.
COUNTY_ROLES = (
    Role.TOWNSHIP,
    Role.STATION,
    Role.DEPUTY,
    Role.UNIT_HANDLER,
    Role.UNIT_LEADER,
    Role.CLIENT,
)


def see_users(user: User) -> bool:
    """May open the list of users (and then sees those in scope)."""
    return user.has_role(Role.SYS_ADMIN, Role.SEC_ADMIN, Role.OFFICER)


def create_user(user: User) -> bool:
    """System administrators make bare accounts, officers those of their county."""
    return user.has_role(Role.SYS_ADMIN, Role.OFFICER)


def is_in_county(officer: User, person: User) -> bool:
    """Whether all this person holds is the county's to give, and in its area.

    A person who also holds more (an officer, a leader, an administrator) is left to
    the administrators of the platform; so is an account that never held anything.
    """
    return bool(person.belongings) and all(
        grant.role in COUNTY_ROLES and is_within(officer, grant.area_code)
        for grant in person.belongings
    )


def is_within(officer: User, area_code: str) -> bool:
    """Whether this area lies in one that the officer is responsible for."""
    own = officer.area_codes(Role.OFFICER)
    return bool(area_code) and any(area_code.startswith(code) for code in own)


def manage(actor: User, person: User) -> bool:
    """May deactivate and activate the account, change its name and telephone."""
    if actor.pk == person.pk:
        return False
    return actor.has_role(Role.SYS_ADMIN) or is_in_county(actor, person)


def reset_password(actor: User, person: User) -> bool:
    """As `manage`; a REST client has no password to reset."""
    return manage(actor, person) and person.has_usable_password()


def grant_to(actor: User, person: User) -> bool:
    """May give this person roles at all; nobody gives any to themselves."""
    if actor.pk == person.pk:
        return False
    return actor.has_role(Role.SEC_ADMIN) or is_in_county(actor, person)


def grant_role(actor: User, role: str, area_code: str) -> bool:
    """May give this role for a place in this area."""
    if actor.has_role(Role.SEC_ADMIN):
        return True
    return role in COUNTY_ROLES and is_within(actor, area_code)


def end_grant(actor: User, grant: Grant) -> bool:
    """May end this grant; not one's own."""
    if actor.pk == grant.user_id:
        return False
    return grant_role(actor, grant.role, grant.area_code)


def roles_to_give(actor: User) -> list[Role]:
    """The roles this person may give, in the order of the list of roles."""
    if actor.has_role(Role.SEC_ADMIN):
        return list(Role)
    if actor.has_role(Role.OFFICER):
        return [role for role in Role if role in COUNTY_ROLES]
    return []


def issue_token(actor: User, client: User) -> bool:
    """May give this REST client a token, or take one away."""
    if not client.has_role(Role.CLIENT):
        return False
    return actor.has_role(Role.SEC_ADMIN) or is_in_county(actor, client)


def see_tokens(user: User) -> bool:
    """May open the page of tokens (and then sees those of clients in scope)."""
    return user.has_role(Role.SEC_ADMIN, Role.OFFICER)


def read_audit(user: User) -> bool:
    """The audit trail is read by the audit administrator alone."""
    return user.has_role(Role.AUDIT_ADMIN)


def is_platform(role: str) -> bool:
    """Whether the role runs the platform and holds no matters."""
    return role in PLATFORM_ROLES
