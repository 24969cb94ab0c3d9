"""Giving a REST client a token."""

from typing import Any

from django import forms

from accounts.choices import Role
from accounts.models import User
from accounts.tokens import LONGEST_DAYS, SCOPES, issue_token
from common.errors import RuleViolation


class TokenForm(forms.Form):
    """For which client, for what, how far and how long."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="接口客户端", empty_label="请选择"
    )
    label = forms.CharField(
        label="用途", max_length=100, help_text="写明给哪个系统、做什么用。"
    )
    scopes = forms.MultipleChoiceField(
        label="范围",
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="有效天数", min_value=1, max_value=LONGEST_DAYS, initial=90
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = User.objects.visible_to(actor).holding(Role.CLIENT)
        self.fields["user"].queryset = clients.filter(is_active=True).order_by("name")
        self.text = ""

    def carry_out(self, *, actor: User) -> bool:
        """Issue it; `text` is then the token."""
        given = dict(self.cleaned_data)
        client = given.pop("user")
        try:
            self.text = issue_token(client, actor=actor, **given)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()
