"""Pages on which tables are handed in, and that show what became of them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from areas import permissions as may
from areas.forms import ImportForm
from areas.models import ImportJob
from areas.services.import_jobs import percent_done

LATEST = 20


@require_http_methods(["GET", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    if not may.may_import(request.user):
        raise PermissionDenied
    is_post = request.method == "POST"
    given = (request.POST, request.FILES) if is_post else (None, None)
    first = {"kind": request.GET.get("kind", "areas")}
    form = ImportForm(*given, actor=request.user, initial=first)
    if is_post and form.is_valid() and form.carry_out(actor=request.user):
        return redirect("areas:import_detail", form.job.pk)
    jobs = ImportJob.objects.visible_to(request.user).select_related("requested_by")
    context = {"form": form, "jobs": jobs.order_by("-requested_at", "-id")[:LATEST]}
    status = 422 if is_post else 200
    return render(request, "areas/import.html", context, status=status)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    if not may.may_import(request.user):
        raise PermissionDenied
    seen = ImportJob.objects.visible_to(request.user).select_related("area")
    job = get_object_or_404(seen, pk=pk)
    url = reverse("areas:import_detail", args=[job.pk])
    context = {"job": job, "url": url, "percent": percent_done(job)}
    template = "areas/_import.html" if request.htmx else "areas/import_detail.html"
    return render(request, template, context)
