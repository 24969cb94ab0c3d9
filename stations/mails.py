"""Messages about reception days to the deputies on duty."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, make_aware, now

from accounts.choices import Role
from accounts.models import Grant, User
from areas.services import policy_at
from deputies.models import Deputy
from notices.choices import NoticeState
from notices.models import Notice
from notices.services import plan_many, plan_notice
from stations.choices import DutyState
from stations.models import ReceptionDay, ReceptionPlan

KIND = "reception"
FOR_STAFF = "reception_staff"
MORNING = dt.time(9)  # when reminders go out
WEEKDAYS = "一二三四五六日"
LAST_DAYS = 1  # the reminder of the day before
# Duties that still mean "this deputy is expected".
EXPECTED = (DutyState.INVITED, DutyState.CONFIRMED, DutyState.SUBSTITUTE)


def remind(day: ReceptionDay, recipients: Iterable[User], *, days: int) -> int:
    """Remind these deputies at nine, `days` days ahead; at once when that is past.

    Nobody is told twice: whoever heard of this date some other way (a move, a swap,
    being put on duty late) in as many days before gets no early reminder; whoever
    heard it since the last one fell due, not that one either. A reminder dropped
    before, for a leave or a change since taken back, is planned again.
    """
    key = f"{_prefix(day)}{days}"
    morning = day.date - dt.timedelta(days=days)
    send_at = make_aware(dt.datetime.combine(morning, MORNING))
    heard = dt.timedelta(0 if days == LAST_DAYS else days)  # how lately it still holds
    knowing = set(_told_of(day, key, since=send_at - heard))
    people = [person for person in recipients if person.pk not in knowing]
    left = days if send_at > now() else (day.date - localdate()).days
    about = {
        "title": f"{_ahead(left)}接待选民：{spoken_time(day)}",
        "text": f"{day.station.name}，{day.place}。不能到站请及时请假。",
    }
    dropped = _about(day).filter(
        dedupe_key__in=[f"{key}:{person.pk}" for person in people],
        state=NoticeState.CANCELLED,
    )
    dropped.update(state=NoticeState.PLANNED, send_at=send_at, **about)
    return plan_many(
        people,
        kind=KIND,
        url=day.get_absolute_url(),
        subject=day,
        key=key,
        send_at=send_at,
        **about,
    )


def drop_reminders(day: ReceptionDay, expected: Iterable[User]) -> None:
    """Drop what is planned for deputies who are not expected (any more)."""
    planned = _about(day).filter(state=NoticeState.PLANNED)
    planned = planned.filter(dedupe_key__startswith=_prefix(day))
    gone = planned.exclude(recipient__in=[person.pk for person in expected])
    gone.update(state=NoticeState.CANCELLED)


def tell_placed(day: ReceptionDay, deputy: Deputy, *, instead: str = "") -> None:
    """Tell a deputy put on duty so late that the early reminder would be too late.

    `instead`: the name of the one who does not come; then it is told at any time.
    """
    ahead = max(LAST_DAYS, policy_at(day.station.area_id, localdate()).notify_days)
    first = dt.datetime.combine(day.date - dt.timedelta(days=ahead), MORNING)
    begins = dt.datetime.combine(day.date, day.starts_at)
    is_late = bool(instead) or make_aware(first) <= now()
    if not is_late or make_aware(begins) <= now():
        return
    asked = f"请您替{instead}接待选民" if instead else "请您接待选民"
    _tell(day, deputy, f"{_prefix(day)}placed{_round(day, deputy)}", asked)


def tell_relieved(day: ReceptionDay, absent: Deputy, *, by: Deputy) -> None:
    """Tell a deputy on leave who comes instead."""
    if day.date < localdate():
        return
    key = f"reception:{day.pk}:relieved{_round(day, absent)}"
    text = f"您的请假已登记，由{by.name}替班。"
    _tell(day, absent, key, f"由{by.name}替班", text=text)


def tell_planned(
    plan: ReceptionPlan, deputy: Deputy, days: Sequence[ReceptionDay]
) -> None:
    """Tell a deputy all turns of the year in one message."""
    said = "；".join(spoken_time(day) for day in days)
    plan_notice(
        deputy.user,
        kind=KIND,
        title=f"{plan.year}年接待安排：{plan.station.name}，{len(days)} 次",
        text=f"{said}。每次之前还会提醒；不能到站请及时请假。",
        url=plan.get_absolute_url(),
        subject=plan,
        key=f"plan:{plan.pk}:published",
    )


def tell_dropped(day: ReceptionDay, deputy: Deputy) -> None:
    """A deputy is not on duty any more: reminders are dropped; who knew is told."""
    knew = _about(day).filter(recipient=deputy.user_id, state=NoticeState.SENT)
    mute(day, deputy)
    if deputy.user_id and knew.exists():
        key = f"reception:{day.pk}:dropped{_round(day, deputy)}"
        _tell(day, deputy, key, "您不用接待选民了", text="值班有调整。")


def tell_swapped(deputy: Deputy, *, was: ReceptionDay, now_on: ReceptionDay) -> None:
    """A deputy has another turn in place of the former one; said in one message."""
    mute(was, deputy)
    _tell(
        now_on,
        deputy,
        f"{_prefix(now_on)}swapped{_round(now_on, deputy)}",
        "换班，请您接待选民",
        text=f"{now_on.station.name}，{now_on.place}。原来的{spoken_time(was)}不用到站。",
    )


def _tell(
    day: ReceptionDay, deputy: Deputy, key: str, title: str, text: str = ""
) -> None:
    plan_notice(
        deputy.user,
        kind=KIND,
        title=f"{title}：{spoken_time(day)}",
        text=text or f"{day.station.name}，{day.place}。不能到站请及时请假。",
        url=day.get_absolute_url(),
        subject=day,
        key=key,
    )


def _round(day: ReceptionDay, deputy: Deputy) -> int:
    """How often this deputy was told of this day before: put on again is told again."""
    return _about(day).filter(recipient=deputy.user_id).count()


def _told_of(
    day: ReceptionDay, key: str, *, since: dt.datetime
) -> QuerySet[Notice, Any]:
    """Keys of people told of this date since then, otherwise than by this reminder."""
    told = _about(day).filter(dedupe_key__startswith=_prefix(day), send_at__gte=since)
    told = told.exclude(dedupe_key__startswith=f"{key}:")
    if not key.endswith(f":{LAST_DAYS}"):  # the later reminder is not news yet
        told = told.exclude(dedupe_key__startswith=f"{_prefix(day)}{LAST_DAYS}:")
    return told.exclude(state=NoticeState.CANCELLED).values_list("recipient", flat=True)


def _ahead(days: int) -> str:
    return {0: "今天", 1: "明天"}.get(days, f"{days} 天后")


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
    what = f"{day.date:%Y%m%d}:moved{day.version}"
    _tell_again(day, what, "接待日有变动", text)


def tell_of_calls(day: ReceptionDay, count: int) -> None:
    """Tell the station's staff how many who had booked are to be called."""
    if count:
        _tell_staff(
            day,
            f"calls{day.version}",
            f"请打电话告知 {count} 位预约的人",
            f"{day.station.name}的接待有变动，名单在接待日的“预约”里。",
            url=f"{day.get_absolute_url()}bookings/",
        )


def tell_announced(day: ReceptionDay) -> None:
    """The system announced the day: its staff print the notice."""
    _tell_staff(
        day,
        "announced",
        "已自动公告，请打印张贴",
        f"{day.station.name}的接待已按规定提前公告，公告可在这里打印。",
        url=f"{day.get_absolute_url()}notice/",
    )


def tell_unannounced(day: ReceptionDay, why: str) -> None:
    """The day is due and was not announced: told once for each date of the day."""
    _tell_staff(
        day,
        f"{day.date:%Y%m%d}:unannounced",
        f"{why}，没有自动公告",
        f"{day.station.name}的接待该公告了：请核对日期和值班代表，再点“公告”。",
        url=day.get_absolute_url(),
    )


def _tell_staff(
    day: ReceptionDay, what: str, title: str, text: str, *, url: str
) -> None:
    """Tell who runs the station; where nobody does, the township or street above it."""
    today = localdate()
    grants = day.station.grants.on(today).filter(role=Role.STATION)
    if not grants.exists():
        town = day.station.area_id[:9]
        grants = Grant.objects.on(today).filter(role=Role.TOWNSHIP, area=town)
    plan_many(
        User.objects.filter(grants__in=grants).distinct(),
        kind=FOR_STAFF,
        title=f"{title}：{spoken_time(day)}",
        text=text,
        url=url,
        subject=day,
        key=f"reception:{day.pk}:{what}",
    )


def _tell_again(day: ReceptionDay, what: str, title: str, text: str) -> None:
    about = _about(day)
    told = about.filter(state=NoticeState.SENT).values("recipient")
    on_duty = day.duties.filter(state__in=EXPECTED).exclude(deputy__user=None)
    found = User.objects.filter(deputy__duties__in=on_duty)
    # By a published plan all know their dates from the beginning.
    people = list(found if day.plan_id else found.filter(pk__in=told))
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
