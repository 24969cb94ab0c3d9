"""Pages over all stations one works with: the calendar, and who needs a hand."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from areas.calendar import working_calendar
from common.paging import KeysetPage
from stations import permissions as may
from stations.forms_calendar import CalendarForm, TownForm
from stations.models import ReceptionDay, Station
from stations.month import totals, weeks_of
from stations.quiet import hand_for, needing_a_hand, receiving, since, with_facts

WEEKDAYS = "一二三四五六日"


@require_GET
def county_calendar(request: HttpRequest) -> HttpResponse:
    if not may.may_see_stations(request.user):
        raise PermissionDenied
    asked, today = request.GET.copy(), localdate()
    if not asked.get("month"):
        asked["month"] = f"{today:%Y-%m}"
    form = CalendarForm(asked, user=request.user)
    form.is_valid()
    month = form.cleaned_data.get("month") or today.replace(day=1)
    found = form.narrowed(ReceptionDay.objects.visible_to(request.user), "station__")
    weeks = weeks_of(found, month, working_calendar(), today)
    context = {
        "form": form,
        "month": month,
        "weeks": weeks,
        "weekdays": WEEKDAYS,
        "totals": totals(weeks),
        "turns": _turns(request, month, today),
        "town": form.cleaned_data.get("town"),
    }
    status = 422 if form.errors else 200
    return render(request, "stations/county_calendar.html", context, status=status)


def _turns(request: HttpRequest, month: dt.date, today: dt.date) -> list[Any]:
    """The month before, this month, the month after, with the other conditions."""
    before = (month - dt.timedelta(days=1)).replace(day=1)
    after = (month + dt.timedelta(days=31)).replace(day=1)
    turns = []
    for label, to in (("上月", before), ("本月", today), ("下月", after)):
        query = request.GET.copy()
        query["month"] = f"{to:%Y-%m}"
        on = label == "本月" and month == today.replace(day=1)
        turns.append({"label": label, "url": f"?{query.urlencode()}", "on": on})
    return turns


@require_GET
def quiet_list(request: HttpRequest) -> HttpResponse:
    user, today = request.user, localdate()
    if not may.may_see_quiet(user):
        raise PermissionDenied
    form = TownForm(request.GET, user=user)
    form.is_valid()
    seen = form.narrowed(Station.objects.visible_to(user))
    needing = needing_a_hand(seen, today)
    page = KeysetPage.of(
        request, with_facts(needing, today), ("town_code", "name", "id"), 25
    )
    context = {
        "form": form,
        "page": page,
        "hands": [hand_for(station, user, today) for station in page],
        "needing": needing.count(),
        "all": receiving(seen).count(),
        "since": since(today),
        "until": today,
        "town": form.cleaned_data.get("town"),
    }
    status = 422 if form.errors else 200
    return render(request, "stations/quiet_list.html", context, status=status)
