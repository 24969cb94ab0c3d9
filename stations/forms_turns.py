"""What the page of leave asks for: who comes instead."""

from typing import Any

from django import forms

from common.forms import RuleForm
from deputies.models import Deputy
from stations import workflow
from stations.choices import DutyState
from stations.drafts import Substitute, suggest_substitutes
from stations.models import ReceptionDay

NOBODY = "none"


class LeaveForm(RuleForm):
    """A deputy does not come; somebody suggested comes instead, or nobody."""

    substitute = forms.ChoiceField(label="谁来替", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, day: ReceptionDay, deputy: Deputy) -> None:
        super().__init__(data)
        self.day, self.deputy = day, deputy
        found = suggest_substitutes(day)
        self.people = {str(one.deputy.pk): one.deputy for one in found}
        self.fields["substitute"].choices = [
            *((str(one.deputy.pk), _words(one)) for one in found),
            (NOBODY, "暂时没有人替"),
        ]
        self.initial["substitute"] = next(iter(self.people), NOBODY)

    def do(self, actor: Any) -> None:
        chosen = self.people.get(self.cleaned_data["substitute"])
        if chosen is None:
            state = DutyState.ON_LEAVE
            workflow.set_duty(self.day, self.deputy, state, actor=actor)
            return
        workflow.set_duty(
            self.day,
            chosen,
            DutyState.SUBSTITUTE,
            actor=actor,
            stands_in_for=self.deputy,
        )


def _words(one: Substitute) -> str:
    """周敏（区代表），今年 2 次."""
    here = "" if one.is_stationed else "，不驻本站"
    levels = f"（{one.levels}）" if one.levels else ""
    return f"{one.deputy}{levels}，今年 {one.turns} 次{here}"
