"""Tokens of REST clients: listed, issued, revoked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts import permissions as may
from accounts.forms.tokens import TokenForm
from accounts.models import ApiToken
from accounts.tokens import SCOPES, revoke_token
from accounts.views.sign_in import posted
from common.paging import KeysetPage


def _seen(request: HttpRequest) -> QuerySet[ApiToken]:
    if not may.see_tokens(request.user):
        raise PermissionDenied
    return ApiToken.objects.visible_to(request.user).select_related("user")


@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    page = KeysetPage.of(request, _seen(request), ("-created", "-digest"), 30)
    lines = [
        {
            "token": token,
            "scopes": "、".join(SCOPES.get(scope, scope) for scope in token.scopes),
            "is_over": bool(token.expiry and token.expiry < now()),
        }
        for token in page
    ]
    return render(request, "accounts/tokens.html", {"page": page, "lines": lines})


@never_cache
@require_http_methods(["GET", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    _seen(request)
    form = TokenForm(posted(request), actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        context = {"token": form.text, "client": form.cleaned_data["user"]}
        return render(request, "accounts/token_issued.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/token_create.html", {"form": form}, status=status)


@require_POST
def token_revoke(request: HttpRequest, pk: str) -> HttpResponse:
    token = get_object_or_404(_seen(request), pk=pk)
    revoke_token(token, actor=request.user)
    messages.success(request, f"令牌“{token.label}”已收回。")
    return redirect("accounts:token_list")
