"""Liaison stations, reception days, the deputies on duty, and what visitors said."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from areas.models import Category, Placed
from common.fields import EncryptedTextField, masked_name, masked_phone
from deputies.choices import Sex
from deputies.models import Deputy
from deputies.querysets import PeriodQuerySet
from stations.choices import (
    AgeBand,
    Channel,
    DayStatus,
    DutyState,
    Outcome,
    ReferredTo,
    StationKind,
    StationStatus,
)
from stations.querysets import DayQuerySet, StationQuerySet, VisitQuerySet


class Station(Placed):
    """A place where deputies and voters meet; `code` numbers its opinions."""

    kind = models.CharField(
        "类型", max_length=20, choices=StationKind, default=StationKind.STATION
    )
    name = models.CharField("名称", max_length=100)
    code = models.CharField("站码", max_length=20, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级站",
    )
    slug = models.CharField("公开网址", max_length=20, unique=True)
    address = models.CharField("地址", max_length=200, blank=True)
    longitude = models.DecimalField(
        "经度", max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(
        "纬度", max_digits=8, decimal_places=6, null=True, blank=True
    )
    phone = models.CharField("电话", max_length=30, blank=True)
    hours = models.CharField("开放时间", max_length=100, blank=True)
    venue = models.CharField("场所", max_length=100, blank=True)
    shared_with = models.CharField("共用单位", max_length=200, blank=True)
    brand = models.CharField("品牌", max_length=100, blank=True)
    opened_on = models.DateField("建站日", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=StationStatus, default=StationStatus.ACTIVE
    )
    is_public = models.BooleanField("对外公开", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = "联络站"
        ordering = ("code",)
        indexes = (
            models.Index(name="station_county", fields=("county_code", "name", "id")),
            models.Index(name="station_town", fields=("town_code", "name", "id")),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stations:detail", args=[self.pk])


class Stationing(models.Model):
    """Which deputies belong to a station (驻站代表), from when until when."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="stationings")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="stationings")
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "驻站"
        constraints = (
            models.CheckConstraint(
                name="stationing_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="结束日须晚于开始日。",
            ),
            models.UniqueConstraint(
                name="stationing_one_open",
                fields=("station", "deputy"),
                condition=Q(ends_on=None),
                violation_error_message="该代表已驻本站。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy} {self.station}"


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


class Visit(Placed):
    """One visitor or party and what they said, in their own words.

    Name and contact are encrypted; `contact_digest` finds the same contact again.
    `key` comes from the client, so a line sent twice is one visit.
    """

    station = models.ForeignKey(
        Station, models.PROTECT, related_name="visits", verbose_name="联络站"
    )
    day = models.ForeignKey(
        ReceptionDay, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    key = models.UUIDField(unique=True)
    channel = models.CharField(
        "方式", max_length=12, choices=Channel, default=Channel.STATION
    )
    visited_at = models.DateTimeField("时间")
    heard_by = models.ManyToManyField(Deputy, blank=True, related_name="visits_heard")
    visitor_name = EncryptedTextField("来访人", blank=True)
    visitor_contact = EncryptedTextField("联系方式", blank=True)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    sex = models.CharField("性别", max_length=10, choices=Sex, blank=True)
    age_band = models.CharField("年龄段", max_length=10, choices=AgeBand, blank=True)
    party_size = models.PositiveSmallIntegerField("人数", default=1)
    words = models.TextField("反映内容（原话）")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name="类别"
    )
    outcome = models.CharField(
        "怎么办", max_length=10, choices=Outcome, default=Outcome.OPEN
    )
    answer = models.TextField("当场答复", blank=True)
    referred_to = models.CharField(
        "引导去处", max_length=20, choices=ReferredTo, blank=True
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "来访"
        constraints = (
            models.CheckConstraint(
                name="visit_party_of_one_or_more",
                condition=Q(party_size__gte=1, party_size__lte=999),
                violation_error_message="人数须在 1 到 999 之间。",
            ),
        )
        indexes = (
            models.Index(
                name="visit_county", fields=("county_code", "-visited_at", "-id")
            ),
            models.Index(name="visit_town", fields=("town_code", "-visited_at", "-id")),
            models.Index(
                name="visit_station", fields=("station", "-visited_at", "-id")
            ),
            models.Index(
                name="visit_contact",
                fields=("contact_digest",),
                condition=~Q(contact_digest=""),
            ),
        )

    def __str__(self) -> str:
        return f"来访 {self.pk}"

    @property
    def is_anonymous(self) -> bool:
        return not (self.visitor_name or self.visitor_contact)

    @property
    def masked_name(self) -> str:
        return masked_name(self.visitor_name) or "匿名"

    @property
    def masked_contact(self) -> str:
        return masked_phone(self.visitor_contact) or "未留"
