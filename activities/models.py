"""What deputies do together beside reception days, and who took part."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate

from activities.choices import ActivityKind, ActivityStatus, TakingPart
from activities.querysets import ActivityQuerySet, FileQuerySet
from areas.models import Placed, Unit
from deputies.models import Deputy, Group
from stations.models import Station, Visit


class Activity(Placed):
    """One activity: planned, then held and recorded, or cancelled with a reason.

    `recorded_by` wrote the record, `reviewed_by` is another person who looked at it.
    """

    station = models.ForeignKey(
        Station,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name="联络站",
    )
    group = models.ForeignKey(
        Group,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name="代表小组",
    )
    kind = models.CharField("类型", max_length=20, choices=ActivityKind)
    title = models.CharField("主题", max_length=120)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束", null=True, blank=True)
    place = models.CharField("地点", max_length=200)
    organiser = models.CharField("组织单位", max_length=100, blank=True)
    target = models.CharField("对象", max_length=200, blank=True)
    speaker = models.CharField("主讲人", max_length=100, blank=True)
    hours = models.DecimalField(
        "学时", max_digits=4, decimal_places=1, null=True, blank=True
    )
    met_count = models.PositiveIntegerField("参加群众人数", null=True, blank=True)
    agenda = models.TextField("议程", blank=True)
    minutes = models.TextField("内容纪要", blank=True)
    findings = models.TextField("发现的问题", blank=True)
    outcome = models.TextField("形成意见", blank=True)
    satisfied = models.PositiveIntegerField("满意票", null=True, blank=True)
    basically = models.PositiveIntegerField("基本满意票", null=True, blank=True)
    dissatisfied = models.PositiveIntegerField("不满意票", null=True, blank=True)
    visits = models.ManyToManyField(Visit, blank=True, related_name="activities")
    status = models.CharField(
        "状态", max_length=10, choices=ActivityStatus, default=ActivityStatus.PLANNED
    )
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        constraints = (
            models.CheckConstraint(
                name="activity_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="activity_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("recorded_by")),
                violation_error_message="须由记录人以外的人审核。",
            ),
        )
        indexes = (
            models.Index(
                name="activity_county", fields=("county_code", "-starts_at", "-id")
            ),
            models.Index(
                name="activity_town", fields=("town_code", "-starts_at", "-id")
            ),
            models.Index(
                name="activity_station", fields=("station", "-starts_at", "-id")
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activities:detail", args=[self.pk])

    @property
    def has_begun(self) -> bool:
        """Whether its day has come."""
        return localdate(self.starts_at) <= localdate()


class Attendance(models.Model):
    """An invited deputy, and whether he came."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attendances")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="attendances")
    state = models.CharField(
        "状态", max_length=10, choices=TakingPart, default=TakingPart.INVITED
    )

    class Meta:
        verbose_name = "参加代表"
        constraints = (
            models.UniqueConstraint(
                name="attendance_once", fields=("activity", "deputy")
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} {self.activity}"


class Guest(models.Model):
    """Somebody of a unit or other body who took part; `unit` where it is known."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="guests")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    organisation = models.CharField("单位", max_length=100)
    name = models.CharField("姓名", max_length=50, blank=True)
    post = models.CharField("职务", max_length=50, blank=True)

    class Meta:
        verbose_name = "参加部门"
        ordering = ("id",)

    def __str__(self) -> str:
        return " ".join(
            word for word in (self.organisation, self.name, self.post) if word
        )


class ActivityFile(models.Model):
    """A photo or paper of an activity, stored as common.uploads leaves it."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=100)
    content_type = models.CharField(max_length=100)
    is_image = models.BooleanField(default=False)
    size = models.PositiveIntegerField("大小")  # bytes
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)  # below MEDIA_ROOT
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = "活动附件"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("activities:file", args=[self.pk])
