"""From a draft to a matter taken in, sent back, refused, or answered at once."""

from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Category
from areas.services import next_number
from audit.models import Event
from common.errors import RuleViolation
from proposals import mails
from proposals.choices import DeadlineKind, Ground, Kind, Route
from proposals.deadlines import Clock, drop, meet, moving
from proposals.models import Proposal, ResultClass
from proposals.workflow.table import FLOW


def _number(proposal: Proposal) -> str:
    """The running number: by station for opinions, by county for deputies' matters."""
    year = localdate().year
    if proposal.kind == Kind.OPINION and proposal.station is not None:
        code = proposal.station.code
        return f"{year}-{code}-{next_number(f'opinion:{code}:{year}'):04}"
    county = proposal.area_id[:6]
    label = proposal.get_kind_display()
    when = "大会" if proposal.proposed_in_session else "闭会"
    n = next_number(f"{proposal.kind}:{when}:{county}:{year}")
    return f"{year}年{label[-2:]}{when}第{n}号"


def submit(proposal: Proposal, *, actor: User | None) -> Event:
    """Hand a draft in; it gets its number, and the date by which it is taken in.

    `actor` None is the voter on the public page. Raises RuleViolation when title or
    text is missing, or a deputy's matter has no seat in force behind it.
    """
    FLOW.check("submit", proposal, actor=actor)
    if not proposal.title.strip():
        raise RuleViolation("请写标题。", field="title")
    if len(proposal.text.strip()) < 5:
        raise RuleViolation("请写明反映的情况，至少五个字。", field="text")
    if proposal.kind != Kind.OPINION and not proposal.request.strip():
        raise RuleViolation("请写明具体建议。", field="request")
    with moving(proposal):
        number = proposal.number or _number(proposal)
        event = FLOW.take(
            "submit",
            proposal,
            actor=actor,
            number=number,
            submitted_at=proposal.submitted_at or now(),
        )
        clock = Clock(proposal)
        clock.workdays(DeadlineKind.TRIAGE, clock.policy.triage_wd)
        mails.submitted(proposal)
    return event


def withdraw(proposal: Proposal, *, actor: User, reason: str) -> Event:
    """Take back what was handed in, before anybody took it in; nothing is due then."""
    FLOW.check("withdraw", proposal, actor=actor)
    if not reason.strip():
        raise RuleViolation("请写明为什么撤回。", field="reason")
    with moving(proposal):
        event = FLOW.take("withdraw", proposal, actor=actor, note=reason)
        drop(proposal)
    return event


def return_(proposal: Proposal, *, actor: User, reason: str) -> Event:
    """Send a submitted matter back to its author, saying what is missing."""
    FLOW.check("return", proposal, actor=actor)
    if not reason.strip():
        raise RuleViolation("请写明要补充或修改什么。", field="reason")
    with moving(proposal):
        event = FLOW.take("return", proposal, actor=actor, note=reason)
        meet(proposal, DeadlineKind.TRIAGE)
        mails.returned(proposal, reason)
    return event


def refuse(proposal: Proposal, *, actor: User, ground: str, told: str) -> Event:
    """Not a matter for the congress: coded ground, and where the person was sent.

    Grounds after the local rules (山东条例第六条, among others) and 信访工作条例.
    """
    FLOW.check("refuse", proposal, actor=actor)
    if ground not in Ground.values:
        raise RuleViolation("请选择不予受理的原因。", field="ground")
    if not told.strip():
        raise RuleViolation("请写明怎么向本人说明、引导到哪里。", field="told")
    with moving(proposal):
        event = FLOW.take(
            "refuse",
            proposal,
            actor=actor,
            note=told,
            data={"ground": ground},
            ground=ground,
        )
        meet(proposal, DeadlineKind.TRIAGE)
        mails.refused(proposal, told)
    return event


def accept(
    proposal: Proposal, *, actor: User, category: Category, route: str = ""
) -> Event:
    """Take a submitted matter in: what it is about, and for opinions which way it goes.

    Starts the date by which it must be handed over.
    """
    FLOW.check("accept", proposal, actor=actor)
    if proposal.kind == Kind.OPINION and route not in Route.values:
        raise RuleViolation("请选择办理途径。", field="route")
    with moving(proposal):
        event = FLOW.take(
            "accept",
            proposal,
            actor=actor,
            data={"category": category.code, "route": route},
            category=category,
            route=route,
            accepted_at=now(),
        )
        meet(proposal, DeadlineKind.TRIAGE)
        clock = Clock(proposal)
        clock.workdays(DeadlineKind.HAND_OVER, clock.policy.hand_over_wd)
        mails.accepted(proposal)
    return event


def answer_on_site(
    proposal: Proposal, *, actor: User, text: str, result: ResultClass
) -> Event:
    """The station or township answers an opinion itself; nothing is handed over."""
    FLOW.check("answer_on_site", proposal, actor=actor)
    if len(text.strip()) < 5:
        raise RuleViolation("请写明怎么答复的，至少五个字。", field="text")
    if result.needs_commitment:
        raise RuleViolation(
            "要以后才能做到的，请受理后交办给承办单位。", field="result"
        )
    moment = now()
    with moving(proposal):
        event = FLOW.take(
            "answer_on_site",
            proposal,
            actor=actor,
            note=text,
            data={"result": result.code},
            result=result,
            accepted_at=proposal.accepted_at or moment,
            replied_at=moment,
        )
        meet(proposal, DeadlineKind.TRIAGE, DeadlineKind.HAND_OVER)
        open_answer_dates(proposal)
    return event


def open_answer_dates(proposal: Proposal) -> None:
    """After an answer: the dates for telling the visitors and for judging it."""
    clock = Clock(proposal)
    if proposal.visits.exists():
        clock.workdays(DeadlineKind.TELL, clock.policy.tell_wd)
    clock.workdays(DeadlineKind.FEEDBACK, clock.policy.feedback_wd)
