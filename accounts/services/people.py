"""Accounts: made, changed, switched off and on."""

import re

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import permissions as may
from accounts.choices import PLATFORM_ROLES, Role
from accounts.models import User
from accounts.services.passwords import initial_password
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

# Plain signs only: an account is typed on any keyboard, and no two may look alike.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,49}")
USERNAME_RULE = "账号用小写字母、数字和 . _ -，以字母或数字开头，3 至 50 位。"


@transaction.atomic
def create_user(
    *,
    actor: User | None,
    username: str,
    name: str,
    phone: str = "",
    has_password: bool = True,
) -> tuple[User, str]:
    """Open an account; answers it and its initial password, which is kept nowhere.

    A REST client has no password (`has_password=False`, answered as ""). `actor` is
    None for the system itself (the first administrators, the demo county).
    """
    if actor is not None and not may.create_user(actor):
        raise PermissionDenied
    facts = _facts(name, phone)
    if not USERNAME.fullmatch(username):
        raise RuleViolation(USERNAME_RULE, field="username")
    password = initial_password() if has_password else ""
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username, password or None, must_change_password=has_password, **facts
            )
    except IntegrityError as taken:
        raise RuleViolation("已有这个账号，请换一个。", field="username") from taken
    record("create_user", user, actor=actor, label="开通账号")
    return user, password


@transaction.atomic
def edit_user(user: User, *, actor: User, name: str, phone: str = "") -> None:
    """Correct somebody's name and telephone; both stand in the trail as they were."""
    if not may.manage(actor, user):
        raise PermissionDenied
    before = {"name": user.name, "phone": user.phone}
    after = _facts(name, phone)
    if before == after:
        return
    user.name, user.phone = after["name"], after["phone"]
    user.save(update_fields=["name", "phone"])
    changed = [field for field in before if before[field] != after[field]]
    record("edit_user", user, actor=actor, label="改账号", data={"changed": changed})


def _facts(name: str, phone: str) -> dict[str, str]:
    return {
        "name": one_line(name, label="姓名", field="name", longest=50, required=True),
        "phone": one_line(phone, label="电话", field="phone", longest=30),
    }


@transaction.atomic
def deactivate(user: User, *, actor: User, reason: str = "") -> None:
    """Switch an account off: no signing in, sessions end at once, tokens are void.

    Grants stay as they were, for the trail and for switching on again.
    """
    if not may.manage(actor, user):
        raise PermissionDenied
    if not user.is_active:
        raise RuleViolation("账号已经停用。")
    note = one_line(reason, label="原因", field="reason", longest=200, required=True)
    for role in PLATFORM_ROLES:
        if user.has_role(role):
            ensure_not_last(role, without=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.auth_token_set.all().delete()
    record("deactivate", user, actor=actor, label="停用账号", note=note)


@transaction.atomic
def activate(user: User, *, actor: User) -> None:
    """Switch an account on again."""
    if not may.manage(actor, user):
        raise PermissionDenied
    if user.is_active:
        raise RuleViolation("账号没有停用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("activate", user, actor=actor, label="启用账号")


def ensure_not_last(role: str, *, without: User) -> None:
    """Raises RuleViolation if nobody else holds this administrator's role today."""
    others = User.objects.holding(role).filter(is_active=True).exclude(pk=without.pk)
    if not others.exists():
        raise RuleViolation(f"这是最后一名{Role(role).label}，请先指定接任的人。")
