"""Reception days as calendars to subscribe to (RFC 5545)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Prefetch, QuerySet
from django.utils.timezone import localdate
from icalendar import Alarm, Calendar, Event

from deputies.models import Deputy
from stations.choices import NOT_COMING, DayStatus
from stations.models import Duty, PublicCode, ReceptionDay
from stations.notices import public_path, spoken_number

ZONE = ZoneInfo("Asia/Shanghai")
DOMAIN = "deputywork"  # of UIDs: they outlive the address the site is reached at
KEPT = dt.timedelta(days=90)  # what is over, or was called off, stays so long
AHEAD = dt.timedelta(days=400)
MOST = 500
REFRESH = dt.timedelta(hours=4)
ALARMS = (dt.timedelta(days=-1), dt.timedelta(hours=-2))
FIRST = dt.date(2020, 1, 1)  # the zone needs no older rules


@dataclass(frozen=True)
class Feed:
    """A calendar as it is sent, and when something in it changed last."""

    text: bytes
    changed_at: dt.datetime


def feed_of(code: PublicCode) -> Feed:
    """The calendar that a code of a feed stands for."""
    if code.station is not None:
        name = f"{code.station.name}接待日"
        found = _days(code.station.days.all())
        wider = code.station.days.all()
        events = [_station_event(day) for day in found]
    elif code.deputy is not None:
        name = f"{code.deputy.name}的接待日"
        own = ReceptionDay.objects.of_deputy(code.deputy_id)
        found = _days(own)
        # A turn taken away leaves no row; its day and those around it know when.
        county = {"station__county_code": code.deputy.area_id[:6]}
        wider = ReceptionDay.objects.filter(**county) | own
        events = [_duty_event(day, code.deputy) for day in found]
    else:
        raise TypeError(f"code {code.pk} belongs to nothing")
    last = wider.order_by().aggregate(at=Max("updated_at"))["at"]
    return Feed(_written(name, events), max(filter(None, (last, code.created_at))))


def _days(rows: QuerySet[ReceptionDay]) -> QuerySet[ReceptionDay]:
    today = localdate()
    duties = Duty.objects.select_related("deputy").order_by("id")
    near = rows.filter(date__range=(today - KEPT, today + AHEAD))
    return (
        near.select_related("station__host")
        .prefetch_related(Prefetch("duties", duties, to_attr="listed_duties"))
        .order_by("date", "starts_at", "id")[:MOST]
    )


def _written(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//deputywork//reception days//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=FIRST)
    return calendar.to_ical()


def _station_event(day: ReceptionDay) -> Event:
    event = _event(day, f"{day.station.slug}-{day.pk}", f"选民接待：{day.station.name}")
    event.add("status", _status(day, planned="TENTATIVE"))
    return event


def _duty_event(day: ReceptionDay, deputy: Deputy) -> Event:
    """One's own turn; off when one is on leave, with reminders as long as it is on."""
    uid = f"{day.station.slug}-{day.pk}-{deputy.pk}"
    event = _event(day, uid, f"接待选民：{day.station.name}")
    own = [duty for duty in _duties(day) if duty.deputy_id == deputy.pk]
    is_off = any(duty.state in NOT_COMING for duty in own)
    event.add("status", "CANCELLED" if is_off else _status(day, planned="CONFIRMED"))
    if event["status"] != "CANCELLED" and day.status != DayStatus.HELD:
        for trigger in ALARMS:
            event.add_component(_alarm(trigger, str(event["summary"])))
    return event


def _status(day: ReceptionDay, *, planned: str) -> str:
    if day.status == DayStatus.CANCELLED:
        return "CANCELLED"
    if day.is_provisional and day.status == DayStatus.PLANNED:
        return "TENTATIVE"
    return planned if day.status == DayStatus.PLANNED else "CONFIRMED"


def _event(day: ReceptionDay, uid: str, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{DOMAIN}")
    event.add("dtstamp", day.updated_at)
    event.add("last-modified", day.updated_at)
    event.add("sequence", day.version)
    event.add("dtstart", dt.datetime.combine(day.date, day.starts_at, ZONE))
    event.add("dtend", dt.datetime.combine(day.date, day.ends_at, ZONE))
    event.add("summary", summary)
    event.add("location", _place(day))
    event.add("description", _description(day))
    if path := public_path(day):
        event.add("url", f"{settings.SITE_URL}{path}")
    return event


def _place(day: ReceptionDay) -> str:
    return "，".join(filter(None, (day.place, day.station.shown_address)))


def _description(day: ReceptionDay) -> str:
    """What voters may read as well: who comes, about what, which notice."""
    coming = [str(d.deputy) for d in _duties(day) if d.state not in NOT_COMING]
    lines = [
        f"接待代表：{'、'.join(coming)}" if coming else "",
        f"主题：{day.topic}" if day.topic else "",
        f"公告：{spoken_number(day)}" if day.notice_number else "",
        f"原定{day.moved_from:%Y-%m-%d}" if _is_moved(day) else "",
        f"电话：{day.station.shown_phone}" if day.station.shown_phone else "",
    ]
    return "\n".join(line for line in lines if line)


def _is_moved(day: ReceptionDay) -> bool:
    return day.moved_from is not None and day.moved_from != day.date


def _duties(day: ReceptionDay) -> list[Duty]:
    return day.listed_duties  # type: ignore[attr-defined]


def _alarm(trigger: dt.timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", trigger)
    alarm.add("description", words)
    return alarm
