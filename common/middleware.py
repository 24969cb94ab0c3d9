"""What every request meets: headers, cleaned input, htmx redirects, refusals."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import Refusal, RuleViolation, TooOften, WrongState

Respond = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str:
    """The caller's address; X-Forwarded-For is believed from our own proxies only."""
    remote = request.META.get("REMOTE_ADDR", "")
    if remote not in settings.TRUSTED_PROXIES:
        return remote
    last = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    try:
        return str(ip_address(last))
    except ValueError:  # none, or what no database takes for an address
        return remote


class SecurityHeadersMiddleware:
    """Content-Security-Policy and friends (Django 6 has the first built in)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        rules = settings.SECURE_CSP.items()
        self.policy = "; ".join(f"{name} {value}" for name, value in rules)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", self.policy)
        response.setdefault("Permissions-Policy", "geolocation=(), camera=()")
        return response


class BadInputMiddleware:
    """NUL signs in address or header are nobody's honest input; no database takes them.

    A cookie may hold them too (as octal between quotes): it counts as not sent.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        headers = "".join(request.headers.values())
        if "%00" in query or "\x00" in request.path + query + headers:
            return render(request, "400.html", status=400)
        for name in [n for n, held in request.COOKIES.items() if "\x00" in n + held]:
            del request.COOKIES[name]
        return self.get_response(request)


class HtmxRedirectMiddleware:
    """A redirect becomes HX-Redirect when htmx asked.

    htmx would follow it out of sight and put the page it finds into the target.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "htmx", False) and response.status_code in (301, 302, 303):
            moved = HttpResponse(status=200)
            moved["HX-Redirect"] = response["Location"]
            moved.cookies = response.cookies
            return moved
        return response


class RefusalMiddleware:
    """Turns a refusal that no form caught into a page, or a message for htmx."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        return refusal_page(request, error)


def status_of(error: Exception) -> int:
    """409 for "not now", 422 for "not so", 429 for "too often"."""
    for kind, status in ((WrongState, 409), (RuleViolation, 422), (TooOften, 429)):
        if isinstance(error, kind):
            return status
    return 400


def refusal_page(request: HttpRequest, error: Any) -> HttpResponse:
    """The page (or htmx message) that shows a refusal's text."""
    htmx = getattr(request, "htmx", False)
    status = status_of(error)
    template = "components/_messages.html" if htmx else f"errors/{status}.html"
    response = render(request, template, {"text": str(error)}, status=status)
    if htmx:
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
    return response
