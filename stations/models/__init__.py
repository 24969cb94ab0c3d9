"""Stations, their year plan, reception days, visits, and the ways voters come in."""

from stations.models.check import (
    CheckFile,
    Checklist,
    ChecklistItem,
    CheckMark,
    StationCheck,
)
from stations.models.code import CodeScan, PublicCode
from stations.models.day import DayGuest, Duty, DutySwap, ReceptionDay
from stations.models.entry import Booking, PaperSheet
from stations.models.plan import PlanPair, PlanRule, PlanWish, ReceptionPlan
from stations.models.station import Station, Stationing
from stations.models.visit import Visit

__all__ = [
    "Booking",
    "CheckFile",
    "CheckMark",
    "Checklist",
    "ChecklistItem",
    "CodeScan",
    "DayGuest",
    "Duty",
    "DutySwap",
    "PaperSheet",
    "PlanPair",
    "PlanRule",
    "PlanWish",
    "PublicCode",
    "ReceptionDay",
    "ReceptionPlan",
    "Station",
    "StationCheck",
    "Stationing",
    "Visit",
]
