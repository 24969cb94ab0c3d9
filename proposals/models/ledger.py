"""Old ledgers: how a station's are laid out, and what each import brought in."""

from django.db import models
from django.urls import reverse

from areas.models import ImportJob
from proposals.choices import LedgerRows
from proposals.querysets import LedgerImportQuerySet
from stations.choices import Channel
from stations.models import Station, Visit


class LedgerLayout(models.Model):
    """Which column of a station's old ledger holds which field, as last corrected."""

    station = models.OneToOneField(
        Station, models.CASCADE, related_name="ledger_layout"
    )
    columns = models.JSONField(default=dict)  # heading as in the file → field name
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "旧台账列"

    def __str__(self) -> str:
        return f"{self.station}"


class LedgerImport(models.Model):
    """One old ledger brought in: how it was read, and the visits it made.

    The matters are those of its visits that are marked as imported. `token` names the
    folder in which the sheet of refused rows lies for a day.
    """

    job = models.OneToOneField(ImportJob, models.PROTECT, related_name="ledger")
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="ledger_imports", verbose_name="联络站"
    )
    columns = models.JSONField(default=dict)
    header_rows = models.JSONField(default=dict)  # sheet → number of its head
    channel = models.CharField(
        "没写方式的记为", max_length=12, choices=Channel, default=Channel.STATION
    )
    rows = models.CharField(
        "每一行是什么", max_length=10, choices=LedgerRows, default=LedgerRows.GUESS
    )
    is_pasted = models.BooleanField(default=False)
    is_counted = models.BooleanField("计入统计", default=True)
    token = models.CharField(max_length=32, blank=True)
    visit_count = models.PositiveIntegerField(default=0)
    matter_count = models.PositiveIntegerField(default=0)
    visits = models.ManyToManyField(Visit, related_name="ledger_imports")

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = "旧台账"

    def __str__(self) -> str:
        return f"{self.station}旧台账（{self.job.file_name}）"

    def get_absolute_url(self) -> str:
        return reverse("proposals:ledger_detail", args=[self.pk])
