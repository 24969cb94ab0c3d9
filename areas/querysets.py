"""Reading places: what lies under an area, which policy holds there."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.db.models import Count, Prefetch, Q, QuerySet

from areas.choices import Level

# Names of accounts.choices.Role, which lies above this app.
KEEPERS = ("sys_admin",)
READERS = ("officer", "leader", "township")

LEVEL_COLUMNS = {2: "province_code", 4: "city_code", 6: "county_code", 9: "town_code"}


def under(codes: Iterable[str], *, prefix: str = "") -> Q:
    """Rows of a placed model under any of these areas, by one equality a code.

    `prefix` is the look-up path to the placed model ("station__"). No codes: no rows.
    """
    by_column: dict[str, list[str]] = {}
    for code in codes:
        by_column.setdefault(LEVEL_COLUMNS.get(len(code), "area_id"), []).append(code)
    found = Q(pk__in=())
    for column, values in by_column.items():
        found |= Q(**{f"{prefix}{column}__in": values})
    return found


class PlacedQuerySet(QuerySet):
    """Of models that lie in an area (areas.models.Placed)."""

    def under(self, code: str) -> Self:
        """Rows in this area or anywhere below it; an empty code means everywhere."""
        return self.filter(under([code])) if code else self


def _starting(codes: Iterable[str], column: str) -> Q:
    """Rows whose code column begins with one of these; no codes: no rows."""
    found = Q(pk__in=())
    for code in codes:
        found |= Q(**{f"{column}__startswith": code})
    return found


class AreaQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The areas one works for and all below; the platform's keeper sees all."""
        if user.has_role(*KEEPERS):
            return self
        return self.filter(_starting(user.area_codes(*READERS), "code"))

    def for_list(self) -> Self:
        """With the counts that one line of a list shows."""
        return self.annotate(
            child_count=Count("children", distinct=True),
            unit_count=Count("units", distinct=True),
        )

    def under(self, code: str) -> Self:
        """The area itself and all below it."""
        return self.filter(code__startswith=code)

    def below(self, code: str) -> Self:
        """The direct children, in order of their codes."""
        return self.filter(parent_id=code).order_by("code")


class PolicyQuerySet(QuerySet):
    def holding(self, code: str, on: dt.date) -> Any:
        """The policy in force at an area on a day: nearest ancestor, newest row.

        Answers None when no ancestor has one (the defaults of the model then hold).
        """
        ancestors = [code[:n] for n in (0, 2, 4, 6, 9, 12, 15) if n <= len(code)]
        found = self.filter(area_code__in=ancestors, effective_from__lte=on)
        rows: Iterable[Any] = found
        return max(
            rows, key=lambda row: (len(row.area_code), row.effective_from), default=None
        )

    def newest(self, on: dt.date) -> list[Any]:
        """The newest row of each area in force on a day, the narrowest area first."""
        rows: Iterable[Any] = self.filter(effective_from__lte=on)
        newest: dict[str, Any] = {}
        for row in sorted(rows, key=lambda row: row.effective_from):
            newest[row.area_code] = row
        return sorted(newest.values(), key=lambda row: -len(row.area_code))


class UnitQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The units of the counties one works for; the platform's keeper sees all."""
        if user.has_role(*KEEPERS):
            return self
        counties = {code[:6] for code in user.area_codes(*READERS)}
        return self.filter(_starting(sorted(counties), "area__code"))

    def for_list(self) -> Self:
        """With all that one line of a list shows: no query a row."""
        return self.select_related("area").prefetch_related("categories")


class CategoryQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody who signs in works with all categories."""
        return self if user.is_authenticated else self.none()

    def headings(self) -> Self:
        """The parents, with their children at hand."""
        children = self.model._default_manager.annotate(
            unit_count=Count("units")
        ).order_by("code")
        return self.filter(parent=None).prefetch_related(Prefetch("children", children))


class ImportJobQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; the platform's keeper sees all."""
        if user.has_role(*KEEPERS):
            return self.of_tables()
        return self.of_tables().filter(requested_by=user)

    def of_tables(self) -> Self:
        """Without old ledgers, which have pages of their own."""
        return self.exclude(kind="ledger")


class OutlineQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those an office keeps for its own area; the platform's keeper sees all."""
        if user.has_role(*KEEPERS):
            return self
        return self.filter(_starting(user.area_codes("officer"), "area__code"))

    def around(self, codes: Iterable[str]) -> Self:
        """What a map of these areas draws: the areas, their county, their towns."""
        codes = set(codes)
        found = Q(area__in={code[:n] for code in codes for n in (6, 9)} | codes)
        for code in codes:
            found |= Q(area__code__startswith=code, area__level__lte=Level.TOWN)
        return self.filter(found).order_by("area")
