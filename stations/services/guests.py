"""People of units who sit with the deputies (部门联合接待、局长进站)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from areas.models import Unit
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import one_line
from stations import permissions as may
from stations.choices import OPEN_DAYS, DayForm
from stations.models import DayGuest, ReceptionDay

MOST_GUESTS = 30


@transaction.atomic
def invite_guest(
    day: ReceptionDay, *, actor: Any, unit: Unit, name: str, post: str = ""
) -> DayGuest:
    """Somebody of a unit sits with the deputies: the day is a joint reception.

    Raises PermissionDenied, WrongState on a closed day, RuleViolation (`unit`, `name`).
    """
    _claim(day, actor)
    name = one_line(name, label="姓名", field="name", longest=50, required=True)
    post = one_line(post, label="职务", field="post", longest=50)
    if not day.station.area_id.startswith(unit.area_id[:6]):
        raise RuleViolation("请选择本县（市、区）的单位。", field="unit")
    if day.guests.count() >= MOST_GUESTS:
        raise RuleViolation(f"参加单位的人最多 {MOST_GUESTS} 位。", field="name")
    try:
        with transaction.atomic():
            guest = day.guests.create(unit=unit, name=name, post=post)
    except IntegrityError as twice:
        raise RuleViolation(f"{name}已在名单里。", field="name") from twice
    _say_form(day, DayForm.RECEPTION, DayForm.JOINT)
    record("invite_guest", day, actor=actor, label="邀请单位", note=f"{unit} {name}")
    return guest


@transaction.atomic
def tick_guest(guest: DayGuest, *, actor: Any, is_present: bool) -> None:
    """Has come, or not; what is so already is left alone."""
    if guest.is_present == is_present:
        if not may.runs_day(actor, guest.day):
            raise PermissionDenied
        return
    _claim(guest.day, actor)
    if guest.day.date > localdate():
        raise RuleViolation("接待日还没有到，不能登记到站。", field="is_present")
    DayGuest.objects.filter(pk=guest.pk).update(is_present=is_present)
    guest.is_present = is_present
    note = f"{guest.unit} {guest.name}：{'到站' if is_present else '未到'}"
    record("tick_guest", guest.day, actor=actor, label="参加单位", note=note)


@transaction.atomic
def drop_guest(guest: DayGuest, *, actor: Any) -> None:
    """Taken off the list; without anybody left it is a reception like the others."""
    day = guest.day
    _claim(day, actor)
    if guest.is_present:
        raise WrongState("已到站的不能撤下。")
    note = f"{guest.unit} {guest.name}"
    guest.delete()
    if not day.guests.exists():
        _say_form(day, DayForm.JOINT, DayForm.RECEPTION)
    record("drop_guest", day, actor=actor, label="撤下单位", note=note)


def _claim(day: ReceptionDay, actor: Any) -> None:
    if not may.runs_day(actor, day):
        raise PermissionDenied
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.update(updated_at=now()):
        raise WrongState("这次接待已经结束或取消，参加单位不能再改。")


def _say_form(day: ReceptionDay, was: DayForm, now_: DayForm) -> None:
    if ReceptionDay.objects.filter(pk=day.pk, form=was).update(form=now_):
        day.form = now_
