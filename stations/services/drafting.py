"""Working out the days and turns of year plans, for one station or many jointly."""

from collections.abc import Iterable
from typing import Any

from stations.models import ReceptionPlan


def draft(
    plans: Iterable[ReceptionPlan], *, actor: Any, seed: int | None = None
) -> list[ReceptionPlan]:
    """Work out and store `plan.draft` of these plans of one year, jointly.

    Turns of one deputy at several stations are counted together; what other stations
    have published or drafted already stays and is counted too. The same input and
    seed (None: each plan's own, the first one's for several) give the same turns.
    The plans come back as stored. Read them with stations.drafts.draft_of.
    """
    raise NotImplementedError
