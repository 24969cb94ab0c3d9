"""What the apps above may want to know in the same transaction."""

from django.dispatch import Signal

# Sent by every write that can change a figure, with `before` and `after`, each a
# proposals.snapshots.Snapshot or None.
proposal_changed = Signal()

# The same of many matters at once, with `changes`: pairs of before and after.
proposals_changed = Signal()
