"""Initial letters of Chinese words, for finding a category by typing 水利 as sl."""

from bisect import bisect_right

# The first level of GB 2312 stands in the order of its readings, so where a letter's
# signs begin is enough: 啊 is the first a…, 芭 the first b… (no reading begins with
# i, u or v).
LETTERS = "abcdefghjklmnopqrstwxyz"
FIRSTS = (
    0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6,
    0xC0AC, 0xC2E8, 0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA,
    0xCEF4, 0xD1B9, 0xD4D1,
)  # fmt: skip
LAST = 0xD7F9

# Words in which a sign is read otherwise than where the standard puts it, and a sign
# of the second level (ordered by radicals) that names of matters use.
READINGS = {
    "银行": "yh",
    "会计": "kj",
    "重复": "cf",
    "重庆": "cq",
    "音乐": "yy",
    "调解": "tj",
    "调查": "dc",
    "厦门": "xm",
    "窨": "y",
}


def initials(text: str) -> str:
    """水利排涝 → slpl; letters and digits stay, signs of unknown reading drop out."""
    found, at = "", 0
    while at < len(text):
        for length in (2, 1):
            if known := READINGS.get(text[at : at + length]):
                break
        else:
            known, length = _initial(text[at]), 1
        found, at = found + known, at + length
    return found


def _initial(sign: str) -> str:
    if sign.isascii():
        return sign.lower() if sign.isalnum() else ""
    try:
        high, low = sign.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return ""
    code = high << 8 | low
    if not FIRSTS[0] <= code <= LAST:
        return ""
    return LETTERS[bisect_right(FIRSTS, code) - 1]
