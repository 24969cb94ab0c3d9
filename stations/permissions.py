"""Who may do what at a station; asked by pages, API and services alike."""

from typing import Any

from django.utils.timezone import localdate

from accounts.choices import Role
from deputies.models import Deputy
from stations.choices import CodeKind, PlanStatus
from stations.models import (
    Checklist,
    ReceptionDay,
    ReceptionPlan,
    Station,
    StationCheck,
    Visit,
)

OVERSEEING = (Role.OFFICER, Role.TOWNSHIP)
WATCHING = (Role.LEADER, Role.CLIENT)


def in_own_area(user: Any, area_code: str) -> bool:
    """An officer or a township, anywhere in the area they are there for."""
    return any(area_code.startswith(code) for code in user.area_codes(*OVERSEEING))


def oversees(user: Any, station: Station) -> bool:
    return in_own_area(user, station.area_id)


def staffs(user: Any, station: Station) -> bool:
    return station.pk in user.station_ids()


def may_create_station(user: Any) -> bool:
    """Stations are set up by officers and townships, in their own area."""
    return bool(user.area_codes(*OVERSEEING))


def may_edit_station(user: Any, station: Station) -> bool:
    """Overseers edit all of it; its staff what a visitor needs to know."""
    return oversees(user, station) or staffs(user, station)


def runs(user: Any, station: Station) -> bool:
    """Arranges reception days, and logs every visit."""
    return oversees(user, station) or staffs(user, station)


def may_read_story(user: Any, station: Station) -> bool:
    """All that was changed, and by whom: for those who run it or watch over it."""
    watched = user.area_codes(Role.LEADER)
    return runs(user, station) or any(station.area_id.startswith(c) for c in watched)


def runs_day(user: Any, day: ReceptionDay) -> bool:
    return runs(user, day.station)


def announces(user: Any, day: ReceptionDay) -> bool:
    """Who runs the station, or the system itself (None), when the day is due."""
    return user is None or runs_day(user, day)


def is_stationed(user: Any, station: Station) -> bool:
    """A deputy of this station, or one on duty here (days are shared out widely)."""
    if not user.deputy_id:
        return False
    stationed = station.stationings.on(localdate()).filter(deputy=user.deputy_id)
    on_duty = station.days.filter(duties__deputy=user.deputy_id)
    return stationed.exists() or on_duty.exists()


def may_log(user: Any, station: Station) -> bool:
    """Station staff, overseers, and the deputies who hear voters here."""
    return runs(user, station) or is_stationed(user, station)


def may_send(user: Any, station: Station) -> bool:
    """Other systems of the area, by a token that may write."""
    codes = user.area_codes(Role.CLIENT)
    return any(station.area_id.startswith(code) for code in codes)


def heard(user: Any, visit: Visit) -> bool:
    """The deputy to whom the visitor spoke."""
    if not user.deputy_id:
        return False
    return visit.heard_by.filter(pk=user.deputy_id).exists()


def may_amend(user: Any, visit: Visit) -> bool:
    return runs(user, visit.station) or heard(user, visit)


def may_reveal(user: Any, visit: Visit) -> bool:
    """Who may see a visitor's contact in clear (个人信息保护法第六条: least needed)."""
    return runs(user, visit.station) or heard(user, visit)


def may_see_stations(user: Any) -> bool:
    """Whose work it is at all; the others have no such pages (403)."""
    return user.has_role(*OVERSEEING, *WATCHING, Role.STATION, Role.DEPUTY)


def may_see_visits(user: Any) -> bool:
    """Those who run stations or watch them, and deputies: what they heard."""
    return may_see_stations(user)


def may_export_visits(user: Any) -> bool:
    """A file of many visits is for those who keep the registers."""
    return user.has_role(*OVERSEEING, Role.STATION)


def gives_code(user: Any, kind: str, of: Station | Deputy) -> bool:
    """Gives out and takes back public codes and calendars.

    A deputy's calendar is the deputy's own affair; a deputy's code is also printed by
    the stations the deputy belongs to, and by the office.
    """
    if isinstance(of, Station):
        return runs(user, of)
    if user.deputy_id == of.pk:
        return True
    if kind == CodeKind.DEPUTY_FEED:
        return False
    if in_own_area(user, of.area_id):
        return True
    here = of.stationings.on(localdate()).filter(station__in=user.station_ids())
    return here.exists()


def may_see_quiet(user: Any) -> bool:
    """Which stations need a hand is seen by those who could lend one."""
    return user.has_role(*OVERSEEING, *WATCHING)


def may_compare_stations(user: Any) -> bool:
    """Figures station by station; a station's staff see their own."""
    return user.has_role(*OVERSEEING, *WATCHING, Role.STATION)


def may_see_plan(user: Any, plan: ReceptionPlan) -> bool:
    """Published ones: whoever works with the station; drafts: not yet deputies."""
    if plan.status == PlanStatus.PUBLISHED:
        return True
    station = plan.station
    codes = user.area_codes(*OVERSEEING, *WATCHING)
    return staffs(user, station) or any(station.area_id.startswith(c) for c in codes)


def works_with_many(user: Any) -> bool:
    """Whether lists are of more than the one station this person staffs."""
    wider = user.has_role(*OVERSEEING, *WATCHING) or user.deputy_id is not None
    return wider or len(user.station_ids()) != 1


def may_see_checklists(user: Any) -> bool:
    """Those who check by them, and the keeper of those that hold everywhere."""
    return may_see_checks(user) or user.has_role(Role.SYS_ADMIN)


def may_keep_checklists_of(user: Any, area_code: str | None) -> bool:
    """The office of the area; those of the whole installation are the keeper's."""
    if area_code is None:
        return user.has_role(Role.SYS_ADMIN)
    return any(area_code.startswith(code) for code in user.area_codes(Role.OFFICER))


def may_keep_checklist(user: Any, checklist: Checklist) -> bool:
    return may_keep_checklists_of(user, checklist.area_id)


def may_see_checks(user: Any) -> bool:
    """Checks are between stations and those above them; deputies have no part."""
    return user.has_role(*OVERSEEING, *WATCHING, Role.STATION)


def may_begin_checks(user: Any) -> bool:
    return user.has_role(*OVERSEEING, Role.STATION)


def is_checker(user: Any, check: StationCheck) -> bool:
    """Who began the check gives the marks, as long as they run the station."""
    return user.pk == check.checked_by_id and runs(user, check.station)


def may_confirm_check(user: Any, check: StationCheck) -> bool:
    """A second person of the office or the township (四眼原则)."""
    return user.pk != check.checked_by_id and oversees(user, check.station)


def may_discard_check(user: Any, check: StationCheck) -> bool:
    return is_checker(user, check) or oversees(user, check.station)


def may_see_coverage(user: Any) -> bool:
    """What is missing is for those who can see to it, and for their leaders."""
    return user.has_role(*OVERSEEING, Role.LEADER)
