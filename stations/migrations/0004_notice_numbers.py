"""Notices issued so far keep the number they were printed with."""

from django.db import migrations


def number(apps, schema_editor):
    """As it was worked out until now: in the order of announcing, a station and year."""
    days = apps.get_model("stations", "ReceptionDay").objects
    counters = apps.get_model("areas", "Counter").objects
    issued = days.filter(announced_at__isnull=False, notice_number=None)
    rows = issued.order_by("announced_at", "id").values_list("id", "station", "date")
    last = {}
    for pk, station, date in rows.iterator():
        key = (station, date.year)
        last[key] = last.get(key, 0) + 1
        days.filter(pk=pk).update(notice_year=date.year, notice_number=last[key])
    for (station, year), value in last.items():
        name = f"notice:{station}:{year}"
        counters.update_or_create(key=name, defaults={"value": value})


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("stations", "0003_bookings_to_call"),
    ]

    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
