"""Words of fixed meaning about notices."""

from django.db import models


class NoticeState(models.TextChoices):
    PLANNED = "planned", "待发"
    SENT = "sent", "已发"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "取消"


class Channel(models.TextChoices):
    """The ways a notice reaches people. The inbox is always one of them."""

    IN_APP = "in_app", "站内"
