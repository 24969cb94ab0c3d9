"""How matters of the demo county live: voters' opinions, deputies' suggestions."""

from collections.abc import Callable

from django.utils.timezone import localdate

from accounts.models import User
from areas.models import Area
from deputies.models import Mandate
from proposals.models import Proposal
from proposals.services.opening import draft_suggestion
from proposals.workflow.handover import Share, hand_over
from proposals.workflow.intake import (
    accept,
    answer_on_site,
    refuse,
    return_,
    submit,
    withdraw,
)
from reports.demo import texts
from reports.demo.clock import Life
from reports.demo.fates import Fate
from reports.demo.handling import Course, Matter, closed, judged, live_on
from reports.demo.texts import Issue
from reports.demo.world import Spot, World


def opinion(
    world: World, proposal: Proposal, issue: Issue, spot: Spot, fate: Fate
) -> Life:
    """A voter's opinion, from its number to the closing."""
    overseer = world.townships.get(proposal.area_id[:9], world.officer)
    m = Matter(proposal, issue, fate, overseer, teller=spot.staff)
    if fate.stops("accept"):
        return
    yield world.pace.workdays(*fate.days(0, 2))
    taker = spot.staff if world.happens(0.5) else overseer
    if fate.intake == "withdraw":
        withdraw(
            proposal, actor=spot.staff, reason="来访人称问题已自行解决，要求撤回。"
        )
        return
    if fate.intake == "on_site":
        answer_on_site(
            proposal,
            actor=spot.staff,
            text=f"经与有关单位联系，{issue.done}。",
            result=world.results["A"],
        )
        if (yield from judged(world, m)):
            yield from closed(world, m)
        return
    again = _by_staff(spot)
    if not (yield from _taken_in(world, m, taker, again)):
        return
    category = world.categories[issue.topic.category]
    accept(proposal, actor=taker, category=category, route=issue.topic.route)
    if fate.stops("hand_over"):
        return
    yield world.pace.workdays(*fate.days(1, 4))
    of_town = issue.topic.route in ("village", "town")
    actor = overseer if of_town else world.officer
    unit = world.unit_of(issue.topic.unit, proposal.area_id)
    hand_over(proposal, actor=actor, shares=[Share(unit, "single")])
    yield from live_on(world, m)


def _by_staff(spot: Spot) -> Callable[[Matter], None]:
    def hand_in_again(m: Matter) -> None:
        submit(m.proposal, actor=spot.staff)

    return hand_in_again


def _taken_in(
    world: World, m: Matter, taker: User, again: Callable[[Matter], None]
) -> Course:
    """Refused; or sent back once and handed in again; or simply ready to be taken."""
    if m.fate.intake == "refuse":
        ground, told = world.chance.choice(texts.REFUSALS)
        refuse(m.proposal, actor=taker, ground=ground, told=told)
        return False
    if m.fate.intake == "return":
        reason = world.chance.choice(texts.RETURNS)
        return_(m.proposal, actor=m.overseer, reason=reason)
        if m.fate.stops("submit"):
            return False
        yield world.pace.workdays(*m.fate.days(2, 6))
        again(m)
        yield world.pace.workdays(*m.fate.days(0, 2))
    return True


# --- suggestions ------------------------------------------------------------------


def suggestion(
    world: World, seat: Mandate, area: Area, issue: Issue, fate: Fate
) -> Life:
    """A deputy's suggestion, from the first draft to the closing."""
    user = world.deputy_users[seat.deputy_id]
    proposal = _draft(world, seat, area, issue)
    m = Matter(proposal, issue, fate, world.officer, author=user)
    if fate.stops("submit") and fate.intake != "return":
        return
    yield world.pace.workdays(*fate.days(0, 3))
    submit(proposal, actor=user)
    if fate.stops("accept"):
        return
    yield world.pace.workdays(*fate.days(1, 3))
    if fate.intake == "withdraw":
        withdraw(proposal, actor=user, reason="与已提的建议合并，另行提出。")
        return

    def hand_in_again(m: Matter) -> None:
        _draft(world, seat, area, issue, again=m.proposal)
        submit(m.proposal, actor=user)

    if not (yield from _taken_in(world, m, world.officer, hand_in_again)):
        return
    category = world.categories[issue.topic.category]
    accept(proposal, actor=world.officer, category=category)
    if fate.stops("hand_over"):
        return
    yield world.pace.workdays(*fate.days(1, 4))
    hand_over(
        proposal,
        actor=world.officer,
        shares=_shares(world, issue, fate, area),
        is_complex=fate.is_complex,
    )
    yield from live_on(world, m)


def _shares(world: World, issue: Issue, fate: Fate, area: Area) -> list[Share]:
    unit = world.unit_of(issue.topic.unit, area.code)
    other = fate.co_unit or world.town_unit(area.code)
    if other.pk == unit.pk:
        other = world.units["区财政局"]
    if fate.shares == "lead":
        return [Share(unit, "lead"), Share(other, "co", "配合做好协调和资金保障")]
    if fate.shares == "separate":
        return [
            Share(unit, "separate", "工程和技术措施"),
            Share(other, "separate", "日常管护和群众工作"),
        ]
    return [Share(unit, "single")]


def _draft(
    world: World,
    seat: Mandate,
    area: Area,
    issue: Issue,
    *,
    again: Proposal | None = None,
) -> Proposal:
    more = "经补充了解，涉及住户的名单和位置图已附在站内台账。" if again else ""
    met = world.chance.choice(("接待选民", "入户走访", "小组视察", "院落议事"))
    month = localdate().month
    text = (
        f"{month}月以来，在{met}中，{issue.place}群众多次谈到这样一件事："
        f"“{issue.words}”\n"
        f"经实地查看和向村（社区）了解，{issue.finding}。群众盼望早日解决。{more}"
    )
    unit = world.unit_of(issue.topic.unit, area.code)
    request = (
        f"一、请{unit.name}牵头，{issue.promise}，明确完成时间并向群众公布。\n"
        f"二、对{area.name}同类问题作一次排查，列出清单，分年度解决。\n"
        "三、落实日常管护责任和经费，防止反弹。"
    )
    return draft_suggestion(
        actor=world.deputy_users[seat.deputy_id],
        lead=seat,
        title=f"关于{issue.ask}的建议",
        text=text,
        request=request,
        area=area,
        category=world.categories[issue.topic.category],
        proposal=again,
    )
