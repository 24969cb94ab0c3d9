"""What is printed at a station: registration forms, sign sheets, registers in Word."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.services import record
from common.fields import masked_name
from common.forms import is_key
from stations import permissions as may
from stations.choices import DutyState
from stations.forms_visit import RevealForm
from stations.models import ReceptionDay, Visit
from stations.papers import expected, register_paper, sign_sheet
from stations.seats import seat_words, with_seats
from stations.views.days import duties_of, seen_day
from stations.views.stations import seen_station
from stations.views.visits import seen_visit

MOST_BLANK = 50
MOST_FORMS = 100  # of one day, on paper


def _form_of(visit: Visit, person: dict[str, str]) -> dict[str, Any]:
    """What stations/_registration_form.html takes of one visit."""
    people = visit.heard_by.all()
    return {
        "visit": visit,
        "person": person,
        "listeners": [f"{one.name}（{seat_words(one)}）" for one in people],
        "matters": [m.number for m in visit.proposals.all() if m.number],
    }


def _masked(visit: Visit) -> dict[str, str]:
    contact = visit.masked_contact if visit.visitor_contact else ""
    home = masked_name(visit.home)
    return {"name": visit.masked_name, "contact": contact, "home": home}


def _forms(visits: Any) -> list[Visit]:
    """With listeners, their seats, and matters: no query per form."""
    rows = visits.select_related("station", "day", "category", "area", "recorded_by")
    on = rows.first()
    if on is None:
        return []
    seats = with_seats("heard_by", on.visited_at.date())
    return list(rows.with_matters().prefetch_related("heard_by", seats))


@require_http_methods(["GET", "POST"])
@never_cache
def visit_form(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit on its form: masked, or in full for a reason, which is kept."""
    visit = seen_visit(request, pk)
    if not may.may_reveal(request.user, visit):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form, shown = RevealForm(data, visit=visit), _masked(visit)
    is_clear = form.is_valid() and form.carry_out(actor=request.user)
    if is_clear:
        shown = {
            "name": visit.visitor_name,
            "contact": form.contact,
            "home": visit.home,
        }
    full = _forms(Visit.objects.visible_to(request.user).filter(pk=visit.pk))[0]
    context = {"form": form, "is_clear": is_clear, "station": visit.station}
    context |= {"sheets": [_form_of(full, shown)], "back": visit}
    status = 422 if form.errors else 200
    return render(request, "stations/registration_forms.html", context, status=status)


@require_GET
@never_cache
def day_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """All visits of a day, one form each, masked."""
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    seen = Visit.objects.visible_to(request.user).filter(day=day)
    visits = _forms(seen.order_by("visited_at", "id"))[:MOST_FORMS]
    sheets = [_form_of(visit, _masked(visit)) for visit in visits]
    context = {"sheets": sheets, "station": day.station, "day": day}
    return render(request, "stations/registration_forms.html", context)


@require_GET
def blank_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Empty forms of a station, as many as asked for; ?day= puts a day in."""
    station = seen_station(request, pk)
    if not may.may_log(request.user, station):
        raise PermissionDenied
    asked = request.GET.get("count", "1")
    count = min(max(int(asked) if is_key(asked) else 1, 1), MOST_BLANK)
    sheets: list[dict[str, Any]] = [{}] * count
    context = {"sheets": sheets, "station": station, "day": None}
    asked = request.GET.get("day", "")
    if is_key(asked):
        days = ReceptionDay.objects.visible_to(request.user).filter(station=station)
        context["day"] = days.filter(pk=asked).first()
    return render(request, "stations/registration_forms.html", context)


@require_GET
def day_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签到表: who is expected, and room to sign."""
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    context = {"day": day, "people": expected(day, duties_of(day))}
    return render(request, "stations/day_sign.html", context)


@require_GET
@never_cache
def day_sign_word(request: HttpRequest, pk: int) -> FileResponse:
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    file = sign_sheet(day, expected(day, duties_of(day)))
    name = f"签到表 {day.station.name} {day.date:%Y-%m-%d}.docx"
    return FileResponse(file, as_attachment=True, filename=name)


@require_GET
@never_cache
def day_register_word(request: HttpRequest, pk: int) -> FileResponse:
    """The register of the day for the office to go on with."""
    day = seen_day(request, pk)
    if not (may.may_export_visits(request.user) and may.runs_day(request.user, day)):
        raise PermissionDenied
    seen = Visit.objects.visible_to(request.user).filter(day=day)
    visits = list(seen.for_list().with_matters().order_by("visited_at", "id")[:500])
    came = [
        f"{duty.deputy.name}（{seat_words(duty.deputy)}）"
        for duty in duties_of(day)
        if duty.state == DutyState.ATTENDED
    ]
    label, data = "导出登记表", {"rows": len(visits)}
    record("export", day, actor=request.user, label=label, data=data)
    name = f"选民接待登记表 {day.station.name} {day.date:%Y-%m-%d}.docx"
    file = register_paper(day, visits, came)
    return FileResponse(file, as_attachment=True, filename=name)
