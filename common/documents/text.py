"""Words as an official document needs them: clean, numbered and dated in Chinese."""

import datetime as dt
import re
import unicodedata

from common.spreadsheets.write import FORMULA_STARTS

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What XML 1.0 forbids, and what turns the reading order of a page around unseen.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+ ?[%‰]?")

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")


def clean(text: object) -> str:
    """The text without what breaks a file; `\\n` is the only line end left."""
    lines = LINE_ENDS.sub("\n", str(text))
    return FORBIDDEN.sub("", lines).replace("\t", " ")


def clean_line(text: object) -> str:
    """The text on one line, with single spaces."""
    return " ".join(clean(text).split())


def clean_cell(value: object) -> str:
    """What a table cell shows: empty for None, and harmless if copied to a sheet.

    A text that a spreadsheet would read as a formula gets a leading apostrophe;
    numbers such as -3.20% stay as they are.
    """
    if value is None:
        return ""
    text = str(value)
    shown = clean(text).strip()
    if NUMBER.fullmatch(shown):
        return shown
    dangerous = text.startswith(FORMULA_STARTS) or shown.startswith(FORMULA_STARTS)
    return f"'{shown}" if dangerous else shown


def chinese_number(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五; from 1 to 9999."""
    if not 1 <= number <= 9999:
        raise ValueError(f"no ordinal for {number}")
    said, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = True
            continue
        said += ("零" if gap and said else "") + DIGITS[digit] + UNITS[place]
        gap = False
    return said.removeprefix("一") if 10 <= number < 20 else said


def chinese_date(day: dt.date) -> str:
    """2026年11月2日: Arabic numerals without leading zeros (GB/T 9704-2012 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def characters_wide(text: str) -> float:
    """How many full Chinese characters the text takes on a line; letters take half."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return wide + (len(text) - wide) / 2
