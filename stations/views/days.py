"""Pages of reception days: list, one day, its steps, and what is printed for it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts.choices import Role
from areas.calendar import working_calendar
from areas.services import policy_at
from audit.services import history_of
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from stations import permissions as may
from stations.choices import NOT_COMING, OPEN_DAYS, DayStatus, DutyState
from stations.corrections import corrections_of
from stations.due import due_days
from stations.filters import DayFilter
from stations.forms import CancelForm, ConfirmForm, DayForm, DutyForm
from stations.mails import EXPECTED, spoken_time
from stations.models import ReceptionDay, Visit
from stations.notices import guests_of, notice_of, public_path
from stations.qr import qr_of, station_path
from stations.seats import with_seats
from stations.views.stations import own_stations, seen_station
from stations.workflow import FLOW

ICONS = {"announce": "megaphone", "hold": "check2-circle", "cancel": "x-circle"}


def seen_day(request: HttpRequest, pk: int) -> ReceptionDay:
    """The day, if this person works with its station; else 404."""
    seen = ReceptionDay.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("station__area"), pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def day_list(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not may.may_see_stations(user):
        raise PermissionDenied
    seen = ReceptionDay.objects.visible_to(user).for_list()
    asked = _asked(request)
    found = DayFilter(asked, seen, request=request)
    down = asked.get("when") != "coming"
    order = ("-date", "-id") if down else ("date", "id")
    context = {
        "filter": found,
        "page": KeysetPage.of(request, found.qs, order, 25),
        "pills": choice_pills(found, "when", asked),
        "active": set_pills(found, asked, but=("when",)),
        "stations": own_stations(request),
        "due": [] if request.htmx else due_days(user, localdate()),
    }
    template = "stations/_day_table.html" if request.htmx else "stations/day_list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


def _asked(request: HttpRequest) -> QueryDict:
    """The address; where it says nothing: what is coming, and a deputy's own days."""
    asked = request.GET.copy()
    asked.setdefault("when", "coming")
    only_deputy = {grant.role for grant in request.user.held} == {Role.DEPUTY}
    if only_deputy:
        asked.setdefault("whose", "mine")
    return asked


@require_http_methods(["GET", "POST"])
def day_create(request: HttpRequest, pk: int) -> HttpResponse:
    station = seen_station(request, pk)
    if not may.runs(request.user, station):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = DayForm(data, actor=request.user, station=station)
    if form.is_valid() and form.carry_out(actor=request.user):
        _warn_of_rest_day(request, form.day)
        return redirect(form.day)
    context = {"form": form, "station": station}
    status = 422 if form.is_bound else 200
    return render(request, "stations/day_create.html", context, status=status)


def _warn_of_rest_day(request: HttpRequest, day: Any) -> None:
    """遇节假日顺延 is the custom; people decide, so it is said and not done."""
    calendar = working_calendar()
    if not calendar.is_workday(day.date):
        later = calendar.next_workday(day.date).day
        said = f"{day.date.month}月{day.date.day}日是休息日。按惯例顺延到"
        messages.warning(request, f"{said}{later.month}月{later.day}日；不改也可以。")


@require_http_methods(["GET", "POST"])
def day_edit(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    if not may.runs_day(request.user, day):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = DayForm(data, actor=request.user, station=day.station, day=day)
    if form.is_valid() and form.carry_out(actor=request.user):
        _warn_of_rest_day(request, form.day)
        return redirect(day)
    context = {"form": form, "day": day}
    status = 422 if form.is_bound else 200
    return render(request, "stations/day_edit.html", context, status=status)


@require_GET
def day_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return render_day(request, seen_day(request, pk))


def render_day(
    request: HttpRequest, day: ReceptionDay, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a day; `more` carries a form with errors back onto it."""
    user = request.user
    visits = _visits(request, day)
    context = {
        "day": day,
        "duties": duties_of(day),
        "visits": visits,
        "visitors": sum(visit.party_size for visit in visits),
        "runs": may.runs_day(user, day),
        "is_open": day.status in OPEN_DAYS,
        "has_come": day.date <= localdate(),
        "steps": _steps(request, day),
        "missing": _missing(day),
        "desk_url": _desk_url(day),
        "guests": day.guests.select_related("unit").order_by("id"),
        "promises": promises_of(day),
        "today": localdate(),
        "history": history_of(day).order_by("-at", "-id")[:12],
    }
    if context["runs"] and context["is_open"]:
        context["new_duty"] = more.get("duty_form") or DutyForm(actor=user, day=day)
    return render(request, "stations/day_detail.html", context | more, status=status)


def duties_of(day: ReceptionDay) -> list[Any]:
    """The duties with deputies, their seats, and whom they stand in for."""
    duties = day.duties.select_related("deputy", "stands_in_for").order_by("id")
    return list(duties.prefetch_related(with_seats("deputy", day.date)))


def promises_of(day: ReceptionDay) -> Any:
    """What units promised there, soonest first."""
    return day.commitments.select_related("unit", "proposal").order_by("due_on", "id")


def _visits(request: HttpRequest, day: ReceptionDay) -> list[Visit]:
    seen = Visit.objects.visible_to(request.user).filter(day=day)
    rows = seen.for_list().with_matters()
    return list(rows.order_by("visited_at", "id")[:500])


def _steps(request: HttpRequest, day: ReceptionDay) -> list[dict[str, Any]]:
    """The steps this person may take now, as components/_steps.html shows them."""
    steps = FLOW.open_to(day, actor=request.user)
    if day.date > localdate():
        steps = [step for step in steps if step.verb != "hold"]
    else:
        if day.date < localdate():
            steps = [step for step in steps if step.verb != "announce"]
        steps.sort(key=lambda step: step.verb != "hold")  # on the day, its own step
    return [
        {
            "label": step.label,
            "hint": step.hint,
            "url": reverse(f"stations:day_{step.verb}", args=[day.pk]),
            "icon": ICONS[step.verb],
            "primary": index == 0,
        }
        for index, step in enumerate(steps)
    ]


def _missing(day: ReceptionDay) -> list[str]:
    """Why a step one would look for is not there."""
    if day.status == DayStatus.ANNOUNCED and day.date > localdate():
        return ["接待日还没有到，到当天才能结束接待。"]
    if day.status == DayStatus.PLANNED and not day.duties.exists():
        return ["还没有排代表：至少排一名才能公告。"]
    return []


def _desk_url(day: ReceptionDay) -> str:
    """The reception desk of the day, if it can be used now; a page of proposals."""
    if day.status not in OPEN_DAYS or day.date > localdate():
        return ""
    try:
        return reverse("proposals:desk", args=[day.pk])
    except NoReverseMatch:
        return ""


def _step(
    request: HttpRequest, day: ReceptionDay, verb: str, form: Any, **more: Any
) -> HttpResponse:
    """The page of one step: ask, do, go back to the day."""
    if form.is_valid() and form.carry_out(actor=request.user):
        return redirect(day)
    context = {"form": form, "day": day, "verb": verb} | more
    status = 422 if form.is_bound else 200
    return render(request, f"stations/day_{verb}.html", context, status=status)


@require_http_methods(["GET", "POST"])
def day_announce(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    FLOW.check("announce", day, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = ConfirmForm(data, day=day, verb="announce")
    coming = [str(d.deputy) for d in duties_of(day) if d.state not in NOT_COMING]
    names = "、".join(coming)
    said = f"{spoken_time(day)}，{day.place}，{names or '还没有排代表'}。"
    ahead = policy_at(day.station.area_id, localdate()).announce_days
    if (day.date - localdate()).days < ahead:
        said += f"离接待不足 {ahead} 天，已过规定的公告时间，请尽快张贴。"
    said += "公告后公开页写明时间、地点和代表，请打印张贴。"
    return _step(request, day, "announce", form, said=said)


@require_http_methods(["GET", "POST"])
def day_hold(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    FLOW.check("hold", day, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = ConfirmForm(data, day=day, verb="hold")
    return _step(request, day, "hold", form, said=_closing(day))


def _closing(day: ReceptionDay) -> str:
    """What the register will say once it is final."""
    duties = duties_of(day)
    came = [str(duty.deputy) for duty in duties if duty.state == DutyState.ATTENDED]
    absent = [str(duty.deputy) for duty in duties if duty.state in EXPECTED]
    said = f"来访 {day.visits.count()} 批；到站代表：{'、'.join(came) or '没有'}。"
    if absent:
        said += f"{'、'.join(absent)}没有打勾，将记为未到。"
    return f"{said}结束后登记表定稿，不能再改。"


@require_http_methods(["GET", "POST"])
def day_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    FLOW.check("cancel", day, actor=request.user)
    data = request.POST if request.method == "POST" else None
    return _step(request, day, "cancel", CancelForm(data, day=day))


@require_GET
def day_notice(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    context = {
        "day": day,
        "notice": notice_of(day),
        "duties": duties_of(day),
        "guests": guests_of(day),
        "qr": qr_of(station_path(day.station)),
        "public_url": public_path(day),
    }
    return render(request, "stations/day_notice.html", context)


@require_GET
def day_register(request: HttpRequest, pk: int) -> HttpResponse:
    day = seen_day(request, pk)
    if not may.may_export_visits(request.user):
        raise PermissionDenied
    visits = _visits(request, day)
    context = {
        "day": day,
        "duties": duties_of(day),
        "visits": visits,
        "visitors": sum(visit.party_size for visit in visits),
        "is_open": day.status in OPEN_DAYS,
        "recorders": sorted({str(v.recorded_by) for v in visits if v.recorded_by}),
        "guests": day.guests.select_related("unit").order_by("id"),
        "promises": promises_of(day),
        "corrections": corrections_of(visits),
    }
    return render(request, "stations/day_register.html", context)
