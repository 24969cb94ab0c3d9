"""What the pages ask of those who book a slot, and of staff who book for them."""

import datetime as dt
from typing import Any

from django import forms

from common.forms import FormRenderer, PublicFormRenderer, RuleForm
from stations.models import Booking, ReceptionDay
from stations.services.bookings import (
    TAKEN,
    book_slot,
    reveal_booking,
    reveal_calls,
)
from stations.slots import free_slots


class BookingForm(RuleForm):
    """Which slot, who, which telephone, what about. In spoken language."""

    default_renderer = PublicFormRenderer

    slot_at = forms.TypedChoiceField(
        label="几点来",
        coerce=dt.time.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个时间。", "invalid_choice": TAKEN},
    )
    visitor_name = forms.CharField(
        label="怎么称呼您",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写姓名，代表好称呼您。"},
    )
    visitor_contact = forms.CharField(
        label="电话",
        max_length=20,
        help_text="接待改期时打给您。家人、邻居的电话也行。",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": "请留一个电话，改期时好告诉您。"},
    )
    topic = forms.CharField(
        label="想说什么事",
        max_length=500,
        help_text="一两句话，代表好先准备。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写一两句是什么事。"},
    )
    party_size = forms.IntegerField(
        label="几个人来",
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, day: ReceptionDay, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.key = day, key
        self.booking: Booking | None = None
        self.code = ""
        times = [(f"{at:%H:%M}", f"{at.hour}:{at:%M}") for at in free_slots(day)]
        self.fields["slot_at"].choices = times  # type: ignore[attr-defined]

    def do(self, actor: Any) -> None:
        asked = self.cleaned_data | {"party_size": self.cleaned_data["party_size"] or 1}
        self.booking, self.code = book_slot(
            self.day, actor=actor, key=self.key, **asked
        )


class StaffBookingForm(BookingForm):
    """Booked by the staff, for who calls or comes by; some have no telephone."""

    default_renderer = FormRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"slot_at": "时段", "visitor_name": "姓名", "topic": "反映什么"}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["visitor_contact"].required = False
        self.fields["visitor_contact"].help_text = "没有电话的可以不填。"
        self.fields["party_size"].label = "人数"


class CodeForm(forms.Form):
    """The code on the card of a booking."""

    default_renderer = PublicFormRenderer

    code = forms.CharField(
        label="预约码",
        max_length=20,
        help_text="预约成功时给您的 8 位数字和字母，大小写都行。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填预约码。"},
    )


class BookingRevealForm(RuleForm):
    """Why the telephone of somebody who booked is looked at."""

    reason = forms.CharField(
        label="查看原因", help_text="会记入审计，如“改期，电话告知”。"
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking, self.contact = booking, ""

    def do(self, actor: Any) -> None:
        self.contact = reveal_booking(self.booking, actor=actor, **self.cleaned_data)


class CallsForm(RuleForm):
    """Why the telephone list of a day that was moved or called off is looked at."""

    reason = forms.CharField(label="查看原因", initial="接待改期或取消，逐个电话告知")

    def __init__(self, *args: Any, day: ReceptionDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.calls: list[Booking] = []

    def do(self, actor: Any) -> None:
        self.calls = reveal_calls(self.day, actor=actor, **self.cleaned_data)
