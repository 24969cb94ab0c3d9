"""Signing in and out, changing one's password."""

import time
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.sign_in import PasswordForm, SignInForm
from accounts.services import sign_in as trail
from common.middleware import client_address

WRONG_ALLOWED = 5  # wrong present passwords before the session ends


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until something is sent, be it empty."""
    return request.POST if request.method == "POST" else None


def safe_next(request: HttpRequest, default: str) -> str:
    """Where `next` points if that is a page of ours, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else default


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(posted(request), request=request)
    address = client_address(request)
    agent = request.headers.get("User-Agent", "")
    if form.is_valid():
        login(request, form.user)
        request.session["began"] = request.session["seen"] = int(time.time())
        trail.note_signed_in(form.user, address=address, agent=agent)
        return redirect(onward)
    if form.was_tried:
        locked = bool(getattr(request, "axes_locked_out", False))
        name = form.cleaned_data["username"]
        trail.note_refused(name, address=address, agent=agent, locked=locked)
    context = {"form": form, "next": onward, "ended": "ended" in request.GET}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/login.html", context, status=status)


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """Too many wrong passwords: say so, and until when (called by axes)."""
    tries = AccessAttempt.objects.filter(
        username=(credentials or {}).get("username"),
        ip_address=client_address(request),
    )
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True)
    until = (last.first() or now()) + get_cool_off(request)
    context = {"until": until, "failures": settings.AXES_FAILURE_LIMIT}
    answer = render(request, "accounts/locked.html", context, status=429)
    answer["Retry-After"] = str(max(1, int((until - now()).total_seconds())))
    return answer


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        trail.note_signed_out(request.user, address=client_address(request))
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("present", "password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(posted(request), user=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        update_session_auth_hash(request, request.user)
        request.session.pop("wrong", None)
        messages.success(request, "密码已修改。")
        return redirect(settings.LOGIN_REDIRECT_URL)
    if form.has_error("present", "wrong") and _is_once_too_often(request):
        logout(request)
        return redirect(f"{settings.LOGIN_URL}?ended=1")
    context = {"form": form, "why": request.user.why_change_password}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/password.html", context, status=status)


def _is_once_too_often(request: HttpRequest) -> bool:
    """Counts wrong present passwords of this session: it may be a stolen one."""
    request.session["wrong"] = request.session.get("wrong", 0) + 1
    return request.session["wrong"] >= WRONG_ALLOWED
