"""Whom and what the words of an old ledger mean in this county."""

from collections import defaultdict
from collections.abc import Iterable

from areas.models import Category, Unit
from deputies.models import Deputy
from deputies.roster.fields import folded
from proposals.models import ResultClass
from stations.models import Station

AT_ONCE = 400
SOLVED = ("已解决", "解决", "是", "已落实", "采纳")


class Lookups:
    """Deputies, categories, units and classes by the words used; read once."""

    def __init__(self, station: Station, names: Iterable[str]) -> None:
        self.county = station.area_id[:6]
        self.deputies = self._deputies(station, set(names))
        self.categories = {
            folded(row.name): row for row in Category.objects.filter(is_active=True)
        }
        self.units = self._units()
        self.classes = list(ResultClass.objects.all())

    def _deputies(self, station: Station, names: set[str]) -> dict[str, int]:
        """Keys of deputies by name: the station's own, else the county's, if unique."""
        own = set(station.stationings.values_list("deputy", flat=True))
        found: dict[str, set[int]] = defaultdict(set)
        asked = sorted(names)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            rows = Deputy.objects.filter(county_code=self.county, name__in=some)
            for pk, name in rows.values_list("pk", "name"):
                found[name].add(pk)
        unique: dict[str, int] = {}
        for name, keys in found.items():
            for some_keys in (keys & own, keys):
                if len(some_keys) == 1:
                    (unique[name],) = some_keys
                    break
        return unique

    def _units(self) -> dict[str, Unit]:
        found: dict[str, Unit] = {}
        clashes: set[str] = set()
        for unit in Unit.objects.filter(area__code__startswith=self.county):
            aliases = unit.aliases.replace("，", "、").replace(" ", "、").split("、")
            names = {folded(n) for n in (unit.name, unit.short_name, *aliases)}
            for name in names - {""}:
                if name in found:
                    clashes.add(name)
                found[name] = unit
        return {name: unit for name, unit in found.items() if name not in clashes}

    def category(self, text: str) -> Category | None:
        return self.categories.get(folded(text))

    def unit(self, text: str) -> Unit | None:
        """The one unit of this name; of several named the first."""
        first = text.replace("，", "、").replace(",", "、").split("、")[0]
        return self.units.get(folded(text)) or self.units.get(folded(first))

    def result(self, text: str) -> ResultClass | None:
        """A 类, A, 已解决: the class meant."""
        plain = folded(text)
        for row in self.classes:
            if plain in (row.code, f"{row.code}类", folded(row.label)):
                return row
            if plain.startswith(f"{row.code}类"):
                return row
        if plain in SOLVED:
            return next((row for row in self.classes if row.counts_as_solved), None)
        return None
