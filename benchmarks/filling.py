"""A county of any number of matters, by COPY; texts of invented words, fixed seed."""

import datetime as dt
import io
import itertools
import random
import time
import uuid
from collections.abc import Iterator

from django.db import connection
from django.utils.timezone import get_default_timezone, now

from accounts.models import Grant, User
from areas.models import Area, Category, Unit
from common.search import bigrams
from proposals.models import Proposal
from stations.models import Station

PASSWORD = "Correct-Horse-9"  # noqa: S105  (of an invented person)
COUNTY = "420802"
STATIONS, UNITS, CATEGORIES = 33, 50, 40
TOPICS = (
    "泵站失修雨天内涝",
    "下水道堵塞返臭",
    "学校门口停车难",
    "小吃街油烟占道",
    "农村客运班次少",
    "路灯不亮",
    "电梯年久失修",
    "垃圾清运不及时",
    "养老院床位少",
    "机耕路泥泞",
    "自来水发黄",
    "噪声扰民",
)
PLACES = (
    "文峰",
    "白云",
    "象山",
    "南台",
    "金虾",
    "浏河",
    "牌楼",
    "子陵",
    "石桥",
    "栗溪",
    "马河",
)
TOWNS = len(PLACES)
RARE = "珊瑚"  # a word of few matters
NULL = "\\N"
COLUMNS = (
    *("kind", "number", "title", "text", "request", "status", "route", "ground"),
    *("satisfaction", "query_code", "proposed_in_session", "is_public"),
    *("is_complex", "round", "version", "area_code", "station_id", "category_id"),
    *("unit_id", "result_id", "submitted_at", "accepted_at", "handed_over_at"),
    *("replied_at", "rated_at", "closed_at", "reply_due_on", "next_due_on"),
    *("created_at", "updated_at", "bigrams"),
)


def fill(rows: int) -> tuple[float, float, float]:
    """Everything in one go; answers the seconds for texts, COPY and roll-up."""
    from reports import rollup

    moments = [time.perf_counter()]
    _people(_places())
    lines = io.StringIO()
    lines.writelines(_lines(rows))
    lines.seek(0)
    moments.append(time.perf_counter())
    table = Proposal._meta.db_table
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN", lines)
        moments.append(time.perf_counter())
        cursor.execute("ANALYZE")
    rollup.rebuild()
    moments.append(time.perf_counter())
    texts, copy, rebuild = (b - a for a, b in itertools.pairwise(moments))
    return texts, copy, rebuild


def _places() -> Area:
    county = None
    for code, name in (("42", "省"), ("4208", "市"), (COUNTY, "区")):
        county = Area.objects.create(
            code=code, name=name, level=len(code) // 2, parent=county, full_name=name
        )
    Area.objects.bulk_create(
        Area(code=code, name=f"{place}镇", level=4, parent=county, full_name=place)
        for code, place in zip(_towns(), PLACES, strict=True)
    )
    Station.objects.bulk_create(
        Station(
            area_id=_towns()[n % TOWNS],
            name=f"第{n}联络站",
            code=f"S{n}",
            slug=uuid.uuid4().hex[:10],
        )
        for n in range(STATIONS)
    )
    Unit.objects.bulk_create(
        Unit(area=county, name=f"第{n}承办单位") for n in range(UNITS)
    )
    Category.objects.bulk_create(
        Category(code=f"B{n:03}", name=f"类别{n}") for n in range(CATEGORIES)
    )
    return county


def _towns() -> list[str]:
    return [f"{COUNTY}{101 + n}" for n in range(TOWNS)]


def _people(county: Area) -> None:
    user = User.objects.create(username="officer", name="陈立新")
    user.set_password(PASSWORD)
    user.password_changed_at = now()
    user.save(update_fields=["password", "password_changed_at"])
    day = dt.date(2020, 1, 1)
    Grant.objects.create(user=user, role="officer", area=county, starts_on=day)


def _lines(rows: int) -> Iterator[str]:
    chance = random.Random(20261122)
    keys = {
        model: list(model.objects.values_list("pk", flat=True))
        for model in (Station, Unit, Category)
    }
    today = dt.datetime.now(get_default_timezone())
    for n in range(rows):
        yield "\t".join(_matter(n, chance, keys, today)) + "\n"


def _matter(
    n: int, chance: random.Random, keys: dict[type, list[int]], today: dt.datetime
) -> list[str]:
    """One matter as a line of COPY: most are closed, some late, a few fresh."""
    town = chance.randrange(TOWNS)
    topic, place = chance.choice(TOPICS), PLACES[town]
    title = f"{place}{topic}，请尽快解决"
    rare = f"附近的{RARE}馆也受影响。" if n % 2000 == 0 else ""
    months = chance.randrange(2, 30)
    text = f"{place}居民反映{topic}已有{months}个月，{rare}多次反映没有结果。"
    number = f"2026-B-{n:07}"
    start = today - dt.timedelta(minutes=chance.randrange(730 * 24 * 60))
    way = _way(start, today, chance)
    unit = str(chance.choice(keys[Unit])) if way["handed_over_at"] != NULL else NULL
    values = {
        "kind": "opinion" if n % 5 else "suggestion",
        "number": number,
        "title": title,
        "text": text,
        "round": "1",
        "version": "1",
        "area_code": _towns()[town],
        "station_id": str(chance.choice(keys[Station])),
        "category_id": str(chance.choice(keys[Category])),
        "unit_id": unit,
        "created_at": start.isoformat(),
        "updated_at": start.isoformat(),
        "bigrams": " ".join(bigrams(number, title, text)),
        **dict.fromkeys(("proposed_in_session", "is_public", "is_complex"), "f"),
        **way,
    }
    return [values.get(name, "") for name in COLUMNS]


def _way(
    start: dt.datetime, today: dt.datetime, chance: random.Random
) -> dict[str, str]:
    """The moments a matter of this age has behind it, with its state."""
    moment, status, reached = start, "submitted", {"submitted_at": start}
    steps = (
        ("accepted_at", 2, "accepted"),
        ("handed_over_at", 3, "handling"),
        ("replied_at", 40, "replied"),
        ("rated_at", 10, "replied"),
        ("closed_at", 5, "closed"),
    )
    for name, days, then in steps:
        moment += dt.timedelta(days=days * chance.uniform(0.3, 1.3))
        if moment > today or chance.random() < 0.02:
            break
        reached[name], status = moment, then
    found = {name: NULL for name, *_ in steps} | {
        name: at.isoformat() for name, at in reached.items()
    }
    due = (start + dt.timedelta(days=47)).date().isoformat()
    handed, replied = "handed_over_at" in reached, "replied_at" in reached
    return found | {
        "status": status,
        "reply_due_on": due if handed else NULL,
        "next_due_on": due if handed and status != "closed" else NULL,
        "result_id": chance.choice("AAAAAABBCD") if replied else NULL,
        "satisfaction": "satisfied" if "rated_at" in reached else "",
    }
