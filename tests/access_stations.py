"""The rows of stations and activities that the access table's URLs point at."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate, now

from activities.services.recording import attach as attach_paper
from areas.models import ImportJob, Outline
from deputies.models import Deputy
from proposals.models import LedgerImport
from stations.models import (
    Booking,
    Checklist,
    DayGuest,
    PlanPair,
    ReceptionDay,
    ReceptionPlan,
    Station,
)
from stations.services.checks import attach, create_check
from stations.services.codes import give_code
from stations.services.sheets import add_photo, print_sheets
from stations.workflow_checks import propose
from tests.factories import DayFactory, DeputyFactory, files
from tests.factories.activities import ActivityFactory, AttendanceFactory
from tests.factories.stations import VisitFactory

Keys = dict[str, dict[str, Any]]


def station_keys(
    cast: dict[str, Any], station: Station, deputy: Deputy, day: ReceptionDay, unit: Any
) -> Keys:
    """The arguments of the URLs of this app, by the beginning of their names."""
    return (
        _days(station, deputy, day, unit)
        | _plans(station, deputy)
        | _checks(cast, station)
        | _codes(cast, station, deputy)
        | _sheets(cast, station)
        | _activities(cast, station, deputy)
        | _ledgers(cast, station)
    )


def _days(station: Station, deputy: Deputy, day: ReceptionDay, unit: Any) -> Keys:
    year = localdate().year
    coming = DayFactory(
        station=station,
        date=localdate() + dt.timedelta(days=20),
        status="announced",
        announced_at=now(),
        notice_year=year,
        notice_number=1,
    )
    coming.duties.create(deputy=deputy)
    booking = Booking.objects.create(
        day=coming, slot_at=coming.starts_at, code="x", visitor_name="刘", topic="路灯"
    )
    guest = DayGuest.objects.create(day=day, unit=unit, name="孙局长")
    return {
        "stations:booking_": {"pk": coming.pk},
        "stations:booking_reveal": {"pk": booking.pk},
        "stations:booking_step": {"pk": booking.pk, "verb": "cancel"},
        "stations:visit_outing": {"pk": station.pk},
        "stations:duty_leave": {"pk": coming.pk, "deputy": deputy.pk},
        "stations:day_move": {"pk": coming.pk},
        "stations:guest_invite": {"pk": day.pk},
        "stations:guest_drop": {"pk": day.pk, "guest": guest.pk},
        "public:book": {"slug": station.slug, "day": coming.pk},
        "public:notice": {"slug": station.slug, "year": year, "number": 1},
        "proposals:desk_booking": {"day_pk": coming.pk, "booking": booking.pk},
        "proposals:promise": {"day_pk": day.pk},
    }


def _plans(station: Station, deputy: Deputy) -> Keys:
    year = localdate().year + 2  # the page to make one asks for the next
    plan = ReceptionPlan.objects.create(station=station, year=year)
    other = DeputyFactory(area=station.area)
    station.stationings.create(deputy=other, starts_on=localdate())
    first, second = sorted((deputy, other), key=lambda one: one.pk)
    pair = PlanPair.objects.create(plan=plan, first=first, second=second, together=True)
    return {
        "stations:plan": {"pk": plan.pk},
        "stations:plan_create": {"pk": station.pk},
        "stations:plan_file": {"pk": plan.pk, "kind": "docx"},
        "stations:plans_file": {"kind": "docx"},
        "stations:plan_pair_drop": {"pk": plan.pk, "pair": pair.pk},
        "stations:plan_wish": {"pk": plan.pk, "deputy": deputy.pk},
        "api:plan": {"pk": plan.pk},
    }


def _checks(cast: dict[str, Any], station: Station) -> Keys:
    """One check still being made, one that waits for a second person."""
    county = station.area.parent
    checklist = Checklist.objects.create(name="六有", area=county)
    other = Checklist.objects.create(name="八有", area=county)
    for one in (checklist, other):
        one.items.create(text="有场所", score=10)
    staff, today = cast["station_staff"], localdate()
    draft = create_check(station, checklist, actor=staff, checked_on=today)
    waiting = create_check(station, other, actor=staff, checked_on=today)
    waiting.marks.update(score=10)
    propose(waiting, actor=staff)
    mark = draft.marks.get()
    file = attach(mark, actor=staff, file=files.upload(files.jpeg()))
    outline = Outline.objects.create(
        area=county, geojson={"type": "MultiPolygon", "coordinates": []}
    )
    return {
        "stations:checklist": {"pk": checklist.pk},
        "stations:check_": {"pk": draft.pk},
        "stations:check_confirm": {"pk": waiting.pk},
        "stations:check_send_back": {"pk": waiting.pk},
        "stations:check_take_back": {"pk": waiting.pk},
        "stations:check_attach": {"pk": draft.pk, "mark": mark.pk},
        "stations:check_file": {"pk": file.pk},
        "api:check": {"pk": draft.pk},
        "areas:outline": {"pk": outline.pk},
    }


def _codes(cast: dict[str, Any], station: Station, deputy: Deputy) -> Keys:
    officer = cast["officer"]
    code = give_code("station", station, actor=officer)
    feed = give_code("station_feed", station, actor=officer)
    of_deputy = give_code("deputy", deputy, actor=officer)
    return {
        "stations:code_": {"pk": code.pk},
        "stations:scan": {"token": code.token},
        "stations:feed": {"token": feed.token},
        "stations:station_give_code": {"pk": station.pk, "kind": "station"},
        "stations:deputy_codes": {"pk": deputy.pk},
        "stations:deputy_give_code": {"pk": deputy.pk, "kind": "deputy"},
        "public:deputy": {"token": of_deputy.token},
    }


def _sheets(cast: dict[str, Any], station: Station) -> Keys:
    """One sheet still blank, one entered, one with its photo."""
    staff = cast["station_staff"]
    blank, entered, shown = print_sheets(station, actor=staff, count=3)
    for sheet in (entered, shown):
        sheet.visit = VisitFactory(station=station)
        sheet.save(update_fields=["visit"])
    add_photo(shown, actor=staff, photo=files.upload(files.jpeg()))
    return {
        "stations:sheet": {"token": blank.token},
        "stations:sheet_add_photo": {"token": entered.token},
        "stations:sheet_photo": {"token": shown.token},
        "stations:sheet_list": {"pk": station.pk},
        "stations:sheet_print": {"pk": station.pk},
    }


def _activities(cast: dict[str, Any], station: Station, deputy: Deputy) -> Keys:
    activity = ActivityFactory(station=station, recorded_by=cast["station_staff"])
    AttendanceFactory(activity=activity, deputy=deputy)
    staff = cast["station_staff"]
    file = attach_paper(activity, actor=staff, file=files.upload(files.jpeg()))
    return {
        "activities:": {"pk": activity.pk},
        "activities:file": {"pk": file.pk},
        "activities:attend": {"pk": activity.pk, "deputy": deputy.pk},
        "activities:drop": {"pk": activity.pk, "deputy": deputy.pk},
        "api:activity": {"pk": activity.pk},
    }


def _ledgers(cast: dict[str, Any], station: Station) -> Keys:
    job = ImportJob.objects.create(
        kind="ledger", requested_by=cast["station_staff"], file_name="旧台账.xlsx"
    )
    ledger = LedgerImport.objects.create(job=job, station=station)
    return {
        "proposals:ledger": {"pk": ledger.pk, "token": "0" * 32},
        "reports:ledger": {"key": "study"},
    }
