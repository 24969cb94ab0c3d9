"""Days in every spelling of old ledgers; what could be two days is refused."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from common.spreadsheets import CellValue
from deputies.roster.text import clean

FIRST_YEAR = 1980
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
SERIALS = range(29221, 73051)  # 1980 to 2100, as Excel counts days
SIGN = r"[-./、．。年]"
FULL = re.compile(
    rf"^(?P<year>\d{{4}}|\d{{2}}){SIGN}(?P<month>\d{{1,2}})(?:[-./．。月、](?P<day>\d{{1,2}}))"
    r"[日号]?"
)
MONTH_ONLY = re.compile(r"^(?P<year>\d{4})[-./年](?P<month>\d{1,2})月?(?:份)?$")
NO_YEAR = re.compile(r"^(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?")
COMPACT = re.compile(r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})$")
CLOCK = re.compile(r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})")
YEAR = re.compile(r"(?<!\d)(20\d{2}|19[89]\d)(?:年|年度)?(?!\d)")
CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)(?=[月日号])")


class Unclear(Exception):
    """What a cell says cannot be understood, or can in two ways; the text says it."""


def year_in(text: str) -> int | None:
    """The year a title names."""
    found = YEAR.search(unicodedata.normalize("NFKC", text).translate(CHINESE))
    return int(found[1]) if found else None


def parse_moment(
    value: CellValue, *, year: int | None, today: dt.date
) -> tuple[dt.datetime, str]:
    """Day and hour (midnight when none is told), and a note when something was added.

    `year` is that of the title, for 3月5日. Raises Unclear.
    """
    day, note = _day(value, year)
    if not day.year >= FIRST_YEAR or day > today:
        words = "还没有到" if day > today else "太早了"
        raise Unclear(f"日期 {day.isoformat()} {words}，请核对")
    hour = value if isinstance(value, dt.datetime) else _hour(value)
    time = dt.time(hour.hour, hour.minute) if hour else dt.time()
    return dt.datetime.combine(day, time), note


def parse_day(value: CellValue, *, year: int | None) -> dt.date:
    """The day alone; raises Unclear."""
    day, _ = _day(value, year)
    if not FIRST_YEAR <= day.year <= 2100:
        raise Unclear(f"日期 {day.isoformat()} 不合理，请核对")
    return day


def _hour(value: CellValue) -> dt.time | None:
    found = CLOCK.search(value) if isinstance(value, str) else None
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        return None
    return dt.time(int(found["hour"]), int(found["minute"]))


def _day(value: CellValue, year: int | None) -> tuple[dt.date, str]:
    if isinstance(value, bool | dt.time):
        raise Unclear("日期这一格不是日期")
    if isinstance(value, dt.datetime):
        return value.date(), ""
    if isinstance(value, dt.date):
        return value, ""
    if isinstance(value, int | float | Decimal):
        return _from_number(value)
    return _from_text(clean(value), year)


def _from_number(value: float | Decimal) -> tuple[dt.date, str]:
    if int(value) in SERIALS:
        return EXCEL_DAY_ZERO + dt.timedelta(days=int(value)), ""
    if value == int(value) and (found := COMPACT.match(str(int(value)))):
        return _checked(found["year"], found["month"], found["day"]), ""
    raise Unclear(f"“{str(value)[:20]}”看不出是哪一天，请写成 2024-03-05")


def _from_text(text: str, year: int | None) -> tuple[dt.date, str]:
    plain = CLOCK.sub("", TENS.sub(_ten, text).translate(CHINESE))
    told = plain.replace(" ", "")
    if found := COMPACT.match(told) or FULL.match(told):
        return _checked(found["year"], found["month"], found["day"]), ""
    if found := MONTH_ONLY.match(told):
        day = _checked(found["year"], found["month"], "1")
        return day, "只写到月，记为当月 1 日"
    if found := NO_YEAR.match(told):
        if year is None:
            raise Unclear(f"“{text[:20]}”没有写年份，标题里也没有")
        return _checked(str(year), found["month"], found["day"]), ""
    if re.fullmatch(r"\d{5}(\.\d+)?", told):
        return _from_number(float(told))
    raise Unclear(f"“{text[:20]}”看不出是哪一天，请写成 2024-03-05")


def _ten(found: re.Match[str]) -> str:
    """十二 → 12, 二十 → 20, 十 → 10."""
    tens = found[1].translate(CHINESE) or "1"
    return tens + (found[2].translate(CHINESE) or "0")


def _checked(year: str, month: str, day: str) -> dt.date:
    full = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        return dt.date(full, int(month), int(day))
    except ValueError as error:
        raise Unclear(f"没有 {full}年{month}月{day}日 这一天") from error
