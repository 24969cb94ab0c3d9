"""Running numbers, unique however many ask at once."""

from django.db import transaction
from django.db.models import F

from areas.models import Counter


def next_number(key: str) -> int:
    """The next number of a series, from 1, in the caller's transaction.

    The update locks the series' row, so a second asker waits until the first commits;
    a number is lost only when its transaction is rolled back with it.
    """
    with transaction.atomic():
        if not _moved(key):
            Counter.objects.bulk_create([Counter(key=key)], ignore_conflicts=True)
            _moved(key)
        return Counter.objects.values_list("value", flat=True).get(key=key)


def _moved(key: str) -> int:
    return Counter.objects.filter(key=key).update(value=F("value") + 1)
