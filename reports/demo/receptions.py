"""Reception days of the demo county, and who comes to them."""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate, make_aware, now

from areas.models import Area
from deputies.models import Deputy
from proposals.models import Proposal
from proposals.services.opening import join_visit, open_opinion
from proposals.services.saying import say
from reports.demo.clock import Life
from reports.demo.fates import draw_fate
from reports.demo.matters import opinion
from reports.demo.names import person_name, phone_number
from reports.demo.plans import dates_of, plan_years, receiving, years
from reports.demo.texts import short_name
from reports.demo.world import Spot, World
from stations.choices import AgeBand, Channel, DutyState, Outcome, StationKind
from stations.drafts import suggest_substitutes
from stations.models import ReceptionDay, Visit
from stations.services import edit_day, log_visit
from stations.workflow import announce, cancel, hold, set_duty

# In two years: how visits end, and what comes in online.
OPINIONS, ONLINE, ANSWERED, REFERRED, MERGED = 318, 26, 150, 58, 34
CANCELLED = 0.02
REASONS = ("连续暴雨，改下月合并接待。", "场所临时停电检修。", "与区人代会会期冲突。")
TOPICS = ("", "", "", "物业管理专题", "农田水利专题", "一老一小专题", "营商环境专题")
Coming = dict[tuple[int, dt.date], list[str]]  # by station and day
PARTY = ((1, 2, 3, 4, 5, 6, 8), (56, 22, 8, 6, 4, 2, 2))


def plan_receptions(world: World) -> None:
    """Say who will come to which reception, and let the plans of all years begin."""
    days = [
        (spot, date)
        for spot in receiving(world)
        for year in years(world)
        for date in dates_of(world, spot, year)
    ]
    coming: Coming = {}
    past = [at for at, (_, date) in enumerate(days) if date < world.today]
    # The station of the demo has more visitors than others, and some today.
    weights = [4 if days[at][0] is world.home else 1 for at in past]
    kinds = [Outcome.OPINION] * world.some(OPINIONS)
    kinds += [Outcome.ANSWERED] * world.some(ANSWERED)
    kinds += [Outcome.REFERRED] * world.some(REFERRED)
    kinds += [Outcome.MERGED] * world.some(MERGED)
    for kind in kinds:
        spot, date = days[world.chance.choices(past, weights)[0]]
        coming.setdefault((spot.station.pk, date), []).append(kind)
    for spot in receiving(world):
        today = [Outcome.OPINION, Outcome.ANSWERED]
        coming[spot.station.pk, world.today] = list(today)

    def begin(spot: Spot, day: ReceptionDay) -> None:
        ahead = dt.timedelta(days=world.chance.randint(5, 9))
        first = max(day.date - ahead, localdate())
        found = coming.get((spot.station.pk, day.date), [])
        world.line.begin(_reception(world, spot, day, found), world.pace.at(first))

    plan_years(world, begin)


def plan_online(world: World) -> None:
    """What voters write on the public pages, at any time of two years."""
    length = (world.today - world.start).days - 1
    for _ in range(world.some(ONLINE)):
        day = world.start + dt.timedelta(days=world.chance.randint(1, length))
        at = world.pace.at(day, 7 * 60, 22 * 60)
        world.line.begin(_online(world), at)


def _reception(world: World, spot: Spot, day: ReceptionDay, kinds: list[str]) -> Life:
    """One day: announced, held; its visitors in the order they come."""
    chance, staff, date = world.chance, spot.staff, day.date
    topic = chance.choice(TOPICS)
    if topic:
        edit_day(day, actor=staff, version=day.version, topic=topic)
    if not kinds and date != world.today and world.happens(CANCELLED):
        cancel(day, actor=staff, reason=chance.choice(REASONS))
        return
    announce(day, actor=staff)
    duties = day.duties.select_related("deputy__user").order_by("pk")
    on_duty = [duty.deputy for duty in duties]
    if world.happens(0.06):
        yield world.pace.at(localdate() + dt.timedelta(days=1))
        on_duty = _stand_in(world, spot, day, on_duty)
    yield _moment(date, 8 * 60 + 50 + chance.randint(0, 9))
    for deputy in on_duty:
        if world.happens(0.95) or deputy is on_duty[0]:
            set_duty(day, deputy, DutyState.ATTENDED, actor=staff)
    minutes = sorted(chance.sample(range(543, 655), len(kinds)))
    for minute, kind in zip(minutes, kinds, strict=True):
        yield _moment(date, minute)
        receive(world, spot, kind, day=day)
    if date == world.today and spot is world.home:
        return
    yield _moment(date, 11 * 60 + chance.randint(1, 40))
    hold(day, actor=staff)


def _moment(date: dt.date, minute: int) -> dt.datetime:
    start = dt.datetime.combine(date, dt.time())
    return make_aware(start + dt.timedelta(minutes=minute))


def _stand_in(
    world: World, spot: Spot, day: ReceptionDay, on_duty: list[Deputy]
) -> list[Deputy]:
    """One asks for leave; who had the fewest turns comes instead."""
    free = suggest_substitutes(day, limit=1)
    if not free or len(on_duty) < 2:
        return on_duty
    absent, instead = on_duty[-1], free[0].deputy
    user = world.deputy_users.get(absent.pk, spot.staff)
    set_duty(day, absent, DutyState.ON_LEAVE, actor=user)
    set_duty(day, instead, DutyState.SUBSTITUTE, actor=spot.staff, stands_in_for=absent)
    return [*on_duty[:-1], instead]


# --- visitors ---------------------------------------------------------------------


def receive(
    world: World, spot: Spot, kind: str, *, day: ReceptionDay | None = None
) -> None:
    """One visitor or party, and what their matter becomes."""
    area = world.chance.choice(spot.villages[:3])
    if kind == Outcome.MERGED:
        target = _open_here(world, spot)
        if target is not None:
            visit = log(world, spot, area, day, target.text, outcome=kind)
            join_visit(target, visit, actor=spot.staff)
            return
        kind = Outcome.ANSWERED
    if kind == Outcome.OPINION:
        raise_opinion(world, spot, area, day)
        return
    told = world.stock.talk(kind, short_name(area.name))
    facts: dict[str, Any] = {"outcome": kind}
    if kind == Outcome.ANSWERED:
        facts["answer"] = told["answer"]
        facts["category"] = world.categories[told["cat"]]
    else:
        facts["referred_to"], facts["answer"] = told["to"], told["note"]
    log(world, spot, area, day, told["words"], **facts)


def raise_opinion(
    world: World, spot: Spot, area: Area, day: ReceptionDay | None
) -> Proposal:
    """A voter's words become an opinion, which lives on by itself."""
    issue = world.stock.issue(short_name(area.name))
    category = world.categories[issue.topic.category]
    visit = log(
        world,
        spot,
        area,
        day,
        issue.words,
        outcome=Outcome.OPINION,
        category=category if world.happens(0.7) else None,
    )
    proposal = open_opinion(visit, actor=spot.staff, title=issue.title)
    begin_opinion(world, proposal, issue, spot)
    return proposal


def begin_opinion(world: World, proposal: Proposal, issue: Any, spot: Spot) -> None:
    fate = draw_fate(world)
    world.line.begin(opinion(world, proposal, issue, spot, fate), now())
    world.open_opinions.setdefault(spot.station.pk, []).append(proposal)


def log(
    world: World,
    spot: Spot,
    area: Area,
    day: ReceptionDay | None,
    words: str,
    **facts: Any,
) -> Visit:
    """A line of the register, with an invented visitor."""
    chance = world.chance
    named = not world.happens(0.05)
    female = world.happens(0.45)
    return log_visit(
        spot.station,
        actor=spot.staff,
        key=world.key(),
        words=words,
        day=day,
        area=area,
        channel=facts.pop("channel", Channel.STATION),
        visited_at=now() if day is None else None,
        visitor_name=person_name(chance, female=female) if named else "",
        visitor_contact=phone_number(chance) if named else "",
        party_size=chance.choices(*PARTY)[0],
        sex="female" if female else "male",
        age_band=chance.choice(AgeBand.values[1:]),
        **facts,
    )


def _open_here(world: World, spot: Spot) -> Proposal | None:
    """An opinion of this station that others can still join."""
    for proposal in reversed(world.open_opinions.get(spot.station.pk, [])):
        if proposal.status in ("submitted", "accepted", "handling"):
            return proposal
    return None


def _online(world: World) -> Life:
    """Words from the public page, to a station near the voter."""
    spot = world.chance.choice(world.spots)
    area = world.chance.choice(spot.villages)
    county_wide = spot.station.kind == StationKind.ONLINE
    issue = world.stock.issue(short_name(area.name))
    while county_wide and issue.topic.unit == "@town":
        issue = world.stock.issue(short_name(area.name))
    answers = {
        "words": issue.words,
        "where": f"{issue.place}{issue.spot}",
        "category": world.categories[issue.topic.category],
        "visitor_name": person_name(world.chance),
        "visitor_contact": phone_number(world.chance),
        "is_public": world.happens(0.5),
    }
    proposal, _ = say(spot.station, str(world.key()), answers)
    begin_opinion(world, proposal, issue, spot)
    yield now()
