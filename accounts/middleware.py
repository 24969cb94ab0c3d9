"""Sessions end: after half an hour of silence, after a working day at the latest."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from audit.services import acting_as

# Reached with an overdue password too; voters' pages ask for no account at all.
REST_PATH = "/api/v1/"
FREE_PATHS = (
    "/login/",
    "/logout/",
    "/password/",
    "/static/",
    "/healthz",
    "/p/",
    "/q/",
    "/ical/",
    "/elder/",
    "/privacy/",
)


class SessionLimitsMiddleware:
    """Signs out idle and over-long sessions, and sends people to change a due password.

    The moment of the last request is written to the session at most once a minute.
    Within the request, audit lines carry the roles the person holds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if self._is_over(request):
            logout(request)
            if request.path.startswith(REST_PATH):  # answers 401 by itself
                return self.get_response(request)
            return redirect(f"{settings.LOGIN_URL}?{_back(request)}")
        free = request.path.startswith(FREE_PATHS)
        if not free and user.why_change_password:
            return redirect("accounts:password")
        roles = "、".join(dict.fromkeys(g.get_role_display() for g in user.held))
        with acting_as(roles[:50]):
            response = self.get_response(request)
        # A page for one person stays in no proxy and in no browser after signing out.
        response.setdefault("Cache-Control", "private, no-store")
        return response

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = int(time.time()), request.session
        began = session.setdefault("began", now)
        seen = session.get("seen", now)
        if now - seen > settings.SESSION_IDLE_SECONDS:
            return True
        if now - began > settings.SESSION_TOTAL_SECONDS:
            return True
        if now - session.get("seen", 0) >= 60:
            session["seen"] = now
        return False


def _back(request: HttpRequest) -> str:
    """Query of the sign-in page: what happened, and the page to come back to."""
    query = {"ended": "1"}
    if request.method == "GET" and "HX-Request" not in request.headers:
        query["next"] = request.get_full_path()
    return urlencode(query)
