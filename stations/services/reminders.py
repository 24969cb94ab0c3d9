"""Which deputies are reminded of which reception days, and when."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts.models import User
from areas.services import policy_at
from notices.services import one_round
from stations.choices import OPEN_DAYS
from stations.mails import EXPECTED, LAST_DAYS, drop_reminders, remind
from stations.models import ReceptionDay

FURTHEST = 60  # days ahead that a policy may ask for


def plan_reception_notices(today: dt.date) -> int:
    """Plan the reminders of the days to come; answers for how many days.

    Each deputy gets one some days ahead (the policy's notify_days) and one the day
    before, each exactly once however often this runs, and whatever moved meanwhile.
    Deputies without an account are told by the station.
    """
    last = today + dt.timedelta(days=FURTHEST)
    days = ReceptionDay.objects.coming(today).filter(date__lte=last)
    ahead: dict[str, int] = {}
    planned = 0
    with one_round():
        for pk, area, date in days.values_list("pk", "station__area", "date"):
            if area not in ahead:
                ahead[area] = max(LAST_DAYS, policy_at(area, today).notify_days)
            if (date - today).days <= ahead[area]:
                planned += _remind(pk, today, ahead[area])
    return planned


@transaction.atomic
def _remind(pk: int, today: dt.date, ahead: int) -> bool:
    """Plan for one day; holds its row, so that no cancellation or leave slips by."""
    held = ReceptionDay.objects.filter(pk=pk, status__in=OPEN_DAYS)
    if not held.update(version=F("version")):
        return False
    day = ReceptionDay.objects.select_related("station").get(pk=pk)
    left = (day.date - today).days
    expected = day.duties.filter(state__in=EXPECTED)
    people = list(User.objects.filter(is_active=True, deputy__duties__in=expected))
    drop_reminders(day, people)
    if LAST_DAYS < left <= ahead:
        remind(day, people, days=ahead)
    if LAST_DAYS <= left <= ahead:
        remind(day, people, days=LAST_DAYS)
    return True
