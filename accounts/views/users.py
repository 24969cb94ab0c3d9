"""Accounts: the list, opening, changing, switching off and on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django.views.decorators.vary import vary_on_headers

from accounts import permissions as may
from accounts.choices import Role
from accounts.filters import UserFilter
from accounts.forms.users import (
    DeactivateForm,
    EditUserForm,
    OpenAccountForm,
    PersonForm,
)
from accounts.models import User
from accounts.querysets import UserQuerySet
from accounts.services import people
from accounts.services.passwords import reset_password
from accounts.views.sign_in import posted
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills


def _seen(request: HttpRequest) -> UserQuerySet:
    if not may.see_users(request.user):
        raise PermissionDenied
    return User.objects.visible_to(request.user)


def seen_user(request: HttpRequest, pk: int) -> User:
    """The account, if this person looks after accounts and this one is in scope."""
    return get_object_or_404(_seen(request), pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def user_list(request: HttpRequest) -> HttpResponse:
    found = UserFilter(request.GET, _seen(request))
    context = {
        "page": KeysetPage.of(request, found.qs.for_list(), ("name", "id"), 30),
        "filter": found,
        "pills": choice_pills(found, "state", request.GET),
        "active": set_pills(found, request.GET, but=("state",)),
        "may_create": may.create_user(request.user),
    }
    template = "accounts/_user_table.html" if request.htmx else "accounts/users.html"
    return render(request, template, context)


def _create_form(request: HttpRequest) -> Any:
    """The system administrator opens bare accounts, an office gives a role with it."""
    data = posted(request)
    if request.user.has_role(Role.SYS_ADMIN):
        return PersonForm(data, actor=request.user)
    names = ("role", "deputy", "name", "station", "is_head")
    wanted = {name: request.GET.get(name) for name in names}
    return OpenAccountForm(data, actor=request.user, initial=wanted)


@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    if not may.create_user(request.user):
        raise PermissionDenied
    form = _create_form(request)
    if form.is_valid() and form.carry_out(actor=request.user):
        person, password = form.opened
        context = {"person": person, "password": password, "is_new": True}
        return render(request, "accounts/initial_password.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/user_create.html", {"form": form}, status=status)


@require_GET
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person, actor = seen_user(request, pk), request.user
    grants = person.grants.for_list().order_by("-starts_on", "-id")
    context = {
        "person": person,
        "lines": [(row, may.end_grant(actor, row)) for row in grants],
        "may_manage": may.manage(actor, person),
        "may_reset": person.is_active and may.reset_password(actor, person),
        "may_grant": may.grant_to(actor, person),
        "has_password": person.has_usable_password(),
    }
    return render(request, "accounts/user_detail.html", context)


@require_http_methods(["GET", "POST"])
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    before = {"name": person.name, "phone": person.phone}
    form = EditUserForm(posted(request), initial=before)
    if form.is_valid() and form.carry_out(person, actor=request.user):
        messages.success(request, "已保存。")
        return redirect(person)
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/user_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    form = DeactivateForm(posted(request))
    if form.is_valid() and form.carry_out(person, actor=request.user):
        messages.success(request, f"{person} 的账号已停用。")
        return redirect(person)
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/user_deactivate.html", context, status=status)


@require_POST
def user_activate(request: HttpRequest, pk: int) -> HttpResponse:
    person = _managed(request, pk)
    people.activate(person, actor=request.user)
    messages.success(request, f"{person} 的账号已启用。")
    return redirect(person)


@never_cache
@require_http_methods(["GET", "POST"])
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    person = seen_user(request, pk)
    if not may.reset_password(request.user, person):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "accounts/user_reset.html", {"person": person})
    password = reset_password(person, actor=request.user)
    context = {"person": person, "password": password}
    return render(request, "accounts/initial_password.html", context)


def _managed(request: HttpRequest, pk: int) -> User:
    person = seen_user(request, pk)
    if not may.manage(request.user, person):
        raise PermissionDenied
    return person
