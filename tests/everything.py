"""One of everything that a station keeps, by the URLs that show it."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate

from activities.services.planning import plan_activity
from activities.services.recording import attach as attach_to_activity
from areas.models import Outline
from proposals.models import LedgerImport
from proposals.services.ledger.uploads import keep_upload
from proposals.services.promising import promise
from stations.choices import CodeKind
from stations.models import Checklist, ChecklistItem, Duty
from stations.services.announcing import announce
from stations.services.checks import attach, create_check
from stations.services.codes import give_code
from stations.services.guests import invite_guest
from stations.services.plans import set_pair
from stations.services.sheets import enter_sheet, print_sheets
from stations.workflow_plans import publish
from tests.factories import DayFactory, files
from tests.stations.bookings import announced_day, book
from tests.stations.plans import drafted, people, rule

PASTED = "日期\t姓名\t反映内容\n2025-03-04\t刘德才\t泵站只有一台泵在转\n"


def everything(station: Any, *, officer: Any, unit: Any) -> dict[str, dict[str, Any]]:
    """By the beginnings of the URLs' names, longest first."""
    county = station.area.parent
    deputy, other = people(station, 2, since=localdate() - dt.timedelta(days=500))
    past = DayFactory(station=station, date=localdate() - dt.timedelta(days=3))
    Duty.objects.create(day=past, deputy=deputy)
    day = announced_day(station)
    Duty.objects.create(day=day, deputy=deputy)
    announced = DayFactory(station=station, date=localdate() + dt.timedelta(days=9))
    Duty.objects.create(day=announced, deputy=deputy)
    announce(announced, actor=officer)
    booking = book(day)
    guest = invite_guest(day, actor=officer, unit=unit, name="许正明", post="局长")
    due = localdate() + dt.timedelta(days=30)
    kept = promise(past, actor=officer, unit=unit, what="月底前换好水泵", due_on=due)
    plan = drafted(station, officer, rule(), per_day=1)
    publish(plan, actor=officer)
    draft = station.plans.create(year=2028)
    pair = set_pair(draft, deputy, other, actor=officer, together=True)
    checklist = Checklist.objects.create(area=county, name="本县标准")
    ChecklistItem.objects.create(
        checklist=checklist, position=0, text="有牌子", score=1
    )
    check = create_check(station, checklist, actor=officer, checked_on=localdate())
    mark = check.marks.get()
    proof = attach(mark, actor=officer, file=files.upload(files.jpeg()))
    blank, entered = print_sheets(station, actor=officer, count=2)
    visit = enter_sheet(
        entered,
        actor=officer,
        photo=files.upload(files.jpeg()),
        words="路灯坏了半个月没人修",
        visitor_name="刘德才",
        visitor_contact="13812345678",
    )
    codes = {kind: give_code(kind, station, actor=officer) for kind in OF_STATION}
    own = give_code(CodeKind.DEPUTY, deputy, actor=officer)
    activity = plan_activity(
        station.area,
        actor=officer,
        station=station,
        kind="study",
        title="集中学习",
        place="会议室",
        starts_at=past.created_at,
        deputies=[deputy],
    )
    file = attach_to_activity(activity, actor=officer, file=files.upload(files.jpeg()))
    outline = Outline.objects.create(area=county, geojson=SQUARE)
    upload = keep_upload(
        PASTED.encode(), "台账", actor=officer, station=station, is_pasted=True
    )
    confirmed = keep_upload(
        PASTED.encode(), "台账", actor=officer, station=station, is_pasted=True
    )
    ledger = confirmed.carry_out(actor=officer)
    assert isinstance(ledger, LedgerImport)
    return {
        "activities:att": {"pk": activity.pk, "deputy": deputy.pk},
        "activities:drop": {"pk": activity.pk, "deputy": deputy.pk},
        "activities:file": {"pk": file.pk},
        "activities:": {"pk": activity.pk},
        "api:activity": {"pk": activity.pk},
        "api:check": {"pk": check.pk},
        "api:plan": {"pk": plan.pk},
        "api:station": {"pk": station.pk},
        "api:reception": {"pk": day.pk},
        "api:visit": {"pk": visit.pk},
        "areas:outline": {"pk": outline.pk},
        "proposals:commitment": {"pk": kept.pk},
        "proposals:keep": {"pk": kept.pk},
        "proposals:desk": {"day_pk": past.pk},
        "proposals:desk_booking": {"day_pk": day.pk, "booking": booking.pk},
        "proposals:promise": {"day_pk": past.pk},
        "proposals:open_opinion": {"pk": visit.pk},
        "proposals:ledger_count": {"pk": ledger.pk},
        "proposals:ledger_detail": {"pk": ledger.pk},
        "proposals:ledger_refused": {"pk": ledger.pk},
        "proposals:ledger_": {"token": upload.token},
        "stations:blank_form": {"pk": station.pk},
        "stations:booking_calls": {"pk": day.pk},
        "stations:booking_list": {"pk": day.pk},
        "stations:booking_reveal": {"pk": booking.pk},
        "stations:booking_step": {"pk": booking.pk, "verb": "came"},
        "stations:check_": {"pk": check.pk},
        "stations:check_attach": {"pk": check.pk, "mark": mark.pk},
        "stations:check_file": {"pk": proof.pk},
        "stations:checklist_": {"pk": checklist.pk},
        "stations:code_": {"pk": codes[CodeKind.STATION].pk},
        "stations:day_": {"pk": day.pk},
        "stations:day_create": {"pk": station.pk},
        "stations:deputy_": {"pk": deputy.pk, "kind": CodeKind.DEPUTY.value},
        "stations:duty_": {"pk": day.pk, "deputy": deputy.pk},
        "stations:end_stationing": {
            "pk": station.pk,
            "stationing": deputy.stationings.get().pk,
        },
        "stations:feed": {"token": codes[CodeKind.STATION_FEED].token},
        "stations:scan": {"token": own.token},
        "stations:guest_": {"pk": day.pk, "guest": guest.pk},
        "stations:plan_": {"pk": plan.pk, "kind": "xlsx"},
        "stations:plan_create": {"pk": station.pk},
        "stations:plan_edit": {"pk": draft.pk},
        "stations:plan_draft": {"pk": draft.pk},
        "stations:plan_publish": {"pk": draft.pk},
        "stations:plan_pair": {"pk": draft.pk, "pair": pair.pk},
        "stations:plan_wish": {"pk": draft.pk, "deputy": deputy.pk},
        "stations:sheet": {"token": blank.token},
        "stations:sheet_add_photo": {"token": entered.token},
        "stations:sheet_photo": {"token": entered.token},
        "stations:sheet_list": {"pk": station.pk},
        "stations:sheet_print": {"pk": station.pk},
        "stations:visit_": {"pk": visit.pk},
        "stations:visit_create": {"pk": station.pk},
        "stations:visit_outing": {"pk": station.pk},
        "stations:": {"pk": station.pk, "kind": CodeKind.STATION.value},
    }


OF_STATION = (CodeKind.STATION, CodeKind.STATION_FEED)
RING = [[112.1, 31.0], [112.3, 31.0], [112.3, 31.2], [112.1, 31.0]]
SQUARE = {"type": "MultiPolygon", "coordinates": [[RING]]}


def arguments_of(held: dict[str, dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Those of the longest beginning that this name has; None without one."""
    best = max((key for key in held if name.startswith(key)), key=len, default=None)
    return held[best] if best else None
