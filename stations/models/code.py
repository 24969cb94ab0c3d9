"""Public codes (站码、代表码) and calendar feeds: addresses that can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from deputies.models import Deputy
from stations.choices import CodeKind
from stations.models.station import Station
from stations.querysets import CodeQuerySet


class PublicCode(models.Model):
    """A random address to a public page or a calendar, until it is revoked."""

    kind = models.CharField("种类", max_length=12, choices=CodeKind)
    token = models.CharField(max_length=32, unique=True)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="public_codes"
    )
    deputy = models.ForeignKey(
        Deputy, models.PROTECT, null=True, blank=True, related_name="public_codes"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = "公开码"
        constraints = (
            models.CheckConstraint(
                name="publiccode_of_one_thing",
                condition=Q(station__isnull=False, deputy=None)
                | Q(station=None, deputy__isnull=False),
            ),
            models.UniqueConstraint(
                name="publiccode_one_open_a_station",
                fields=("kind", "station"),
                condition=Q(revoked_at=None),
            ),
            models.UniqueConstraint(
                name="publiccode_one_open_a_deputy",
                fields=("kind", "deputy"),
                condition=Q(revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class CodeScan(models.Model):
    """How often a code was opened on a day; nothing about by whom."""

    code = models.ForeignKey(PublicCode, models.CASCADE, related_name="scans")
    on = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "扫码次数"
        constraints = (
            models.UniqueConstraint(name="codescan_one_a_day", fields=("code", "on")),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.count}"
