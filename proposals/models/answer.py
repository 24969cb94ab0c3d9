"""What came of it: replies, promises, who was told, how it is judged."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from areas.models import Unit
from deputies.models import Deputy
from proposals.choices import (
    CommitmentState,
    Rater,
    Satisfaction,
    TellingChannel,
)
from proposals.models.handling import Handling
from proposals.models.matter import Proposal, ResultClass
from proposals.querysets import (
    CommitmentQuerySet,
)
from stations.models import ReceptionDay, Visit


class Reply(models.Model):
    """A unit's answer in one round: a draft until its leader signs it."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="replies")
    handling = models.ForeignKey(Handling, models.PROTECT, related_name="replies")
    round = models.PositiveSmallIntegerField(default=1)
    text = models.TextField("答复内容", blank=True)
    plain_text = models.TextField("告诉选民的话", blank=True)
    result = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, verbose_name="结果类别"
    )
    reason = models.CharField("未解决原因", max_length=200, blank=True)
    letter_number = models.CharField("文号", max_length=50, blank=True)
    promises = models.JSONField(default=list)  # of the draft: [{what, due_on}]
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_to_sign_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "答复"
        constraints = (
            models.UniqueConstraint(
                name="reply_one_a_handling_and_round", fields=("handling", "round")
            ),
        )

    def __str__(self) -> str:
        return self.letter_number or f"答复 {self.pk}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Commitment(models.Model):
    """A promise with a date: made in a reply to a matter, or by a unit's head who sat
    at a reception (`day`). One ledger holds both."""

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    reply = models.ForeignKey(
        Reply, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    day = models.ForeignKey(
        ReceptionDay, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    made_by = models.CharField("承诺人", max_length=50, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="commitments")
    what = models.CharField("承诺事项", max_length=300)
    due_on = models.DateField("兑现日期")
    state = models.CharField(
        "状态",
        max_length=10,
        choices=CommitmentState,
        default=CommitmentState.OPEN,
    )
    proof = models.TextField("完成证明", blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    slips = models.PositiveSmallIntegerField("延期次数", default=0)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = "承诺"
        constraints = (
            models.CheckConstraint(
                name="commitment_made_somewhere",
                condition=Q(proposal__isnull=False, reply__isnull=False)
                | Q(day__isnull=False),
            ),
        )
        indexes = (models.Index(name="commitment_due", fields=("state", "due_on")),)

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("proposals:commitment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == CommitmentState.OPEN


class Telling(models.Model):
    """That a visitor was told the outcome in a round, or why that was not possible."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="tellings")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="tellings")
    round = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField("方式", max_length=12, choices=TellingChannel)
    note = models.CharField("说明", max_length=200, blank=True)
    told_at = models.DateTimeField("告知时间")
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "告知"
        constraints = (
            models.UniqueConstraint(
                name="telling_once_a_round", fields=("proposal", "visit", "round")
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit} {self.get_channel_display()}"


class Rating(models.Model):
    """How a deputy or a voter judges attitude and result of one round."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField(default=1)
    rater = models.CharField("评价人", max_length=10, choices=Rater)
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="+"
    )
    attitude = models.CharField("办理态度", max_length=12, choices=Satisfaction)
    result = models.CharField("办理结果", max_length=12, choices=Satisfaction)
    reason = models.TextField("理由", blank=True)
    rated_at = models.DateTimeField("评价时间")

    class Meta:
        verbose_name = "评价"
        constraints = (
            models.UniqueConstraint(
                name="rating_one_a_round_and_rater",
                fields=("proposal", "round", "rater"),
                violation_error_message="本轮已评价过。",
            ),
            models.CheckConstraint(
                name="rating_dissatisfied_has_a_reason",
                condition=~Q(result=Satisfaction.DISSATISFIED) | ~Q(reason=""),
                violation_error_message="不满意请写明理由。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_rater_display()}{self.get_result_display()}"
