"""The deputies of five levels, imported from rosters as an office would do it."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from areas.choices import CongressLevel
from areas.models import Area
from deputies.choices import GroupKind, GroupRole
from deputies.models import Deputy, Group, Membership
from deputies.services.groups import add_member, create_group, set_role
from deputies.services.roster import Target, apply_roster, plan_roster
from reports.demo.names import person_name, phone_number
from reports.demo.places import HOME_TOWN
from reports.demo.world import World

# Seats of a town's own congress; streets and the industrial park have none.
TOWN_SEATS = {
    "栗溪镇": 60,
    "子陵铺镇": 75,
    "漳河镇": 70,
    "马河镇": 50,
    "石桥驿镇": 65,
    "牌楼镇": 55,
    "仙居乡": 55,
}
# People whose first seat is the county's (the city's, the province's, the nation's).
COUNTY_PEOPLE = {"龙泉街道": 40, "泉口街道": 35, "东宝工业园区": 14}
ELSEWHERE = 10  # county's deputies of each town that has seats of its own
CITY_PEOPLE, PROVINCE_PEOPLE, NATION_PEOPLE = 30, 3, 1
BOTH = 40  # of the towns' deputies who sit in the county's congress too
GROUPS = {"龙泉街道": 3, "泉口街道": 3, "栗溪镇": 3, "子陵铺镇": 3, "漳河镇": 3}
PROFESSIONS = (
    ("监察司法", "法治"),
    ("财政经济", "财经"),
    ("农业农村", "农业"),
    ("城建环资", "城建"),
    ("教科文卫", "教育卫生"),
    ("社会建设", "民生"),
    ("营商环境", "企业"),
    ("水利水务", "水利"),
    ("乡村旅游", "文旅"),
)
# Number of the term, and its first day.
TERMS = {
    CongressLevel.TOWNSHIP: (10, dt.date(2021, 11, 20)),
    CongressLevel.COUNTY: (10, dt.date(2021, 12, 20)),
    CongressLevel.PREFECTURE: (10, dt.date(2022, 1, 6)),
    CongressLevel.PROVINCE: (14, dt.date(2023, 1, 12)),
    CongressLevel.NATIONAL: (14, dt.date(2023, 3, 5)),
}
HEADER = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "政治面貌",
    "学历",
    "工作单位及职务",
    "代表构成",
    "手机号码",
    "代表团",
    "代表证号",
    "选区或选举单位",
    "连任",
    "代表小组",
    "所属乡镇",
]
POSTS = (
    ("{p}党支部书记、村（居）委会主任", "基层干部"),
    ("{t}人大办公室干部", "干部"),
    ("{p}村民", "农民"),
    ("{t}中心学校教师", "专业技术人员"),
    ("{t}卫生院医师", "专业技术人员"),
    ("{t}种植专业合作社理事长", "农民"),
    ("{t}农机服务队队长", "农民"),
    ("东宝区某建材公司总经理", "企业负责人"),
    ("{t}供电所职工", "工人"),
    ("{p}卫生室乡村医生", "专业技术人员"),
)


@dataclass
class Person:
    """One deputy before the import."""

    name: str
    sex: str
    birth: str
    facts: dict[str, str]
    town: Area
    group: str
    levels: list[CongressLevel] = field(default_factory=list)


def found_groups(world: World) -> dict[str, list[str]]:
    """The territorial groups; answers their names by town."""
    names: dict[str, list[str]] = {}
    for town in world.towns:
        count = GROUPS.get(town.name, 1 if town.name not in TOWN_SEATS else 2)
        for at in range(count):
            name = f"{town.name}第{'一二三'[at]}代表小组"
            create_group(
                actor=world.officer,
                area=town,
                name=name,
                founded_on=dt.date(2022, 1, 20),
            )
            names.setdefault(town.name, []).append(name)
    return names


def import_deputies(world: World) -> None:
    """Invent the people, then import one roster a level, the towns' first."""
    people = _people(world, found_groups(world))
    for level, (number, starts_on) in TERMS.items():
        found = [person for person in people if level in person.levels]
        table = io.StringIO()
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(HEADER)
        rows.writerows(_rows(world, level, found))
        target = Target(world.county, level, number, starts_on)
        file = io.BytesIO(table.getvalue().encode())
        plan = plan_roster(file, target, actor=world.officer)
        name = f"{level.label}级代表名册.csv"
        apply_roster(plan, actor=world.officer, source=name)


def _people(world: World, groups: dict[str, list[str]]) -> list[Person]:
    levels = CongressLevel
    people = [_first(world, groups)]
    taken = {(person.name, person.birth) for person in people}
    for town in world.towns:
        seats = TOWN_SEATS.get(town.name, 0)
        own = world.some(seats, least=4) if seats else 0
        county = world.some(COUNTY_PEOPLE.get(town.name, ELSEWHERE), least=2)
        for at in range(own + county):
            person = _invent(world, town, groups, taken)
            person.levels.append(levels.TOWNSHIP if at < own else levels.COUNTY)
            people.append(person)
    towns = world.towns
    higher = [levels.PREFECTURE] * world.some(CITY_PEOPLE)
    higher += [levels.PROVINCE] * world.some(PROVINCE_PEOPLE)
    higher += [levels.NATIONAL] * NATION_PEOPLE
    for at, level in enumerate(higher):
        person = _invent(world, towns[at % 2], groups, taken)
        person.levels.append(level)
        people.append(person)
    _seat_twice(world, people)
    _share_names(people)
    return people


def _first(world: World, groups: dict[str, list[str]]) -> Person:
    """周敏, the deputy of the demo accounts: of the county, and of the city too."""
    town = next(town for town in world.towns if town.code == HOME_TOWN)
    facts = {
        "民族": "汉族",
        "政治面貌": "中共党员",
        "学历": "大学本科",
        "工作单位及职务": "泉口社区党委委员、居民小组长",
        "代表构成": "基层干部",
        "手机号码": "19900001006",
    }
    levels = [CongressLevel.COUNTY, CongressLevel.PREFECTURE]
    group = groups[town.name][0]
    return Person("周敏", "女", "1982年6月", facts, town, group, levels)


def _invent(
    world: World,
    town: Area,
    groups: dict[str, list[str]],
    taken: set[tuple[str, str]],
) -> Person:
    chance = world.chance
    while True:
        female = chance.random() < 0.38
        name = person_name(chance, female=female)
        birth = f"{chance.randint(1963, 1998)}年{chance.randint(1, 12)}月"
        if (name, birth) not in taken and name != "周敏":
            break
    taken.add((name, birth))
    post, made_of = chance.choice(POSTS)
    village = f"{town.name}" if chance.random() < 0.3 else town.name.rstrip("镇乡")
    facts = {
        "民族": "汉族" if chance.random() < 0.96 else chance.choice(("土家族", "回族")),
        "政治面貌": chance.choices(
            ("中共党员", "群众", "民盟盟员", "农工党党员"), (62, 30, 4, 4)
        )[0],
        "学历": chance.choice(("大学本科", "大学专科", "高中", "中专", "研究生")),
        "工作单位及职务": post.format(t=town.name, p=village),
        "代表构成": made_of,
        "手机号码": phone_number(chance),
    }
    group = chance.choice(groups[town.name])
    return Person(name, "女" if female else "男", birth, facts, town, group)


def _seat_twice(world: World, people: list[Person]) -> None:
    """Some of the towns' deputies sit in the county too, some of those in the city."""
    first = CongressLevel.TOWNSHIP
    of_towns = [person for person in people if person.levels == [first]]
    for person in world.chance.sample(of_towns, world.some(BOTH)):
        person.levels.append(CongressLevel.COUNTY)
    second = CongressLevel.COUNTY
    of_county = [person for person in people[1:] if person.levels == [second]]
    for person in world.chance.sample(of_county, world.some(12)):
        person.levels.append(CongressLevel.PREFECTURE)


def _share_names(people: list[Person]) -> None:
    """Three pairs of people bear one name, and are two all the same."""
    births = {person.birth for person in people[-6:]}
    for one, other in zip(people[5:8], people[-9:-6], strict=True):
        if one.birth != other.birth and other.birth not in births:
            other.name, other.sex = one.name, one.sex


def _rows(
    world: World, level: CongressLevel, people: list[Person]
) -> Iterator[list[object]]:
    for at, person in enumerate(people, 1):
        facts = person.facts
        by_voters = level >= CongressLevel.COUNTY
        source = f"第{at % 60 + 1}选区" if by_voters else "东宝区人民代表大会"
        yield [
            at,
            person.name,
            person.sex,
            facts["民族"],
            person.birth,
            facts["政治面貌"],
            facts["学历"],
            facts["工作单位及职务"],
            facts["代表构成"],
            facts["手机号码"],
            f"{person.town.name}代表团" if by_voters else "荆门市代表团",
            f"{level}08021{at:04}",
            source,
            "√" if world.chance.random() < 0.35 else "",
            person.group,
            person.town.name,
        ]


def lead_groups(world: World) -> None:
    """A leader and a vice leader in each group; the professional groups."""
    officer, since = world.officer, world.start
    for group in Group.objects.under(world.county.code).order_by("pk"):
        members = list(Membership.objects.filter(group=group).order_by("pk")[:2])
        for member, role in zip(
            members, (GroupRole.LEADER, GroupRole.VICE), strict=False
        ):
            set_role(member, actor=officer, role=role, on=since)
    everyone = list(Deputy.objects.order_by("pk"))
    for name, domain in PROFESSIONS:
        group = create_group(
            actor=officer,
            area=world.county,
            name=f"{name}专业代表小组",
            kind=GroupKind.PROFESSIONAL,
            field=domain,
            founded_on=dt.date(2022, 3, 10),
        )
        chosen = world.chance.sample(everyone, world.some(10, least=3))
        for at, deputy in enumerate(chosen):
            role = (GroupRole.LEADER, GroupRole.VICE, GroupRole.MEMBER)[min(at, 2)]
            add_member(group, actor=officer, deputy=deputy, role=role, starts_on=since)
