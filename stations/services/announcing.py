"""Announcing the reception days that are due, by the system itself."""

import datetime as dt

from django.db import transaction

from areas.services import policy_at
from common.errors import Refusal
from notices.services import one_round
from stations.choices import NOT_COMING, DayStatus, StationStatus
from stations.mails import tell_announced, tell_unannounced
from stations.models import ReceptionDay
from stations.services.reminders import FURTHEST
from stations.workflow import announce

EMPTY = "还没有值班代表"
PROVISIONAL = "日期是暂定的"


def announce_coming_days(today: dt.date) -> int:
    """Announce what the policy's announce_days asks for; answers how many days.

    Days of a published plan and days entered by hand alike: the notice three days
    ahead is owed for every reception, and a day by hand with deputies on duty is as
    firm as a planned one. Not so a day that is provisional (the holidays of its year
    are not out yet) or that nobody comes to: of those the station's people are told,
    once. Days whose notice is not public (the station is not) are left to the station.
    """
    ahead: dict[str, int] = {}
    announced = 0
    with one_round():
        for day in _due(today):
            area = day.station.area_id
            if area not in ahead:
                ahead[area] = policy_at(area, today).announce_days
            if (day.date - today).days <= ahead[area]:
                announced += _announce(day)
    return announced


def _due(today: dt.date) -> list[ReceptionDay]:
    last = today + dt.timedelta(days=FURTHEST)
    days = ReceptionDay.objects.coming(today).filter(
        # Of today's receptions the notice would come too late to be read.
        date__range=(today + dt.timedelta(days=1), last),
        status=DayStatus.PLANNED,
        station__is_public=True,
        station__status=StationStatus.ACTIVE,
    )
    return list(days.select_related("station"))


@transaction.atomic
def _announce(day: ReceptionDay) -> bool:
    """Announce one day, or tell its people why not; False if it was not announced."""
    why = ""
    if not day.duties.exclude(state__in=NOT_COMING).exists():
        why = EMPTY
    elif day.is_provisional:
        why = PROVISIONAL
    if why:
        tell_unannounced(day, why)
        return False
    try:
        with transaction.atomic():
            announce(day, actor=None)
    except Refusal:  # somebody was at it in this very moment
        return False
    tell_announced(day)
    return True
