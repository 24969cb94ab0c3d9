"""Secrets at rest: keys kept in files, texts encrypted, digests for exact look-up."""

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def kept_key(path: Path) -> str:
    """The key in the file; made at random and kept (mode 600) at the first call."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # the first of several processes wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def _derived(key: str, purpose: str) -> bytes:
    return hashlib.scrypt(
        key.encode(), salt=f"deputywork {purpose}".encode(), n=2**12, r=8, p=1, dklen=32
    )


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(_derived(key, "field"))) for key in keys]
    )


@lru_cache(maxsize=4)
def _digest_key(key: str) -> bytes:
    return _derived(key, "digest")


def encrypt(text: str) -> str:
    """Ciphertext of `text` with the newest key; empty stays empty."""
    if not text:
        return ""
    return _ciphers(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Clear text; raises ValueError when no present key fits."""
    if not token:
        return ""
    try:
        return _ciphers(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no key fits this ciphertext") from error


def digest(text: str) -> str:
    """Keyed hash for exact look-up of an encrypted value (same text, same digest).

    Keyed with the *oldest* key, so that rotating keys does not change it.
    """
    if not text:
        return ""
    key = _digest_key(settings.FIELD_KEYS[-1])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def new_code(length: int = 8) -> str:
    """A random code people can read out: digits and letters without 0 O 1 I L."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    return "".join(secrets.choice(alphabet) for _ in range(length))
