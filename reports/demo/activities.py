"""Activities of the demo county: what its stations do beside receiving voters."""

import datetime as dt
import random
import uuid
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate, make_aware

from activities.choices import ActivityKind, TakingPart
from activities.models import Activity
from activities.services.planning import plan_activity
from activities.services.recording import Present, hear, record_activity
from activities.workflow import cancel, hold, review
from reports.demo.clock import Life, Pace
from reports.demo.names import person_name, phone_number
from reports.demo.texts import short_name
from reports.demo.world import Spot, World
from stations.choices import StationKind

SEED = 40802
A_STATION = 7  # held in two years
K = ActivityKind
# Kind, title, what was done, what was found, what came of it; {place} is a village.
PLOTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        K.STUDY,
        "学习新修改的代表法",
        "集中学习代表法修改内容，结合本站接待情况交流体会，3 名代表发言。",
        "",
        "今后接待登记一律照选民原话，办理结果由接待代表告知。",
    ),
    (
        K.STUDY,
        "怎样写好一件代表建议",
        "讲解建议的选题、调研和文字要求，用本站两件旧建议对照修改。",
        "",
        "每名代表年内至少带一件经过走访的建议。",
    ),
    (
        K.CONTACT,
        "走访{place}",
        "分两组入户走访，听取对供水、道路、照明和养老服务的意见。",
        "村内主路夜间照明不足，老人反映就医取药不便。",
        "照明问题转有关单位，就医取药由站里联系卫生院研究上门服务。",
    ),
    (
        K.SURVEY,
        "视察{place}农田水利设施",
        "实地查看泵站、渠道和蓄水塘，听取管护单位汇报。",
        "一处渠道淤塞，管护责任没有落到人。",
        "建议明确管护人和每年清淤时间，汛前复查。",
    ),
    (
        K.LAW_CHECK,
        "检查生活垃圾管理规定执行情况",
        "抽查收集点和转运站，查看台账，随机询问居民。",
        "部分收集点分类标识破损，清运时间没有公示。",
        "请主管部门一个月内更换标识并公示清运时间。",
    ),
    (
        K.DUTY_REPORT,
        "代表向选民述职",
        "两名代表报告一年来接待、走访和提出建议的情况，回答选民提问。",
        "",
        "选民希望代表多到远处的村民小组走一走。",
    ),
    (
        K.PAIRING,
        "结对帮扶{place}困难家庭",
        "代表与结对家庭见面，送去种植技术资料，联系岗位信息。",
        "",
        "两户达成用工意向，一户的危房改造由村里申报。",
    ),
    (
        K.SUPERVISION,
        "现场督办道路照明建议",
        "代表与承办单位一起到现场逐盏查看，对照答复核对完成情况。",
        "答复的 20 盏路灯已亮 17 盏，3 盏等待接线。",
        "承办单位承诺半月内全部接通，代表届时回访。",
    ),
    (
        K.DELIBERATION,
        "小区停车议事会",
        "社区、物业、业主代表和交警一起议定停车位划线和消防通道清理办法。",
        "",
        "先清理消防通道，再按户登记划线，一个月后评议。",
    ),
    (
        K.JOINT_MEETING,
        "季度联席会议",
        "通报上季度意见办理情况，商定下季度接待和活动安排。",
        "",
        "逾期的意见逐件明确完成日期。",
    ),
)


def plan_activities(world: World) -> None:
    """Let the activities of each station begin when they are planned."""
    chance = random.Random(SEED)
    pace = Pace(world.pace.calendar, chance)
    length = (world.today - world.start).days
    for spot in world.spots:
        if spot.station.kind == StationKind.ONLINE:
            continue
        plots = chance.sample(PLOTS, A_STATION)
        if spot is world.home:
            plots = list(PLOTS)
        step = (length - 40) // len(plots)
        for at, plot in enumerate(plots):
            ahead = 20 + at * step + chance.randint(0, step)
            date = pace.on_or_after(world.start + dt.timedelta(days=ahead)).date()
            _begin(world, pace, chance, spot, plot, min(date, world.today))
    for days, plot in ((3, PLOTS[2]), (12, PLOTS[9])):
        date = pace.on_or_after(world.today + dt.timedelta(days=days)).date()
        _begin(world, pace, chance, world.home, plot, date)


def _begin(
    world: World,
    pace: Pace,
    chance: random.Random,
    spot: Spot,
    plot: tuple[str, str, str, str, str],
    date: dt.date,
) -> None:
    planned = max(date - dt.timedelta(days=9), world.start + dt.timedelta(days=5))
    life = _activity(world, pace, chance, spot, plot, date)
    world.line.begin(life, pace.on_or_after(planned))


def _activity(
    world: World,
    pace: Pace,
    chance: random.Random,
    spot: Spot,
    plot: tuple[str, str, str, str, str],
    date: dt.date,
) -> Life:
    """One activity: planned, leave asked, held, recorded, mostly reviewed."""
    kind, title = plot[:2]
    village = short_name(chance.choice(spot.villages[:3]).name)
    starts = make_aware(dt.datetime.combine(date, dt.time(chance.choice((9, 14)))))
    activity = plan_activity(
        spot.station.area,
        actor=spot.staff,
        station=spot.station,
        kind=kind,
        title=title.format(place=village),
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        place=spot.station.venue or spot.station.name,
        organiser=spot.station.name,
        target=village if "{place}" in title else "",
        agenda="一、介绍情况；二、实地察看或交流；三、形成意见。",
        deputies=spot.deputies,
    )
    if chance.random() < 0.04:
        yield pace.at(date - dt.timedelta(days=1))
        cancel(activity, actor=spot.staff, reason="与防汛值守冲突，另行安排。")
        return
    yield starts + dt.timedelta(hours=2, minutes=chance.randint(5, 60))
    _record(world, chance, spot, activity, plot)
    hold(activity, actor=spot.staff)
    if kind == K.CONTACT:
        _hear(chance, spot, activity, world)
    if chance.random() < 0.7:
        yield pace.on_or_after(localdate() + dt.timedelta(days=2))
        reviewer = world.townships.get(spot.town.code, world.officer)
        review(Activity.objects.get(pk=activity.pk), actor=reviewer)


def _record(
    world: World,
    chance: random.Random,
    spot: Spot,
    activity: Activity,
    plot: tuple[str, str, str, str, str],
) -> None:
    kind, _, minutes, findings, outcome = plot
    came, away = TakingPart.ATTENDED, TakingPart.ON_LEAVE
    states = {d.pk: came if chance.random() < 0.88 else away for d in spot.deputies}
    facts: dict[str, Any] = {"minutes": minutes, "outcome": outcome}
    if kind in (K.SURVEY, K.LAW_CHECK, K.CONTACT, K.SUPERVISION):
        facts["findings"] = findings
    if kind == K.STUDY:
        facts |= {"speaker": person_name(chance), "hours": Decimal("2.0")}
    else:
        facts["met_count"] = chance.randint(8, 60)
    if kind == K.DUTY_REPORT:
        votes = chance.randint(30, 60)
        few = chance.randint(0, 4)
        facts |= {"satisfied": votes, "basically": few, "dissatisfied": few // 3}
    guests = None
    if kind in (K.SURVEY, K.LAW_CHECK, K.SUPERVISION, K.JOINT_MEETING):
        unit = world.town_unit(spot.station.area_id)
        guests = [Present(str(unit), person_name(chance), "负责人")]
    record_activity(
        activity,
        actor=spot.staff,
        version=activity.version,
        states=states,
        guests=guests,
        **facts,
    )


def _hear(chance: random.Random, spot: Spot, activity: Activity, world: World) -> None:
    """What two households said on the walk, answered there."""
    for _ in range(2):
        village = chance.choice(spot.villages[:3])
        told = world.stock.talk("answered", short_name(village.name))
        hear(
            activity,
            actor=spot.staff,
            key=uuid.UUID(int=chance.getrandbits(128), version=4),
            words=told["words"],
            area=village,
            visitor_name=person_name(chance),
            visitor_contact=phone_number(chance),
            outcome="answered",
            answer=told["answer"],
            category=world.categories[told["cat"]],
        )
