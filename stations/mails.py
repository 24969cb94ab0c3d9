"""Messages about reception days to the deputies on duty."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, make_aware, now

from accounts.models import User
from deputies.models import Deputy
from notices.choices import NoticeState
from notices.models import Notice
from notices.services import plan_many
from stations.choices import DutyState
from stations.models import ReceptionDay

KIND = "reception"
MORNING = dt.time(9)  # when reminders go out
WEEKDAYS = "一二三四五六日"
# Duties that still mean "this deputy is expected".
EXPECTED = (DutyState.INVITED, DutyState.CONFIRMED, DutyState.SUBSTITUTE)


def remind(day: ReceptionDay, recipients: Iterable[User], *, days: int) -> int:
    """Remind these deputies at nine, `days` days ahead; at once when that is past."""
    morning = day.date - dt.timedelta(days=days)
    send_at = make_aware(dt.datetime.combine(morning, MORNING))
    title = "明天接待选民" if days == 1 else f"{days} 天后接待选民"
    return plan_many(
        recipients,
        kind=KIND,
        title=f"{title}：{spoken_time(day)}",
        text=f"{day.station.name}，{day.place}。不能到站请及时请假。",
        url=day.get_absolute_url(),
        subject=day,
        key=f"{_prefix(day)}{days}",
        send_at=send_at,
    )


def mute(day: ReceptionDay, deputy: Deputy) -> None:
    """Of a deputy on leave: the reminders not yet sent are dropped."""
    planned = _about(day).filter(recipient=deputy.user_id, state=NoticeState.PLANNED)
    planned.update(state=NoticeState.CANCELLED)


def unmute(day: ReceptionDay, deputy: Deputy) -> None:
    """Of a deputy who comes after all: reminders dropped before are planned again."""
    dropped = _about(day).filter(
        recipient=deputy.user_id,
        state=NoticeState.CANCELLED,
        dedupe_key__startswith=_prefix(day),
        send_at__gt=now(),
    )
    dropped.update(state=NoticeState.PLANNED)


def tell_cancelled(day: ReceptionDay) -> None:
    """Drop the reminders not yet sent; tell the deputies who had been told."""
    _tell_again(day, "cancelled", "接待日取消", f"原因：{day.cancel_reason}")


def tell_moved(day: ReceptionDay) -> None:
    """Drop the reminders not yet sent; tell the deputies who know the former date."""
    text = f"现改为{spoken_time(day)}，{day.place}。"
    _tell_again(day, f"moved{day.version}", "接待日有变动", text)


def tell_of_calls(day: ReceptionDay, count: int) -> None:
    """Tell the station's staff how many who had booked are to be called."""
    if not count:
        return
    staff = User.objects.filter(grants__in=day.station.grants.on(localdate()))
    plan_many(
        staff.distinct(),
        kind=KIND,
        title=f"请打电话告知 {count} 位预约的人：{spoken_time(day)}",
        text=f"{day.station.name}的接待有变动，名单在接待日的“预约”里。",
        url=f"{day.get_absolute_url()}bookings/",
        subject=day,
        key=f"reception:{day.pk}:calls{day.version}",
    )


def _tell_again(day: ReceptionDay, what: str, title: str, text: str) -> None:
    about = _about(day)
    told = about.filter(state=NoticeState.SENT).values("recipient")
    on_duty = day.duties.exclude(deputy__user=None).values("deputy__user")
    people = list(User.objects.filter(pk__in=told).filter(pk__in=on_duty))
    about.filter(state=NoticeState.PLANNED).update(state=NoticeState.CANCELLED)
    plan_many(
        people,
        kind=KIND,
        title=f"{title}：{spoken_time(day)}",
        text=f"{day.station.name}。{text}",
        url=day.get_absolute_url(),
        subject=day,
        key=f"reception:{day.pk}:{what}",
    )


def _prefix(day: ReceptionDay) -> str:
    """Begin of the keys: a day that moved is announced afresh, hence the date."""
    return f"reception:{day.pk}:{day.date:%Y%m%d}:"


def _about(day: ReceptionDay) -> QuerySet[Notice, Any]:
    return Notice.objects.filter(
        subject_type=day._meta.label_lower, subject_id=day.pk, kind=KIND
    )


def spoken_time(day: ReceptionDay) -> str:
    """12月7日 星期一 9:00–11:00."""
    hours = [f"{time.hour}:{time:%M}" for time in (day.starts_at, day.ends_at)]
    weekday = WEEKDAYS[day.date.weekday()]
    return f"{day.date.month}月{day.date.day}日 星期{weekday} {'–'.join(hours)}"
