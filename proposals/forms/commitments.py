"""What the page of a promise asks for."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied

from accounts.models import User
from common.errors import RuleViolation
from proposals.forms.steps import words
from proposals.models import Commitment
from proposals.workflow.handling import keep


class KeepForm(forms.Form):
    """How the promise was kept."""

    proof = words("怎么完成的", rows=4, longest=1000)

    def __init__(self, *args: Any, commitment: Commitment, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.commitment, self.actor = commitment, actor

    def check_allowed(self) -> None:
        """Raises PermissionDenied unless one works for the unit that promised."""
        if self.commitment.unit_id not in self.actor.unit_ids():
            raise PermissionDenied

    def carry_out(self) -> bool:
        try:
            keep(self.commitment, actor=self.actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()
