"""How a station's old ledgers are laid out, remembered for the next file."""

from django.db import models

from stations.models import Station


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
