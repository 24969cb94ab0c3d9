"""What the pages ask for about activities."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.timezone import localdate, now

from activities import workflow
from activities.choices import ActivityKind, Invited, TakingPart
from activities.models import Activity
from activities.services import planning, recording
from areas.models import Area
from areas.querysets import under
from common.forms import DateTimeInput, RuleForm
from common.uploads import ACCEPT
from deputies.models import Deputy, Group
from stations.choices import Channel
from stations.forms_visit import VisitForm
from stations.models import Station
from stations.permissions import OVERSEEING

K = ActivityKind
# What only some kinds are asked for.
BY_KIND = {
    "speaker": {K.STUDY},
    "hours": {K.STUDY},
    "findings": {K.SURVEY, K.LAW_CHECK, K.SUPERVISION, K.CONTACT},
    "satisfied": {K.DUTY_REPORT},
    "basically": {K.DUTY_REPORT},
    "dissatisfied": {K.DUTY_REPORT},
}


def stations_to_plan_for(actor: Any) -> Any:
    """The stations this person oversees or staffs."""
    own = under(actor.area_codes(*OVERSEEING)) | Q(pk__in=actor.station_ids())
    return Station.objects.visible_to(actor).filter(own).order_by("name", "id")


class ActivityForm(RuleForm):
    """Plan an activity, or with `activity` change what was planned."""

    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), *K.choices])
    title = forms.CharField(label="主题")
    station = forms.ModelChoiceField(
        Station.objects.none(), label="联络站", required=False, empty_label="不在站里"
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label="代表小组", required=False, empty_label="不按小组"
    )
    starts_at = forms.DateTimeField(label="开始", widget=DateTimeInput)
    ends_at = forms.DateTimeField(label="结束", widget=DateTimeInput, required=False)
    place = forms.CharField(label="地点")
    organiser = forms.CharField(label="组织单位", required=False)
    target = forms.CharField(
        label="对象",
        required=False,
        help_text="走访、视察、督办、帮扶的村、户或单位，不写个人电话。",
    )
    agenda = forms.CharField(
        label="议程", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    invited = forms.ChoiceField(
        label="邀请谁",
        choices=Invited.choices,
        initial=Invited.NOBODY,
        widget=forms.RadioSelect,
        help_text="提前三天通知；以后可以逐个增减。",
    )

    def __init__(
        self, *args: Any, actor: Any, activity: Activity | None = None, **kwargs: Any
    ) -> None:
        self.activity = activity
        if activity is not None:
            names = set(self.base_fields) - {"invited"}
            held = {name: getattr(activity, name) for name in names}
            kwargs["initial"] = held | {"version": activity.version}
        super().__init__(*args, **kwargs)
        if activity is not None:
            for name in ("station", "group", "invited"):
                del self.fields[name]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            return
        stations = self.fields["station"]
        stations.queryset = stations_to_plan_for(actor)
        if not actor.area_codes(*OVERSEEING):
            stations.required, stations.empty_label = True, "请选择"
            if len(actor.station_ids()) == 1:
                stations.initial = actor.station_ids()[0]
        groups = Group.objects.visible_to(actor).filter(is_active=True)
        self.fields["group"].queryset = groups.order_by("name", "id")

    def do(self, actor: Any) -> None:
        values = dict(self.cleaned_data)
        if self.activity is not None:
            planning.edit_activity(self.activity, actor=actor, **values)
            return
        self.activity = planning.plan_activity(self._area(actor), actor=actor, **values)

    def _area(self, actor: Any) -> Area:
        """Of the station, else of the group, else the actor's own."""
        for name in ("station", "group"):
            if chosen := self.cleaned_data[name]:
                return chosen.area
        return next(g.area for g in actor.held if g.role in OVERSEEING)


class RecordForm(RuleForm):
    """How it went: who came, what was said, what came of it."""

    speaker = forms.CharField(label="主讲人", required=False)
    hours = forms.DecimalField(
        label="学时", required=False, max_digits=4, decimal_places=1
    )
    met_count = forms.IntegerField(label="参加群众人数", required=False)
    satisfied = forms.IntegerField(label="满意票", required=False)
    basically = forms.IntegerField(label="基本满意票", required=False)
    dissatisfied = forms.IntegerField(label="不满意票", required=False)
    guests = forms.CharField(
        label="参加部门",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一位：单位、姓名、职务，用空格隔开。",
    )
    agenda = forms.CharField(
        label="议程", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    minutes = forms.CharField(
        label="内容纪要", required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    findings = forms.CharField(
        label="发现的问题", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    outcome = forms.CharField(
        label="形成意见", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        self.activity = activity
        names = set(self.base_fields) - {"guests"}
        held = {name: getattr(activity, name) for name in names}
        held["guests"] = "\n".join(str(guest) for guest in activity.guests.all())
        super().__init__(*args, initial=held, **kwargs)
        for name, kinds in BY_KIND.items():
            if activity.kind not in kinds:
                del self.fields[name]
        self.keys = {}
        parts = activity.attendances.select_related("deputy")
        for part in parts.order_by("deputy__name", "id"):
            name = f"deputy_{part.deputy_id}"
            self.keys[name] = part.deputy_id
            self.fields[name] = forms.ChoiceField(
                label=part.deputy.name,
                choices=self._states(),
                initial=part.state,
                widget=forms.RadioSelect,
            )

    def _states(self) -> list[tuple[str, str]]:
        """Before its day only leave can be known."""
        if self.activity.has_begun:
            return list(TakingPart.choices)
        return [c for c in TakingPart.choices if c[0] in ("invited", "on_leave")]

    @property
    def people(self) -> list[Any]:
        """The rows of the deputies."""
        return [self[name] for name in self.keys]

    @property
    def facts(self) -> list[Any]:
        """The other fields that are seen."""
        hidden = {*self.keys, "version"}
        return [self[name] for name in self.fields if name not in hidden]

    def do(self, actor: Any) -> None:
        asked = dict(self.cleaned_data)
        states = {key: asked.pop(name) for name, key in self.keys.items()}
        lines = [line.split(maxsplit=2) for line in asked.pop("guests").splitlines()]
        present = [recording.Present(*words) for words in lines if words]
        recording.record_activity(
            self.activity, actor=actor, states=states, guests=present, **asked
        )


class InviteForm(RuleForm):
    """One more deputy."""

    deputy = forms.ModelChoiceField(
        Deputy.objects.none(), label="代表", empty_label="请选择"
    )

    def __init__(
        self, *args: Any, actor: Any, activity: Activity, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        here = activity.attendances.values("deputy")
        seen = Deputy.objects.visible_to(actor).active(localdate(activity.starts_at))
        near = under([activity.area_id[:9]])
        known = seen.filter(near)
        if activity.station:
            stationed = activity.station.stationings.on(localdate()).values("deputy")
            known = known | seen.filter(pk__in=stationed)
        self.fields["deputy"].queryset = known.exclude(pk__in=here).order_by(
            "name", "id"
        )

    def do(self, actor: Any) -> None:
        planning.invite(self.activity, self.cleaned_data["deputy"], actor=actor)


class CancelForm(RuleForm):
    """Why the activity is called off."""

    reason = forms.CharField(
        label="取消原因", help_text="会写进取消通知，如“与防汛值守冲突”。"
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity

    def do(self, actor: Any) -> None:
        workflow.cancel(self.activity, actor=actor, **self.cleaned_data)


class ConfirmForm(RuleForm):
    """A step that asks for nothing but the yes."""

    def __init__(
        self, *args: Any, activity: Activity, verb: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.activity, self.verb = activity, verb

    def do(self, actor: Any) -> None:
        steps = {"hold": workflow.hold, "review": workflow.review}
        steps[self.verb](self.activity, actor=actor)


class HearForm(VisitForm):
    """What somebody said at the activity; it becomes a visit of the station."""

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        kwargs |= {"station": activity.station, "channel": Channel.ACTIVITY}
        super().__init__(*args, **kwargs)
        self.activity = activity
        del self.fields["channel"]
        self.initial["visited_at"] = min(activity.starts_at, now())
        came = activity.attendances.filter(state=TakingPart.ATTENDED)
        self.fields["heard_by"].queryset = Deputy.objects.filter(
            pk__in=came.values("deputy")
        ).order_by("name", "id")

    def do(self, actor: Any) -> None:
        self.visit = recording.hear(self.activity, actor=actor, **self.cleaned_data)


class AttachForm(RuleForm):
    """One file; what it may be is checked by its content."""

    file = forms.FileField(
        label="选择文件",
        allow_empty_file=True,
        help_text="JPG、PNG、WebP 图片不超过 10 MB，PDF、.docx、.xlsx 不超过 20 MB。"
        "图片会去掉拍摄地点等信息。",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity

    def do(self, actor: Any) -> None:
        recording.attach(self.activity, actor=actor, file=self.cleaned_data["file"])
