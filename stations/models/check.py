"""Standard checklists (六有、十有…), checks of a station by them, and their proofs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from areas.models import Area
from stations.choices import CheckStatus
from stations.models.station import Station
from stations.querysets import ChecklistQuerySet, CheckQuerySet


class Checklist(models.Model):
    """A template: items with scores; `stars` says from which share a star is due.

    Without an area it holds for the whole installation. A check copies the items it
    is made from, so editing a template changes no check made before.
    """

    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    name = models.CharField("名称", max_length=60)
    note = models.CharField("说明", max_length=200, blank=True)
    gives_star = models.BooleanField("评星", default=False)
    stars = models.JSONField("星级线", default=list, blank=True)  # [[percent, star]…]
    is_active = models.BooleanField("启用", default=True)
    version = models.PositiveIntegerField(default=0)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = "检查标准"
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One thing to be seen to; `score` is its most points."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField("内容", max_length=200)
    score = models.PositiveSmallIntegerField("分值", default=10)
    is_required = models.BooleanField("必备", default=False)

    class Meta:
        verbose_name = "检查项"
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


class StationCheck(models.Model):
    """One check of a station: marks, then a star proposed and confirmed by another."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="checks")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="checks")
    status = models.CharField(
        "状态", max_length=10, choices=CheckStatus, default=CheckStatus.DRAFT
    )
    checked_on = models.DateField("检查日")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    summary = models.TextField("总评", blank=True)
    veto = models.CharField("否决情形", max_length=200, blank=True)
    proposed_star = models.PositiveSmallIntegerField("建议星级", null=True, blank=True)
    confirmed_star = models.PositiveSmallIntegerField("评定星级", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "站点检查"
        indexes = (
            models.Index(
                name="stationcheck_station", fields=("station", "-checked_on", "-id")
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="stationcheck_confirmed_by_another",
                condition=Q(confirmed_by=None)
                | ~Q(confirmed_by=models.F("checked_by")),
                violation_error_message="评定须由检查人以外的人确认。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.station} {self.checked_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("stations:check_detail", args=[self.pk])


class CheckMark(models.Model):
    """What was found about one item; text and most points as they were then."""

    check_of = models.ForeignKey(StationCheck, models.CASCADE, related_name="marks")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField("内容", max_length=200)
    out_of = models.PositiveSmallIntegerField("分值")
    is_required = models.BooleanField("必备", default=False)
    score = models.PositiveSmallIntegerField("得分", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "检查结果"
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                name="checkmark_score_within",
                condition=Q(score=None) | Q(score__lte=models.F("out_of")),
                violation_error_message="得分不能超过分值。",
            ),
        )

    def __str__(self) -> str:
        return self.text


class CheckFile(models.Model):
    """A proof of a mark (photo or document), stored as common.uploads leaves it."""

    mark = models.ForeignKey(CheckMark, models.CASCADE, related_name="files")
    file = models.FileField("文件", upload_to="checks/")
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=100)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "佐证"

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind.startswith("image/")
