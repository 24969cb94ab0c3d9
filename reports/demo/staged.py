"""Matters that stand today where the demo accounts can take the next step."""

import datetime as dt
from typing import Any

from deputies.models import Deputy, Mandate
from proposals.services.opening import open_opinion
from reports.demo.clock import Life
from reports.demo.fates import Fate
from reports.demo.matters import opinion, suggestion
from reports.demo.people import UNIT
from reports.demo.receptions import log
from reports.demo.texts import short_name
from reports.demo.world import World
from stations.choices import Outcome

BAD, GOOD = "dissatisfied", "satisfied"
OWN = UNIT  # the unit of the demo accounts

# Opinions of the demo station: days ago, unit ("" any), what is not smooth.
OPINIONS: tuple[tuple[int, str, dict[str, Any]], ...] = (
    # The station and the township: to be taken in, two of them late.
    (1, "", {"stop": "accept"}),
    (1, OWN, {"stop": "accept"}),
    (3, "", {"stop": "accept"}),
    (9, "", {"stop": "accept"}),
    (12, "", {"stop": "accept"}),
    # To be handed over.
    (4, "", {"stop": "hand_over"}),
    (5, OWN, {"stop": "hand_over"}),
    (6, "", {"stop": "hand_over"}),
    (16, "", {"stop": "hand_over"}),
    # The unit: offered, signed for, contact noted, waiting for the signature, late.
    (4, OWN, {"stop": "sign_for"}),
    (5, OWN, {"stop": "sign_for"}),
    (13, OWN, {"stop": "sign_for"}),
    (9, OWN, {"stop": "note_contact"}),
    (24, OWN, {"stop": "note_contact"}),
    (11, OWN, {"stop": "draft_reply"}),
    (33, OWN, {"stop": "draft_reply"}),
    (14, OWN, {"stop": "reply"}),
    (15, OWN, {"stop": "reply", "result": "B"}),
    (66, OWN, {"stop": "reply"}),
    (70, OWN, {"stop": "draft_reply"}),
    (58, OWN, {"stop": "note_contact"}),
    # Objections that wait for a decision: a first one, and second ones.
    (9, OWN, {"objection": "rejected", "stop": "decide_objection"}),
    (10, "区城市管理执法局", {"objection": "rejected", "stop": "decide_objection"}),
    (18, "区交通运输局", {"objection": "twice", "stop": "decide_objection"}),
    (21, "区生态环境分局", {"objection": "twice", "stop": "decide_objection"}),
    # To be told, judged, done again, closed.
    (13, "", {"stop": "tell"}),
    (14, OWN, {"stop": "tell"}),
    (26, "", {"stop": "tell"}),
    (17, "", {"stop": "rate"}),
    (19, OWN, {"stop": "rate"}),
    (55, "", {"stop": "rate"}),
    (18, "", {"stop": "close"}),
    (20, OWN, {"stop": "close", "mark": "basically"}),
    (23, "", {"stop": "close"}),
    (20, "", {"stop": "redo", "mark": BAD}),
    (27, OWN, {"stop": "note_contact", "stop_round": 2, "mark": BAD}),
    (29, OWN, {"stop": "rate", "stop_round": 2, "mark": BAD}),
    (90, OWN, {"mark": BAD, "second": GOOD}),
    # Answered on the spot, refused, sent back.
    (10, "", {"intake": "on_site", "stop": "rate"}),
    (8, "", {"intake": "refuse"}),
    (7, "", {"intake": "return", "stop": "submit"}),
)
# Promises of the unit: days ago, when due from today, kept or broken.
PROMISES = (
    (48, -9, "broken"),
    (75, -2, "broken"),
    (30, 5, "broken"),
    (35, 13, "kept"),
    (98, -40, "kept"),
    (110, -50, "late"),
)

# Suggestions of 周敏 (True) or of others, otherwise as above.
SUGGESTIONS: tuple[tuple[int, bool, str, dict[str, Any]], ...] = (
    (2, True, "", {"stop": "submit"}),
    (1, True, OWN, {"stop": "submit"}),
    (6, True, "", {"intake": "return", "stop": "submit"}),
    (4, False, "", {"stop": "accept"}),
    (5, False, OWN, {"stop": "accept"}),
    (12, False, "", {"stop": "accept"}),
    (4, True, "", {"stop": "accept"}),
    (6, False, "", {"stop": "hand_over"}),
    (7, True, OWN, {"stop": "hand_over"}),
    (6, True, OWN, {"stop": "sign_for"}),
    (8, False, OWN, {"stop": "sign_for"}),
    (40, True, OWN, {"stop": "draft_reply"}),
    (106, False, OWN, {"stop": "draft_reply"}),
    (20, False, OWN, {"stop": "reply", "result": "B"}),
    (30, False, "区农业农村局", {"stop": "note_contact", "shares": "lead"}),
    (35, False, OWN, {"stop": "reply", "shares": "separate"}),
    (18, True, "", {"stop": "rate"}),
    (60, True, OWN, {"stop": "rate"}),
    (22, True, OWN, {"stop": "close"}),
    (25, False, "", {"stop": "close"}),
    (30, False, "", {"stop": "redo", "mark": BAD}),
)


def plan_staged(world: World) -> None:
    """Let all of them begin so many days before today."""
    for days, unit, told in OPINIONS:
        fate = Fate(brisk=True, rater="deputy", **told)
        _begin(world, days, _opinion(world, unit, fate))
    for days, due_in, promise in PROMISES:
        due_on = world.today + dt.timedelta(days=due_in)
        fate = Fate(brisk=True, result="B", promise=promise, promise_on=due_on)
        _begin(world, days, _opinion(world, OWN, fate))
    for days, own, unit, told in SUGGESTIONS:
        fate = Fate(brisk=True, rater="deputy", **told)
        if unit and unit != OWN:
            fate.co_unit = world.units[OWN]
        _begin(world, days, _suggestion(world, unit, fate, own=own))


def _begin(world: World, days: int, life: Life) -> None:
    """So many days ago, told in working days: a long holiday must not halt it."""
    day, left = world.today, max(1, round(days * 5 / 7))
    while left:
        day -= dt.timedelta(days=1)
        left -= world.pace.calendar.is_workday(day)
    world.line.begin(life, world.pace.at(day, 500, 680))


def _opinion(world: World, unit: str, fate: Fate) -> Life:
    spot = world.home
    area = world.chance.choice(spot.villages)
    issue = world.stock.issue(short_name(area.name), unit=unit)
    while unit == "" and issue.topic.unit in ("@town", OWN):
        issue = world.stock.issue(short_name(area.name))
    visit = log(
        world,
        spot,
        area,
        None,
        issue.words,
        outcome=Outcome.OPINION,
        channel=world.chance.choice(("station", "visit", "appointment", "phone")),
        category=world.categories[issue.topic.category],
        heard_by=_hearing(world, spot.deputies),
    )
    proposal = open_opinion(visit, actor=spot.staff, title=issue.title)
    yield from opinion(world, proposal, issue, spot, fate)


def _hearing(world: World, deputies: list[Deputy]) -> list[Deputy]:
    """周敏, mostly with a colleague."""
    return deputies[: 1 + world.happens(0.6)]


def _suggestion(world: World, unit: str, fate: Fate, *, own: bool) -> Life:
    seat = _seat(world, own=own)
    area = next(t for t in world.towns if seat.deputy.area_id.startswith(t.code))
    villages = [s.villages for s in world.spots if s.town == area] or [[area]]
    place = world.chance.choice(world.chance.choice(villages))
    issue = world.stock.issue(short_name(place.name), unit=unit)
    yield from suggestion(world, seat, area, issue, fate)


def _seat(world: World, *, own: bool) -> Mandate:
    first = world.home.deputies[0]
    seats = [s for s in world.authors if (s.deputy_id == first.pk) == own]
    return world.chance.choice(seats)
