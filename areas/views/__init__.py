"""Pages about places, units, categories, rules, the calendar and imports."""
