"""Roles: given and ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import permissions as may
from accounts.forms.users import EndGrantForm, GrantForm
from accounts.views.sign_in import posted
from accounts.views.users import seen_user


@require_http_methods(["GET", "POST"])
def grant_create(request: HttpRequest, pk: int) -> HttpResponse:
    person = seen_user(request, pk)
    if not may.grant_to(request.user, person):
        raise PermissionDenied
    form = GrantForm(posted(request), actor=request.user)
    if form.is_valid() and form.carry_out(person, actor=request.user):
        messages.success(request, "已授权。")
        return redirect(person)
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/grant_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
def grant_end(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    person = seen_user(request, pk)
    row = get_object_or_404(person.grants.for_list(), pk=grant_pk)
    if not may.end_grant(request.user, row):
        raise PermissionDenied
    form = EndGrantForm(posted(request))
    if form.is_valid() and form.carry_out(row, actor=request.user):
        messages.success(request, "已收回。")
        return redirect(person)
    context = {"form": form, "person": person, "grant": row}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/grant_end.html", context, status=status)
