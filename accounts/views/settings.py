"""The page that leads to what is set up rather than worked on."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.menu import settings_links


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    links = settings_links(request.user)
    if not links:
        raise PermissionDenied
    return render(request, "accounts/settings.html", {"links": links})
