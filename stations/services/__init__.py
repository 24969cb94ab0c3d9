"""Writes of the stations app that move no status: stations, days, visits."""

from stations.services.days import create_day, edit_day
from stations.services.registry import close_station, serve, station_deputies
from stations.services.stations import (
    create_station,
    edit_station,
    end_stationing,
    station_deputy,
)
from stations.services.visits import amend_visit, claim_visit, log_visit, reveal_contact

__all__ = [
    "amend_visit",
    "claim_visit",
    "close_station",
    "create_day",
    "create_station",
    "edit_day",
    "edit_station",
    "end_stationing",
    "log_visit",
    "reveal_contact",
    "serve",
    "station_deputies",
    "station_deputy",
]
