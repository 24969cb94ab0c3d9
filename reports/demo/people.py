"""The people of the demo county: those who sign in, deputies, groups."""

import datetime as dt
from typing import Any

from accounts.choices import Role
from accounts.models import User
from accounts.services.grants import grant
from accounts.services.people import create_user
from areas.models import Area
from deputies.models import Deputy, Mandate
from reports.demo.accounts import ACCOUNTS
from reports.demo.names import person_name
from reports.demo.places import HOME_TOWN
from reports.demo.world import Spot, World
from stations.models import Station
from stations.services import station_deputy

UNIT = "区水利和湖泊局"  # of the demo accounts
DEPUTIES_A_STATION = 3  # with an account, on the rota


def open_account(
    world: World, username: str, name: str, role: str, **place: Any
) -> User:
    """An account with its role, since the first day; without a password as yet."""
    user, _ = create_user(actor=None, username=username, name=name, has_password=False)
    grant(user, actor=None, role=role, starts_on=world.start, **place)
    world.users[username] = user
    return user


def open_first_accounts(world: World) -> None:
    """Administrators, the office, and those who work for the county as a whole."""
    whole = (Role.OFFICER, Role.LEADER, Role.COORDINATOR, Role.CLIENT)
    platform = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN)
    for account in ACCOUNTS:
        if account.role in platform:
            open_account(world, account.username, account.name, account.role)
        elif account.role in whole:
            open_account(
                world,
                account.username,
                account.name,
                account.role,
                area=world.county,
            )


def open_township_accounts(world: World) -> None:
    names = {account.username: account.name for account in ACCOUNTS}
    for at, town in enumerate(world.towns, 1):
        home = town.code == HOME_TOWN
        username = "township" if home else f"town{at:02}"
        name = names["township"] if home else person_name(world.chance)
        world.townships[town.code] = open_account(
            world, username, name, Role.TOWNSHIP, area=town
        )


def open_unit_accounts(world: World) -> None:
    """A handler and a leader in each unit."""
    units = {unit.pk: unit for unit in world.units.values()}
    names = {account.username: account.name for account in ACCOUNTS}
    for at, unit in enumerate(units.values(), 1):
        demo = unit.name == UNIT
        world.handlers[unit.pk] = open_account(
            world,
            "unit" if demo else f"unit{at:02}",
            names["unit"] if demo else person_name(world.chance),
            Role.UNIT_HANDLER,
            unit=unit,
        )
        world.heads[unit.pk] = open_account(
            world,
            "unitleader" if demo else f"unitleader{at:02}",
            unit.leader_name,
            Role.UNIT_LEADER,
            unit=unit,
        )


def staff_stations(world: World, stations: list[Station]) -> None:
    """A person for each station, the deputies of its town, accounts for some."""
    seats = Mandate.objects.select_related("deputy__area").order_by("pk")
    by_town: dict[str, list[Deputy]] = {}
    for seat in seats:
        found = by_town.setdefault(seat.deputy.area_id[:9], [])
        if seat.deputy not in found:
            found.append(seat.deputy)
    shared = _shares(stations)
    names = {account.username: account.name for account in ACCOUNTS}
    for at, station in enumerate(stations):
        username = "station" if at == 0 else f"station{at:02}"
        name = names["station"] if at == 0 else person_name(world.chance)
        staff = open_account(
            world, username, name, Role.STATION, station=station, is_head=at > 0
        )
        town = next(
            (t for t in world.towns if station.area_id.startswith(t.code)),
            world.towns[0],
        )
        own = by_town.get(town.code, [])
        place, of = shared[station.pk]
        # 周敏 comes first of her town, and so to the station of the demo.
        stationed = own[place::of]
        for deputy in stationed:
            station_deputy(station, deputy, actor=world.officer, starts_on=world.start)
        rota = stationed[:DEPUTIES_A_STATION] or own[:DEPUTIES_A_STATION]
        for deputy in rota:
            _deputy_account(world, deputy)
        world.spots.append(Spot(station, staff, town, rota, _villages(station, town)))
    world.authors = list(
        Mandate.objects.filter(deputy__in=world.deputy_users, level__gte=4)
        .select_related("deputy__area", "term__congress")
        .order_by("pk")
    )


def _shares(stations: list[Station]) -> dict[int, tuple[int, int]]:
    """For each station the how-manieth it is of its town, and of how many."""
    towns: dict[str, list[int]] = {}
    for station in stations:
        towns.setdefault(station.area_id[:9], []).append(station.pk)
    return {
        pk: (at, len(found)) for found in towns.values() for at, pk in enumerate(found)
    }


def _villages(station: Station, town: Area) -> list[Area]:
    """Where its visitors come from; a village's station has its own and neighbours."""
    found = list(Area.objects.filter(parent=town).order_by("code"))
    at = (
        [area.code for area in found].index(station.area_id)
        if (len(station.area_id) == 12)
        else None
    )
    if at is None:
        return found
    return [found[at], *found[max(0, at - 2) : at], *found[at + 1 : at + 3]]


def _deputy_account(world: World, deputy: Deputy) -> None:
    if deputy.pk in world.deputy_users:
        return
    first = not world.deputy_users
    username = "deputy" if first else f"deputy{len(world.deputy_users):03}"
    user = open_account(world, username, deputy.name, Role.DEPUTY, area=deputy.area)
    deputy.user = user
    deputy.save(update_fields=["user", "updated_at"])
    world.deputy_users[deputy.pk] = user


def first_day(today: dt.date) -> dt.date:
    """When the county begins to work with the system: two years before today."""
    return today - dt.timedelta(days=730)
