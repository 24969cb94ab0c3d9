"""The deputy's own pages, made for a phone: what to do, the schedule, the year."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from deputies import querysets as known
from deputies.models import Deputy

SHOWN = 6


def _self(request: HttpRequest) -> Deputy:
    """The deputy this person is; others have no such page."""
    if not request.user.deputy_id:
        raise PermissionDenied
    return request.user.deputy


@require_GET
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    deputy, user, today = _self(request), request.user, localdate()
    waiting = known.awaiting_rating(deputy, user)
    context = {
        "menu_key": "/",  # a deputy's today page
        "deputy": deputy,
        "seats": deputy.mandates.on(today).for_list(),
        "memberships": deputy.memberships.on(today).select_related("group"),
        "duties": known.duties_to_come(deputy, today)[:3],
        "duty_count": known.duties_to_come(deputy, today).count(),
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "led": known.matters_led(deputy, user)[:SHOWN],
        "heard": known.matters_heard(deputy, user)[:SHOWN],
        "year": known.year_figures(deputy, today.year),
    }
    return render(request, "deputies/me.html", context)


@require_GET
@never_cache
def schedule(request: HttpRequest) -> HttpResponse:
    deputy = _self(request)
    duties = known.duties_to_come(deputy, localdate())[:100]
    context = {"deputy": deputy, "duties": duties}
    return render(request, "deputies/schedule.html", context)
