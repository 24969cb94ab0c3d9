"""From a rule to its dates in a year: usual forms, RRULE texts, free dates.

The usual forms are written as RRULE (RFC 5545) and read back for a form. A rule holds
within the year of its plan: it begins on January 1st and ends with December.
"""

import datetime as dt
import re
from calendar import isleap
from collections.abc import Iterable, Sequence
from typing import Any

from dateutil import rrule as rfc

from common.errors import RuleViolation
from stations.choices import RuleKind

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKEND = frozenset({5, 6})
SPOKEN = "一二三四五六日"
FREQUENCIES = {
    "DAILY": rfc.DAILY,
    "WEEKLY": rfc.WEEKLY,
    "MONTHLY": rfc.MONTHLY,
    "YEARLY": rfc.YEARLY,
}
# Parts of a rule that are understood, with least and most of their numbers.
NUMBERS = {
    "INTERVAL": (1, 366),
    "COUNT": (1, 366),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
}
LISTS = ("BYMONTH", "BYMONTHDAY", "BYSETPOS")
ORDER = ("FREQ", "INTERVAL", *LISTS[:2], "BYDAY", "BYSETPOS", "COUNT")
LONGEST = 200
MOST_IN_LIST = 62
NUMBER = re.compile(r"[+-]?\d{1,3}", re.ASCII)
DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)

Parts = dict[str, Any]


# --- writing the usual forms ----------------------------------------------------------


def monthly_rule(days: Sequence[int], months: Sequence[int] = ()) -> str:
    """Every month's (or these months') days; -1 is the last day of a month."""
    return _written(
        {"FREQ": "MONTHLY", "BYMONTH": sorted(months), "BYMONTHDAY": list(days)}
    )


def weekly_rule(weekdays: Sequence[int], every: int = 1) -> str:
    """These weekdays (Monday = 0), every so many weeks."""
    named = [(0, day) for day in sorted(weekdays)]
    return _written({"FREQ": "WEEKLY", "INTERVAL": every, "BYDAY": named})


def nth_weekday_rule(
    ordinals: Sequence[int], weekday: int, months: Sequence[int] = ()
) -> str:
    """The 2nd and 4th Saturday: ordinals 1 to 5, -1 is the last one."""
    named = [(n, weekday) for n in ordinals]
    return _written({"FREQ": "MONTHLY", "BYMONTH": sorted(months), "BYDAY": named})


def _written(parts: Parts) -> str:
    """The one way in which these parts are written."""
    said = []
    for name in ORDER:
        value = parts.get(name)
        if not value or (name == "INTERVAL" and value == 1):
            continue
        if name == "BYDAY":
            value = [f"{n or ''}{DAYS[day]}" for n, day in value]
        if isinstance(value, list):
            value = ",".join(str(one) for one in value)
        said.append(f"{name}={value}")
    return ";".join(said)


# --- reading --------------------------------------------------------------------------


def clean_rrule(text: str) -> str:
    """The rule as it is kept. Raises RuleViolation (field `rrule`) with the reason."""
    parts = _parsed(text)
    _check_anchored(parts)
    return _written(parts)


def parts_of(kind: str, rrule: str) -> dict[str, Any]:
    """The arguments with which the form of this kind wrote the text: days, months;
    weekdays, every; ordinals, weekday, months. For RRULE: rrule. {} if it is not
    of this kind.
    """
    if kind == RuleKind.RRULE:
        return {"rrule": rrule}
    try:
        parts = _parsed(rrule)
    except RuleViolation:
        return {}
    named = parts.get("BYDAY", [])
    found: dict[str, Any] = {}
    if kind == RuleKind.MONTHLY:
        found = {"days": parts.get("BYMONTHDAY", []), "months": parts.get("BYMONTH")}
        found["months"] = found["months"] or []
        again = monthly_rule(**found)
    elif kind == RuleKind.WEEKLY:
        found = {"weekdays": [day for _, day in named]}
        found["every"] = parts.get("INTERVAL", 1)
        again = weekly_rule(**found)
    elif kind == RuleKind.NTH_WEEKDAY and len({day for _, day in named}) == 1:
        found = {"ordinals": [n for n, _ in named], "weekday": named[0][1]}
        found["months"] = parts.get("BYMONTH", [])
        again = nth_weekday_rule(**found)
    else:
        return {}
    return found if again == _written(parts) else {}


def spoken_rule(kind: str, rrule: str) -> str:
    """每月5日、每周星期一、每月第2、4个星期六; others: the RRULE as it stands."""
    parts = parts_of(kind, rrule)
    if kind == RuleKind.FREE:
        return "自选日期"
    months = parts.get("months", [])
    odd_even = {(1, 3, 5, 7, 9, 11): "单月", (2, 4, 6, 8, 10, 12): "双月"}
    when = odd_even.get(tuple(months)) or (f"{_listed(months)}月" if months else "每月")
    if "days" in parts:
        days = [f"{day}日" if day > 0 else _from_end(day) for day in parts["days"]]
        return when + "、".join(days)
    if "weekdays" in parts:
        often = "每周" if parts["every"] == 1 else f"每{parts['every']}周"
        return often + "、".join(f"星期{SPOKEN[day]}" for day in parts["weekdays"])
    if "ordinals" in parts:
        counted = [n for n in parts["ordinals"] if n > 0]
        said = [f"第{_listed(counted)}个"] if counted else []
        said += ["最后一个"] if -1 in parts["ordinals"] else []
        return f"{when}{'和'.join(said)}星期{SPOKEN[parts['weekday']]}"
    return rrule


def _listed(numbers: Iterable[int]) -> str:
    return "、".join(str(one) for one in numbers)


def _from_end(day: int) -> str:
    return "最后一日" if day == -1 else f"倒数第{-day}日"


def _parsed(text: str) -> Parts:
    plain = str(text).strip().upper().removeprefix("RRULE:")
    if not plain or len(plain) > LONGEST:
        raise _refused(f"请写 1–{LONGEST} 个字符的规则")
    parts: Parts = {}
    for piece in plain.rstrip(";").split(";"):
        name, sign, value = (word.strip() for word in piece.partition("="))
        if not sign or name in parts:
            raise _refused(f"“{piece[:20]}”看不懂或写了两次")
        parts[name] = _value(name, value)
    if "FREQ" not in parts:
        raise _refused("缺 FREQ")
    return parts


def _value(name: str, value: str) -> Any:
    if name == "FREQ":
        if value not in FREQUENCIES:
            raise _refused("FREQ 只能是 DAILY、WEEKLY、MONTHLY 或 YEARLY")
        return value
    if name == "BYDAY":
        found = [DAY.fullmatch(one.strip()) for one in _split(value)]
        if not all(found):
            raise _refused("BYDAY 只能写 MO 至 SU，前面可加第几个（1–5，-1 为最后）")
        return [(int(m[1] or 0), DAYS.index(m[2])) for m in found if m]
    if name not in NUMBERS:
        raise _refused(f"不支持 {name[:20]}；规则只在计划年度内有效")
    low, high = NUMBERS[name]
    numbers = [_number(name, one, low, high) for one in _split(value)]
    if name in LISTS:
        return numbers
    if len(numbers) != 1:
        raise _refused(f"{name} 只能有一个数")
    return numbers[0]


def _split(value: str) -> list[str]:
    found = value.split(",")
    if len(found) > MOST_IN_LIST:
        raise _refused(f"一项最多列 {MOST_IN_LIST} 个")
    return found


def _number(name: str, text: str, low: int, high: int) -> int:
    plain = text.strip()
    number = int(plain) if NUMBER.fullmatch(plain) else 0
    if number == 0 or not low <= number <= high:
        raise _refused(f"{name} 应是 {low} 至 {high} 的数，不能是 0")
    return number


def _check_anchored(parts: Parts) -> None:
    """Without a day of its own a rule would fall on whatever January 1st is."""
    often, named = parts["FREQ"], parts.get("BYDAY", [])
    dated = "BYMONTHDAY" in parts
    if often == "WEEKLY" and (not named or dated):
        raise _refused("每周的规则只写星期几（BYDAY）")
    if often in ("MONTHLY", "YEARLY") and not (named or dated):
        raise _refused("请写明几日（BYMONTHDAY）或星期几（BYDAY）")
    if often in ("DAILY", "WEEKLY") and any(n for n, _ in named):
        raise _refused("第几个星期几只用于每月或每年的规则")


def _refused(reason: str) -> RuleViolation:
    return RuleViolation(f"规则不能用：{reason}。", field="rrule")


# --- dates ----------------------------------------------------------------------------


def dates_of(rrule: str, year: int) -> list[dt.date]:
    """The days of the year on which the rule falls; raises RuleViolation as above.

    Bounded whatever the rule says: dateutil looks for a day that never comes up to the
    year 9999, so it is asked about the last year there that looks like this one.
    """
    parts = _parsed(rrule)
    _check_anchored(parts)
    twin = _twin(year)
    rule = rfc.rrule(
        FREQUENCIES[parts["FREQ"]],
        dtstart=dt.datetime(twin, 1, 1),  # noqa: DTZ001 days of a calendar, no moments
        until=dt.datetime(twin, 12, 31),  # noqa: DTZ001
        interval=parts.get("INTERVAL", 1),
        bymonth=parts.get("BYMONTH"),
        bymonthday=parts.get("BYMONTHDAY"),
        byweekday=[_weekday(n, day) for n, day in parts.get("BYDAY", [])] or None,
        bysetpos=parts.get("BYSETPOS"),
    )
    found = [moment.date().replace(year=year) for moment in rule]
    return found[: parts.get("COUNT", len(found))]


def weekends_named(kind: str, rrule: str) -> frozenset[int]:
    """The days of the weekend (5, 6) that are meant: named in the rule, or picked."""
    if kind == RuleKind.FREE:
        return WEEKEND
    return frozenset(day for _, day in _parsed(rrule).get("BYDAY", [])) & WEEKEND


def _weekday(n: int, day: int) -> rfc.weekday:
    return rfc.weekday(day, n or None)


def _twin(year: int) -> int:
    """The latest year before 9999 whose days fall on the same weekdays."""
    first = dt.date(year, 1, 1).weekday()
    for twin in range(9998, 9900, -1):
        if isleap(twin) == isleap(year) and dt.date(twin, 1, 1).weekday() == first:
            return twin
    raise AssertionError("every kind of year comes within forty years")
