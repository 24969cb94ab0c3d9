"""The choice of a role and of the place it is held for."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts import permissions as may
from accounts.choices import Role
from accounts.models import Grant, User
from areas.choices import Level
from areas.models import Area, Unit

NO_CHOICE = "不选"


def _model_of(name: str) -> Any:
    """Stations and deputies lie above this app: their models come by the relation."""
    holder = Grant if name == "station" else User
    return holder._meta.get_field(name).related_model


def rows_of(name: str, actor: User) -> QuerySet:
    """Stations or deputies that this person may give an account for."""
    rows: QuerySet = _model_of(name)._default_manager.visible_to(actor)
    if actor.has_role(Role.SEC_ADMIN):
        rows = _model_of(name)._default_manager.all()
    return rows.order_by("name", "pk")


def _areas_of(actor: User) -> QuerySet[Area]:
    """The areas of an office and their towns."""
    found = Q(pk__in=())
    for code in actor.area_codes(Role.OFFICER):
        found |= Q(code__startswith=code)
    return Area.objects.filter(found, level__lte=Level.TOWN).order_by("code")


def _units_of(actor: User) -> QuerySet[Unit]:
    rows = Unit.objects.filter(is_active=True).select_related("area")
    if not actor.has_role(Role.SEC_ADMIN):
        rows = rows.filter(area__in=_areas_of(actor))
    return rows.order_by("area", "name")


class PlaceForm(forms.Form):
    """A role, and area, station or unit: the service says which one it needs."""

    role = forms.ChoiceField(label="身份")
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="地区",
        required=False,
        to_field_name="code",
        empty_label=NO_CHOICE,
    )
    station = forms.ModelChoiceField(
        Area.objects.none(),
        label="联络站",
        required=False,
        empty_label=NO_CHOICE,
        help_text="联络站工作人员选这一项。",
    )
    is_head = forms.BooleanField(label="是站长", required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="承办单位",
        required=False,
        empty_label=NO_CHOICE,
        help_text="承办人、承办单位负责人选这一项。",
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        roles = [(role, role.label) for role in may.roles_to_give(actor)]
        fields["role"].choices = [("", "请选择"), *roles]
        fields["station"].queryset = rows_of("station", actor)
        fields["unit"].queryset = _units_of(actor)
        if actor.has_role(Role.SEC_ADMIN):
            self._type_the_area()
        else:
            fields["area"].queryset = _areas_of(actor)
            fields["area"].help_text = "乡镇人大、街道工委和接口客户端选这一项。"

    def _type_the_area(self) -> None:
        """A choice of all the country's areas would be no choice: its code is typed."""
        field = self.fields["area"]
        field.queryset = Area.objects.all()
        field.widget = forms.TextInput(attrs={"inputmode": "numeric"})
        field.label = "地区代码"
        field.help_text = (
            "按地区授权的身份填这一项，如 420802（县）、420802102（乡镇）。"
        )
        field.error_messages["invalid_choice"] = "没有这个代码的地区。"
