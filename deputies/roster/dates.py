"""Months of birth in every spelling that offices use."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from common.spreadsheets import CellValue
from deputies.roster.text import squeezed
from deputies.roster.values import Unclear

YOUNGEST, OLDEST = 18, 100  # 宪法第三十四条: who may be elected; and what is plausible

CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
CHINESE_MONTHS = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月)")
CHINESE_DAYS = re.compile(r"(?<=月)([一二三四五六七八九十]{1,3})(?=[日号])")
MONTH_NUMBERS = dict(
    zip("一二三四五六七八九", range(1, 10), strict=True), 十=10, 十一=11, 十二=12
)
ENGLISH = "janfebmaraprmayjunjulaugsepoctnovdec"

YEAR_MONTH = re.compile(
    r"^(\d{4}|\d{2})(年|[-./、．。,，·~])(\d{1,2})"
    r"(?:月(?:份)?(?:(\d{1,2})[日号]?)?|[-./．。,，·](\d{1,2})[日号]?)?$"
)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})?$")
YEAR_ONLY = re.compile(r"^(\d{4}|\d{2})年?$")
CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$")
WORDS = re.compile(r"^(?:出生于|生于)|(?:出?生|出生)$")
BRACKETED = re.compile(r"[(（][^)）]*[)）]$")
EXCEL_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Birth:
    """A month of birth; `month` is None where only the year is told."""

    year: int
    month: int | None

    @property
    def first_day(self) -> dt.date | None:
        """How the month is kept; None without a month."""
        return dt.date(self.year, self.month, 1) if self.month else None


def parse_birth(value: CellValue, *, today: dt.date, typed: bool = True) -> Birth:
    """The month of birth that a cell tells.

    `typed` is False for CSV, where 1965.1 may be a number that lost its last zero.
    A year of two digits is taken into the century that makes a person of 18 to 100.
    Raises Unclear for anything that can be read in two ways.
    """
    if isinstance(value, bool | dt.time):
        raise Unclear("不是出生年月")
    if isinstance(value, dt.date):
        return _plausible(value.year, value.month, today)
    if isinstance(value, int):
        return _from_digits(str(value), today)
    if isinstance(value, float):
        return _from_point(repr(value), today, may_lack_zero=True)
    if isinstance(value, Decimal):
        return _from_point(str(value), today, may_lack_zero=False)
    return _from_text(value or "", today, typed)


def _from_text(value: str, today: dt.date, typed: bool) -> Birth:
    text = CLOCK.sub("", squeezed(value)) if ":" in value else squeezed(value)
    text = WORDS.sub("", BRACKETED.sub("", text))
    text = _arabic(text)
    if re.fullmatch(r"\d+", text):
        return _from_digits(text, today)
    if not typed and re.fullmatch(r"\d{2,4}\.\d{1,2}", text):
        return _from_point(text, today, may_lack_zero=True)
    if english := _english(text, today):
        return english
    if found := YEAR_MONTH.match(text):
        day = found[4] or found[5]
        return _checked(found[1], found[3], day, today)
    if found := YEAR_ONLY.match(text):
        return _plausible(_century(found[1], today), None, today)
    raise Unclear(f"认不出出生年月“{text[:20]}”")


def _arabic(text: str) -> str:
    """一九六五年十二月 → 1965年12月; the letter O among digits is a nought."""
    text = CHINESE_MONTHS.sub(lambda m: str(MONTH_NUMBERS[m[1]]), text)
    text = CHINESE_DAYS.sub("1", text)  # the day is not kept
    text = text.translate(CHINESE_DIGITS)
    return re.sub(r"(?<=\d)[Oo](?=[\d年])", "0", text)


def _english(text: str, today: dt.date) -> Birth | None:
    """Mar-65, as a CSV shows Excel's mmm-yy."""
    found = re.match(r"^([A-Za-z]{3})[a-z]*-?(\d{2}|\d{4})$", text)
    place = ENGLISH.find(found[1].lower()) if found else -1
    if not found or place % 3:
        return None
    return _plausible(_century(found[2], today), place // 3 + 1, today)


def _from_digits(text: str, today: dt.date) -> Birth:
    if found := COMPACT.match(text):
        return _checked(found[1], found[2], found[3], today)
    is_number = text.isascii() and text.isdigit()
    if is_number and len(text) == 4:
        return _plausible(int(text), None, today)
    if is_number and len(text) == 5:
        day = EXCEL_DAY_ZERO + dt.timedelta(days=int(text))
        raise Unclear(
            f"“{text}”像是丢了日期格式的日期（{day.year}年{day.month}月），请确认后重填"
        )
    raise Unclear(f"认不出出生年月“{text[:20]}”")


def _from_point(text: str, today: dt.date, *, may_lack_zero: bool) -> Birth:
    """1965.03, 1965.3, 1965.11; but the number 1965.1 may have been 1965.10."""
    year, _, month = text.partition(".")
    if may_lack_zero and month == "1":
        raise Unclear(f"“{text}”可能是1月，也可能是10月（数字末尾的0会丢失），请确认")
    if not may_lack_zero and len(month) == 2 and month.endswith("0") and month != "10":
        month = month[0]  # shown with two decimals: 1965.20 can only be February
    if month in ("", "0"):
        return _from_digits(year, today)
    if not re.fullmatch(r"\d{2}|\d{4}", year) or len(month) > 2:
        raise Unclear(f"认不出出生年月“{text[:20]}”")
    return _checked(year, month, None, today)


def _checked(year: str, month: str, day: str | None, today: dt.date) -> Birth:
    full = _century(year, today)
    try:
        dt.date(full, int(month), int(day or 1))
    except ValueError as error:
        raise Unclear(f"没有这样的日期：{full}年{month}月{day or ''}") from error
    return _plausible(full, int(month), today)


def _century(year: str, today: dt.date) -> int:
    """65 → 1965, 05 → 2005: at most one century gives an age of 18 to 100."""
    if len(year) == 4:
        return int(year)
    for full in (1900 + int(year), 2000 + int(year)):
        if YOUNGEST <= today.year - full <= OLDEST:
            return full
    raise Unclear(f"两位年份“{year}”对应的年龄不在 {YOUNGEST}～{OLDEST} 岁")


def _plausible(year: int, month: int | None, today: dt.date) -> Birth:
    if not YOUNGEST <= today.year - year <= OLDEST:
        raise Unclear(f"出生年份 {year} 对应的年龄不在 {YOUNGEST}～{OLDEST} 岁，请核对")
    return Birth(year, month)
