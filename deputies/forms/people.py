"""What pages ask for about persons and their seats."""

import datetime as dt
from typing import Any

from django import forms
from django.db import transaction
from django.utils.timezone import localdate

from accounts.choices import Role
from accounts.models import User
from areas.choices import CongressLevel
from areas.models import Area, Term
from common.errors import RuleViolation
from common.forms import DateField
from deputies import workflow
from deputies.choices import EndReason, Sex, SourceType
from deputies.filters import places_under
from deputies.models import Deputy, Mandate
from deputies.permissions import KEEPERS
from deputies.roster.dates import parse_birth
from deputies.roster.values import (
    EDUCATIONS,
    OCCUPATIONS,
    PARTIES,
    Unclear,
    parse_ethnicity,
)
from deputies.services import people

NOT_SAID = ("", "未填")


class RuleForm(forms.Form):
    """A form whose deed may be refused: the refusal becomes an error at its field."""

    def carry_out(self, *, actor: User) -> bool:
        """Do it, all or nothing; False when a rule refused."""
        try:
            with transaction.atomic():
                self.do(actor)
        except RuleViolation as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))
        return self.is_valid()

    def do(self, actor: User) -> None:
        raise NotImplementedError


class MonthField(forms.CharField):
    """A month of birth in any spelling; a date, the first day of the month."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> dt.date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            birth = parse_birth(text, today=localdate())
        except Unclear as unclear:
            raise forms.ValidationError(f"{unclear}。") from unclear
        if birth.first_day is None:
            raise forms.ValidationError("请写到月份，如 1965-03。")
        return birth.first_day


class PersonForm(RuleForm):
    """The person; the area is where the person is looked after."""

    name = forms.CharField(label="姓名", max_length=50)
    area = forms.ModelChoiceField(
        Area.objects.none(), label="所在地区", empty_label="请选择"
    )
    sex = forms.ChoiceField(
        label="性别", choices=[NOT_SAID, *Sex.choices], required=False
    )
    birth_month = MonthField(
        label="出生年月",
        required=False,
        max_length=20,
        help_text="如 1965-03 或 1965年3月",
    )
    ethnicity = forms.CharField(
        label="民族", required=False, max_length=20, help_text="如 汉族、土家族"
    )
    party = forms.ChoiceField(label="政治面貌", required=False)
    education = forms.ChoiceField(label="学历", required=False)
    occupation_class = forms.ChoiceField(label="代表构成", required=False)
    employer_post = forms.CharField(label="单位及职务", required=False, max_length=200)
    phone = forms.CharField(
        label="手机号码",
        required=False,
        max_length=30,
        help_text="加密保存，页面上只显示前三位和后四位",
    )
    id_number = forms.CharField(
        label="身份证号", required=False, max_length=30, help_text="加密保存，不显示"
    )
    address = forms.CharField(label="住址", required=False, max_length=200)
    public_text = forms.CharField(
        label="公开介绍",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="会显示在公开页面上，不要写电话和住址",
    )
    note = forms.CharField(label="备注", required=False, max_length=300)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = places_under(set(actor.area_codes(*KEEPERS)))
        if now := self.initial.get("area"):
            places = places | Area.objects.filter(pk=getattr(now, "pk", now))
        self.fields["area"].queryset = places.distinct()
        grades = [grade for grade, _ in EDUCATIONS]
        classes = [name for name, _ in OCCUPATIONS] + ["其他"]
        self._offer("party", list(PARTIES))
        self._offer("education", grades)
        self._offer("occupation_class", classes)

    def _offer(self, name: str, words: list[str]) -> None:
        """Choices of a field; what the roll holds already stays one of them."""
        now = self.initial.get(name)
        words = words if not now or now in words else [now, *words]
        self.fields[name].choices = [NOT_SAID, *((word, word) for word in words)]

    def clean_ethnicity(self) -> str:
        text = self.cleaned_data["ethnicity"]
        if not text or text == self.initial.get("ethnicity"):
            return text
        try:
            return parse_ethnicity(text)
        except Unclear as unclear:
            raise forms.ValidationError(f"{unclear}。") from unclear


FACTS = tuple(PersonForm.base_fields)


SECRETS = people.SECRET
NONE = "无"  # typed over a secret to take it out


class DeputyEditForm(PersonForm):
    """Change a person; what is encrypted is not shown, and stays unless typed anew."""

    def __init__(self, *args: Any, deputy: Deputy, **kwargs: Any) -> None:
        facts = {name: getattr(deputy, name) for name in FACTS if name not in SECRETS}
        super().__init__(*args, initial=facts, **kwargs)
        self.deputy = deputy
        for name in SECRETS:
            if getattr(deputy, name):
                kept = f"已登记，不显示；不改就留空，写“{NONE}”即删去"
                self.fields[name].help_text = kept

    def do(self, actor: User) -> None:
        facts = {n: v for n, v in self.cleaned_data.items() if v or n not in SECRETS}
        facts |= {name: "" for name in SECRETS if facts.get(name) == NONE}
        people.edit_deputy(self.deputy, actor=actor, **facts)


class SeatFields(RuleForm):
    """The facts of a seat, besides its term."""

    source_type = forms.ChoiceField(
        label="产生方式", choices=[NOT_SAID, *SourceType.choices], required=False
    )
    source_name = forms.CharField(
        label="选区或选举单位", required=False, max_length=100
    )
    delegation = forms.CharField(label="代表团", required=False, max_length=100)
    certificate_no = forms.CharField(label="代表证号", required=False, max_length=40)
    congress_post = forms.CharField(
        label="人大职务",
        required=False,
        max_length=100,
        help_text="如 常委会委员、专门委员会委员",
    )
    starts_on = DateField(label="任职开始", help_text="当选或补选的日子")
    is_reelected = forms.BooleanField(label="连任", required=False)


SEAT_FACTS = tuple(SeatFields.base_fields)


def _terms(form: forms.Form, actor: User, codes: list[str]) -> forms.ModelChoiceField:
    """A choice of terms; the township is offered its own congresses' only."""
    found = Term.objects.none()
    for code in codes:
        found = found | people.terms_for(code)
    if not actor.has_role(Role.OFFICER):
        found = found.filter(congress__level=CongressLevel.TOWNSHIP)
    return forms.ModelChoiceField(
        found.distinct().order_by("congress__level", "congress__name", "-number"),
        label="届次",
        empty_label="请选择",
    )


class DeputyCreateForm(PersonForm, SeatFields):
    """A new person together with the first seat."""

    is_namesake = forms.BooleanField(
        label="确是另一人：与已有的代表同名、同出生年月", required=False
    )
    field_order = (*FACTS, "is_namesake", "term")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["term"] = _terms(self, actor, actor.area_codes(*KEEPERS))
        self.order_fields(self.field_order)

    def do(self, actor: User) -> None:
        given = dict(self.cleaned_data)
        seat = {name: given.pop(name) for name in (*SEAT_FACTS, "term")}
        self.deputy = people.create_deputy(actor=actor, **given)
        people.add_mandate(self.deputy, actor=actor, **seat)


class MandateCreateForm(SeatFields):
    """One more seat of a person."""

    field_order = ("term",)

    def __init__(self, *args: Any, deputy: Deputy, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deputy = deputy
        self.fields["term"] = _terms(self, actor, [deputy.area_id])
        self.order_fields(self.field_order)

    def do(self, actor: User) -> None:
        people.add_mandate(self.deputy, actor=actor, **self.cleaned_data)


class MandateEditForm(SeatFields):
    """Correct the facts of a seat."""

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        facts = {name: getattr(mandate, name) for name in SEAT_FACTS}
        super().__init__(*args, initial=facts, **kwargs)
        self.mandate = mandate

    def do(self, actor: User) -> None:
        people.edit_mandate(self.mandate, actor=actor, **self.cleaned_data)


class StepForm(RuleForm):
    """What a step of a seat asks for; `step` is the function that takes it."""

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mandate = mandate


def _announcement() -> forms.CharField:
    return forms.CharField(
        label="公告", max_length=200, help_text="文号和日期，如 东宝人常公告〔2026〕3号"
    )


class SuspendForm(StepForm):
    announcement = _announcement()

    def do(self, actor: User) -> None:
        workflow.suspend(self.mandate, actor=actor, **self.cleaned_data)


class ResumeForm(StepForm):
    announcement = _announcement()

    def do(self, actor: User) -> None:
        workflow.resume(self.mandate, actor=actor, **self.cleaned_data)


class TerminateForm(StepForm):
    reason = forms.ChoiceField(
        label="终止原因", choices=[("", "请选择"), *EndReason.choices]
    )
    ends_on = DateField(
        label="从哪天起不再任职", initial=localdate, help_text="这一天已不是代表"
    )
    announcement = _announcement()

    def do(self, actor: User) -> None:
        workflow.terminate(self.mandate, actor=actor, **self.cleaned_data)


class ExpireForm(StepForm):
    ends_on = DateField(
        label="从哪天起不再任职", initial=localdate, help_text="这一天已不是代表"
    )

    def do(self, actor: User) -> None:
        workflow.expire(self.mandate, actor=actor, **self.cleaned_data)


STEP_FORMS: dict[str, type[StepForm]] = {
    "suspend": SuspendForm,
    "resume": ResumeForm,
    "terminate": TerminateForm,
    "expire": ExpireForm,
}


class RevealForm(RuleForm):
    """Why somebody has to see the full number."""

    reason = forms.CharField(
        label="为什么要看",
        max_length=200,
        help_text="会记入审计，如 通知11月25日接待",
    )

    def __init__(self, *args: Any, deputy: Deputy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deputy, self.phone = deputy, ""

    def do(self, actor: User) -> None:
        given = self.cleaned_data["reason"]
        self.phone = people.reveal_phone(self.deputy, actor=actor, reason=given)
