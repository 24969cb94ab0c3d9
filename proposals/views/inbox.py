"""The unit's inbox, and its reply drafts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from proposals.forms.reply import ReplyDraftForm
from proposals.inbox import heaps
from proposals.models import Proposal, Reply
from proposals.permissions import own_handlings
from proposals.views.steps import page as step_page
from proposals.views.steps import proposal_in_scope
from proposals.workflow.table import FLOW

CHOICES = {
    "": "全部",
    "lead": "主办",
    "co": "协办",
    "offered": "待签收",
    "owed": "欠承诺",
}
SAID = {"save": "草稿已保存。", "ask": "已送签。", "sign": "答复已签发。"}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The unit's open parts by what is due; only for people of a unit."""
    if not request.user.unit_ids():
        raise PermissionDenied
    only = request.GET.get("only", "")
    pills = [
        {"label": label, "url": f"?only={value}", "on": value == only}
        for value, label in CHOICES.items()
    ]
    found = heaps(request.user, only=only)
    units = "、".join(str(g.unit) for g in request.user.held if g.unit_id)
    context = {
        "heaps": found,
        "pills": pills,
        "units": units,
        "count": sum(len(heap.rows) for heap in found),
    }
    return render(request, "proposals/inbox.html", context)


def _draft(request: HttpRequest, proposal: Proposal) -> Reply | None:
    parts = own_handlings(request.user, proposal)
    rows = Reply.objects.filter(handling__in=parts, round=proposal.round)
    return rows.select_related("result").first()


@step_page
@vary_on_headers("HX-Request")
def proposal_draft_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the reply: saved as one types, sent to be signed, or signed."""
    proposal = proposal_in_scope(request, pk)
    FLOW.check("note_contact", proposal, actor=request.user)
    draft = _draft(request, proposal)
    data = request.POST if request.method == "POST" else None
    form = ReplyDraftForm(data, proposal=proposal, actor=request.user, draft=draft)
    action = request.POST.get("action", "save")
    if action == "sign" and not form.may_sign:
        raise PermissionDenied
    if form.is_valid() and form.carry_out(action):
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=204)
        messages.success(request, SAID.get(action, "已保存。"))
        return redirect(proposal)
    htmx = request.htmx and not request.headers.get("X-Autosave")
    template = "proposals/_draft_reply.html" if htmx else "proposals/draft_reply.html"
    context = {
        "form": form,
        "proposal": proposal,
        "contacts": proposal.contacts.filter(round=proposal.round).order_by("-id"),
        "dates": proposal.deadlines.open().filter(kind__in=("reply", "redo")),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)
