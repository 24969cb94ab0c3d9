"""Roll-ups of figures, and the reports made from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from areas.models import Area
from reports.choices import Dimension, ReportKind, ReportState
from reports.querysets import ReportQuerySet
from stations.models import Station


class Counts(models.Model):
    """The columns that are counted; each belongs to the month its comment names."""

    # month in which the matter was submitted
    received = models.IntegerField(default=0)
    # month in which it was accepted
    accepted = models.IntegerField(default=0)
    accepted_handed = models.IntegerField(default=0)  # of these, handed over by now
    # month in which it was handed over
    handed = models.IntegerField(default=0)
    handed_replied = models.IntegerField(default=0)
    handed_closed = models.IntegerField(default=0)
    reply_days = models.IntegerField(default=0)  # sum of days hand-over to reply
    # month of the reply date
    due = models.IntegerField(default=0)
    due_replied_in_time = models.IntegerField(default=0)
    due_closed_in_time = models.IntegerField(default=0)
    # month of the reply
    replied = models.IntegerField(default=0)
    replied_solved = models.IntegerField(default=0)
    # month of the rating
    rated = models.IntegerField(default=0)
    satisfied = models.IntegerField(default=0)
    basically = models.IntegerField(default=0)
    # month of the closing
    closed = models.IntegerField(default=0)
    closed_solved = models.IntegerField(default=0)
    # month of the visit, of the reception day
    visitors = models.IntegerField(default=0)
    outreach = models.IntegerField(default=0)  # people called on (走访)
    deputy_times = models.IntegerField(default=0)

    class Meta:
        abstract = True


COUNTED = tuple(field.name for field in Counts._meta.local_fields)


class Delta(Counts):
    """What a step adds to the figures: written in its transaction, folded later."""

    month = models.DateField()  # its first day
    area_code = models.CharField(max_length=15)
    kind = models.CharField(max_length=12, blank=True)  # of the proposal; "" visits
    station_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "数据增量"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.area_code}"


class Cell(Counts):
    """Folded counts of one month: an area at every level × one dimension's key."""

    month = models.DateField()
    area_code = models.CharField(max_length=15)
    kind = models.CharField(max_length=12, blank=True)
    dimension = models.CharField(max_length=10, choices=Dimension)
    key = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "数据汇总"
        constraints = (
            models.UniqueConstraint(
                name="cell_once",
                fields=("area_code", "dimension", "key", "kind", "month"),
            ),
        )
        indexes = (
            models.Index(name="cell_read", fields=("dimension", "area_code", "month")),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.area_code} {self.dimension} {self.key}"


class Report(models.Model):
    """A report of an area or a station over a period; its files are built by a task.

    `progress` is 0–100. `figures` keeps what the files say: {code: {value, numerator,
    denominator}}. A finished build replaces both files at once; a killed one leaves
    the former version as it was.
    """

    kind = models.CharField(
        "类型", max_length=10, choices=ReportKind, default=ReportKind.MONTH
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="reports"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")  # first day after the period
    state = models.CharField(
        "状态", max_length=10, choices=ReportState, default=ReportState.QUEUED
    )
    progress = models.PositiveSmallIntegerField("进度", default=0)
    doing = models.CharField("正在", max_length=50, blank=True)
    build = models.UUIDField(null=True, blank=True)  # the build that may write
    moved_at = models.DateTimeField(null=True, blank=True)  # its last sign of life
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    built_at = models.DateTimeField("生成时间", null=True, blank=True)
    figures = models.JSONField(default=dict)
    word_file = models.CharField(max_length=200, blank=True)
    excel_file = models.CharField(max_length=200, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报告"
        ordering = ("-starts_on", "-id")
        constraints = (
            models.UniqueConstraint(
                name="report_once_a_place_and_period",
                fields=("kind", "area", "starts_on"),
                condition=Q(station=None),
            ),
            models.UniqueConstraint(
                name="report_once_a_station_and_period",
                fields=("kind", "station", "starts_on"),
                condition=~Q(station=None),
            ),
        )

    def __str__(self) -> str:
        place = self.station or self.area
        return f"{place}{self.starts_on.year}年{self.starts_on.month}月工作通报"

    def get_absolute_url(self) -> str:
        return reverse("reports:detail", args=[self.pk])
