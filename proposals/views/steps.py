"""One page a step: who may → form → carry out → back to the matter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from proposals.forms import steps as forms
from proposals.models import Proposal
from proposals.story import Page
from proposals.workflow.table import FLOW

page = require_http_methods(["GET", "HEAD", "POST"])


def proposal_in_scope(request: HttpRequest, pk: int) -> Proposal:
    """The matter, if this person may know of it; else 404."""
    seen = Proposal.objects.visible_to(request.user).select_related(
        "lead__deputy", "station", "unit", "category", "result", "area"
    )
    return get_object_or_404(seen.prefetch_related("handlings__unit"), pk=pk)


@vary_on_headers("HX-Request")
def _step(
    request: HttpRequest, pk: int, verb: str, form_class: type[forms.StepForm]
) -> HttpResponse:
    proposal = proposal_in_scope(request, pk)
    step = FLOW.check(verb, proposal, actor=request.user)
    data = request.POST if request.method == "POST" else None
    form = form_class(data, proposal=proposal, actor=request.user)
    if form.is_valid() and form.carry_out():
        messages.success(request, f"已{step.label}。")
        return redirect(proposal)
    template = "proposals/_step.html" if request.htmx else "proposals/step.html"
    context = {"form": form, "proposal": proposal, "step": step}
    if verb == "rate" and not request.htmx:  # beside the story the replies are seen
        story = Page(proposal, request.user).story
        context["letters"] = [row["letter"] for row in story if "letter" in row]
    return render(request, template, context, status=422 if form.is_bound else 200)


@page
def proposal_submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "submit", forms.SubmitForm)


@page
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "withdraw", forms.WithdrawForm)


@page
def proposal_return(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "return", forms.ReturnForm)


@page
def proposal_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "refuse", forms.RefuseForm)


@page
def proposal_accept(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "accept", forms.AcceptForm)


@page
def proposal_answer_on_site(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "answer_on_site", forms.AnswerOnSiteForm)


@page
def proposal_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "hand_over", forms.HandOverForm)


@page
def proposal_sign_for(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "sign_for", forms.SignForForm)


@page
def proposal_object(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "object", forms.ObjectForm)


@page
def proposal_decide_objection(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "decide_objection", forms.DecideObjectionForm)


@page
def proposal_note_contact(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "note_contact", forms.NoteContactForm)


@page
def proposal_reply(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "reply", forms.ReplyForm)


@page
def proposal_tell(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "tell", forms.TellForm)


@page
def proposal_rate(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "rate", forms.RateForm)


@page
def proposal_redo(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "redo", forms.RedoForm)


@page
def proposal_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "close", forms.CloseForm)
