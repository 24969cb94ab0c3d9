"""Single cells of an old ledger: ways in, people, numbers, marks, states."""

import re

from common.spreadsheets import CellValue
from deputies.choices import Sex
from deputies.roster.text import clean, squeezed
from proposals.choices import Route, Satisfaction
from proposals.ledger.dates import Unclear
from stations.choices import AgeBand, Channel

NOTHING = {
    "",
    "无",
    "/",
    "-",
    "—",
    "——",
    "－",
    "\\",
    "不详",
    "未知",
    "匿名",
    "空",
    "略",
}
CHANNELS = (
    (Channel.VISIT, "走访|入户|上门|下访|进村"),
    (Channel.PHONE, "电话|来电|热线|短信"),
    (Channel.LETTER, "来信|信件|信箱|书面|邮件"),
    (Channel.ONLINE, "网|微信|代表码|扫码|线上|公众号|小程序"),
    (Channel.APPOINTMENT, "预约|约见"),
    (Channel.ACTIVITY, "活动|座谈|议事|调研|视察|会议"),
    (Channel.STATION, "接待|来访|到站|接访|现场|联络站|进站|当面"),
)
ROUTES = (
    (Route.UPWARD, "上级|市级|省级|向上"),
    (Route.VILLAGE, "村|社区"),
    (Route.TOWN, "乡|镇|街道"),
    (Route.COUNTY, "县|区|部门|局"),
)
MARKS = (
    (Satisfaction.DISSATISFIED, "不满意|不太满意"),
    (Satisfaction.BASICALLY, "基本满意|较满意|比较满意|一般"),
    (Satisfaction.SATISFIED, "满意|很好"),
)
# What says that an old matter is still being handled.
STILL_OPEN = re.compile(
    r"未办结|没有?办结|未完成|在办|正在|办理中|待办|待处理|处理中|跟踪|进行中|转办中|^否$"
)
SETTLED = re.compile(r"^(已?办结|办结|已?完成|已?解决|已?答复|已?办理|是|办毕|了结)$")
PHONE = re.compile(r"^\+?[\d\s\-—()（）/、;；,，]{7,}$")
PEOPLE = re.compile(r"[、，,;；/\n]|和(?=.{2,4}$)")
SPREAD = re.compile(r"^[\u4e00-\u9fff]\s+[\u4e00-\u9fff]$")  # 周　敏
NAME = re.compile(r"^[\u4e00-\u9fff·]{2,5}$")


def text_of(value: CellValue) -> str:
    """The cell as text of one or several lines; words that say nothing are nothing."""
    lines = str(value).splitlines() if isinstance(value, str) else [value]
    text = "\n".join(filter(None, map(clean, lines)))
    return "" if text in NOTHING else text


def match(text: str, words: tuple[tuple[str, str], ...]) -> str:
    """The first kind one of whose words stands in the text; "" for none."""
    return next((kind for kind, said in words if re.search(said, text)), "")


def channel_in(text: str) -> str:
    return match(text, CHANNELS)


def route_in(text: str) -> str:
    return match(text, ROUTES)


def mark_in(text: str) -> str:
    return match(text, MARKS)


def sex_of(text: str) -> str:
    return {"男": Sex.MALE.value, "女": Sex.FEMALE.value}.get(text[:1], "")


def age_band_of(text: str) -> str:
    """The band of an age in years, or of a band as it is written."""
    found = re.search(r"\d+", text)
    if not found or int(found[0][:3]) > 120:
        return ""
    years = int(found[0])
    if years < 14:
        return AgeBand.UNDER_14.value
    if years < 35:
        return AgeBand.UNDER_35.value
    return (AgeBand.UNDER_60 if years < 60 else AgeBand.SENIOR).value


def party_of(value: CellValue) -> int:
    """How many people: 3, 3人, 约10人; nothing is one. Raises Unclear."""
    text = squeezed(value)
    if text in NOTHING:
        return 1
    found = re.search(r"\d+", text)
    number = int(found[0][:9]) if found else 0
    if isinstance(value, float) and value != int(value):
        number = 0
    if not 1 <= number <= 999:
        raise Unclear(f"人数“{text[:10]}”不是 1 到 999 的数")
    return number


def names_of(value: CellValue) -> list[str]:
    """The names in a cell, each once; what stands in brackets is no name."""
    text = re.sub(r"[(（][^)）]*[)）]", "", text_of(value))
    found: list[str] = []
    for part in map(str.strip, PEOPLE.split(text)):
        found += ["".join(part.split())] if SPREAD.match(part) else part.split()
    return list(dict.fromkeys(found))
