"""What the apps above may want to know in the same transaction."""

from django.dispatch import Signal

# Sent by every write that can change a figure, with `before` and `after`, each a
# proposals.snapshots.Snapshot or None.
proposal_changed = Signal()
