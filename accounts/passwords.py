"""Rules for passwords (GB/T 22239 level 2): length, classes, not common, not reused."""

import unicodedata
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LENGTH, CLASSES, KEPT = 10, 3, 5


class LengthAndClassesValidator:
    """At least ten signs of at least three of the four classes."""

    def validate(self, password: str, user: Any = None) -> None:
        tests = (str.islower, str.isupper, str.isdigit)
        classes = sum(any(test(sign) for sign in password) for test in tests)
        classes += any(not sign.isalnum() for sign in password)
        if len(password) < LENGTH or classes < CLASSES:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return f"至少 {LENGTH} 位，含大写、小写、数字、符号中的 {CLASSES} 类。"


class NotAboutTheUserValidator:
    """Not built from the person's account, name or phone."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = unicodedata.normalize("NFKC", password).lower()
        for known in ("username", "name", "phone"):
            value = str(getattr(user, known, "") or "").lower()
            if len(value) >= 2 and value in folded:
                raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return "不得包含账号、姓名或电话。"


class NotCommonValidator(CommonPasswordValidator):
    """Not one of the twenty thousand most used."""

    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError:
            raise ValidationError(self.get_help_text()) from None

    def get_help_text(self) -> str:
        return "不得使用常见密码。"


class NotUsedBeforeValidator:
    """Not one of the person's last five."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk or not user.has_usable_password():
            return
        former = user.former_passwords.values_list("password", flat=True)
        kept = [user.password, *former[: KEPT - 1]]
        if any(check_password(password, old) for old in kept):
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        return f"不得与最近 {KEPT} 次用过的密码相同。"
