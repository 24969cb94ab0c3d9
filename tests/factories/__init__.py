"""Rows for tests: `make_…` functions, each with sensible defaults."""

from tests.factories.areas import AreaFactory, CategoryFactory, UnitFactory
from tests.factories.deputies import DeputyFactory, GroupFactory, MandateFactory
from tests.factories.people import UserFactory, person
from tests.factories.stations import DayFactory, StationFactory, VisitFactory

__all__ = (
    "AreaFactory",
    "CategoryFactory",
    "DayFactory",
    "DeputyFactory",
    "GroupFactory",
    "MandateFactory",
    "StationFactory",
    "UnitFactory",
    "UserFactory",
    "VisitFactory",
    "person",
)
