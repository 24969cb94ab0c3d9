"""A matter in the hands of its units, and what follows their answer."""

import datetime as dt
from collections.abc import Generator
from dataclasses import dataclass

from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Unit
from proposals.choices import REPLYING_PARTS, DeadlineKind, HandlingStatus, Satisfaction
from proposals.models import Commitment, Handling, Proposal
from proposals.workflow.closing import close, rate, redo, tell, untold
from proposals.workflow.handling import draft_reply, keep, note_contact, reply
from proposals.workflow.handover import decide_objection, object_, sign_for
from reports.demo import texts
from reports.demo.clock import Life
from reports.demo.fates import Fate
from reports.demo.texts import Issue
from reports.demo.world import World

# Goes on (True), or stands where it is for ever (False).
Course = Generator[dt.datetime, None, bool]


@dataclass
class Matter:
    """A matter with those who move it; one instance lives through all its steps."""

    proposal: Proposal
    issue: Issue
    fate: Fate
    overseer: User
    teller: User | None = None  # of opinions: the station
    author: User | None = None  # of suggestions: the lead deputy


def live_on(world: World, m: Matter) -> Course:
    """From the hand-over to the closing, round by round."""
    if not (yield from _taken_on(world, m)):
        return False
    while True:
        if not (yield from _answered(world, m)):
            return False
        if not (yield from judged(world, m)):
            return False
        if m.proposal.satisfaction != Satisfaction.DISSATISFIED or m.proposal.round > 2:
            break
        if m.fate.stops("redo", m.proposal.round):
            return False
        yield world.pace.workdays(*m.fate.days(1, 4))
        redo(m.proposal, actor=m.overseer, reason=world.chance.choice(texts.REDO))
    return (yield from closed(world, m))


# --- signing and objecting ----------------------------------------------------------


def _taken_on(world: World, m: Matter) -> Course:
    if m.fate.stops("sign_for"):
        return False
    objections = {"": 0, "twice": 2}.get(m.fate.objection, 1)
    for at in range(objections):
        yield world.pace.workdays(*m.fate.days(1, 3))
        part = _parts(m, HandlingStatus.OFFERED)[0]
        reason = texts.OBJECTIONS[at % len(texts.OBJECTIONS)]
        object_(m.proposal, actor=world.handlers[part.unit_id], reason=reason)
        if m.fate.stops("decide_objection") and at == objections - 1:
            return False
        yield world.pace.workdays(*m.fate.days(1, 4))
        _decide(world, m, is_second=at > 0)
    for part in _parts(m, HandlingStatus.OFFERED):
        yield world.pace.workdays(*m.fate.days(0, 2))
        sign_for(m.proposal, actor=world.handlers[part.unit_id])
    return True


def _decide(world: World, m: Matter, *, is_second: bool) -> None:
    by_office = not is_second and world.happens(0.4)
    actor = world.officer if by_office else world.users["coordinator"]
    part = _parts(m, HandlingStatus.OBJECTED)[0]
    upheld = m.fate.objection != "rejected" and not is_second
    decide_objection(
        m.proposal,
        actor=actor,
        handling=part,
        upheld=upheld,
        text=texts.UPHELD if upheld else texts.REJECTED,
        unit=_other_unit(world, m) if upheld else None,
    )


def _other_unit(world: World, m: Matter) -> Unit:
    """One that has no part in it yet."""
    busy = set(m.proposal.handlings.values_list("unit", flat=True))
    names = ("区住房和城乡建设局", "区城市管理执法局", "区交通运输局", "区农业农村局")
    free = [world.units[name] for name in names if world.units[name].pk not in busy]
    return world.chance.choice(free)


def _parts(m: Matter, status: str) -> list[Handling]:
    found = m.proposal.handlings.filter(round=m.proposal.round, status=status)
    return list(found.select_related("unit").order_by("pk"))


# --- contact, draft, reply ------------------------------------------------------------


def _answered(world: World, m: Matter) -> Course:
    """The units that must answer do, in time or late, as its fate is."""
    round_ = m.proposal.round
    if m.fate.stops("note_contact", round_):
        return False
    start, due = localdate(), m.proposal.reply_due_on or localdate()
    last = _reply_day(world, m, start, due)
    parts = [p for p in _parts(m, HandlingStatus.SIGNED) if p.part in REPLYING_PARTS]
    yield world.pace.between(start, last, 0.3 + 0.3 * world.chance.random())
    for part in parts:
        _contact(world, m, part)
    if m.fate.stops("draft_reply", round_):
        return False
    yield world.pace.between(start, last, 0.9)
    for part in parts:
        _draft(world, m, part)
    if m.fate.stops("reply", round_):
        return False
    yield world.pace.on_or_after(max(last, localdate()))
    for part in parts:
        reply(m.proposal, actor=world.heads[part.unit_id])
    for promise in Commitment.objects.filter(proposal=m.proposal, reply__round=round_):
        promise.proposal = m.proposal  # one instance, or its dates grow stale
        world.line.begin(_keeping(world, promise, m), now())
    return True


def _reply_day(world: World, m: Matter, start: dt.date, due: dt.date) -> dt.date:
    if m.fate.brisk:
        return start + dt.timedelta(days=2)
    if m.fate.late and m.proposal.round == 1:
        return due + dt.timedelta(days=world.chance.randint(2, 12))
    share = world.chance.uniform(0.15, 0.65)
    return start + dt.timedelta(days=max(1, int((due - start).days * share)))


def _contact(world: World, m: Matter, part: Handling) -> None:
    method = world.chance.choice(("meeting", "site", "site", "visit", "forum", "phone"))
    said = texts.CALLS if method == "phone" else texts.CONTACTS
    note_contact(
        m.proposal,
        actor=world.handlers[part.unit_id],
        method=method,
        contacted_on=localdate(),
        text=world.chance.choice(said),
    )


def _draft(world: World, m: Matter, part: Handling) -> None:
    """The unit's answer by its class, with a promise where the class demands one."""
    issue, today = m.issue, localdate()
    result = "A" if m.proposal.round > 1 and m.fate.result == "D" else m.fate.result
    promises: list[dict[str, str]] = []
    if result in "BC":
        day = m.fate.promise_on or today + dt.timedelta(
            days=world.chance.randint(25, 75 if result == "B" else 180)
        )
        promises = [{"what": issue.promise, "due_on": day.isoformat()}]
    until = f"，{promises[0]['due_on']}前完成" if promises else ""
    deeds = {
        "A": f"{issue.done}。",
        "B": f"目前已着手办理：{issue.promise}{until}。",
        "C": f"已列入计划：{issue.promise}{until}。",
        "D": f"{world.chance.choice(texts.REASONS)}条件具备时优先安排。",
    }
    again = "再次核查情况如下：" if m.proposal.round > 1 else "现将办理情况答复如下。"
    number = world.chance.randint(3, 98)
    draft_reply(
        m.proposal,
        actor=world.handlers[part.unit_id],
        ask_to_sign=True,
        text=(
            f"您反映的{issue.place}{issue.spot}有关问题收悉，{again}\n"
            f"一、核查情况。我单位会同有关人员到现场核查，{issue.finding}。\n"
            f"二、办理情况。{deeds[result]}\n"
            "三、下一步打算。我单位将定期回访，欢迎继续监督。"
        ),
        plain_text=deeds[result],
        result=world.results[result],
        reason="条件暂不具备" if result == "D" else "",
        letter_number=f"{part.unit.short_name}函〔{today.year}〕{number}号",
        promises=promises,
    )


def _keeping(world: World, promise: Commitment, m: Matter) -> Life:
    """Kept a little before its day, or some time after it, or never."""
    if m.fate.promise == "broken":
        return
    days = world.chance.randint(-12, -1)
    if m.fate.promise == "late":
        days = world.chance.randint(4, 40)
    yield world.pace.on_or_after(promise.due_on + dt.timedelta(days=days))
    proof = f"{m.issue.done}，现场已请代表和群众代表查看确认。"
    keep(promise, actor=world.handlers[promise.unit_id], proof=proof)


# --- telling, judging, closing --------------------------------------------------------


def judged(world: World, m: Matter) -> Course:
    """The visitors hear of it, and somebody says whether it is good."""
    round_ = m.proposal.round
    if m.teller is not None:
        if m.fate.stops("tell", round_):
            return False
        yield world.pace.workdays(*m.fate.days(0, 3))
        _tell(world, m)
    if m.fate.stops("rate", round_):
        return False
    if m.fate.rater == "nobody":
        feedback = m.proposal.deadlines.filter(kind=DeadlineKind.FEEDBACK)
        last = feedback.latest("id").due_on + dt.timedelta(days=1)
        yield world.pace.on_or_after(last)
        return True
    yield world.pace.workdays(*m.fate.days(2, 9))
    mark = m.fate.mark if round_ == 1 else m.fate.second
    poor = mark == Satisfaction.DISSATISFIED
    rate(
        m.proposal,
        actor=_rater(world, m),
        attitude=Satisfaction.BASICALLY if poor else mark,
        result=mark,
        reason=world.chance.choice(texts.BETTER) if poor else "",
    )
    return True


def _rater(world: World, m: Matter) -> User | None:
    if m.author is not None:
        return m.author
    if m.fate.rater == "deputy":
        heard = m.proposal.visits.values_list("heard_by", flat=True)
        for deputy in heard:
            if deputy in world.deputy_users:
                return world.deputy_users[deputy]
    return None


def _tell(world: World, m: Matter) -> None:
    for visit in untold(m.proposal):
        channel = world.chance.choice(("phone", "phone", "phone", "face", "sms"))
        note = world.chance.choice(texts.TELLINGS)
        if m.fate.unreached:
            channel, note = "impossible", world.chance.choice(texts.UNREACHED)
        elif visit.is_anonymous:
            channel, note = "slip", "在站内公告栏张贴答复。"
        actor = m.teller or m.overseer
        tell(m.proposal, actor=actor, visit=visit, channel=channel, note=note)


def closed(world: World, m: Matter) -> Course:
    """The office closes it; whoever joined it in the last days is told first."""
    if m.fate.stops("close", m.proposal.round):
        return False
    yield world.pace.workdays(*m.fate.days(1, 5))
    if m.teller is not None:
        _tell(world, m)
    poor = m.proposal.satisfaction == Satisfaction.DISSATISFIED
    note = "已两次办理，条件所限，向本人说明后办结，转入下年度跟踪。" if poor else ""
    close(m.proposal, actor=m.overseer, note=note)
    return True
