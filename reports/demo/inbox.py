"""The notices of two years, as they would stand today: sent, and mostly read."""

import datetime as dt

from django.db.models import F

from notices.choices import Channel, NoticeState
from notices.models import Delivery, Notice

UNREAD_DAYS = 2
BATCH = 1000


def settle_notices(until: dt.datetime) -> int:
    """Mark what was due as sent at its time, and as read if it is not of late.

    The sender would claim each for itself; these were never to be sent by anybody.
    Answers how many.
    """
    due = Notice.objects.filter(state=NoticeState.PLANNED, send_at__lte=until)
    rows = [
        Delivery(notice_id=key, channel=Channel.IN_APP, delivered_at=at)
        for key, at in due.values_list("pk", "send_at").order_by("pk")
    ]
    Delivery.objects.bulk_create(rows, batch_size=BATCH)
    due.update(state=NoticeState.SENT, sent_at=F("send_at"))
    old = until - dt.timedelta(days=UNREAD_DAYS)
    sent = Notice.objects.filter(state=NoticeState.SENT, read_at=None)
    sent.filter(sent_at__lt=old).update(read_at=F("sent_at") + dt.timedelta(hours=2))
    return len(rows)
