"""One function a message: what people are told when a matter moves.

Notices are rows written in the step's own transaction; a task sends them later. No
notice holds a voter's name or contact.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.timezone import localdate

from accounts.choices import Role
from accounts.models import Grant, User
from areas.models import Unit
from notices.services import plan_many
from proposals.choices import Kind
from proposals.models import Commitment, Handling, Proposal


def _holding(condition: Q) -> list[User]:
    """Active people who hold a grant today that meets the condition."""
    grants = Grant.objects.on(localdate()).filter(condition)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")))


def unit_people(units: Iterable[Unit], *roles: str) -> list[User]:
    """Handlers and leaders of these units (or one of the two)."""
    roles = roles or (Role.UNIT_HANDLER, Role.UNIT_LEADER)
    return _holding(Q(unit__in=list(units), role__in=roles))


def overseers(proposal: Proposal) -> list[User]:
    """The office of the county; for opinions of a township its own people."""
    code = proposal.area_id
    of_town = proposal.kind == Kind.OPINION and len(code) >= 9
    if of_town and (found := _holding(Q(role=Role.TOWNSHIP, area=code[:9]))):
        return found
    return _holding(Q(role=Role.OFFICER, area=code[:6]))


def coordinators(proposal: Proposal) -> list[User]:
    """The government office of the county."""
    return _holding(Q(role=Role.COORDINATOR, area=proposal.area_id[:6]))


def station_people(proposal: Proposal) -> list[User]:
    """Staff of the station where the matter came in."""
    if proposal.station_id is None:
        return []
    return _holding(Q(role=Role.STATION, station=proposal.station_id))


def deputies_of(proposal: Proposal) -> list[User]:
    """The lead deputy; for opinions those who heard the voters."""
    if proposal.lead is not None:
        return [u for u in [proposal.lead.deputy.user] if u is not None]
    heard = Q(deputy__visits_heard__proposals=proposal)
    return list(User.objects.filter(heard, is_active=True).distinct())


def _tell(
    people: Iterable[User], proposal: Proposal, kind: str, title: str, text: str = ""
) -> None:
    plan_many(
        people,
        kind=kind,
        title=title[:200],
        text=text,
        url=proposal.get_absolute_url(),
        subject=proposal,
        key=f"{kind}:{proposal.pk}:{proposal.version}",
    )


def submitted(proposal: Proposal) -> None:
    _tell(overseers(proposal), proposal, "submit", f"待受理：{proposal}")


def returned(proposal: Proposal, reason: str) -> None:
    people = [*deputies_of(proposal), *station_people(proposal)]
    _tell(people, proposal, "return", f"退回修改：{proposal}", reason)


def refused(proposal: Proposal, told: str) -> None:
    people = [*deputies_of(proposal), *station_people(proposal)]
    _tell(people, proposal, "refuse", f"不予受理：{proposal}", told)


def accepted(proposal: Proposal) -> None:
    _tell(deputies_of(proposal), proposal, "accept", f"已受理：{proposal}")


def handed_over(proposal: Proposal, units: list[Unit]) -> None:
    due = proposal.reply_due_on
    until = f"，{due.month}月{due.day}日前答复" if due else ""
    title = f"交办给本单位{until}：{proposal}"
    _tell(unit_people(units), proposal, "hand_over", title)
    names = "、".join(str(unit) for unit in units)
    title = f"已交办{names}：{proposal}"
    _tell(deputies_of(proposal), proposal, "handed_over", title)


def objected(proposal: Proposal, handling: Handling) -> None:
    people = [*coordinators(proposal), *overseers(proposal)]
    title = f"{handling.unit}提出异议，待裁定：{proposal}"
    _tell(people, proposal, "object", title, handling.objection)


def objection_rejected(proposal: Proposal, handling: Handling) -> None:
    title = f"异议不成立，请继续办理：{proposal}"
    people = unit_people([handling.unit])
    _tell(people, proposal, "decide_objection", title, handling.decision)


def contact_noted(proposal: Proposal, handling: Handling) -> None:
    title = f"{handling.unit}记了一次面商，请看是否属实：{proposal}"
    _tell(deputies_of(proposal), proposal, "note_contact", title)


def asked_to_sign(proposal: Proposal, handling: Handling) -> None:
    people = unit_people([handling.unit], Role.UNIT_LEADER)
    _tell(people, proposal, "draft_reply", f"答复待签发：{proposal}")


def replied(proposal: Proposal, handling: Handling) -> None:
    people = deputies_of(proposal)
    _tell(people, proposal, "reply", f"{handling.unit}已答复，请评价：{proposal}")
    title = f"已答复，请告知选民：{proposal}"
    _tell(station_people(proposal), proposal, "to_tell", title)


def rated(proposal: Proposal, result: str) -> None:
    _tell(overseers(proposal), proposal, "rate", f"已评价，可以办结：{proposal}")


def closed(proposal: Proposal) -> None:
    people = [*deputies_of(proposal), *station_people(proposal)]
    _tell(people, proposal, "close", f"已办结：{proposal}")


def promised(commitment: Commitment) -> None:
    """The unit learns what was promised in its name, and until when."""
    day, due = commitment.day, commitment.due_on
    where = f"{day.station} {day.date.month}月{day.date.day}日接待" if day else ""
    title = f"接待时承诺，{due.month}月{due.day}日前兑现：{commitment.what}"
    plan_many(
        unit_people([commitment.unit]),
        kind="promise",
        title=title[:200],
        text=f"{where}　承诺人：{commitment.made_by or commitment.unit}",
        url=commitment.get_absolute_url(),
        subject=commitment,
        key=f"promise:{commitment.pk}",
    )


def promise_due(commitment: Commitment, phase: str, said: str) -> None:
    """A promise that hangs on no matter comes near, or was not kept in time."""
    due, day = commitment.due_on, commitment.day
    people = unit_people([commitment.unit])
    if phase == "past" and day is not None:
        code = day.station.area_id
        people += _holding(Q(role=Role.OFFICER, area=code[:6]))
        people += _holding(Q(role=Role.STATION, station=day.station_id))
    plan_many(
        people,
        kind=f"deadline_{phase}",
        title=f"{said}：承诺 {due.month}月{due.day}日，{commitment.what}"[:200],
        text=f"{commitment.unit}在接待时承诺。",
        url=commitment.get_absolute_url(),
        subject=commitment,
        key=f"promise:{commitment.pk}:{phase}",
    )
