"""Reception days, the deputies on duty, and who else sits there."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from areas.models import Unit
from deputies.models import Deputy
from stations.choices import DayForm, DayStatus, DutyState
from stations.models.plan import ReceptionPlan
from stations.models.station import Station
from stations.querysets import DayQuerySet


class ReceptionDay(models.Model):
    """A day on which deputies receive voters at a station (选民接待日)."""

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="days", verbose_name="联络站"
    )
    date = models.DateField("日期")
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    place = models.CharField("地点", max_length=200)
    topic = models.CharField("主题", max_length=200, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=DayStatus, default=DayStatus.PLANNED
    )
    form = models.CharField(
        "形式", max_length=10, choices=DayForm, default=DayForm.RECEPTION
    )
    plan = models.ForeignKey(
        ReceptionPlan, models.PROTECT, null=True, blank=True, related_name="days"
    )
    planned_on = models.DateField("规则日", null=True, blank=True)
    shift_note = models.CharField("调整说明", max_length=300, blank=True)
    is_provisional = models.BooleanField("暂定", default=False)
    moved_from = models.DateField("原定日期", null=True, blank=True)
    moved_reason = models.CharField("改期原因", max_length=200, blank=True)
    notice_year = models.PositiveSmallIntegerField(null=True, blank=True)
    notice_number = models.PositiveIntegerField("公告号", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DayQuerySet.as_manager()

    class Meta:
        verbose_name = "接待日"
        constraints = (
            models.CheckConstraint(
                name="receptionday_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间须晚于开始时间。",
            ),
            models.UniqueConstraint(
                name="receptionday_one_notice_number",
                fields=("station", "notice_year", "notice_number"),
                condition=Q(notice_number__isnull=False),
            ),
            models.UniqueConstraint(
                name="receptionday_one_a_station_and_time",
                fields=("station", "date", "starts_at"),
                violation_error_message="这一站在这一时间已有接待日。",
            ),
        )
        indexes = (
            models.Index(
                name="receptionday_station", fields=("station", "-date", "-id")
            ),
            models.Index(name="receptionday_date", fields=("date", "id")),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.station}"

    def get_absolute_url(self) -> str:
        return reverse("stations:day_detail", args=[self.pk])


class Duty(models.Model):
    """One deputy's turn on a reception day."""

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="duties")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="duties")
    state = models.CharField(
        "状态", max_length=12, choices=DutyState, default=DutyState.INVITED
    )
    stands_in_for = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "值班"
        constraints = (
            models.UniqueConstraint(
                name="duty_one_a_day_and_deputy", fields=("day", "deputy")
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} {self.day}"


class DutySwap(models.Model):
    """Two turns of a published plan exchanged: who, when, and by whom."""

    first_day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="+")
    first = models.ForeignKey(Deputy, models.PROTECT, related_name="+")
    second_day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="+")
    second = models.ForeignKey(Deputy, models.PROTECT, related_name="+")
    plan = models.ForeignKey(
        ReceptionPlan, models.PROTECT, null=True, related_name="swaps"
    )
    swapped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    swapped_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "换班"

    def __str__(self) -> str:
        return f"{self.first} {self.second}"


class DayGuest(models.Model):
    """Somebody of a unit who sits with the deputies (部门联合接待、局长进站)."""

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="guests")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="receptions", verbose_name="单位"
    )
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("职务", max_length=50, blank=True)
    is_present = models.BooleanField("到站", default=False)

    class Meta:
        verbose_name = "参加单位"
        constraints = (
            models.UniqueConstraint(
                name="dayguest_once", fields=("day", "unit", "name")
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.name}"
