"""What the pages ask for about checks: beginning, marking, confirming, sending back."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from common.forms import DateField, KeySelect, RuleForm
from common.uploads import ACCEPT
from stations import permissions as may
from stations import workflow_checks as workflow
from stations.choices import StationStatus
from stations.models import Checklist, CheckMark, Station, StationCheck
from stations.services.checks import (
    MOST_FILES,
    Mark,
    attach,
    create_check,
    discard_check,
    save_check,
)
from stations.stars import BELOW, MOST_STARS, star_word

YES_NO = (("", "未看"), ("1", "达到"), ("0", "没有达到"))
VETOES = ("一个季度没有活动", "弄虚作假")


def own_stations(user: Any) -> QuerySet[Station]:
    """The stations in use that this person runs."""
    seen = Station.objects.visible_to(user).exclude(status=StationStatus.CLOSED)
    if not user.area_codes(*may.OVERSEEING):
        seen = seen.filter(pk__in=user.station_ids())
    return seen.order_by("name", "id")


class BeginForm(RuleForm):
    """Which station, by which checklist, on which day."""

    station = forms.ModelChoiceField(
        Station.objects.none(), label="联络站", empty_label="请选择"
    )
    checklist = forms.ModelChoiceField(
        Checklist.objects.none(), label="标准", empty_label="请选择"
    )
    checked_on = DateField(label="检查日")

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        wanted = {"checked_on": localdate()} | kwargs.pop("initial", {})
        super().__init__(*args, initial=wanted, **kwargs)
        self.fields["station"].queryset = own_stations(actor)
        lists = Checklist.objects.visible_to(actor).filter(is_active=True)
        self.fields["checklist"].queryset = lists
        self.check: StationCheck | None = None

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        self.check = create_check(
            told["station"],
            told["checklist"],
            actor=actor,
            checked_on=told["checked_on"],
        )


class MarkForm(RuleForm):
    """All items of a check on one page; `proposes` hands it in as well."""

    checked_on = DateField(label="检查日")
    veto = forms.CharField(
        label="否决情形",
        required=False,
        help_text=f"有否决情形的不评星，如“{VETOES[0]}”“{VETOES[1]}”；没有就不填。",
    )
    summary = forms.CharField(
        label="总评", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        *args: Any,
        check: StationCheck,
        marks: list[CheckMark],
        proposes: bool = False,
        **kwargs: Any,
    ) -> None:
        self.check, self.marks, self.proposes = check, marks, proposes
        names = ("checked_on", "veto", "summary")
        held = {name: getattr(check, name) for name in names}
        for mark in marks:
            held |= {f"score_{mark.pk}": mark.score, f"note_{mark.pk}": mark.note}
        super().__init__(*args, initial=held, **kwargs)
        for mark in marks:
            self.fields[f"score_{mark.pk}"] = _score_field(mark)
            self.fields[f"note_{mark.pk}"] = _note_field(mark)
        if not check.checklist.gives_star:
            del self.fields["veto"]

    @property
    def rows(self) -> Iterator[tuple[CheckMark, Any, Any]]:
        """Each mark with its two fields."""
        for mark in self.marks:
            yield mark, self[f"score_{mark.pk}"], self[f"note_{mark.pk}"]

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        save_check(
            self.check,
            actor=actor,
            checked_on=told["checked_on"],
            summary=told["summary"],
            veto=told.get("veto", ""),
            marks={mark.pk: self._mark(mark) for mark in self.marks},
        )
        if self.proposes:
            workflow.propose(self.check, actor=actor)

    def _mark(self, mark: CheckMark) -> Mark:
        score = self.cleaned_data[f"score_{mark.pk}"]
        note = self.cleaned_data[f"note_{mark.pk}"]
        return Mark(None if score in ("", None) else int(score), note)


def _score_field(mark: CheckMark) -> forms.Field:
    label = f"{mark.text} 得分"
    if mark.out_of == 1:
        return forms.ChoiceField(label=label, choices=YES_NO, required=False)
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=mark.out_of,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def _note_field(mark: CheckMark) -> forms.Field:
    shown = forms.TextInput(attrs={"placeholder": "说明", "maxlength": 300})
    return forms.CharField(label=f"{mark.text} 说明", required=False, widget=shown)


class ProofForm(RuleForm):
    """A photo or document that proves one item."""

    file = forms.FileField(
        label="照片或文件",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=f"JPG、PNG、PDF、Word、Excel；一项最多 {MOST_FILES} 个。",
    )

    def __init__(self, *args: Any, mark: CheckMark, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mark = mark

    def do(self, actor: Any) -> None:
        attach(self.mark, actor=actor, file=self.cleaned_data["file"])


class ConfirmCheckForm(RuleForm):
    """The star as the second person sees it; without stars only a yes."""

    star = forms.ChoiceField(label="星级", widget=KeySelect)
    reason = forms.CharField(
        label="理由", required=False, help_text="与建议星级不同时必须写明。"
    )

    def __init__(self, *args: Any, check: StationCheck, **kwargs: Any) -> None:
        proposed = check.proposed_star
        first = BELOW_KEY if proposed is None else str(proposed)
        super().__init__(*args, initial={"star": first}, **kwargs)
        self.check = check
        self.fields["star"].choices = STAR_CHOICES
        if not check.checklist.gives_star:
            del self.fields["star"], self.fields["reason"]

    def do(self, actor: Any) -> None:
        key = self.cleaned_data.get("star", BELOW_KEY)
        star = None if key == BELOW_KEY else int(key)
        reason = self.cleaned_data.get("reason", "")
        workflow.confirm(self.check, actor=actor, star=star, reason=reason)


BELOW_KEY = "below"
STAR_CHOICES = [
    *((str(n), star_word(n)) for n in range(MOST_STARS, -1, -1)),
    (BELOW_KEY, BELOW),
]


class SendBackForm(RuleForm):
    """Why the checker has to look again."""

    reason = forms.CharField(label="退回原因")

    def __init__(self, *args: Any, check: StationCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = check

    def do(self, actor: Any) -> None:
        workflow.send_back(self.check, actor=actor, **self.cleaned_data)


class PlainForm(RuleForm):
    """A step or deed that asks for nothing more."""

    def __init__(
        self, *args: Any, check: StationCheck, verb: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.check, self.verb = check, verb

    def do(self, actor: Any) -> None:
        deeds = {"take_back": workflow.take_back, "discard": discard_check}
        deeds[self.verb](self.check, actor=actor)
