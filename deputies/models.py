"""Deputies as persons, their mandates, and the groups they work in."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate

from areas.choices import CongressLevel
from areas.models import Area, Placed, Term
from common.fields import EncryptedTextField, masked_phone
from deputies.choices import (
    EndReason,
    GroupKind,
    GroupRole,
    MandateStatus,
    Sex,
    SourceType,
)
from deputies.querysets import (
    DeputyQuerySet,
    GroupQuerySet,
    MandateQuerySet,
    MembershipQuerySet,
)


class Deputy(Placed):
    """The person. Seats are mandates; `area` is where the person is looked after.

    `birth_month` is the first day of the month of birth (rosters give no day).
    Identity card and private phone are encrypted and shown masked.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deputy",
    )
    name = models.CharField("姓名", max_length=50)
    sex = models.CharField("性别", max_length=10, choices=Sex, blank=True)
    birth_month = models.DateField("出生年月", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    party = models.CharField("政治面貌", max_length=30, blank=True)
    education = models.CharField("学历", max_length=50, blank=True)
    employer_post = models.CharField("单位及职务", max_length=200, blank=True)
    occupation_class = models.CharField("代表构成", max_length=50, blank=True)
    phone = EncryptedTextField("手机号码", blank=True)
    id_number = EncryptedTextField("身份证号", blank=True)
    id_digest = models.CharField(max_length=64, blank=True, editable=False)
    address = EncryptedTextField("住址", blank=True)
    public_text = models.TextField("公开介绍", blank=True)
    photo = models.CharField(max_length=200, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    code = models.CharField("代表码", max_length=16, unique=True, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = "代表"
        indexes = (
            models.Index(name="deputy_match", fields=("name", "birth_month")),
            models.Index(name="deputy_county", fields=("county_code", "name", "id")),
            models.Index(name="deputy_town", fields=("town_code", "name", "id")),
        )
        constraints = (
            models.UniqueConstraint(
                name="deputy_one_a_id_number",
                fields=("id_digest",),
                condition=~Q(id_digest=""),
                violation_error_message="已有同一身份证号的代表。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deputies:detail", args=[self.pk])

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class Mandate(models.Model):
    """One person's seat in one congress for one term, and the days it is held."""

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="mandates")
    level = models.PositiveSmallIntegerField("层级", choices=CongressLevel)
    term = models.ForeignKey(Term, models.PROTECT, related_name="mandates")
    source_type = models.CharField(
        "产生方式", max_length=20, choices=SourceType, blank=True
    )
    source_name = models.CharField("选区或选举单位", max_length=100, blank=True)
    delegation = models.CharField("代表团", max_length=100, blank=True)
    certificate_no = models.CharField("代表证号", max_length=40, blank=True)
    is_reelected = models.BooleanField("连任", default=False)
    congress_post = models.CharField("人大职务", max_length=100, blank=True)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True)  # first day without
    status = models.CharField(
        "状态", max_length=20, choices=MandateStatus, default=MandateStatus.ACTIVE
    )
    end_reason = models.CharField(
        "终止原因", max_length=30, choices=EndReason, blank=True
    )
    announcement = models.CharField("公告", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "代表资格"
        ordering = ("level", "-starts_on")
        constraints = (
            models.CheckConstraint(
                name="mandate_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="任期结束日须晚于开始日。",
            ),
            models.UniqueConstraint(
                name="mandate_one_a_person_and_term",
                fields=("deputy", "term"),
                violation_error_message="该代表在本届已有代表资格。",
            ),
            models.UniqueConstraint(
                name="mandate_certificate_in_term",
                fields=("term", "certificate_no"),
                condition=~Q(certificate_no=""),
                violation_error_message="本届已有同一代表证号。",
            ),
        )
        indexes = (models.Index(name="mandate_level", fields=("level", "status")),)

    def __str__(self) -> str:
        return f"{self.get_level_display()}代表 {self.deputy}"


class Group(Placed):
    """A group of deputies (代表小组), for work between sessions (代表法第二十六条)."""

    kind = models.CharField(
        "类型", max_length=20, choices=GroupKind, default=GroupKind.TERRITORIAL
    )
    name = models.CharField("名称", max_length=100)
    field = models.CharField("领域", max_length=50, blank=True)
    founded_on = models.DateField("成立日", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)
    note = models.CharField("备注", max_length=300, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "代表小组"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="group_name_in_area",
                fields=("area", "name"),
                violation_error_message="本地区已有同名小组。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deputies:group_detail", args=[self.pk])


class Membership(models.Model):
    """Who is in a group, as what, from when until when (half-open)."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="memberships")
    role = models.CharField(
        "职务", max_length=10, choices=GroupRole, default=GroupRole.MEMBER
    )
    starts_on = models.DateField("加入", default=localdate)
    ends_on = models.DateField("退出", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "组员"
        constraints = (
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="退出日须晚于加入日。",
            ),
            models.UniqueConstraint(
                name="membership_one_open",
                fields=("group", "deputy"),
                condition=Q(ends_on=None),
                violation_error_message="该代表已在组内。",
            ),
            models.UniqueConstraint(
                name="membership_one_leader",
                fields=("group",),
                condition=Q(ends_on=None, role=GroupRole.LEADER),
                violation_error_message="该小组已有组长。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} {self.group}"


class ColumnMemory(models.Model):
    """Which column of an office's roster means what, remembered by its header."""

    signature = models.CharField(max_length=64)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "列对应"
        constraints = (
            models.UniqueConstraint(
                name="columnmemory_header_in_area", fields=("area", "signature")
            ),
        )

    def __str__(self) -> str:
        return self.signature
