"""Old ledgers of stations are a kind of import."""

from django.db import migrations, models

KINDS = [
    ("areas", "地区"),
    ("units", "承办单位"),
    ("categories", "类别"),
    ("ledger", "旧台账"),
]


class Migration(migrations.Migration):
    dependencies = [("areas", "0003_reception_policy")]

    operations = [
        migrations.AlterField(
            "importjob",
            "kind",
            models.CharField(choices=KINDS, max_length=20, verbose_name="种类"),
        )
    ]
