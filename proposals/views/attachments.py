"""Files of a matter: add one, read it, take it back."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from proposals.forms.attachments import AttachForm
from proposals.models import Attachment
from proposals.services.attachments import (
    check_may_attach,
    check_may_remove,
    remove_attachment,
)
from proposals.views.steps import proposal_in_scope

page = require_http_methods(["GET", "HEAD", "POST"])
# Whatever a file holds, a browser runs nothing of it and fetches nothing for it; styles
# are those with which the browser itself shows an image.
READ_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _in_scope(request: HttpRequest, pk: int) -> Attachment:
    """The file, if this person may see it; else 404."""
    seen = Attachment.objects.visible_to(request.user).select_related("proposal")
    return get_object_or_404(seen, pk=pk)


@page
def proposal_attach(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = proposal_in_scope(request, pk)
    check_may_attach(proposal, actor=request.user)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AttachForm(*given, proposal=proposal)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "附件已加上。")
        return redirect(f"{proposal.get_absolute_url()}#files")
    context = {"form": form, "proposal": proposal}
    status = 422 if form.is_bound else 200
    return render(request, "proposals/attach.html", context, status=status)


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself: images to look at, everything else to save."""
    row = _in_scope(request, pk)
    path = Path(settings.MEDIA_ROOT) / row.path
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        as_attachment=not row.is_image,
        filename=row.name,
        content_type=row.content_type,
    )
    response["Content-Security-Policy"] = READ_ONLY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@page
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _in_scope(request, pk)
    check_may_remove(row, actor=request.user)
    if request.method != "POST":
        return render(request, "proposals/attachment_remove.html", {"row": row})
    remove_attachment(row, actor=request.user)
    messages.success(request, f"已删除“{row.name}”。")
    return redirect(f"{row.proposal.get_absolute_url()}#files")
