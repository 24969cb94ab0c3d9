"""What the pages ask for about visits: how they came in, and looking at a contact.

One form for all ways in: three fields stand in front, by the way it came; the others
are folded below them.
"""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.timezone import localdate, localtime, make_aware, now

from areas.models import Category
from common.fields import masked_name, masked_phone
from common.forms import DateField, DateTimeInput, PickMany, RuleForm
from deputies.choices import Sex
from deputies.models import Deputy
from stations.choices import (
    OPEN_DAYS,
    AgeBand,
    Channel,
    DayStatus,
    Outcome,
    ReferredTo,
)
from stations.forms import stationed
from stations.models import Station, Visit
from stations.services import amend_visit, log_visit, reveal_contact
from stations.services.visit_facts import LATER, STAFF

# What a visit can become on these pages; the rest is made of it in proposals.
SETTLED = [
    (Outcome.OPEN.value, Outcome.OPEN.label),
    (Outcome.ANSWERED.value, Outcome.ANSWERED.label),
    (Outcome.REFERRED.value, Outcome.REFERRED.label),
]
# The ways in, each with the three fields that are asked first.
FRONT: dict[str, tuple[str, ...]] = {
    Channel.PHONE: ("words", "visitor_name", "visitor_contact"),
    Channel.LETTER: ("words", "visitor_name", "letter_on"),
    Channel.APPOINTMENT: ("words", "visitor_name", "visited_at"),
    Channel.ONLINE: ("words", "visitor_name", "source"),
    Channel.STATION: ("words", "visitor_name", "visited_at"),
    Channel.ACTIVITY: ("words", "source", "visited_at"),
    Channel.VISIT: ("words", "home", "visited_at"),
}
# What the person is called by the way they came.
SPEAKERS = {Channel.PHONE: "来电人", Channel.LETTER: "写信人", Channel.ONLINE: "反映人"}
HELPERS = [(word, word) for word in (STAFF, "亲属", "邻居", "村（社区）干部", "其他")]
CORRECTABLE = {
    *("words", "visitor_name", "visitor_contact", "party_size", "home", "request"),
    *("heard_by", "sex", "age_band"),
}
MASKED = {
    "visitor_name": masked_name,
    "visitor_contact": masked_phone,
    "home": masked_name,
    "helper_name": masked_name,
}


class VisitForm(RuleForm):
    """A visit outside the desk: on the phone, by letter; or settled afterwards.

    With `visit` it amends; once the register is closed whatever is not in LATER is a
    correction and asks for its reason. Opinions and merged ones are made in
    proposals, so they are no choice here.
    """

    channel = forms.ChoiceField(label="方式", choices=Channel.choices)
    words = forms.CharField(
        label="反映内容（原话）",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="照来访人的原话写。",
    )
    visitor_name = forms.CharField(label="来访人", required=False)
    visitor_contact = forms.CharField(label="联系方式", required=False)
    letter_on = DateField(
        label="来信日期",
        required=False,
        help_text="信上的日期，没有写就用收到的。",
    )
    visited_at = forms.DateTimeField(
        label="时间", widget=DateTimeInput, required=False, help_text="不填就是现在。"
    )
    source = forms.CharField(
        label="来源说明", required=False, help_text="如“社区微信群”“书记信箱第 3 封”。"
    )
    party_size = forms.IntegerField(label="人数", initial=1, required=False)
    sex = forms.ChoiceField(
        label="性别", choices=[("", "未填"), *Sex.choices], required=False
    )
    age_band = forms.ChoiceField(
        label="年龄段", choices=[("", "未填"), *AgeBand.choices], required=False
    )
    home = forms.CharField(label="住址或单位", required=False)
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label="类别",
        required=False,
        empty_label="未定",
    )
    request = forms.CharField(
        label="诉求", widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    heard_by = PickMany(
        Deputy.objects.none(),
        label="听取的代表",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label="怎么办",
        choices=SETTLED,
        widget=forms.RadioSelect,
        initial=Outcome.OPEN,
        required=False,
    )
    answer = forms.CharField(
        label="当场答复", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    referred_to = forms.ChoiceField(
        label="引导去处", choices=[("", "没有"), *ReferredTo.choices], required=False
    )
    is_assisted = forms.BooleanField(
        label="代填", required=False, help_text="本人没有自己写，由别人代写、代说。"
    )
    helper_relation = forms.ChoiceField(
        label="代填人是本人的", choices=[("", "请选择"), *HELPERS], required=False
    )
    helper_name = forms.CharField(
        label="代填人", required=False, help_text=f"{STAFF}代填的可以不写。"
    )
    reason = forms.CharField(
        label="更正原因",
        required=False,
        help_text="登记表已定稿：改动记为更正，原因印在登记表上，请不要写个人信息。",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        station: Station,
        visit: Visit | None = None,
        channel: str = "",
        **kwargs: Any,
    ) -> None:
        self.station, self.visit = station, visit
        self.channel = channel if channel in FRONT else Channel.PHONE
        held: dict[str, Any] = {"key": uuid.uuid4(), "channel": self.channel}
        if visit is not None:
            names = set(self.base_fields) - {"key", "heard_by", "letter_on", "reason"}
            held = {name: getattr(visit, name) for name in names}
            held["heard_by"] = visit.heard_by.all()
            held |= masked_person(visit)
        elif self.channel == Channel.LETTER:
            held["letter_on"] = localdate()
        else:
            held["visited_at"] = now()
        super().__init__(*args, initial=held, **kwargs)
        here = stationed(station)
        if visit is None:
            self._ask_for_a_new_one()
        else:
            here = here | Deputy.objects.filter(pk__in=visit.heard_by.all())
            self._keep_what_may_change(visit)
        if "heard_by" in self.fields:
            self.fields["heard_by"].queryset = here.distinct()

    def _ask_for_a_new_one(self) -> None:
        asked = self.data.get("channel") if self.is_bound else self.channel
        self.channel = asked if asked in FRONT else self.channel
        self.fields["channel"].widget = forms.HiddenInput()
        if speaker := SPEAKERS.get(Channel(self.channel)):
            self.fields["visitor_name"].label = speaker
        for name in ("version", "reason"):
            del self.fields[name]
        if self.channel != Channel.LETTER:
            del self.fields["letter_on"]
        else:
            del self.fields["visited_at"]

    def _keep_what_may_change(self, visit: Visit) -> None:
        for name in ("key", "letter_on"):
            del self.fields[name]
        if visit.outcome not in dict(SETTLED):
            for name in ("outcome", "answer", "referred_to"):
                del self.fields[name]
        if visit.channel == Channel.ONLINE and visit.recorded_by_id is None:
            del self.fields["channel"]
        if visit.day is None or visit.day.status in OPEN_DAYS:
            del self.fields["reason"]
            return
        kept = LATER | {"version"}
        if visit.day.status == DayStatus.HELD:
            kept = kept | CORRECTABLE | {"reason"}
            self.fields["words"].required = False
        for name in set(self.fields) - kept:
            del self.fields[name]

    # --- how it is laid out -------------------------------------------------------

    @property
    def front(self) -> list[forms.BoundField]:
        """The fields asked first."""
        return [self[name] for name in FRONT[self.channel] if name in self.fields]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The others, in the order of the paper form."""
        asked = {field.name for field in self.front}
        return [field for field in self.visible_fields() if field.name not in asked]

    @property
    def is_unfolded(self) -> bool:
        """Something below is wrong, or was filled in before."""
        if self.visit is not None or not self.is_bound:
            return self.visit is not None
        return any(field.errors or field.value() for field in self.folded)

    # --- what it does -------------------------------------------------------------

    def clean_party_size(self) -> int:
        size = self.cleaned_data["party_size"]
        return 1 if size is None else int(size)

    def clean_outcome(self) -> str:
        return self.cleaned_data["outcome"] or Outcome.OPEN.value

    def clean(self) -> dict[str, Any] | None:
        """What comes back as it was shown, masked, is what is there."""
        for name, shown in masked_person(self.visit).items() if self.visit else ():
            if shown and self.cleaned_data.get(name) == shown:
                self.cleaned_data[name] = getattr(self.visit, name)
        if "letter_on" in self.fields:
            day = self.cleaned_data.pop("letter_on", None) or localdate()
            self.cleaned_data["visited_at"] = _in_the_morning(day)
        if "reason" in self.fields:  # what was not on the page is not corrected
            for name in CORRECTABLE - set(self.data):
                self.cleaned_data.pop(name, None)
        corrects = "reason" in self.fields and CORRECTABLE & set(
            self.changed_data
        ) & set(self.cleaned_data)
        if corrects and not self.cleaned_data.get("reason"):
            self.add_error("reason", "登记表已定稿，更正请写明原因。")
        return super().clean()

    def do(self, actor: Any) -> None:
        if self.visit is None:
            self.visit = log_visit(self.station, actor=actor, **self.cleaned_data)
        else:
            amend_visit(self.visit, actor=actor, **self.cleaned_data)


def _in_the_morning(day: dt.date) -> dt.datetime:
    """A moment of a day of which no more is known; never later than now."""
    nine = make_aware(dt.datetime.combine(day, dt.time(9)))
    return nine if day != localdate() else min(nine, localtime())


def masked_person(visit: Visit) -> dict[str, str]:
    """The person as a form may show them; in clear only against a reason."""
    return {name: mask(getattr(visit, name)) for name, mask in MASKED.items()}


class RevealForm(RuleForm):
    """Why a visitor's contact is looked at; the reason stays in the trail."""

    reason = forms.CharField(
        label="查看原因", help_text="会记入审计，如“回电告知结果”。"
    )

    def __init__(self, *args: Any, visit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit, self.contact = visit, ""

    def do(self, actor: Any) -> None:
        self.contact = reveal_contact(self.visit, actor=actor, **self.cleaned_data)
