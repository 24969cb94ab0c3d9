"""Pages of the project itself: health and errors."""

import orjson
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deputywork.schema import document, groups


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The REST interface to read: made from the same document as /api/schema/."""
    return render(request, "api/docs.html", {"groups": groups(document())})


@login_not_required
@require_safe
def api_schema(request: HttpRequest) -> HttpResponse:
    """The REST interface as an OpenAPI document, open to everybody."""
    body = orjson.dumps(document(), default=str)
    return HttpResponse(body, content_type="application/vnd.oai.openapi+json")
