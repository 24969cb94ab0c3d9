"""Working out a year of receptions: dates from rules, days off, turns of deputies.

Nothing here reads or writes the database, or knows who asks: what goes in are plain
values, what comes out is the same for the same values and seed.
"""
