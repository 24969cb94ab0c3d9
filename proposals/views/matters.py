"""The page of a matter, and the list of matters with its export."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from audit.services import record
from common.paging import KeysetPage
from proposals import permissions as may
from proposals.export import ledger_file
from proposals.filters import ProposalFilter
from proposals.forms.attachments import AttachForm
from proposals.listing import active, decorate, form_url, pills, shows_form
from proposals.models import Proposal
from proposals.story import Page
from proposals.views.steps import proposal_in_scope
from stations.models import Visit


def _found(request: HttpRequest) -> ProposalFilter:
    if not may.may_see_matters(request.user):
        raise PermissionDenied
    seen = Proposal.objects.visible_to(request.user)
    return ProposalFilter(request.GET, seen, request=request)


@require_safe
@vary_on_headers("HX-Request")
def proposal_list(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = KeysetPage.of(request, found.qs.for_list())
    decorate(page)
    template = "proposals/_table.html" if request.htmx else "proposals/list.html"
    context: dict[str, Any] = {
        "page": page,
        "filter": found,
        "pills": pills(request),
        "active": active(request, found),
        "form": found.form if shows_form(request, found) else None,
        "form_url": form_url(request),
        "query": request.GET.urlencode(),
        "sees_ledgers": may.may_see_ledgers(request.user),
    }
    return render(request, template, context, status=200 if found.is_valid() else 422)


@require_safe
def proposal_export(request: HttpRequest) -> HttpResponse:
    """The list as an Excel ledger, with the same conditions."""
    rows = _found(request).qs.order_by("-created_at", "-id")
    label = "导出意见建议台账"
    record("export", None, actor=request.user, label=label, data={"rows": rows.count()})
    file = ledger_file(rows, Visit.objects.visible_to(request.user))
    name = f"意见建议台账{localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_in_scope(request, pk)
    may_attach = may.may_attach(request.user, proposal) and not proposal.is_over
    context = {
        "proposal": proposal,
        "view": Page(proposal, request.user),
        "attach_form": AttachForm(proposal=proposal) if may_attach else None,
    }
    return render(request, "proposals/detail.html", context)
