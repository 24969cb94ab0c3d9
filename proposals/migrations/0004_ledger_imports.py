"""What each old ledger brought in, and how it was read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0004_old_ledgers"),
        ("proposals", "0003_promises_at_receptions"),
        ("stations", "0002_plans_checks_and_ways_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("columns", models.JSONField(default=dict)),
                ("header_rows", models.JSONField(default=dict)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("station", "到站"),
                            ("visit", "走访"),
                            ("appointment", "预约"),
                            ("phone", "电话"),
                            ("letter", "来信"),
                            ("online", "网上"),
                            ("activity", "活动"),
                        ],
                        default="station",
                        max_length=12,
                        verbose_name="没写方式的记为",
                    ),
                ),
                (
                    "rows",
                    models.CharField(
                        choices=[
                            (
                                "guess",
                                "有编号、承办单位或办结日期的记为意见，其余记为来访",
                            ),
                            ("matters", "每一行都记为意见"),
                            ("visits", "都只记为来访"),
                        ],
                        default="guess",
                        max_length=10,
                        verbose_name="每一行是什么",
                    ),
                ),
                ("is_pasted", models.BooleanField(default=False)),
                (
                    "is_counted",
                    models.BooleanField(default=True, verbose_name="计入统计"),
                ),
                ("token", models.CharField(blank=True, max_length=32)),
                ("visit_count", models.PositiveIntegerField(default=0)),
                ("matter_count", models.PositiveIntegerField(default=0)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="areas.importjob",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_imports",
                        to="stations.station",
                        verbose_name="联络站",
                    ),
                ),
                (
                    "visits",
                    models.ManyToManyField(
                        related_name="ledger_imports", to="stations.visit"
                    ),
                ),
            ],
            options={
                "verbose_name": "旧台账",
            },
        ),
    ]
