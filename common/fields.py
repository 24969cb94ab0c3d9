"""Model fields of our own: an encrypted text."""

from typing import Any

from django.db import models

from common.crypto import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Clear text in Python, ciphertext in the database; cannot be filtered on.

    Keep `common.crypto.digest(value)` in a column beside it for exact look-up.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else decrypt(value)


def masked_name(name: str) -> str:
    """李小明 → 李**; one sign stays."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def masked_phone(phone: str) -> str:
    """13812345678 → 138****5678; shorter contacts keep two signs, the shortest none."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "****" + phone[-2:] * (len(phone) > 5) if phone else ""
