"""What units do with a matter: their parts, their dates, their contacts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from areas.models import Unit
from deputies.models import Deputy
from proposals.choices import (
    ContactMethod,
    DeadlineKind,
    HandlingStatus,
    Part,
)
from proposals.models.matter import Proposal
from proposals.querysets import (
    DeadlineQuerySet,
    HandlingQuerySet,
)


class Handling(models.Model):
    """One unit's part in a matter, in one round."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="handlings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="handlings")
    part = models.CharField("分工", max_length=10, choices=Part)
    part_text = models.CharField("负责部分", max_length=200, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=HandlingStatus, default=HandlingStatus.OFFERED
    )
    round = models.PositiveSmallIntegerField("轮次", default=1)
    offered_at = models.DateTimeField("交办时间")
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    objection = models.TextField("异议理由", blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField("异议裁定", blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = "承办"
        constraints = (
            models.UniqueConstraint(
                name="handling_one_lead_open",
                fields=("proposal", "round"),
                condition=Q(part__in=(Part.SINGLE, Part.LEAD))
                & ~Q(status=HandlingStatus.UPHELD),
                violation_error_message="已有主办单位。",
            ),
            models.UniqueConstraint(
                name="handling_unit_once_a_round",
                fields=("proposal", "round", "unit"),
                condition=~Q(status=HandlingStatus.UPHELD),
                violation_error_message="同一单位只能有一个分工。",
            ),
        )
        indexes = (
            models.Index(name="handling_inbox", fields=("unit", "status", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.get_part_display()}"


class Deadline(models.Model):
    """A date that binds somebody, and why it is that date. Nothing else computes one.

    `explanation` is a list of Chinese sentences, the steps of the counting. A deadline
    is open until `met_at`, or `dropped_at` when it no longer binds.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="deadlines")
    handling = models.ForeignKey(
        Handling, models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    commitment = models.ForeignKey(
        "Commitment", models.PROTECT, null=True, blank=True, related_name="deadlines"
    )
    kind = models.CharField("事由", max_length=12, choices=DeadlineKind)
    starts_on = models.DateField("起算日")
    due_on = models.DateField("期限")
    met_at = models.DateTimeField("完成时间", null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    explanation = models.JSONField("为什么是这天", default=list)
    round = models.PositiveSmallIntegerField(default=1)
    reminded = models.CharField(max_length=10, blank=True)  # the last phase told

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "期限"
        constraints = (
            models.CheckConstraint(
                name="deadline_not_before_its_start",
                condition=Q(due_on__gte=models.F("starts_on")),
            ),
        )
        indexes = (
            models.Index(name="deadline_proposal", fields=("proposal", "due_on")),
            models.Index(
                name="deadline_open",
                fields=("due_on", "kind"),
                condition=Q(met_at=None, dropped_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None


class Contact(models.Model):
    """That a unit spoke with the deputy, how, and what was agreed."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="contacts")
    handling = models.ForeignKey(Handling, models.PROTECT, related_name="contacts")
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField("方式", max_length=10, choices=ContactMethod)
    contacted_on = models.DateField("日期")
    text = models.TextField("商谈情况")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "面商"

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.contacted_on}"
