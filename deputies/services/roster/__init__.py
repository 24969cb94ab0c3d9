"""The import of a roster: plan what a file would change, then do it."""

from deputies.services.roster.apply import apply_roster
from deputies.services.roster.columns import remember_columns, remembered_columns
from deputies.services.roster.plan import plan_roster
from deputies.services.roster.planned import PlannedRow, RosterPlan, Target
from deputies.services.roster.report import write_report

__all__ = [
    "PlannedRow",
    "RosterPlan",
    "Target",
    "apply_roster",
    "plan_roster",
    "remember_columns",
    "remembered_columns",
    "write_report",
]
