"""Messages to people: planned once, sent once."""

from django.conf import settings
from django.db import models

from notices.choices import NoticeState
from notices.querysets import NoticeQuerySet


class Notice(models.Model):
    """One message to one person; `dedupe_key` makes it exist once.

    A sent notice *is* the message in the person's inbox. `subject_type` and
    `subject_id` name the record it is about, `url` opens it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices"
    )
    kind = models.CharField("类型", max_length=40)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容", blank=True)
    url = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=150, unique=True)
    send_at = models.DateTimeField("发送时间")
    state = models.CharField(
        "状态", max_length=10, choices=NoticeState, default=NoticeState.PLANNED
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        ordering = ("-send_at", "-id")
        indexes = (
            models.Index(
                name="notice_due",
                fields=("send_at",),
                condition=models.Q(state=NoticeState.PLANNED),
            ),
            models.Index(name="notice_inbox", fields=("recipient", "-sent_at", "-id")),
            models.Index(name="notice_subject", fields=("subject_type", "subject_id")),
        )

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """That a notice went out over a channel: one row a notice and channel, for ever.

    Written in the transaction that claims the notice, so a repeated or a killed
    sender can neither double nor lose it.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    channel = models.CharField("渠道", max_length=20)
    delivered_at = models.DateTimeField()

    class Meta:
        verbose_name = "送达"
        constraints = (
            models.UniqueConstraint(
                name="delivery_once_a_channel", fields=("notice", "channel")
            ),
        )

    def __str__(self) -> str:
        return f"{self.notice} {self.channel}"
