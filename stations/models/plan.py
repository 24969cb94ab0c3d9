"""The year plan of a station: its rules, the wishes about turns, and the draft."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from deputies.models import Deputy
from stations.choices import HolidayManner, PlanStatus, RuleKind
from stations.models.station import Station
from stations.querysets import PlanQuerySet


class ReceptionPlan(models.Model):
    """A station's receptions of a year. Drafted as often as one likes, published once.

    `draft` is what stations.services.plans worked out from rules, wishes and `seed`:
    days with deputies, which wishes gave way and why. It is derived, never edited by
    hand; publishing turns it into reception days.
    """

    station = models.ForeignKey(Station, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField("年度")
    status = models.CharField(
        "状态", max_length=10, choices=PlanStatus, default=PlanStatus.DRAFT
    )
    per_day = models.PositiveSmallIntegerField("每次代表人数", default=2)
    least = models.PositiveSmallIntegerField("每人每年至少", default=0)
    most = models.PositiveSmallIntegerField("每人每年至多", null=True, blank=True)
    mixes_levels = models.BooleanField("各级代表搭配", default=True)
    not_twice_running = models.BooleanField("不连续两次", default=True)
    seed = models.PositiveIntegerField("排班号", default=1)
    draft = models.JSONField(default=dict, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度接待计划"
        constraints = (
            models.UniqueConstraint(
                name="receptionplan_one_a_station_and_year",
                fields=("station", "year"),
                violation_error_message="这一站这一年已有计划。",
            ),
            models.CheckConstraint(
                name="receptionplan_most_not_below_least",
                condition=Q(most=None) | Q(most__gte=F("least")),
                violation_error_message="每人至多次数不能少于至少次数。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.station}{self.year}年接待计划"

    def get_absolute_url(self) -> str:
        return reverse("stations:plan_detail", args=[self.pk])


class PlanRule(models.Model):
    """When receptions are: an RFC 5545 rule, or dates picked freely."""

    plan = models.ForeignKey(ReceptionPlan, models.CASCADE, related_name="rules")
    kind = models.CharField("方式", max_length=12, choices=RuleKind)
    rrule = models.CharField("规则", max_length=200, blank=True)
    dates = models.JSONField("日期", default=list, blank=True)  # ISO days, if free
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    place = models.CharField("地点", max_length=200, blank=True)
    topic = models.CharField("主题", max_length=200, blank=True)
    per_day = models.PositiveSmallIntegerField("每次代表人数", null=True, blank=True)
    manner = models.CharField(
        "遇休息日", max_length=10, choices=HolidayManner, default=HolidayManner.NEXT
    )

    class Meta:
        verbose_name = "接待规则"
        constraints = (
            models.CheckConstraint(
                name="planrule_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间须晚于开始时间。",
            ),
        )

    def __str__(self) -> str:
        return self.rrule or "自选日期"


class PlanWish(models.Model):
    """What holds for one deputy: days off, fewest and most turns."""

    plan = models.ForeignKey(ReceptionPlan, models.CASCADE, related_name="wishes")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="+")
    off_weekdays = models.JSONField("不排星期", default=list, blank=True)  # 0 = Monday
    off_periods = models.JSONField("不排时段", default=list, blank=True)  # [from, to]
    least = models.PositiveSmallIntegerField("至少", null=True, blank=True)
    most = models.PositiveSmallIntegerField("至多", null=True, blank=True)
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = "代表排班要求"
        constraints = (
            models.UniqueConstraint(
                name="planwish_one_a_deputy", fields=("plan", "deputy")
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy}"


class PlanPair(models.Model):
    """Two deputies who must, or must not, sit together."""

    plan = models.ForeignKey(ReceptionPlan, models.CASCADE, related_name="pairs")
    first = models.ForeignKey(Deputy, models.PROTECT, related_name="+")
    second = models.ForeignKey(Deputy, models.PROTECT, related_name="+")
    together = models.BooleanField("同班")

    class Meta:
        verbose_name = "搭班要求"
        constraints = (
            models.UniqueConstraint(
                name="planpair_once", fields=("plan", "first", "second")
            ),
            models.CheckConstraint(
                name="planpair_two_people", condition=Q(first__lt=F("second"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} {self.second}"
