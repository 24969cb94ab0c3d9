"""What the pages ask for when a public code is taken back."""

from typing import Any

from django import forms

from common.forms import RuleForm
from stations.models import PublicCode
from stations.services import codes


class RevokeForm(RuleForm):
    """Why a code is taken back; with `renews` another one takes its place."""

    reason = forms.CharField(
        label="原因", help_text="如“海报被人涂改”“地址外传”，会写进记录。"
    )

    def __init__(
        self, *args: Any, code: PublicCode, renews: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.code, self.renews = code, renews

    def do(self, actor: Any) -> None:
        take_back = codes.renew_code if self.renews else codes.revoke_code
        take_back(self.code, actor=actor, **self.cleaned_data)
