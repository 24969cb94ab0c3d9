"""Changing and resetting passwords."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import now

from accounts import permissions as may
from accounts.models import User
from accounts.passwords import KEPT
from audit.services import record
from common.errors import RuleViolation

# Without signs that look alike, since people read these out to each other.
UPPER, LOWER, DIGITS = "ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"


def initial_password() -> str:
    """A random password that keeps the rules, in groups that can be read out."""
    groups = [
        "".join(secrets.choice(signs) for signs in (UPPER, LOWER, LOWER, DIGITS))
        for _ in range(4)
    ]
    return "-".join(groups)


@transaction.atomic
def change_password(user: User, *, actor: User, password: str) -> None:
    """Give oneself another password; RuleViolation says which rules it breaks."""
    if actor.pk != user.pk:
        raise PermissionDenied
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise RuleViolation("".join(wrong.messages), field="password") from wrong
    _set_password(user, password, must_change=False)
    record("change_password", user, actor=actor, label="修改密码")


@transaction.atomic
def reset_password(user: User, *, actor: User) -> str:
    """Give somebody else a new initial password and answer it; it is kept nowhere.

    The person must change it when they come in. Whoever is signed in with the old one
    is out at once (the session is bound to the password).
    """
    if not may.reset_password(actor, user):
        raise PermissionDenied
    if not user.is_active:
        raise RuleViolation("账号已停用，请先启用。")
    password = initial_password()
    _set_password(user, password, must_change=True)
    record("reset_password", user, actor=actor, label="重设密码")
    return password


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    if user.has_usable_password():
        user.former_passwords.create(password=user.password)
        stale = user.former_passwords.values_list("pk", flat=True)[KEPT:]
        user.former_passwords.filter(pk__in=list(stale)).delete()
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
