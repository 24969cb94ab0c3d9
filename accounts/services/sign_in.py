"""The trail of signing in and out."""

from accounts.models import User
from audit.services import record
from common.crypto import digest


def note_signed_in(user: User, *, address: str, agent: str) -> None:
    """A person came in."""
    data = {"address": address, "agent": agent[:200]}
    record("sign_in", user, actor=user, label="登录", data=data)


def note_signed_out(user: User, *, address: str) -> None:
    """A person went out by the button."""
    record("sign_out", user, actor=user, label="退出", data={"address": address})


def note_refused(username: str, *, address: str, agent: str, locked: bool) -> None:
    """Somebody was not let in.

    Of an unknown account only a digest is kept: people type passwords and telephone
    numbers into the wrong field. The password is never seen here.
    """
    user = User.objects.filter(username=username).first()
    data = {"address": address, "agent": agent[:200]}
    if user is None:
        data["username_digest"] = digest(username)[:16]
    note = "已锁定" if locked else ""
    record("sign_in_refused", user, actor=None, label="登录失败", note=note, data=data)
