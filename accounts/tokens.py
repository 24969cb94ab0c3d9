"""REST clients: tokens with an end and with scopes, throttled each for itself."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.throttling import SimpleRateThrottle

from accounts import permissions as may
from accounts.models import ApiToken, User
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

SCOPES = {"stats": "统计", "records": "明细", "steps": "办理（写入）"}
LONGEST_DAYS = 366


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token …`; expired, revoked and garbled tokens answer 401."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii() or b"\x00" in token:
            raise AuthenticationFailed
        return super().authenticate_credentials(token)


class IsAllowed(BasePermission):
    """Signed in, and with a token only within its scopes.

    A view names the scope it needs as `scope` ("records" unless told); steps, which
    write, always need "steps".
    """

    message = "令牌不含这一范围。"

    def has_permission(self, request: Any, view: Any) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        needed = getattr(view, "scope", "records")
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            needed = "steps"
        return needed in request.auth.scopes


class TokenThrottle(SimpleRateThrottle):
    """So many requests a token; people in the browser are not counted."""

    scope = "token"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        if isinstance(request.auth, ApiToken):
            return f"throttle_token_{request.auth.pk}"
        return None


@transaction.atomic
def issue_token(
    user: User, *, actor: User | None, label: str, scopes: list[str], days: int
) -> str:
    """Make a token and answer its text, which is shown once and kept nowhere.

    Only REST clients have tokens; `actor` is None for the system itself.
    """
    if actor is not None and not may.issue_token(actor, user):
        raise PermissionDenied
    if not user.is_active:
        raise RuleViolation("账号已停用。", field="user")
    name = one_line(label, label="用途", field="label", longest=100, required=True)
    kept = [scope for scope in SCOPES if scope in scopes]
    if not kept:
        raise RuleViolation("至少选一个范围。", field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleViolation(f"天数应在 1 到 {LONGEST_DAYS} 之间。", field="days")
    token, text = ApiToken.objects.create(user=user, expiry=dt.timedelta(days=days))
    token.label, token.scopes = name, kept
    token.save(update_fields=["label", "scopes"])
    data = {"scopes": kept, "days": days, "token": token.token_key}
    record("issue_token", user, actor=actor, label="发放令牌", note=name, data=data)
    return text


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: User) -> None:
    """Void a token at once."""
    if not may.issue_token(actor, token.user):
        raise PermissionDenied
    data = {"token": token.token_key}
    record(
        "revoke_token",
        token.user,
        actor=actor,
        label="收回令牌",
        note=token.label,
        data=data,
    )
    token.delete()
