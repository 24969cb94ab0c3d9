"""Places, calendar, categories, units and stations of the demo county."""

import csv
import datetime as dt
import io
from pathlib import Path

from areas.models import Area, Category, Unit
from areas.services import import_areas, import_units, seed_categories
from proposals.models import ResultClass
from reports.demo.texts import short_name
from reports.demo.world import World
from stations.choices import StationKind
from stations.models import Station
from stations.services import create_station

HERE = Path(__file__).parent
HOME_TOWN, HOME_VILLAGE = "420802002", "泉口社区居民委员会"
VENUES = ("一楼接待室", "党群服务中心一楼", "议事厅", "二楼代表活动室")
SHARED = "党群服务中心、新时代文明实践站"
BRANDS = ("板凳议事", "周四说事", "代表听您说", "院落夜话", "码上议", "田埂议事")
# Letters of the towns' names, with which the codes of their stations begin.
LETTERS = {
    "龙泉街道": "LQ",
    "泉口街道": "QK",
    "栗溪镇": "LX",
    "子陵铺镇": "ZLP",
    "漳河镇": "ZH",
    "马河镇": "MH",
    "石桥驿镇": "SQY",
    "牌楼镇": "PL",
    "仙居乡": "XJ",
    "东宝工业园区": "GYY",
}
THEMED = (
    ("泉口街道", "“法治议站”特色工作室", "人大代表法律工作室"),
    ("子陵铺镇", "“产业链”代表工作室", "链上代表"),
    ("漳河镇", "“护水”代表工作室", "水边议事"),
)


def import_places() -> None:
    """The county with its parents, towns and villages; categories."""
    import_areas((HERE / "areas_420802.csv").read_bytes(), actor=None)
    seed_categories()


def read_places(world: World) -> None:
    """Have at hand what the lives look up by name or code."""
    world.towns = list(Area.objects.filter(parent=world.county).order_by("code"))
    world.categories = {row.code: row for row in Category.objects.all()}
    world.results = {row.code: row for row in ResultClass.objects.all()}


def found_units(world: World) -> None:
    """The handling units, with an invented telephone each."""
    file = HERE / "units.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*rows[0], "电话"])
    for at, row in enumerate(rows):
        table.writerow([*row.values(), f"0724-0{at:02}0{at:03}"])
    import_units(out.getvalue().encode(), area=world.county, actor=world.officer)
    towns = {area.name: area.code for area in world.towns}
    for unit in Unit.objects.filter(area=world.county):
        world.units[unit.name] = unit
        # 泉口街道办事处, 栗溪镇人民政府: the town's own government.
        for name, code in towns.items():
            if unit.name.startswith(name):
                world.units[code] = unit


def found_stations(world: World) -> list[Station]:
    """A home for each town, stations in villages, three themed ones and one online.

    The station of the demo accounts comes first. A small county has fewer of each.
    """
    wanted = world.some(33, least=5)
    homes: dict[str, Station] = {}
    for town in _home_first(world.towns)[: max(1, wanted // 3)]:
        name, code = f"{town.name}人大代表之家", f"{LETTERS[town.name]}00"
        homes[town.name] = _station(world, town, name, code, StationKind.HOME)
    rest = [_village_station(world, _home_village(), homes, 1)]
    special = _special(world, homes)
    # The park has one virtual community only: no stations below its home.
    towns = [town for town in world.towns if town.name != "东宝工业园区"]
    villages = {town.code: _villages(world, town) for town in towns}
    for at in range(wanted - len(homes) - len(rest) - len(special)):
        town = towns[at % len(towns)]
        village = villages[town.code].pop()
        number = 2 + at // len(towns)
        rest.append(_village_station(world, village, homes, number))
    return [rest[0], *homes.values(), *rest[1:], *special]


def _villages(world: World, town: Area) -> list[Area]:
    """The town's villages in some order, without that of the demo station."""
    found = Area.objects.filter(parent=town).exclude(name=HOME_VILLAGE)
    villages = list(found.order_by("code"))
    return world.chance.sample(villages, len(villages))


def _home_first(towns: list[Area]) -> list[Area]:
    return sorted(towns, key=lambda town: (town.code != HOME_TOWN, town.code))


def _home_village() -> Area:
    return Area.objects.get(name=HOME_VILLAGE, code__startswith=HOME_TOWN)


def _village_station(
    world: World, village: Area, homes: dict[str, Station], number: int
) -> Station:
    town = next(t for t in world.towns if village.code.startswith(t.code))
    name = f"{short_name(village.name)}代表联络站"
    code = f"{LETTERS[town.name]}{number:02}"
    return _station(
        world, village, name, code, StationKind.STATION, homes.get(town.name)
    )


def _special(world: World, homes: dict[str, Station]) -> list[Station]:
    found = []
    for name, title, brand in THEMED:
        home = homes.get(name)
        if home is None:
            continue
        code = f"{LETTERS[name]}-T"
        found.append(
            _station(
                world,
                home.area,
                f"{name}{title}",
                code,
                StationKind.THEMED,
                home,
                brand,
            )
        )
    online = "东宝区网上代表联络站"
    found.append(_station(world, world.county, online, "WS", StationKind.ONLINE))
    return found


def _station(
    world: World,
    area: Area,
    name: str,
    code: str,
    kind: str,
    parent: Station | None = None,
    brand: str = "",
) -> Station:
    chance, number = world.chance, world.chance.randint(100, 999)
    opened = dt.date(chance.randint(2016, 2022), chance.randint(1, 12), 18)
    place = short_name(area.name)
    return create_station(
        area,
        actor=world.officer,
        name=name,
        code=code,
        kind=kind,
        parent=parent,
        address=f"{place}党群服务中心" if area != world.county else "区人大机关一楼",
        phone=f"0724-00{number}{chance.randint(10, 99)}",
        hours="工作日 9:00–11:30，14:30–17:00",
        venue=chance.choice(VENUES),
        shared_with=SHARED if kind == StationKind.STATION else "",
        brand=brand or chance.choice(BRANDS),
        opened_on=opened,
    )
