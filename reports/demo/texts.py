"""What people of the demo county say: its stock of topics, filled with places."""

import random
import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENDINGS = ("居民委员会", "村民委员会")


def short_name(name: str) -> str:
    """泉口社区居民委员会 → 泉口社区; 栗溪村村民委员会 → 栗溪村."""
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name


@dataclass(frozen=True)
class Topic:
    """One kind of trouble: how it is said, and what is found, done and promised.

    `where` is u (towns), r (villages) or a (anywhere); `route` is that of opinions.
    """

    key: str
    category: str
    unit: str
    where: str
    route: str
    title: str
    spots: list[str]
    words: list[str]
    finding: str
    done: str
    promise: str
    ask: str


@dataclass(frozen=True)
class Issue:
    """A topic at a place: no two of a county are the same."""

    topic: Topic
    place: str
    spot: str
    title: str
    words: str
    finding: str
    done: str
    promise: str
    ask: str


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """All topics of the stock."""
    found: list[Topic] = []
    for name in ("topics_town.toml", "topics_land.toml"):
        rows = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["topic"]
        found += [Topic(**row) for row in rows]
    return tuple(found)


@lru_cache(maxsize=1)
def talks() -> dict[str, list[dict[str, Any]]]:
    """Short matters: answered on the spot, and sent elsewhere."""
    text = (HERE / "talks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass
class Stock:
    """Gives out topics so that all are used alike and nothing is said twice."""

    chance: random.Random
    used: Counter[str] = field(default_factory=Counter)
    said: set[tuple[str, str, str]] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    talked: Counter[tuple[str, int]] = field(default_factory=Counter)

    def issue(self, place: str, *, unit: str = "", key: str = "") -> Issue:
        """A trouble of this place; of this unit's, or of this topic, if named."""
        kind = "r" if place.endswith("村") else "u"
        fitting = [
            topic
            for topic in topics()
            if topic.where in (kind, "a")
            and (not unit or topic.unit == unit)
            and (not key or topic.key == key)
        ] or [topic for topic in topics() if topic.unit == unit]
        self.chance.shuffle(fitting)
        for topic in sorted(fitting, key=lambda topic: self.used[topic.key]):
            for spot in self.chance.sample(topic.spots, len(topic.spots)):
                if (topic.key, place, spot) not in self.said:
                    return self._said(topic, place, spot)
        # Everything was said here once; it comes up again, as it does.
        topic = min(fitting, key=lambda topic: self.used[topic.key])
        issue = self._said(topic, place, self.chance.choice(topic.spots))
        times = f"（第 {self.used[topic.key]} 次反映）"
        return replace(issue, title=issue.title + times, ask=issue.ask + times)

    def _said(self, topic: Topic, place: str, spot: str) -> Issue:
        self.used[topic.key] += 1
        self.said.add((topic.key, place, spot))
        n = self.chance
        numbers = {
            "p": place,
            "s": spot,
            "n": n.randint(3, 9),
            "m": n.randint(12, 90),
            "k": n.randint(2, 8) * 100,
            "y": n.choice(("去年入冬", "今年开春", "去年汛期", "今年入夏", "上个月")),
        }
        words = n.choice(topic.words)
        parts = [topic.title, words, topic.finding, topic.done, topic.promise]
        filled = [part.format(**numbers) for part in parts]
        ask = topic.ask.format(**numbers)
        if ask in self.asked:
            ask = f"{ask}（{spot}）"
        self.asked.add(ask)
        return Issue(topic, place, spot, *[*filled, ask])

    def talk(self, kind: str, place: str) -> dict[str, str]:
        """A short matter of a kind (answered, referred), the least used first."""
        rows = talks()[kind]
        at = min(range(len(rows)), key=lambda i: (self.talked[(kind, i)], i))
        self.talked[(kind, at)] += 1
        n = self.chance.randint(2, 9)
        return {name: text.format(p=place, n=n) for name, text in rows[at].items()}


# --- what is said on the way ------------------------------------------------------

CONTACTS = (
    "与代表一同到现场看了，核对了情况，商定了办理办法和时间。",
    "上门向代表说明了核查情况，代表要求抓紧，并把结果告诉来访群众。",
    "邀请代表和社区（村）干部座谈，听取意见，明确由我单位牵头办理。",
    "带着初步方案向代表当面汇报，代表提出两点修改意见，均已采纳。",
    "在现场与代表、居民一起核对位置和范围，对办理意见没有分歧。",
)
CALLS = (
    "电话向代表通报了核查情况和办理打算，代表表示同意。",
    "打电话向代表报告了进展，代表提醒把工期向群众说清楚。",
)
TELLINGS = (
    "",
    "",
    "本人表示知道了。",
    "已把答复内容和时间讲清楚。",
    "请其有变化再来说。",
)
UNREACHED = (
    "所留电话已停机，村（社区）也联系不上。",
    "来访人已外出务工，多次拨打无人接听。",
)
BETTER = (
    "现场还是老样子，只是来看了一次，没有真正动手。",
    "答复里写的和实际不一样，雨天再看就知道了。",
    "只修了表面，问题的根子没有解决。",
    "说的时间一拖再拖，没有给一个准话。",
)
REDO = (
    "请重新到现场核查，拿出能办到的措施，当面向代表和群众说明。",
    "群众评价不满意，请对照反映的问题逐条办理，重新答复。",
)
OBJECTIONS = (
    "经核对“三定”规定，该事项的管理职责不在我单位，请改交有关单位办理。",
    "现场核实，该处产权和养护均不属于我单位，请重新研究承办单位。",
)
UPHELD = "理由成立，按职责分工改交有关单位办理。"
REJECTED = "按职责分工，该事项由你单位牵头，涉及其他单位的请主动商请配合。"
REASONS = (
    "现行政策没有这方面的安排，已向上级反映。",
    "产权单位意见不一，目前还不具备条件。",
    "需要的资金较大，本年度没有列入预算。",
)
RETURNS = (
    "请补充具体位置和影响的户数，便于确定承办单位。",
    "请把两件事分开提，一事一议。",
    "请写明希望怎么解决，再提交。",
)
REFUSALS = (
    ("case", "事项已在法院审理，已向本人说明，引导其向法院反映。"),
    ("own_interest", "属于个人之间的经济往来，已说明并告知可到司法所申请调解。"),
    ("out_of_scope", "不在本区职权范围，已告知本人向市级主管部门反映的途径。"),
    ("complaint", "属于检举控告，已告知本人向纪检监察机关反映的方式。"),
)
