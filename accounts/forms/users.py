"""Opening and changing accounts, giving and ending roles."""

from typing import Any

from django import forms

from accounts.forms.places import NO_CHOICE, PlaceForm, rows_of
from accounts.models import Grant, User
from accounts.services import grants, people
from common.errors import RuleViolation
from common.forms import DateField


class PersonForm(forms.Form):
    """A bare account, as the system administrator opens it; roles come later."""

    username = forms.CharField(
        label="账号",
        max_length=50,
        help_text=people.USERNAME_RULE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(label="姓名", max_length=50)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)

    field_order = ("username", "name", "phone")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened: tuple[User, str] | None = None

    def carry_out(self, *, actor: User) -> bool:
        """Open it; `opened` is then the account and its initial password."""
        try:
            self.opened = people.create_user(actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()


class OpenAccountForm(PlaceForm):
    """Account and first role in one, as an office does for its own area."""

    username = PersonForm.base_fields["username"]
    name = PersonForm.base_fields["name"]
    phone = PersonForm.base_fields["phone"]
    deputy = forms.ModelChoiceField(
        Grant.objects.none(),
        label="代表",
        required=False,
        empty_label=NO_CHOICE,
        help_text="给代表开账号选这一项，只列还没有账号的。",
    )

    field_order = (*PersonForm.field_order, "role")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["deputy"].queryset = rows_of("deputy", actor).filter(user=None)
        self.opened: tuple[User, str] | None = None

    def carry_out(self, *, actor: User) -> bool:
        """Open it; `opened` is then the account and its initial password."""
        try:
            self.opened = grants.open_account(actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()


class EditUserForm(forms.Form):
    """Name and telephone."""

    name = forms.CharField(label="姓名", max_length=50)
    phone = forms.CharField(label="办公电话", max_length=30, required=False)

    def carry_out(self, user: User, *, actor: User) -> bool:
        """Change them."""
        try:
            people.edit_user(user, actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()


class DeactivateForm(forms.Form):
    """Why an account is switched off."""

    reason = forms.CharField(label="原因", max_length=200)

    def carry_out(self, user: User, *, actor: User) -> bool:
        """Switch it off."""
        try:
            people.deactivate(user, actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()


class GrantForm(PlaceForm):
    """A role for a place and a time."""

    starts_on = DateField(label="从哪天起", required=False, help_text="不填为今天。")
    ends_on = DateField(
        label="到哪天止",
        required=False,
        help_text="这一天起不再有；不填为长期。",
    )

    def carry_out(self, user: User, *, actor: User) -> bool:
        """Give it."""
        try:
            grants.grant(user, actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()


class EndGrantForm(forms.Form):
    """From which day on the role is no longer held."""

    on = DateField(label="从哪天起收回", required=False, help_text="不填为今天。")

    def carry_out(self, row: Grant, *, actor: User) -> bool:
        """End it."""
        try:
            grants.end_grant(row, actor=actor, **self.cleaned_data)
        except RuleViolation as refused:
            self.add_error(refused.field, str(refused))
        return self.is_valid()
