"""What every page shows: who is here, where, and the way to the other pages."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from accounts import menu
from accounts.choices import AREA_ROLES, PLATFORM_ROLES, UNIT_ROLES, Role
from accounts.elder import wants_elder
from accounts.models import User


def shell(request: HttpRequest) -> dict[str, Any]:
    """Menu, role and place of the person, count of unread notices, elder mode.

    Partials and voters' pages show none of the first four, so these are worked out
    only when a template asks, and once: one query for the grants (the session limits
    have read them already), one for the notices.
    """
    shown: dict[str, Any] = {"elder": wants_elder(request)}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shown
    return shown | {
        "menu": cache(lambda: menu.rail(user)),
        "menu_key": cache(lambda: _menu_key(user, request.path)),
        "role_label": cache(lambda: role_label(user)),
        "place_label": cache(lambda: place_label(user)),
        "may_search": cache(
            lambda: any(grant.role not in PLATFORM_ROLES for grant in user.held)
        ),
        "unread_count": cache(lambda: unread_count(user)),
    }


def _menu_key(user: User, path: str) -> str:
    return "accounts:settings" if menu.is_settings_page(user, path) else ""


def role_label(user: User) -> str:
    """What one is here, in a word or two (代表工委；水利局承办人；联络站站长)."""
    words = []
    for grant in user.held:
        word = str(grant.get_role_display())
        if grant.role in UNIT_ROLES:
            word = f"{grant.unit}{word.removeprefix('承办单位')}"
        elif grant.role == Role.STATION:
            word = "联络站站长" if grant.is_head else "联络员"
        words.append(word)
    return "、".join(list(dict.fromkeys(words))[:2])


def place_label(user: User) -> str:
    """Whose site it is for this person: their station, else their area's."""
    for grant in user.held:
        if grant.role == Role.STATION:
            return str(grant.station)
        if grant.role in AREA_ROLES:
            return f"{grant.area}人大代表联络站"
    return "人大代表联络站"


def unread_count(user: User) -> int:
    """How many notices wait in this person's inbox."""
    return int(user.notices.visible_to(user).unread().count())
