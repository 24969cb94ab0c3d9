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

from accounts.elder import remember_elder, wants_elder
from common.errors import RuleViolation, TooOften
from common.limits import count_call
from common.middleware import client_address
from common.public_forms import sent_by_machine, stamp_again
from common.uploads import Checked
from deputies.models import Deputy
from proposals.forms.public import ContactForm, MatterForm, TopicForm
from proposals.services import photos
from proposals.services.saying import say
from proposals.views.public import following
from stations.models import Station
from stations.services.codes import deputy_of

STEPS = (TopicForm, MatterForm, ContactForm)
NAMES = ("选事情", "说清楚", "留联系")
LONGEST_CODE = 32
GONE = "照片放得太久，没有留住。请点上一步重新选，或者直接交给代表。"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def public_say(request: HttpRequest, slug: str) -> HttpResponse:
    """Three pages of one form; what was typed goes along, nothing is kept till the end.

    The key made on the first page makes a form sent twice one matter. A photo waits
    on the server meanwhile; the form carries its token. What is refused, even for
    being called too often, leaves the page with all that was typed.
    """
    station = get_object_or_404(Station.objects.public(), slug=slug)
    saying = Saying.of(request, station)
    if request.method != "POST" or saying.is_too_often() or "switch" in request.POST:
        return saying.page(saying.at, saying.refilled(saying.at))
    at, form = saying.at, saying.form()
    is_good = form.is_valid()
    saying.take_photo(form)
    back = form.is_bound and "back" in request.POST
    if not back and not (is_good and form.is_valid() and saying.is_human(form)):
        return saying.page(at, form)
    if back or at < len(STEPS) - 1:
        at = max(0, at - 1) if back else at + 1
        return saying.page(at, saying.refilled(at))
    return _end(saying, form)


def _end(saying: "Saying", form: Any) -> HttpResponse:
    """The last page was sent: the matter is handed in, or the page says why not."""
    station = saying.station
    try:
        proposal, code = say(
            station, saying.key, saying.answers(), saying.photo(), saying.wish
        )
    except RuleViolation as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(refused))
        return saying.page(saying.at, form)
    context = {"station": station, "proposal": proposal, "code": code}
    response = render(saying.request, "proposals/public/card.html", context)
    return following(response, proposal)


@dataclass
class Saying:
    """One voter's form on its way through the three pages."""

    request: HttpRequest
    station: Station
    at: int  # the step whose page was sent
    key: str
    token: str  # of the photo; empty without one
    to: str  # the code of the deputy it is meant for; empty without one
    wish: Deputy | None
    stopped: str = ""  # why nothing is done: called too often

    @classmethod
    def of(cls, request: HttpRequest, station: Station) -> "Saying":
        typed = request.POST
        step = typed.get("step", "0")
        at = int(step) if step in ("0", "1", "2") else 0
        key = typed.get("key") or str(uuid.uuid4())
        to = (typed.get("to") or request.GET.get("to", ""))[:LONGEST_CODE]
        wish = deputy_of(to) if to else None
        if wish is None or wish.area_id[:6] != station.area_id[:6]:
            to, wish = "", None
        return cls(request, station, at, key, typed.get("photo_token", ""), to, wish)

    def form(self) -> Any:
        """The form of the page that was sent; unbound before the first one."""
        if "check" not in self.request.POST:
            return STEPS[self.at]()
        return STEPS[self.at](self.request.POST, self.request.FILES)

    def is_too_often(self) -> bool:
        """Counts the call, before anything is done for it."""
        try:
            count_call("say", client_address(self.request))
        except TooOften as refused:
            self.stopped = str(refused)
        return bool(self.stopped)

    def is_human(self, form: Any) -> bool:
        """Looks at the end whether a machine sent it; what was typed stays."""
        is_last = self.at == len(STEPS) - 1
        if is_last and (refused := sent_by_machine(self.request.POST)):
            form.add_error(None, refused)
            return False
        return True

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
        """A step; 关怀版 is switched here without losing what was typed."""
        typed, mine = self.request.POST, set(STEPS[at].base_fields)
        names = [name for form_class in STEPS for name in form_class.base_fields]
        kept = photos.is_held(self.token, key=self.key)
        switched = "switch" in typed
        elder = wants_elder(self.request) != switched
        context = {
            "station": self.station,
            "form": form,
            "step": at,
            "steps": [(i, name) for i, name in enumerate(NAMES)],
            "carried": {n: typed[n] for n in names if n in typed and n not in mine},
            "key": self.key,
            "stamp": stamp_again(typed),
            "to": self.to,
            "stopped": self.stopped,
            "wish": self.wish,
            "photo_token": self.token if kept else "",
            "elder": elder,
            "brand_url": reverse("public:station", args=[self.station.slug]),
            "place_label": self.station.name,
        }
        status = 422 if form.is_bound and form.errors else 200
        status = 429 if self.stopped else status
        template = "proposals/public/say.html"
        response = render(self.request, template, context, status=status)
        if switched:
            remember_elder(response, self.request, elder)
        return response
