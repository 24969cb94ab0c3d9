"""The year plan of a station: settings, rules, wishes about turns.

While a plan is a draft all of it may change, by whoever runs the station. Drafting
(stations.services.drafting) works out days and turns; stations.drafts reads them;
stations.workflow_plans publishes the plan, and changes what is published.

All of them raise PermissionDenied, WrongState (published already, Overtaken) or
RuleViolation with `field`.
"""

import datetime as dt
from typing import Any

from deputies.models import Deputy
from stations.models import PlanPair, PlanRule, PlanWish, ReceptionPlan, Station


def create_plan(
    station: Station, *, actor: Any, year: int, **settings: Any
) -> ReceptionPlan:
    """A plan without rules, of this year or one of the next two.

    `settings`: per_day, least, most (None: no end), mixes_levels, not_twice_running,
    seed. No `least`: what the policy asks of a deputy a year.
    """
    raise NotImplementedError


def edit_plan(
    plan: ReceptionPlan, *, actor: Any, version: int, **settings: Any
) -> ReceptionPlan:
    """Change settings (those of create_plan); `version` is the one that was shown."""
    raise NotImplementedError


def set_rules(
    plan: ReceptionPlan, *, actor: Any, rules: list[dict[str, Any]]
) -> list[PlanRule]:
    """Replace all rules of the plan.

    Each rule: kind, starts_at, ends_at and, all optional, place, topic, per_day (None:
    the plan's), manner; `rrule` unless kind is FREE (stations.planning.rules writes it:
    monthly_rule, weekly_rule, nth_weekday_rule; parts_of reads it back for a form),
    `dates` (list of date) if it is FREE. Field of a violation: `rules-<n>-<name>`,
    n from 0.
    """
    raise NotImplementedError


def set_wish(
    plan: ReceptionPlan,
    deputy: Deputy,
    *,
    actor: Any,
    off_weekdays: list[int] = (),  # type: ignore[assignment]
    off_periods: list[tuple[dt.date, dt.date]] = (),  # type: ignore[assignment]
    least: int | None = None,
    most: int | None = None,
    note: str = "",
) -> PlanWish:
    """What holds for one deputy of the station; replaces what held before.

    Weekdays count from Monday = 0; periods include both their days.
    """
    raise NotImplementedError


def drop_wish(plan: ReceptionPlan, deputy: Deputy, *, actor: Any) -> None:
    """Nothing special holds for the deputy any more; without a wish nothing happens."""
    raise NotImplementedError


def set_pair(
    plan: ReceptionPlan,
    first: Deputy,
    second: Deputy,
    *,
    actor: Any,
    together: bool,
) -> PlanPair:
    """These two sit together (a turn of one is a turn of both), or never meet."""
    raise NotImplementedError


def drop_pair(plan: ReceptionPlan, pair: PlanPair, *, actor: Any) -> None:
    """Take the pair back; one of another plan is refused (field `pair`)."""
    raise NotImplementedError


def copy_plan(plan: ReceptionPlan, *, actor: Any, year: int) -> ReceptionPlan:
    """A new plan for another year with the same settings, rules, wishes and pairs.

    Free dates and periods off are of their year and stay behind, and so do wishes of
    deputies who have left the station.
    """
    raise NotImplementedError
