"""What voters' pages need of this app: larger letters, the notice on their data."""

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.elder import remember_elder, wants_elder
from accounts.views.sign_in import safe_next
from areas.services.policies import policy_at


@login_not_required
@csrf_exempt  # a preference of this browser, and voters' pages carry no session
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch 关怀版 on or off and go back to where one was."""
    answer = redirect(safe_next(request, "/p/"))
    remember_elder(answer, request, not wants_elder(request))
    return answer


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """How personal information is used (个人信息保护法第十七条).

    A place may keep contacts for longer or shorter: `?area=` names it by its code.
    """
    asked = request.GET.get("area", "")
    area_code = asked if re.fullmatch(r"[0-9]{2,15}", asked) else ""
    months = policy_at(area_code, localdate()).pii_retention_months
    return render(request, "accounts/privacy.html", {"months": months})
