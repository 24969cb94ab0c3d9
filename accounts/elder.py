"""关怀版: larger letters on voters' pages, remembered by the browser itself."""

from django.http import HttpRequest, HttpResponse

COOKIE, ON = "mode", "elder"
A_YEAR = 365 * 24 * 3600


def wants_elder(request: HttpRequest) -> bool:
    """Whether this browser asked for larger letters."""
    return request.COOKIES.get(COOKIE) == ON


def remember_elder(response: HttpResponse, request: HttpRequest, wanted: bool) -> None:
    """Let the browser remember it for a year, or forget it."""
    if not wanted:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        ON,
        max_age=A_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
