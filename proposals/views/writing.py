"""A deputy writes: a suggestion, or a few words of a voter."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from common.errors import WrongState
from proposals import permissions as may
from proposals.forms.writing import NoteForm, SuggestionForm
from proposals.services import opening
from proposals.views.steps import page as step_page
from proposals.views.steps import proposal_in_scope
from proposals.workflow.table import FLOW
from stations.models import Visit


def _only_deputies(request: HttpRequest) -> None:
    if not request.user.deputy_id:
        raise PermissionDenied


@step_page
def proposal_create(request: HttpRequest) -> HttpResponse:
    """Begin a suggestion; it stays a draft until it is handed in."""
    _only_deputies(request)
    data = request.POST if request.method == "POST" else None
    form = SuggestionForm(data, actor=request.user)
    if form.is_valid() and form.carry_out():
        messages.success(request, "草稿已保存。")
        return redirect(form.proposal)
    status = 422 if form.is_bound else 200
    return render(request, "proposals/create.html", {"form": form}, status=status)


@step_page
def proposal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or what was sent back; saved as one types."""
    proposal = proposal_in_scope(request, pk)
    if proposal.kind == "opinion" or not may.may_edit(request.user, proposal):
        raise PermissionDenied
    if proposal.status not in FLOW.steps["submit"].sources:
        raise WrongState("已提交的不能再改。")
    data = request.POST if request.method == "POST" else None
    form = SuggestionForm(data, actor=request.user, proposal=proposal)
    if form.is_valid() and form.carry_out():
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=204)
        messages.success(request, "草稿已保存。")
        return redirect(proposal)
    context = {"form": form, "proposal": proposal}
    status = 422 if form.is_bound else 200
    return render(request, "proposals/edit.html", context, status=status)


@step_page
def proposal_note(request: HttpRequest) -> HttpResponse:
    """记一条: what a voter told the deputy; becomes an opinion of the station."""
    _only_deputies(request)
    data = request.POST if request.method == "POST" else None
    form = NoteForm(data, actor=request.user)
    if form.is_valid() and (proposal := form.carry_out()):
        said = f"已记为意见 {proposal.number}。"
        if form.code:
            said += f"查询码 {form.code}，请告诉反映人。"
        messages.success(request, said)
        return redirect(proposal)
    status = 422 if form.is_bound else 200
    return render(request, "proposals/note.html", {"form": form}, status=status)


@require_POST
def open_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """转为意见: a visit left open, or answered, becomes an opinion after all."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    proposal = opening.turn_into_opinion(visit, actor=request.user)
    messages.success(request, f"已记为意见 {proposal.number}。")
    return redirect(proposal)
