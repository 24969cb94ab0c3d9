"""People called on (走访) get a column of their own (K03)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField("cell", "outreach", models.IntegerField(default=0)),
        migrations.AddField("delta", "outreach", models.IntegerField(default=0)),
    ]
