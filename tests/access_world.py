"""One county in which every URL has something to point at."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import localdate, now

from accounts.models import ApiToken
from accounts.tokens import issue_token
from areas.models import ImportJob
from notices.models import Notice
from proposals.services.attachments import attach
from proposals.workflow import closing, handover, intake
from proposals.workflow.handling import draft_reply
from reports.models import Report
from stations.models import Duty, Stationing
from tests.access_stations import station_keys
from tests.access_table import CAST
from tests.factories import GroupFactory, files
from tests.factories import proposals as make
from tests.factories.stations import VisitFactory

# Pages of the matters' app that are not a step of a matter.
ELSEWHERE = (
    *("attachment", "desk", "keep", "open_opinion", "commitment", "promise"),
    "ledger",
)


@pytest.fixture
def matters(
    station,
    station_staff,
    officer,
    handler,
    unit_leader,
    unit,
    category,
    deputy,
) -> dict[str, Any]:
    """A matter right before each step, by verb."""

    def heard() -> Any:
        visit = VisitFactory(station=station)
        visit.heard_by.add(deputy)
        return make.opinion(actor=station_staff, visit=visit)

    def until(stage: str) -> Any:
        p = heard()
        ways: list[tuple[str, Callable[[Any], Any]]] = [
            (
                "accepted",
                lambda p: make.accepted(p, actor=station_staff, category=category),
            ),
            ("handed", lambda p: make.handed_over(p, actor=officer, unit=unit)),
            ("signed", lambda p: make.signed(p, actor=handler)),
            ("contacted", lambda p: make.contacted(p, actor=handler)),
            ("drafted", lambda p: make.drafted(p, actor=handler)),
            ("replied", lambda p: make.replied(p, actor=unit_leader)),
            ("told", lambda p: make.told(p, actor=station_staff)),
            ("rated", lambda p: make.rated(p, actor=None, result="dissatisfied")),
        ]
        for name, way in ways:
            if stage == "submitted":
                break
            p = way(p)
            if name == stage:
                break
        return p

    returned = heard()
    intake.return_(returned, actor=officer, reason="请补充地点")
    objected = until("handed")
    handover.object_(objected, actor=handler, reason="属于住建局的管网")
    promised = until("contacted")
    draft_reply(promised, actor=handler, text="稿")
    rows = {
        "submit": returned,
        "hand_over": until("accepted"),
        "sign_for": until("handed"),
        "object": until("handed"),
        "decide_objection": objected,
        "note_contact": until("signed"),
        "draft_reply": promised,
        "reply": until("drafted"),
        "tell": until("replied"),
        "rate": until("told"),
        "redo": until("rated"),
        "close": until("told"),
        "any": heard(),
    }
    closing.rate(rows["close"], actor=None, attitude="satisfied", result="satisfied")
    return rows


@pytest.fixture
def world(request, matters, county, town, station, day, unit, deputy, category):
    """Signed-in browsers of the cast, and the arguments of every URL."""
    cast = {who: request.getfixturevalue(who) for who in CAST if who != "anonymous"}
    officer = cast["officer"]
    group = GroupFactory(area=town)
    member = group.memberships.create(deputy=deputy)
    seat = deputy.mandates.get()
    stationing = Stationing.objects.create(
        station=station, deputy=deputy, starts_on=localdate()
    )
    duty = Duty.objects.create(day=day, deputy=deputy)
    visit = VisitFactory(station=station)
    notice = Notice.objects.create(
        recipient=officer,
        kind="x",
        title="x",
        dedupe_key="x",
        send_at=now(),
        state="sent",
        sent_at=now(),
    )
    job = ImportJob.objects.create(kind="areas", requested_by=officer)
    report = Report.objects.create(
        area=county,
        starts_on=localdate().replace(day=1),
        ends_on=localdate(),
        requested_at=now(),
    )
    issue_token(cast["client_user"], actor=officer, label="x", scopes=["stats"], days=1)
    own_commitment = (
        matters["tell"]
        .replies.get()
        .commitments.create(
            proposal=matters["tell"], unit=unit, what="换泵", due_on=localdate()
        )
    )
    attachment = attach(
        matters["tell"], actor=cast["station_staff"], file=files.upload(files.jpeg())
    )
    grant = cast["station_staff"].grants.get()
    keys = {
        "accounts:grant": {"pk": grant.user_id, "grant_pk": grant.pk},
        "accounts:token_revoke": {"pk": ApiToken.objects.get().pk},
        "accounts:user": {"pk": grant.user_id},
        "areas:unit": {"pk": unit.pk},
        "areas:category": {"pk": category.pk},
        "areas:import": {"pk": job.pk},
        "areas:detail": {"code": town.pk},
        "areas:calendar": {"year": localdate().year + 1},
        "notices:": {"pk": notice.pk},
        "deputies:roster": {"token": uuid.uuid4().hex},
        "deputies:mandate_step": {"pk": seat.pk, "verb": "suspend"},
        "deputies:mandate_create": {"pk": deputy.pk},
        "deputies:mandate": {"pk": seat.pk},
        "deputies:group": {"pk": group.pk},
        "deputies:member_add": {"pk": group.pk},
        "deputies:member": {"pk": member.pk},
        "deputies:": {"pk": deputy.pk},
        "stations:day_create": {"pk": station.pk},
        "stations:day": {"pk": day.pk},
        "stations:duty_add": {"pk": day.pk},
        "stations:duty": {"pk": day.pk, "deputy": duty.deputy_id},
        "stations:visit_create": {"pk": station.pk},
        "stations:visit": {"pk": visit.pk},
        "stations:end": {"pk": station.pk, "stationing": stationing.pk},
        "stations:": {"pk": station.pk},
        "proposals:attachment": {"pk": attachment.pk},
        "proposals:desk": {"day_pk": day.pk},
        "proposals:open_opinion": {"pk": visit.pk},
        "proposals:keep": {"pk": own_commitment.pk},
        "reports:file": {"pk": report.pk, "kind": "word"},
        "reports:": {"pk": report.pk},
        "public:": {"slug": station.slug},
        "api:deputy": {"pk": deputy.pk},
        "api:group": {"pk": group.pk},
        "api:station": {"pk": station.pk},
        "api:reception": {"pk": day.pk},
        "api:visit": {"pk": visit.pk},
        "proposals:commitment": {"pk": own_commitment.pk},
        "stations:day_forms": {"pk": day.pk},
    } | station_keys(cast, station, deputy, day, unit)

    def arguments(name: str) -> dict[str, Any]:
        """The arguments of a URL: of the longest key its name begins with."""
        if name.startswith(("proposals:", "api:proposal-")):
            verb = name.split(":")[1].removeprefix("proposal-").replace("-", "_")
            if not verb.startswith(ELSEWHERE):
                return {"pk": matters.get(verb, matters["any"]).pk}
        best = max((key for key in keys if name.startswith(key)), key=len, default="")
        return keys.get(best, {})

    keys_of = {"anonymous": ""}
    for who, user in cast.items():
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        keys_of[who] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def browser(who: str) -> Client:
        """A fresh browser with the session of this person: one may sign out."""
        client = Client()
        if keys_of[who]:
            client.cookies[settings.SESSION_COOKIE_NAME] = keys_of[who]
        return client

    return {"arguments": arguments, "browser": browser}
