from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_plans_checks_and_ways_in")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="to_call_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="待电话告知"
            ),
        ),
    ]
