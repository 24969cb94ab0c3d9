"""How often one address may call a public page (settings.PUBLIC_RATES)."""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from common.errors import TooOften
from common.middleware import client_address


def limited(
    name: str, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")
) -> Callable[..., Callable[..., HttpResponse]]:
    """Decorator: raises TooOften (429) beyond the rate of this name.

    Only calls by one of `methods` are counted. While the cache is away people are let
    through: a help line must not close because a cache does.
    """

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                count_call(name, client_address(request))
            return view(request, *args, **kwargs)

        return counted

    return around


def count_call(name: str, who: str) -> None:
    """Count one call of `who` under this rate; raises TooOften when it is used up."""
    most, seconds = settings.PUBLIC_RATES[name]
    window = int(time.time()) // seconds
    asked = hashlib.sha256(f"{name} {who} {window}".encode()).hexdigest()[:32]
    key = f"rate:{asked}"
    cache.add(key, 0, seconds)
    try:
        calls = cache.incr(key)
    except ValueError:  # gone between the two calls, or the cache is away
        return
    if calls > most:
        minutes = max(1, (seconds - int(time.time()) % seconds) // 60)
        raise TooOften(f"您的操作太频繁了，请过 {minutes} 分钟再试。")
