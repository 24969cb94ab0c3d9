"""Who may change what among places, units, categories and rules.

Role names are those of accounts.choices.Role, which lies above this app.
"""

from typing import Any

from areas.querysets import KEEPERS, READERS


def may_read(user: Any) -> bool:
    """See the areas, units, categories and rules of one's own place."""
    return user.has_role(*READERS, *KEEPERS)


def is_office_of(user: Any, area_code: str) -> bool:
    """The standing committee's office (代表工委) of this area or of one above it."""
    return any(area_code.startswith(code) for code in user.area_codes("officer"))


def may_import(user: Any) -> bool:
    """Hand in tables of areas, units and categories."""
    return user.has_role("officer", *KEEPERS)


def may_import_units(user: Any, area_code: str) -> bool:
    return user.has_role(*KEEPERS) or is_office_of(user, area_code)


def import_scope(user: Any) -> list[str] | None:
    """The areas whose tree this person's tables may change; None: all."""
    return None if user.has_role(*KEEPERS) else user.area_codes("officer")


def may_edit_calendar(user: Any) -> bool:
    """Correct the working calendar, which holds for the whole installation."""
    return user.has_role("officer", *KEEPERS)


def may_keep_outlines(user: Any) -> bool:
    """Load and remove the outlines that maps draw."""
    return user.has_role("officer", *KEEPERS)


def may_keep_outline(user: Any, area_code: str) -> bool:
    return user.has_role(*KEEPERS) or is_office_of(user, area_code)
