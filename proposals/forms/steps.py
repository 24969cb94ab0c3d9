"""What a page asks for at each step; the rules stand in the workflow."""

from typing import Any

from django import forms
from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Category, Unit
from audit.models import Event
from common.errors import RuleViolation
from common.forms import DateField, PickMany
from proposals.choices import (
    ContactMethod,
    Ground,
    HandlingStatus,
    Kind,
    Part,
    Route,
    Satisfaction,
    TellingChannel,
)
from proposals.models import Handling, Proposal, ResultClass
from proposals.workflow import closing, handling, handover, intake


def words(label: str, *, rows: int = 4, longest: int = 4000, **kwargs: Any):  # type: ignore[no-untyped-def]
    """A field for a paragraph or more."""
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


class StepForm(forms.Form):
    """A form that leads to one step; subclasses say which in `act`."""

    submit_label = ""
    intro = ""

    def __init__(self, *args: Any, proposal: Proposal, actor: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.proposal, self.actor = proposal, actor
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the matter."""

    def act(self) -> Event:
        """Take the step with the cleaned answers."""
        raise AssertionError("each form names its step")

    def carry_out(self) -> bool:
        """Do it; a refused rule becomes an error of the form."""
        try:
            self.act()
        except RuleViolation as refused:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(refused))
        return self.is_valid()


class SubmitForm(StepForm):
    submit_label = "提交"
    intro = "提交后不能再改，受理结果会通知您。"

    def act(self) -> Event:
        return intake.submit(self.proposal, actor=self.actor)


class WithdrawForm(StepForm):
    submit_label = "撤回"
    intro = "撤回后不再办理，也不能恢复；要再提请另写一件。"
    reason = words("为什么撤回", rows=3, longest=500)

    def act(self) -> Event:
        return intake.withdraw(self.proposal, actor=self.actor, **self.cleaned_data)


class ReturnForm(StepForm):
    submit_label = "退回修改"
    reason = words("要补充或修改什么", rows=3, longest=500)

    def act(self) -> Event:
        return intake.return_(self.proposal, actor=self.actor, **self.cleaned_data)


class RefuseForm(StepForm):
    submit_label = "不予受理"
    ground = forms.ChoiceField(label="原因", choices=Ground.choices)
    told = words(
        "怎么向本人说明",
        rows=3,
        longest=500,
        help_text="写明引导到哪里，如区法院诉讼服务中心。",
    )

    def act(self) -> Event:
        return intake.refuse(self.proposal, actor=self.actor, **self.cleaned_data)


class AcceptForm(StepForm):
    submit_label = "受理"
    category = forms.ModelChoiceField(Category.objects.none(), label="类别")
    route = forms.ChoiceField(
        label="办理途径",
        choices=Route.choices,
        widget=forms.RadioSelect,
        help_text="决定答复期限：村社区、乡镇街道、县直部门各不相同。",
    )

    def prepare(self) -> None:
        self.fields["category"].queryset = Category.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["category"].initial = self.proposal.category_id
        if self.proposal.kind != Kind.OPINION:
            del self.fields["route"]

    def act(self) -> Event:
        return intake.accept(self.proposal, actor=self.actor, **self.cleaned_data)


class AnswerOnSiteForm(StepForm):
    submit_label = "当场答复"
    text = words("怎么答复的", longest=2000)
    result = forms.ModelChoiceField(
        ResultClass.objects.filter(needs_commitment=False),
        label="结果",
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def act(self) -> Event:
        return intake.answer_on_site(
            self.proposal, actor=self.actor, **self.cleaned_data
        )


class HandOverForm(StepForm):
    submit_label = "交办"
    lead = forms.ModelChoiceField(Unit.objects.none(), label="主办单位")
    co_units = PickMany(
        Unit.objects.none(),
        label="协办单位",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="按住 Ctrl 可选多个；不选就是独办。",
    )
    is_complex = forms.BooleanField(label="复杂事项（六个月）", required=False)

    def prepare(self) -> None:
        units = Unit.objects.filter(
            area__code__startswith=self.proposal.area_id[:6], is_active=True
        )
        for name in ("lead", "co_units"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]
        usual = units.filter(categories=self.proposal.category_id).first()
        if usual is not None and self.proposal.category_id:
            self.fields["lead"].initial = usual.pk
            self.fields["lead"].help_text = f"{usual}常办这一类别。"

    def act(self) -> Event:
        data = self.cleaned_data
        others = [u for u in data["co_units"] if u != data["lead"]]
        part = Part.LEAD if others else Part.SINGLE
        shares = [handover.Share(data["lead"], part)]
        shares += [handover.Share(unit, Part.CO) for unit in others]
        return handover.hand_over(
            self.proposal,
            actor=self.actor,
            shares=shares,
            is_complex=data["is_complex"],
        )


class SignForForm(StepForm):
    submit_label = "签收"
    intro = "签收后由本单位办理；不属于本单位的请提出异议。"

    def act(self) -> Event:
        return handover.sign_for(self.proposal, actor=self.actor)


class ObjectForm(StepForm):
    submit_label = "提出异议"
    reason = words("理由", rows=3, longest=1000)

    def act(self) -> Event:
        return handover.object_(self.proposal, actor=self.actor, **self.cleaned_data)


class DecideObjectionForm(StepForm):
    submit_label = "裁定"
    handling = forms.ModelChoiceField(
        Handling.objects.none(), label="哪个单位的异议", empty_label=None
    )
    upheld = forms.TypedChoiceField(
        label="裁定",
        choices=[("yes", "异议成立，改交别的单位"), ("no", "异议不成立，继续办理")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label="改交给", required=False)
    text = words("理由", rows=3, longest=1000)

    def prepare(self) -> None:
        objected = self.proposal.handlings.filter(status=HandlingStatus.OBJECTED)
        self.fields["handling"].queryset = objected.select_related("unit")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(  # type: ignore[attr-defined]
            area__code__startswith=self.proposal.area_id[:6], is_active=True
        )

    def act(self) -> Event:
        return handover.decide_objection(
            self.proposal, actor=self.actor, **self.cleaned_data
        )


class NoteContactForm(StepForm):
    submit_label = "记下"
    method = forms.ChoiceField(
        label="方式", choices=ContactMethod.choices, widget=forms.RadioSelect
    )
    contacted_on = DateField(label="日期", initial=localdate)
    text = words("谈了什么", rows=3, longest=2000)

    def act(self) -> Event:
        return handling.note_contact(
            self.proposal, actor=self.actor, **self.cleaned_data
        )


class ReplyForm(StepForm):
    submit_label = "签发答复"
    intro = "签发后代表和联络站马上收到，不能再改。"

    def act(self) -> Event:
        return handling.reply(self.proposal, actor=self.actor)


class TellForm(StepForm):
    submit_label = "记下告知"
    visit = forms.ModelChoiceField(None, label="告诉了谁", empty_label=None)
    channel = forms.ChoiceField(
        label="方式", choices=TellingChannel.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="无法告知的写明原因。"
    )

    def prepare(self) -> None:
        waiting = [visit.pk for visit in closing.untold(self.proposal)]
        field = self.fields["visit"]
        field.queryset = self.proposal.visits.filter(pk__in=waiting)  # type: ignore[attr-defined]
        seen = self.proposal.visits.visible_to(self.actor)  # type: ignore[attr-defined]
        known = set(seen.values_list("pk", flat=True))
        field.label_from_instance = lambda visit: (  # type: ignore[attr-defined]
            f"{visit.masked_name} {visit.party_size} 人　{visit.masked_contact}"
            if visit.pk in known
            else f"选民 {visit.party_size} 人（{localdate(visit.visited_at)}）"
        )

    def act(self) -> Event:
        return closing.tell(self.proposal, actor=self.actor, **self.cleaned_data)


class RateForm(StepForm):
    submit_label = "提交评价"
    attitude = forms.ChoiceField(
        label="办理态度", choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    result = forms.ChoiceField(
        label="办理结果", choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    reason = words("理由", rows=3, longest=1000, required=False)

    def act(self) -> Event:
        return closing.rate(self.proposal, actor=self.actor, **self.cleaned_data)


class RedoForm(StepForm):
    submit_label = "退回重办"
    reason = words("重办要求", rows=3, longest=1000)

    def act(self) -> Event:
        return closing.redo(self.proposal, actor=self.actor, **self.cleaned_data)


class CloseForm(StepForm):
    submit_label = "办结"
    note = words("研究决定的意见", rows=3, longest=1000, required=False)

    def prepare(self) -> None:
        if self.proposal.satisfaction != Satisfaction.DISSATISFIED:
            del self.fields["note"]

    def act(self) -> Event:
        note = self.cleaned_data.get("note", "")
        return closing.close(self.proposal, actor=self.actor, note=note)
