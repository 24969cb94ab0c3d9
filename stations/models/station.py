"""Liaison stations and the deputies who belong to them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from areas.models import Area, Placed
from deputies.models import Deputy
from deputies.querysets import PeriodQuerySet
from stations.choices import StationKind, StationStatus
from stations.querysets import StationQuerySet


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
    host = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
        verbose_name="设在",  # several carriers (站、立法联系点、观察点…) in one venue
    )
    serves = models.ManyToManyField(
        Area, blank=True, related_name="serving_stations", verbose_name="服务村社区"
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
    slot_minutes = models.PositiveSmallIntegerField(
        "每个预约时段（分钟）", default=15
    )  # 0: no bookings
    star = models.PositiveSmallIntegerField("星级", null=True, blank=True)
    star_since = models.DateField("评定日", null=True, blank=True)
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
        constraints = (
            models.CheckConstraint(
                name="station_stars_one_to_five",
                condition=Q(star=None) | Q(star__range=(0, 5)),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stations:detail", args=[self.pk])

    @property
    def shown_address(self) -> str:
        """Its own address, or that of the venue where it is a guest."""
        return self.address or (self.host.address if self.host else "")

    @property
    def shown_hours(self) -> str:
        """Its own hours, or those of the venue where it is a guest."""
        return self.hours or (self.host.hours if self.host else "")

    @property
    def shown_phone(self) -> str:
        """Its own telephone, or that of the venue where it is a guest."""
        return self.phone or (self.host.phone if self.host else "")

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude: its own or the host's; None: nobody set one."""
        for place in (self, self.host):
            if place and place.longitude is not None and place.latitude is not None:
                return float(place.longitude), float(place.latitude)
        return None

    @property
    def is_below_stars(self) -> bool:
        """Rated, and found to be improved (待提升): neither stars nor 合格."""
        return self.star is None and self.star_since is not None


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
