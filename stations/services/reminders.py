"""Which deputies are reminded of which reception days, and when."""

import datetime as dt

from accounts.models import User
from areas.services import policy_at
from stations.mails import EXPECTED, remind
from stations.models import ReceptionDay

LAST_DAYS = 1  # the reminder of the day before
FURTHEST = 60  # days ahead that a policy may ask for


def plan_reception_notices(today: dt.date) -> int:
    """Plan the reminders of the days to come; answers for how many days.

    Each deputy gets one some days ahead (the policy's notify_days) and one the day
    before, each exactly once however often this runs. Deputies without an account
    are told by the station.
    """
    last = today + dt.timedelta(days=FURTHEST)
    days = ReceptionDay.objects.coming(today).filter(date__lte=last)
    ahead: dict[str, int] = {}
    planned = 0
    for day in days.select_related("station"):
        area = day.station.area_id
        if area not in ahead:
            ahead[area] = policy_at(area, today).notify_days
        left = (day.date - today).days
        if left > ahead[area]:
            continue
        expected = day.duties.filter(state__in=EXPECTED)
        people = list(User.objects.filter(is_active=True, deputy__duties__in=expected))
        if left > LAST_DAYS:
            remind(day, people, days=ahead[area])
        if left >= LAST_DAYS:
            remind(day, people, days=LAST_DAYS)
        planned += 1
    return planned
