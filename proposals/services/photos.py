"""A voter's photo between the second step and the last: kept an hour, then gone.

Nothing is stored with a matter before the voter is done. Until then the picture,
checked and made anew, lies under VAR_DIR by a random name; the form carries that name,
signed together with the form's own key, so that it serves for this form only.
"""

import re
import secrets
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from common.errors import RuleViolation
from common.uploads import Checked, older_than, write_private

KEPT_SECONDS = 3600
MOST_HELD = 500  # by all voters together: nobody fills the disk with photos
NAME = re.compile(r"^[0-9a-f]{32}\.(jpg|png)$")


def hold_photo(photo: Checked, *, key: str) -> str:
    """Keep a checked picture for the form of this key; answers its token."""
    sweep_photos()
    if sum(1 for _ in _root().glob("*")) >= MOST_HELD:
        raise RuleViolation("现在传照片的人太多，请先不传照片。", field="photo")
    name = f"{secrets.token_hex(16)}.{photo.kind}"
    write_private(_root() / name, photo.data)
    return _signer(key).sign(name)


def held_photo(token: str, *, key: str) -> Checked | None:
    """The picture of this token and form; None once its hour is over."""
    path = _path(token, key)
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    kind = path.suffix[1:]
    return Checked(f"照片.{kind}", kind, data)


def is_held(token: str, *, key: str) -> bool:
    path = _path(token, key)
    return path is not None and path.is_file()


def drop_photo(token: str, *, key: str) -> None:
    """The voter chose another one, or none."""
    path = _path(token, key)
    if path is not None:
        path.unlink(missing_ok=True)


def sweep_photos() -> int:
    """Remove what has been held for its hour; answers how many."""
    old = older_than(_root(), KEPT_SECONDS)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _path(token: str, key: str) -> Path | None:
    try:
        name = _signer(key).unsign(token, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return _root() / name if NAME.match(name) else None


def _signer(key: str) -> TimestampSigner:
    return TimestampSigner(salt=f"photo {key}")


def _root() -> Path:
    return Path(settings.VAR_DIR) / "uploads-pending"
