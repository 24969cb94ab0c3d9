"""Voters' pages: follow a matter, judge it. No script."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refusal, RuleViolation
from common.limits import limited
from proposals.choices import Status
from proposals.forms.public import JudgeForm, TrackForm
from proposals.models import Proposal
from proposals.services.following import (
    broken_promises,
    find_by_code,
    followed,
    stages,
    waiting_words,
)
from proposals.workflow.closing import rate

COOKIE, HALF_AN_HOUR = "followed", 1800


def following(response: HttpResponse, proposal: Proposal) -> HttpResponse:
    """Let this browser follow the matter for half an hour, without the code."""
    response.set_signed_cookie(
        COOKIE,
        str(proposal.pk),
        max_age=HALF_AN_HOUR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/p/",
    )
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("track", methods=("POST",))
def public_track(request: HttpRequest) -> HttpResponse:
    """Number and code; both stay out of the address."""
    form = TrackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        proposal = find_by_code(**form.cleaned_data)
        if proposal is not None:
            return following(redirect("public:matter"), proposal)
        form.add_error(None, "没有找到，请看看编号和查询码有没有抄错。")
    status = 422 if form.is_bound else 200
    return render(request, "proposals/public/track.html", {"form": form}, status=status)


def _followed(request: HttpRequest) -> Proposal:
    try:
        pk = request.get_signed_cookie(COOKIE, max_age=HALF_AN_HOUR)
    except (KeyError, BadSignature):
        raise Http404 from None
    proposal = followed(int(pk))
    if proposal is None:
        raise Http404
    return proposal


@login_not_required
@never_cache
@require_safe
@limited("page")
def public_matter(request: HttpRequest) -> HttpResponse:
    """办到哪一步了: the matter this browser follows; else number and code again."""
    try:
        proposal = _followed(request)
    except Http404:
        return redirect("public:track")
    return _matter_page(request, proposal, JudgeForm())


def _matter_page(
    request: HttpRequest, proposal: Proposal, form: JudgeForm
) -> HttpResponse:
    judged = proposal.ratings.filter(rater="voter", round=proposal.round).exists()
    context = {
        "proposal": proposal,
        "stages": stages(proposal),
        "broken": broken_promises(proposal),
        "waiting": waiting_words(proposal),
        "form": form,
        "may_judge": proposal.status == Status.REPLIED and not judged,
        "place_label": str(proposal.station or ""),
    }
    status = 422 if form.is_bound else 200
    return render(request, "proposals/public/matter.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["POST"])
@limited("rate")
def public_rate(request: HttpRequest) -> HttpResponse:
    """The voter's mark for the matter this browser follows."""
    try:
        proposal = _followed(request)
    except Http404:
        return redirect("public:track")
    form = JudgeForm(request.POST)
    if form.is_valid():
        try:
            rate(proposal, actor=None, **form.cleaned_data)
        except RuleViolation as refused:
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, str(refused))
        except Refusal as refused:
            form.add_error(None, str(refused))
    if form.errors:
        return _matter_page(request, proposal, form)
    return redirect("public:matter")
