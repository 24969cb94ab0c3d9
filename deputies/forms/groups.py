"""What pages ask for about groups and their members."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area
from common.forms import DateField, PickMany, is_key
from deputies.choices import GroupKind, GroupRole
from deputies.filters import places_under
from deputies.forms.people import RuleForm
from deputies.models import Deputy, Group, Membership
from deputies.permissions import KEEPERS, may_edit_group
from deputies.services import groups

MOST_OFFERED = 48  # candidates shown at once; the rest are found by name


class GroupForm(RuleForm):
    """Form a group, or change one."""

    name = forms.CharField(label="名称", max_length=100)
    kind = forms.ChoiceField(
        label="类型", choices=GroupKind.choices, widget=forms.RadioSelect
    )
    area = forms.ModelChoiceField(
        Area.objects.none(), label="所在地区", empty_label="请选择"
    )
    field = forms.CharField(
        label="领域",
        required=False,
        max_length=50,
        help_text="专业小组填，如 财经、城建环保、农业农村",
    )
    founded_on = DateField(label="成立日", required=False)
    note = forms.CharField(label="备注", required=False, max_length=300)

    def __init__(
        self, *args: Any, actor: User, group: Group | None = None, **kwargs: Any
    ) -> None:
        if group:
            names = [*GroupForm.base_fields, "is_active"]
            kwargs["initial"] = {name: getattr(group, name) for name in names}
        super().__init__(*args, **kwargs)
        self.group = group
        places = places_under(set(actor.area_codes(*KEEPERS)))
        if group:
            places = places | Area.objects.filter(pk=group.area_id)
            self.fields["is_active"] = forms.BooleanField(
                label="在用",
                required=False,
                help_text="去掉勾选即停用，组员同时退出",
            )
        self.fields["area"].queryset = places.distinct()

    def do(self, actor: User) -> None:
        if self.group:
            groups.edit_group(self.group, actor=actor, **self.cleaned_data)
        else:
            self.group = groups.create_group(actor=actor, **self.cleaned_data)


class CandidateField(PickMany):
    """Deputies with place and groups."""

    def label_from_instance(self, obj: Any) -> str:
        inside = "、".join(str(m.group) for m in obj.current_memberships)
        return f"{obj.name}　{obj.area}　{inside or '未编组'}"


class MembersForm(RuleForm):
    """Take several deputies into a group at once."""

    deputies = CandidateField(
        Deputy.objects.none(), label="代表", widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(
        label="职务", choices=GroupRole.choices, initial=GroupRole.MEMBER
    )
    starts_on = DateField(label="加入日", initial=localdate)

    def __init__(self, *args: Any, group: Group, found: Any, **kwargs: Any) -> None:
        """`found` are the candidates, in the order in which they are offered."""
        super().__init__(*args, **kwargs)
        self.group = group
        field = self.fields["deputies"]
        field.queryset = found
        chosen = self.data.getlist("deputies") if self.is_bound else []
        offered = list(found[:MOST_OFFERED])
        shown = {str(row.pk) for row in offered}
        keys = [key for key in chosen if is_key(key) and key not in shown]
        offered += list(found.filter(pk__in=keys))
        field.choices = [(row.pk, field.label_from_instance(row)) for row in offered]

    def do(self, actor: User) -> None:
        given = dict(self.cleaned_data)
        for deputy in given.pop("deputies"):
            groups.add_member(self.group, actor=actor, deputy=deputy, **given)


class JoinForm(RuleForm):
    """Put one deputy into a group: the remedy for being in none."""

    group = forms.ModelChoiceField(
        Group.objects.none(), label="小组", empty_label="请选择"
    )
    role = forms.ChoiceField(
        label="职务", choices=GroupRole.choices, initial=GroupRole.MEMBER
    )
    starts_on = DateField(label="加入日", initial=localdate)

    def __init__(self, *args: Any, deputy: Deputy, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deputy = deputy
        seen = Group.objects.visible_to(actor).filter(is_active=True)
        open_to = [g.pk for g in seen if may_edit_group(actor, g)]
        inside = deputy.memberships.filter(ends_on=None).values("group")
        own = seen.filter(pk__in=open_to).exclude(pk__in=inside)
        self.fields["group"].queryset = own.order_by("kind", "name")

    def do(self, actor: User) -> None:
        groups.add_member(deputy=self.deputy, actor=actor, **self.cleaned_data)


class RoleForm(RuleForm):
    """Give a member another role."""

    role = forms.ChoiceField(
        label="职务", choices=GroupRole.choices, widget=forms.RadioSelect
    )
    starts_on = DateField(label="从哪天起", initial=localdate)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def do(self, actor: User) -> None:
        role, on = self.cleaned_data["role"], self.cleaned_data["starts_on"]
        groups.set_role(self.member, actor=actor, role=role, on=on)


class LeaveForm(RuleForm):
    """A member leaves the group."""

    ends_on = DateField(label="从哪天起不在组内", initial=localdate)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def do(self, actor: User) -> None:
        on = self.cleaned_data["ends_on"]
        groups.end_membership(self.member, actor=actor, ends_on=on)
