"""Which reception days wait for somebody to announce them."""

import datetime as dt
from typing import Any

from areas.services import policy_at
from stations.choices import NOT_COMING, DayStatus
from stations.models import ReceptionDay
from stations.permissions import OVERSEEING

SHOWN = 5


def due_days(user: Any, today: dt.date) -> list[ReceptionDay]:
    """Days this person may announce, and should by the rule of their own area.

    The system announces by itself what it can; these are the ones it leaves to
    people, each with `waits_for`: why. At most SHOWN, nearest first.
    """
    grants = [grant for grant in user.held if grant.station_id]
    codes = user.area_codes(*OVERSEEING) + [g.station.area_id for g in grants]
    if not codes:
        return []
    ahead = policy_at(min(codes), today).announce_days
    coming = ReceptionDay.objects.visible_to(user).coming(today)
    last = today + dt.timedelta(days=ahead)
    days = coming.filter(status=DayStatus.PLANNED, date__lte=last)
    found = list(days.for_list()[:SHOWN])
    for day in found:
        day.waits_for = _waits_for(day)  # type: ignore[attr-defined]
    return found


def _waits_for(day: Any) -> str:
    if all(duty.state in NOT_COMING for duty in day.listed_duties):
        return "还没有值班代表"
    if day.is_provisional:
        return "日期是暂定的，请核对"
    return "请公告"
