"""Whose figures a person may see: of areas, of stations, or of handling units."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from accounts.choices import Role
from areas.querysets import LEVEL_COLUMNS, under
from reports.counting import PROPOSALS, Source

AREA_ROLES = (
    Role.OFFICER,
    Role.LEADER,
    Role.TOWNSHIP,
    Role.COORDINATOR,
    Role.CLIENT,
)
# Visits are not the business of the government's own supervision office.
VISIT_ROLES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP, Role.CLIENT)


@dataclass(frozen=True)
class Scope:
    """Areas ("" is everywhere), stations and units whose figures are open to somebody.

    A row counts when any of the three lets it in. `visit_areas` hold for visits and
    receptions, of which some roles see nothing.
    """

    areas: tuple[str, ...] = ()
    stations: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    visit_areas: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.areas or self.stations or self.units)

    def of(self, source: Source) -> "Scope":
        """As far as it holds for this kind of rows."""
        if source is PROPOSALS:
            return self
        return replace(self, areas=self.visit_areas, units=())

    @property
    def is_mixed(self) -> bool:
        """More than one of the three: an either-or that no roll-up answers."""
        return sum(map(bool, (self.areas, self.stations, self.units))) > 1

    def within(self, area: str) -> tuple[str, ...]:
        """The areas both in this scope and in `area`, none inside another."""
        found = {area for code in self.areas if area.startswith(code)}
        found |= {code for code in self.areas if code.startswith(area)}
        return tuple(sorted(found))

    def condition(self, source: Source) -> Q:
        """The rows of a source that count."""
        if "" in self.areas:
            return Q()
        allowed = in_areas(self.areas, source)
        if self.stations:
            allowed |= Q(**{f"{source.station}__in": self.stations})
        if self.units and source.unit:
            allowed |= Q(**{f"{source.unit}__in": self.units})
        return allowed


EVERYTHING = Scope(areas=("",), visit_areas=("",))


def in_areas(codes: tuple[str, ...], source: Source) -> Q:
    """Rows of a source that lie in any of these areas."""
    if "" in codes:
        return Q()
    indexed = [code for code in codes if len(code) in LEVEL_COLUMNS]
    found = under(indexed, prefix=source.placed)
    for code in set(codes) - set(indexed):
        found |= Q(**{f"{source.placed}area__code__startswith": code})
    return found


def of_area(code: str) -> Scope:
    """All figures of one area, as its report shows them."""
    return Scope(areas=(code,), visit_areas=(code,))


def of_station(station_id: int) -> Scope:
    return Scope(stations=(station_id,))


def figures_scope(user: Any) -> Scope:
    """What this person's grants open; empty for deputies and the platform's staff."""
    return Scope(
        areas=_outermost(user.area_codes(*AREA_ROLES)),
        stations=tuple(sorted(set(user.station_ids()))),
        units=tuple(sorted(set(user.unit_ids()))),
        visit_areas=_outermost(user.area_codes(*VISIT_ROLES)),
    )


def _outermost(codes: list[str]) -> tuple[str, ...]:
    """Without areas that lie inside another one of the list."""
    found: list[str] = []
    for code in sorted(set(codes)):
        if not any(code.startswith(outer) for outer in found):
            found.append(code)
    return tuple(found)


def home_area(user: Any) -> str:
    """Where a person's figures begin: their own area, or the county of their place."""
    for grant in user.held:
        if grant.area_code:
            return grant.area_code if grant.area_id else grant.area_code[:6]
    return ""


def may_see_figures(user: Any) -> bool:
    return bool(figures_scope(user))
