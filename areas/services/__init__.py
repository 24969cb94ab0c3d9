"""Writes of the areas app: calendar, numbers, policies, units, imports."""

from areas.services.area_tables import import_areas
from areas.services.calendar import seed_calendar
from areas.services.categories import (
    create_category,
    edit_category,
    seed_categories,
    suggest_category,
)
from areas.services.category_tables import import_categories
from areas.services.import_jobs import request_import
from areas.services.numbers import next_number
from areas.services.policies import policy_at, set_policy
from areas.services.unit_tables import import_units
from areas.services.units import create_unit, edit_unit

__all__ = [
    "create_category",
    "create_unit",
    "edit_category",
    "edit_unit",
    "import_areas",
    "import_categories",
    "import_units",
    "next_number",
    "policy_at",
    "request_import",
    "seed_calendar",
    "seed_categories",
    "set_policy",
    "suggest_category",
]
