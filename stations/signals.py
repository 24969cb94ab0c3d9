"""What the figures above listen to; sent inside the transaction of the change.

Both carry `before` and `after`: facts as in stations.snapshots, or None when the
record was not there before, or does not count.
"""

from django.dispatch import Signal

visit_changed = Signal()
visits_changed = Signal()  # of many at once, with `changes`: pairs of before and after
day_changed = Signal()
