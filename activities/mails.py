"""Messages about activities to the deputies invited."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.timezone import localtime, make_aware, now

from accounts.models import User
from activities.choices import TakingPart
from activities.models import Activity
from deputies.models import Deputy
from notices.choices import NoticeState
from notices.models import Notice
from notices.services import plan_many

KIND = "activity"
DAYS_AHEAD = 3  # how long before deputies are told
MORNING = dt.time(9)
WEEKDAYS = "一二三四五六日"


def spoken_time(activity: Activity) -> str:
    """12月7日 星期一 9:00."""
    at = localtime(activity.starts_at)
    day = f"{at.month}月{at.day}日 星期{WEEKDAYS[at.weekday()]}"
    return f"{day} {at.hour}:{at:%M}"


def invite(activity: Activity, deputies: Iterable[Deputy]) -> int:
    """Tell these deputies three days ahead, at once when that is past; never after."""
    if activity.starts_at <= now():
        return 0
    at = localtime(activity.starts_at)
    morning = at.date() - dt.timedelta(days=DAYS_AHEAD)
    keys = [deputy.pk for deputy in deputies]
    return plan_many(
        User.objects.filter(deputy__in=keys),
        kind=KIND,
        title=f"{activity.get_kind_display()}：{spoken_time(activity)}",
        text=f"{activity.title}，{activity.place}。不能参加请及时请假。",
        url=activity.get_absolute_url(),
        subject=activity,
        key=_key(activity),
        send_at=make_aware(dt.datetime.combine(morning, MORNING)),
    )


def mute(activity: Activity, deputy: Deputy) -> None:
    """Of a deputy on leave or taken off: what was not yet sent is dropped."""
    planned = _about(activity).filter(
        recipient=deputy.user_id, state=NoticeState.PLANNED
    )
    planned.update(state=NoticeState.CANCELLED)


def unmute(activity: Activity, deputy: Deputy) -> None:
    """Of a deputy who comes after all: what was dropped is planned again."""
    dropped = _about(activity).filter(
        recipient=deputy.user_id,
        state=NoticeState.CANCELLED,
        dedupe_key__startswith=f"{_key(activity)}:",
        send_at__gt=now(),
    )
    dropped.update(state=NoticeState.PLANNED)


def tell_cancelled(activity: Activity) -> None:
    """Drop what was not yet sent; tell those who know of it."""
    _tell_again(activity, "cancelled", "活动取消", f"原因：{activity.cancel_reason}")


def tell_moved(activity: Activity) -> None:
    """Drop what was not yet sent; tell those who know, invite the others afresh."""
    text = f"现改为{spoken_time(activity)}，{activity.place}。"
    told = _tell_again(activity, f"moved{activity.version}", "活动有变动", text)
    rest = _expected(activity).exclude(user__in=[user.pk for user in told])
    invite(activity, rest)


def _expected(activity: Activity) -> QuerySet[Deputy]:
    on_leave = (TakingPart.ON_LEAVE, TakingPart.ABSENT)
    parts = activity.attendances.exclude(state__in=on_leave)
    return Deputy.objects.filter(pk__in=parts.values("deputy"))


def _tell_again(activity: Activity, what: str, title: str, text: str) -> list[User]:
    about = _about(activity)
    told = about.filter(state=NoticeState.SENT).values("recipient")
    expected = _expected(activity).exclude(user=None).values("user")
    people = list(User.objects.filter(pk__in=told).filter(pk__in=expected))
    about.filter(state=NoticeState.PLANNED).update(state=NoticeState.CANCELLED)
    plan_many(
        people,
        kind=KIND,
        title=f"{title}：{activity.title}"[:200],
        text=text,
        url=activity.get_absolute_url(),
        subject=activity,
        key=f"activity:{activity.pk}:{what}",
    )
    return people


def _key(activity: Activity) -> str:
    """An activity that moved is announced afresh, hence the moment."""
    at = localtime(activity.starts_at)
    return f"activity:{activity.pk}:{at:%Y%m%d%H%M}"


def _about(activity: Activity) -> QuerySet[Notice]:
    return Notice.objects.filter(
        subject_type=activity._meta.label_lower, subject_id=activity.pk, kind=KIND
    )
