"""What was counted as visitors (K02) though called on is moved to K03, by deltas."""

from collections import Counter

from django.db import migrations
from django.utils.timezone import localtime


def move(apps, schema_editor):
    Visit = apps.get_model("stations", "Visit")
    Delta = apps.get_model("reports", "Delta")
    columns = ("visited_at", "area", "station", "category", "party_size")
    people = Counter()
    rows = Visit.objects.filter(channel="visit", is_counted=True)
    for moment, *place, size in rows.values_list(*columns).iterator():
        people[localtime(moment).date().replace(day=1), *place] += size
    Delta.objects.bulk_create(
        Delta(
            month=month,
            area_code=area,
            station_id=station,
            category_id=category,
            visitors=-size,
            outreach=size,
        )
        for (month, area, station, category), size in people.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_outreach"),
        ("stations", "0002_plans_checks_and_ways_in"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
