"""What the reply asks for: class first, because it decides whether to promise."""

import datetime as dt
from typing import Any

from django import forms

from accounts.choices import Role
from accounts.models import User
from common.errors import RuleViolation
from common.forms import DateField
from proposals.forms.steps import words
from proposals.models import Proposal, Reply, ResultClass
from proposals.permissions import own_handlings
from proposals.workflow import handling

PROMISES = (1, 2, 3)


class ReplyDraftForm(forms.Form):
    """The draft; nothing is required until it is sent to be signed."""

    result = forms.ModelChoiceField(
        ResultClass.objects.all(),
        label="结果",
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    text = words("答复正文", rows=8, longest=20000, required=False)
    what_1 = forms.CharField(label="承诺做什么", max_length=300, required=False)
    due_1 = DateField(
        label="哪天之前",
        required=False,
        help_text="到期没有证明，会列为逾期未兑现。",
    )
    what_2 = forms.CharField(label="还承诺什么", max_length=300, required=False)
    due_2 = DateField(label="哪天之前", required=False)
    what_3 = forms.CharField(label="还承诺什么", max_length=300, required=False)
    due_3 = DateField(label="哪天之前", required=False)
    reason = forms.CharField(
        label="没有解决的原因",
        max_length=200,
        required=False,
        help_text="D 类须写明。",
    )
    plain_text = words(
        "告诉选民的话",
        rows=2,
        longest=1000,
        required=False,
        help_text="一两句大白话，选民凭查询码看到的就是它。",
    )
    letter_number = forms.CharField(
        label="文号",
        max_length=50,
        required=False,
        help_text="如 东水函〔2026〕19号",
    )

    def __init__(
        self,
        *args: Any,
        proposal: Proposal,
        actor: User,
        draft: Reply | None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _initial(draft))
        super().__init__(*args, **kwargs)
        self.proposal, self.actor, self.draft = proposal, actor, draft
        # What signing will ask for is not marked as optional; drafts may lack it.
        for name in ("result", "text"):
            self.fields[name].is_asked = True  # type: ignore[attr-defined]

    @property
    def may_sign(self) -> bool:
        """Whether this person signs for the unit."""
        return bool(own_handlings(self.actor, self.proposal, Role.UNIT_LEADER))

    def carry_out(self, action: str) -> bool:
        """Save; with `ask` send to the leader, with `sign` sign and send out."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("text", "plain_text", "result")}
        fields |= {"reason": data["reason"], "letter_number": data["letter_number"]}
        fields["promises"] = [
            {"what": data[f"what_{n}"], "due_on": _iso(data[f"due_{n}"])}
            for n in PROMISES
            if data[f"what_{n}"] or data[f"due_{n}"]
        ]
        try:
            handling.draft_reply(
                self.proposal, actor=self.actor, ask_to_sign=action == "ask", **fields
            )
            if action == "sign":
                handling.reply(self.proposal, actor=self.actor)
        except RuleViolation as refused:
            self.add_error(self._place(refused), str(refused))
        return self.is_valid()

    @staticmethod
    def _place(refused: RuleViolation) -> str | None:
        return "what_1" if refused.field == "promises" else refused.field


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _initial(draft: Reply | None) -> dict[str, Any]:
    if draft is None:
        return {}
    names = ("text", "plain_text", "reason", "letter_number")
    found: dict[str, Any] = {name: getattr(draft, name) for name in names}
    found["result"] = draft.result_id
    for n, row in zip(PROMISES, draft.promises, strict=False):
        found[f"what_{n}"], found[f"due_{n}"] = row.get("what"), row.get("due_on")
    return found
