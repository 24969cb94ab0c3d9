"""Reading notices."""

import datetime as dt
from typing import Any, Self

from django.db.models import QuerySet

from notices.choices import NoticeState


class NoticeQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own, once sent."""
        return self.filter(recipient=user, state=NoticeState.SENT)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def due(self, at: dt.datetime) -> Self:
        """Planned ones whose time has come."""
        return self.filter(state=NoticeState.PLANNED, send_at__lte=at)
