"""A voter says something: three pages of one form, without account or script."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import RuleViolation
from common.limits import limited
from common.uploads import Checked
from proposals.forms.public import ContactForm, MatterForm, TopicForm
from proposals.services import photos
from proposals.services.saying import say
from proposals.views.public import following
from stations.models import Station

STEPS = (TopicForm, MatterForm, ContactForm)
NAMES = ("选事情", "说清楚", "留联系")
GONE = "照片放得太久，没有留住。请点上一步重新选，或者直接交给代表。"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("say", methods=("POST",))
def public_say(request: HttpRequest, slug: str) -> HttpResponse:
    """Three pages of one form; what was typed goes along, nothing is kept till the end.

    The key made on the first page makes a form sent twice one matter. A photo waits
    on the server meanwhile; the form carries its token.
    """
    station = get_object_or_404(Station.objects.public(), slug=slug)
    saying = Saying.of(request, station)
    at, form = saying.at, saying.form()
    is_good = form.is_valid()
    saying.take_photo(form)
    back = form.is_bound and "back" in request.POST
    if not back and not (is_good and form.is_valid()):
        return saying.page(at, form)
    if back or at < len(STEPS) - 1:
        at = max(0, at - 1) if back else at + 1
        return saying.page(at, saying.refilled(at))
    try:
        proposal, code = say(station, saying.key, saying.answers(), saying.photo())
    except RuleViolation as refused:
        form.add_error(None, str(refused))
        return saying.page(at, form)
    context = {"station": station, "proposal": proposal, "code": code}
    response = render(request, "proposals/public/card.html", context)
    return following(response, proposal)


@dataclass
class Saying:
    """One voter's form on its way through the three pages."""

    request: HttpRequest
    station: Station
    at: int  # the step whose page was sent
    key: str
    token: str  # of the photo; empty without one

    @classmethod
    def of(cls, request: HttpRequest, station: Station) -> "Saying":
        typed = request.POST
        step = typed.get("step", "0")
        at = int(step) if step in ("0", "1", "2") else 0
        key = typed.get("key") or str(uuid.uuid4())
        return cls(request, station, at, key, typed.get("photo_token", ""))

    def form(self) -> Any:
        """The form of the page that was sent; unbound before the first one."""
        if "check" not in self.request.POST:
            return STEPS[self.at]()
        return STEPS[self.at](self.request.POST, self.request.FILES)

    def refilled(self, at: int) -> Any:
        """The form of a step with what was typed there before, if anything was."""
        typed = self.request.POST
        names = STEPS[at].base_fields
        return STEPS[at](initial={n: typed[n] for n in names if n in typed})

    def answers(self) -> dict[str, Any]:
        """The cleaned answers of all steps; raises RuleViolation if one is broken."""
        found: dict[str, Any] = {}
        for form_class in STEPS:
            form = form_class(self.request.POST)
            if not form.is_valid():
                raise RuleViolation("前面有一步没有填好，请点上一步看看。")
            found |= form.cleaned_data
        return found

    # --- the photo -----------------------------------------------------------------

    def take_photo(self, form: Any) -> None:
        """Hold the picture this page brought; drop one that is not wanted any more."""
        new = form.cleaned_data.get("photo") if form.is_bound else None
        if new is None and "drop_photo" not in self.request.POST:
            return
        photos.drop_photo(self.token, key=self.key)
        self.token = ""
        if new is not None:
            try:
                self.token = photos.hold_photo(new, key=self.key)
            except RuleViolation as refused:
                form.add_error("photo", str(refused))

    def photo(self) -> Checked | None:
        """The picture that waits; raises RuleViolation if its hour is over."""
        found = photos.held_photo(self.token, key=self.key)
        if self.token and found is None:
            raise RuleViolation(GONE, field="photo")
        return found

    # --- the page --------------------------------------------------------------------

    def page(self, at: int, form: Any) -> HttpResponse:
        typed, mine = self.request.POST, set(STEPS[at].base_fields)
        names = [name for form_class in STEPS for name in form_class.base_fields]
        kept = photos.is_held(self.token, key=self.key)
        context = {
            "station": self.station,
            "form": form,
            "step": at,
            "steps": [(i, name) for i, name in enumerate(NAMES)],
            "carried": {n: typed[n] for n in names if n in typed and n not in mine},
            "key": self.key,
            "photo_token": self.token if kept else "",
            "brand_url": reverse("public:station", args=[self.station.slug]),
            "place_label": self.station.name,
        }
        status = 422 if form.is_bound and form.errors else 200
        template = "proposals/public/say.html"
        return render(self.request, template, context, status=status)
