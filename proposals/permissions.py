"""Who may do what to a matter: one predicate a question, joined in the steps."""

from accounts.choices import PLATFORM_ROLES, Role
from accounts.models import User
from proposals.choices import HandlingStatus, Kind
from proposals.models import Handling, Proposal
from stations import permissions as may_station
from stations.models import Station

Actor = User | None  # None: the public, or the system itself


def may_see_matters(actor: Actor) -> bool:
    """Whose work it is at all: not the platform's administrators (三员分立)."""
    if actor is None:
        return False
    return bool(actor.deputy_id) or any(
        g.role not in PLATFORM_ROLES for g in actor.held
    )


def covers(actor: Actor, area_code: str, *roles: str) -> bool:
    """Whether one of these roles is held for an area that contains this one."""
    if actor is None:
        return False
    return any(area_code.startswith(code) for code in actor.area_codes(*roles))


def is_office(actor: Actor, proposal: Proposal) -> bool:
    """The standing committee's office that oversees the matter's area."""
    return covers(actor, proposal.area_id, Role.OFFICER)


def is_township(actor: Actor, proposal: Proposal) -> bool:
    """The township presidium or street committee of the matter's area."""
    return covers(actor, proposal.area_id, Role.TOWNSHIP)


def is_coordinator(actor: Actor, proposal: Proposal) -> bool:
    """The government office that decides between units."""
    return covers(actor, proposal.area_id, Role.COORDINATOR)


def is_station(actor: Actor, proposal: Proposal) -> bool:
    """Staff of the station where the matter came in."""
    return actor is not None and proposal.station_id in actor.station_ids()


def is_lead(actor: Actor, proposal: Proposal) -> bool:
    """The deputy who leads the suggestion or bill."""
    if actor is None or proposal.lead is None or actor.deputy_id is None:
        return False
    return proposal.lead.deputy_id == actor.deputy_id


def has_heard(actor: Actor, proposal: Proposal) -> bool:
    """A deputy who heard one of the visitors behind the matter."""
    if actor is None or actor.deputy_id is None or proposal.kind != Kind.OPINION:
        return False
    return proposal.visits.filter(heard_by=actor.deputy_id).exists()


def own_handlings(actor: Actor, proposal: Proposal, *roles: str) -> list[Handling]:
    """The present round's parts of the units for which this person works."""
    if actor is None:
        return []
    units = actor.unit_ids(*roles)
    if not units:
        return []
    return [
        part
        for part in proposal.handlings.all()
        if part.unit_id in units
        and part.round == proposal.round
        and part.status != HandlingStatus.UPHELD
    ]


def is_unit(actor: Actor, proposal: Proposal) -> bool:
    """Of a unit that has a part in the present round."""
    return bool(own_handlings(actor, proposal))


def is_unit_leader(actor: Actor, proposal: Proposal) -> bool:
    """Leader of a unit that has a part in the present round."""
    return bool(own_handlings(actor, proposal, Role.UNIT_LEADER))


def is_offered(actor: Actor, proposal: Proposal) -> bool:
    """The unit has not yet signed for its part."""
    parts = own_handlings(actor, proposal)
    return any(part.status == HandlingStatus.OFFERED for part in parts)


def may_object(actor: Actor, proposal: Proposal) -> bool:
    """The unit's part is offered or signed for, in the first round."""
    open_ = (HandlingStatus.OFFERED, HandlingStatus.SIGNED)
    parts = own_handlings(actor, proposal)
    return proposal.round == 1 and any(part.status in open_ for part in parts)


def is_handling(actor: Actor, proposal: Proposal) -> bool:
    """The unit has signed for its part and not yet replied."""
    parts = own_handlings(actor, proposal)
    return any(part.status == HandlingStatus.SIGNED for part in parts)


def has_objection(actor: Actor, proposal: Proposal) -> bool:
    """Whether an objection waits for a decision."""
    objected = HandlingStatus.OBJECTED
    return any(part.status == objected for part in proposal.handlings.all())


def objection_count(proposal: Proposal) -> int:
    """How many objections were raised in all; from two on the coordinator decides."""
    return sum(part.objected_at is not None for part in proposal.handlings.all())


def may_decide_objection(actor: Actor, proposal: Proposal) -> bool:
    """The coordinator; the office too, as long as it is the first objection."""
    if is_coordinator(actor, proposal):
        return True
    return is_office(actor, proposal) and objection_count(proposal) < 2


def may_submit(actor: Actor, proposal: Proposal) -> bool:
    """The lead deputy; for opinions the station, or the visitor on the public page."""
    if proposal.kind != Kind.OPINION:
        return is_lead(actor, proposal)
    if actor is None:
        return proposal.created_by_id is None
    return is_station(actor, proposal) or proposal.created_by_id == actor.pk


def may_edit(actor: Actor, proposal: Proposal) -> bool:
    """Who may still change the text: its author, before it is handed in."""
    return may_submit(actor, proposal) and actor is not None


def may_withdraw(actor: Actor, proposal: Proposal) -> bool:
    """Who handed it in; for opinions the township too, which may keep the desk."""
    if actor is None:
        return False
    if proposal.kind == Kind.OPINION and is_township(actor, proposal):
        return True
    return may_submit(actor, proposal)


def may_keep_desk(actor: Actor, station: Station) -> bool:
    """Writes the register of a reception: the station's staff, the township over it."""
    if actor is None:
        return False
    return may_station.staffs(actor, station) or covers(
        actor, station.area_id, Role.TOWNSHIP
    )


def may_see_desk(actor: Actor, station: Station) -> bool:
    """Reads the register of a reception: those who keep it, the office, leaders."""
    return may_keep_desk(actor, station) or covers(
        actor, station.area_id, Role.OFFICER, Role.LEADER
    )


def may_take_in(actor: Actor, proposal: Proposal) -> bool:
    """Office and township; for opinions the station too."""
    if is_office(actor, proposal) or is_township(actor, proposal):
        return True
    return proposal.kind == Kind.OPINION and is_station(actor, proposal)


def may_oversee(actor: Actor, proposal: Proposal) -> bool:
    """Office and township."""
    return is_office(actor, proposal) or is_township(actor, proposal)


def may_answer_on_site(actor: Actor, proposal: Proposal) -> bool:
    """Station and township, opinions only."""
    if proposal.kind != Kind.OPINION:
        return False
    return is_station(actor, proposal) or is_township(actor, proposal)


def may_tell(actor: Actor, proposal: Proposal) -> bool:
    """The station, the lead deputy, and deputies who heard the visitor."""
    return (
        is_station(actor, proposal)
        or is_lead(actor, proposal)
        or has_heard(actor, proposal)
    )


def may_attach(actor: Actor, proposal: Proposal) -> bool:
    """Who works on the matter now: station, lead, units in hand, office, township."""
    return (
        may_oversee(actor, proposal)
        or is_station(actor, proposal)
        or is_lead(actor, proposal)
        or is_unit(actor, proposal)
    )


def may_rate(actor: Actor, proposal: Proposal) -> bool:
    """The lead deputy or one who heard the visitor; the voter by number and code."""
    if actor is None:
        return proposal.kind == Kind.OPINION
    return is_lead(actor, proposal) or has_heard(actor, proposal)


def may_see_ledgers(actor: Actor) -> bool:
    """Who brings old ledgers in, and the leaders who watch."""
    roles = (*may_station.OVERSEEING, Role.LEADER, Role.STATION)
    return actor is not None and actor.has_role(*roles)
