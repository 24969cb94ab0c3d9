"""Signing in, and changing one's own password."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest

from accounts.models import User
from accounts.services.passwords import change_password
from common.errors import RuleViolation


class SignInForm(forms.Form):
    """Account and password; one and the same answer to everything that is wrong.

    `was_tried` tells a refused attempt from a form that was not filled in.
    """

    username = forms.CharField(
        label="账号",
        max_length=50,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: Any = None
        self.was_tried = False

    def clean(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if "username" in given and "password" in given:
            self.was_tried = True
            self.user = authenticate(self.request, **given)
            if self.user is None:
                raise forms.ValidationError("账号或密码不对，请核对后再试。")
        return given


class PasswordForm(forms.Form):
    """The present password, and the new one twice."""

    present = forms.CharField(
        label="现在的密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label="新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一遍新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = "".join(password_validators_help_texts())

    def clean_present(self) -> str:
        if not self.user.check_password(self.cleaned_data["present"]):
            raise forms.ValidationError("现在的密码不对。", code="wrong")
        return self.cleaned_data["present"]

    def clean_again(self) -> str:
        again = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError("两遍输入的新密码不一样。")
        return again

    def carry_out(self, *, actor: User) -> bool:
        """Change it; a broken rule becomes an error of the field."""
        try:
            change_password(
                self.user, actor=actor, password=self.cleaned_data["password"]
            )
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()
