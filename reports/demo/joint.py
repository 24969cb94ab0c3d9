"""Joint receptions of the demo county: heads of units sit there, promises are made.

Also what comes in by other ways: walks, letters, words that somebody else wrote down.
"""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate

from proposals.models import Commitment
from proposals.services.promising import promise
from proposals.workflow.handling import keep
from reports.demo.clock import Life
from reports.demo.names import person_name, phone_number
from reports.demo.world import Spot, World
from stations.choices import Channel, DutyState
from stations.models import ReceptionDay, Visit
from stations.services import create_day, log_visit
from stations.services.guests import invite_guest, tick_guest
from stations.services.outings import log_outing
from stations.services.sheets import enter_sheet, print_sheets
from stations.workflow import announce, hold, set_duty

OPENS, CLOSES = dt.time(14, 30), dt.time(16, 30)
AHEAD = 10  # days between arranging and holding one
# Days before today; per unit: name, post, what was promised, due so many days after
# the reception, and after how many days it was kept (None: not yet, or not at all).
Pledge = tuple[str, str, str, str, int, int | None]
RECEPTIONS: tuple[tuple[int, str, tuple[Pledge, ...]], ...] = (
    (
        64,
        "局长进站：排水和道路",
        (
            (
                *("区水利和湖泊局", "许正明", "局长"),
                *("入汛前检修泵站两台水泵，坏的那台换新", 30, 26),
            ),
            (
                *("区住房和城乡建设局", "罗成", "副局长"),
                *("小区门口下水道清淤，恢复被挖开的路面", 45, None),
            ),
        ),
    ),
    (
        20,
        "部门联合接待：一老一小",
        (
            (
                *("区水利和湖泊局", "何志远", "副局长"),
                *("拆除泵站边上有危险的旧围墙，立警示牌", 32, None),
            ),
            (
                *("区民政局", "段秀英", "副局长"),
                *("社区食堂周末开餐，先试两个月", 60, None),
            ),
        ),
    ),
)
WALK = (
    "楼道灯坏了一个月，老人晚上不敢下楼。",
    "自来水早晚没有压力，六楼上不去水。",
    "社区医务室能不能开到晚上八点。",
)
LETTER = "我是退休教师，写信反映学校后门的斑马线磨没了，孩子过马路很危险。"
ASSISTED = "我不会写字，请同志代我写：低保年审的材料交了三回，想一次说清楚要什么。"


def plan_joint_receptions(world: World) -> None:
    """Let the joint receptions and the other ways in begin, at the demo's station."""
    for days, topic, pledges in RECEPTIONS:
        date = world.pace.on_or_after(world.today - dt.timedelta(days=days)).date()
        begins = world.pace.on_or_after(date - dt.timedelta(days=AHEAD))
        life = _reception(world, world.home, date, topic, pledges)
        world.line.begin(life, begins)
    for days, life in ((33, _walk(world)), (15, _letter(world)), (9, _paper(world))):
        begins = world.pace.on_or_after(world.today - dt.timedelta(days=days))
        world.line.begin(life, begins)


def _reception(
    world: World, spot: Spot, date: dt.date, topic: str, pledges: tuple[Pledge, ...]
) -> Life:
    """Arranged with its guests, announced, held; each promise lives on by itself."""
    day = create_day(
        spot.station,
        actor=spot.staff,
        date=date,
        starts_at=OPENS,
        ends_at=CLOSES,
        topic=topic,
        deputies=spot.deputies[:2],
    )
    guests = [
        invite_guest(
            day, actor=spot.staff, unit=world.units[unit], name=name, post=post
        )
        for unit, name, post, *_ in pledges
    ]
    yield world.pace.at(localdate() + dt.timedelta(days=2))
    announce(day, actor=spot.staff)
    yield world.pace.at(date, 14 * 60 + 20, 14 * 60 + 28)
    for deputy in spot.deputies[:2]:
        set_duty(day, deputy, DutyState.ATTENDED, actor=spot.staff)
    for guest in guests:
        tick_guest(guest, actor=spot.staff, is_present=True)
    yield world.pace.at(date, 16 * 60, 16 * 60 + 20)
    for pledge in pledges:
        _pledge(world, spot, day, pledge)
    yield world.pace.at(date, 16 * 60 + 31, 16 * 60 + 50)
    hold(day, actor=spot.staff)


def _pledge(world: World, spot: Spot, day: ReceptionDay, pledge: Pledge) -> None:
    unit, name, post, what, days, kept_after = pledge
    made = promise(
        day,
        actor=spot.staff,
        unit=world.units[unit],
        made_by=f"{name} {post}",
        what=what,
        due_on=day.date + dt.timedelta(days=days),
    )
    if kept_after is not None:
        later = day.date + dt.timedelta(days=kept_after)
        life = _keeping(world, made)
        world.line.begin(life, world.pace.on_or_after(later))


def _keeping(world: World, made: Commitment) -> Life:
    proof = "已完工，站里和代表到现场看过，照片交站存档。"
    keep(made, actor=world.handlers[made.unit_id], proof=proof)
    return
    yield  # a life, if a short one


def _person(world: World) -> dict[str, Any]:
    name = person_name(world.chance)
    return {"visitor_name": name, "visitor_contact": phone_number(world.chance)}


def _walk(world: World) -> Life:
    spot = world.home
    met = [{"key": world.key(), "words": said, **_person(world)} for said in WALK]
    place = f"{spot.villages[0].name}三组"
    log_outing(
        spot.station,
        actor=spot.staff,
        source=place,
        met=met,
        heard_by=spot.deputies[:1],
    )
    return
    yield


def _letter(world: World) -> Life:
    log_visit(
        world.home.station,
        actor=world.home.staff,
        key=world.key(),
        words=LETTER,
        channel=Channel.LETTER,
        source="站门口的信箱",
        **_person(world),
    )
    return
    yield


def _paper(world: World) -> Life:
    """A batch of sheets; two of them come back filled, one by a helping neighbour."""
    spot = world.home
    sheets = print_sheets(spot.station, actor=spot.staff, count=10)
    yield world.pace.at(localdate() + dt.timedelta(days=1))
    _entered(world, sheets[0], words=LETTER.replace("写信", ""))
    helper = {"is_assisted": True, "helper_relation": "邻居"}
    helper["helper_name"] = person_name(world.chance)
    _entered(world, sheets[2], words=ASSISTED, **helper)


def _entered(world: World, sheet: Any, **facts: Any) -> Visit:
    return enter_sheet(sheet, actor=world.home.staff, **facts | _person(world))
