"""Personal data of bookings is kept as long as the rules say, and no longer."""

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.timezone import now

from areas.services import policy_at
from audit.services import record
from stations.models import Booking, Station


@transaction.atomic
def forget_bookings(today: dt.date) -> int:
    """Blank name, contact and topic of bookings older than their area keeps them.

    What a visitor said stays in the register of visits, under its own rule; the row
    of the booking stays for the count. Answers how many were blanked.
    """
    known = Booking.objects.exclude(visitor_name="", visitor_contact="", topic="")
    stations = Station.objects.filter(pk__in=known.values("day__station"))
    total = 0
    for area in list(stations.order_by().values_list("area_id", flat=True).distinct()):
        kept = relativedelta(months=policy_at(area, today).pii_retention_months)
        old = known.filter(day__station__area=area, day__date__lt=today - kept)
        total += Booking.objects.filter(pk__in=old.values("pk")).update(
            visitor_name="",
            visitor_contact="",
            contact_digest="",
            topic="",
            to_call_at=None,
            updated_at=now(),
        )
    if total:
        data = {"bookings": total}
        record("forget", None, actor=None, label="预约个人信息到期清除", data=data)
    return total
