"""The matter itself, and the classes of its answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from areas.models import Category, Placed, Unit
from common.search import BigramField
from deputies.models import Mandate
from proposals.choices import (
    Ground,
    Kind,
    Route,
    Satisfaction,
    Status,
)
from proposals.querysets import (
    ProposalQuerySet,
)
from stations.models import Station, Visit


class ResultClass(models.Model):
    """Classes of replies (A B C D by default); what counts as solved is said here."""

    code = models.CharField("类别", max_length=4, primary_key=True)
    label = models.CharField("名称", max_length=50)
    definition = models.CharField("含义", max_length=200)
    counts_as_solved = models.BooleanField("计为解决", default=False)
    needs_commitment = models.BooleanField("须有承诺", default=False)
    plain_label = models.CharField("公开说法", max_length=50)

    class Meta:
        verbose_name = "答复类别"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code}类 {self.label}"


class Proposal(Placed):
    """One matter on its way. `status` says how far it came, `result` what came of it.

    `status` and the moments are written by proposals.workflow alone; `version` moves
    with every step, so that of two people at once one is told.
    """

    kind = models.CharField("类型", max_length=12, choices=Kind)
    number = models.CharField("编号", max_length=40, blank=True)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("内容")
    request = models.TextField("诉求", blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="类别"
    )
    station = models.ForeignKey(
        Station,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="联络站",
    )
    lead = models.ForeignKey(
        Mandate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="领衔代表",
    )
    visits = models.ManyToManyField(
        Visit, blank=True, related_name="proposals", verbose_name="来访"
    )
    sources = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="outcomes"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_in_session = models.BooleanField("大会期间", default=False)
    is_public = models.BooleanField("可以公开", default=False)
    status = models.CharField(
        "状态", max_length=12, choices=Status, default=Status.DRAFT
    )
    route = models.CharField("办理途径", max_length=10, choices=Route, blank=True)
    is_complex = models.BooleanField("复杂事项", default=False)
    ground = models.CharField("不受理原因", max_length=20, choices=Ground, blank=True)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    result = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, verbose_name="结果"
    )
    unit = models.ForeignKey(  # the answering unit, for lists and figures
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name="承办单位",
    )
    satisfaction = models.CharField(
        "满意度", max_length=12, choices=Satisfaction, blank=True
    )
    query_code = models.CharField(max_length=64, blank=True, editable=False)  # digest
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    handed_over_at = models.DateTimeField("交办时间", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    told_at = models.DateTimeField("告知时间", null=True, blank=True)
    rated_at = models.DateTimeField("评价时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    reply_due_on = models.DateField("答复期限", null=True, blank=True)
    next_due_on = models.DateField("下一个期限", null=True, blank=True)
    is_imported = models.BooleanField("旧台账导入", default=False)
    is_counted = models.BooleanField("计入统计", default=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    bigrams = BigramField()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        constraints = (
            models.UniqueConstraint(
                name="proposal_number_in_county",
                fields=("county_code", "number"),
                condition=~Q(number=""),
            ),
            models.CheckConstraint(
                name="proposal_in_hand_has_unit_and_date",
                condition=~Q(status=Status.HANDLING)
                | Q(handed_over_at__isnull=False, reply_due_on__isnull=False),
                violation_error_message="办理中的事项须有承办单位和答复期限。",
            ),
            models.CheckConstraint(
                name="proposal_closed_has_a_moment",
                condition=~Q(status=Status.CLOSED) | Q(closed_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                name="proposal_province", fields=("province_code", "-created_at", "-id")
            ),
            models.Index(
                name="proposal_city", fields=("city_code", "-created_at", "-id")
            ),
            models.Index(
                name="proposal_county", fields=("county_code", "-created_at", "-id")
            ),
            models.Index(
                name="proposal_town", fields=("town_code", "-created_at", "-id")
            ),
            models.Index(
                name="proposal_county_status",
                fields=("county_code", "status", "-created_at", "-id"),
            ),
            models.Index(
                name="proposal_town_status",
                fields=("town_code", "status", "-created_at", "-id"),
            ),
            models.Index(
                name="proposal_station", fields=("station", "-created_at", "-id")
            ),
            models.Index(name="proposal_unit", fields=("unit", "-created_at", "-id")),
            models.Index(name="proposal_lead", fields=("lead", "-created_at", "-id")),
            models.Index(
                name="proposal_open_due",
                fields=("county_code", "next_due_on", "id"),
                condition=Q(next_due_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number or '草稿'} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status in (
            Status.CLOSED,
            Status.REFUSED,
            Status.WITHDRAWN,
            Status.MERGED,
            Status.CONVERTED,
        )
