"""Cells as plain text: no invisible signs, full-width letters and digits made half."""

import datetime as dt
import re
import unicodedata

from common.spreadsheets import CellValue

# Full-width digits, Latin letters and the blank; Chinese punctuation stays.
HALF = {0xFF10 + n: 0x30 + n for n in range(10)}
HALF |= {0xFF21 + n: 0x41 + n for n in range(26)}
HALF |= {0xFF41 + n: 0x61 + n for n in range(26)}
HALF |= {0x3000: 0x20, 0xA0: 0x20}
BLANKS = re.compile(r"\s+")
# Our own exports begin such texts with '; offices type it to keep a number a text.
GUARDED = re.compile(r"^['‘’`](?=[=+\-@＝＋－＠\d])")


def clean(value: CellValue) -> str:
    """The cell as one line of text without invisible signs; "" for a blank one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    text = str(value)
    if isinstance(value, str):
        text = "".join(sign for sign in text if _is_visible(sign))
        text = unicodedata.normalize("NFC", text).translate(HALF)
    return GUARDED.sub("", BLANKS.sub(" ", text).strip())


def squeezed(value: CellValue) -> str:
    """The same without any blank."""
    return clean(value).replace(" ", "")


def _is_visible(sign: str) -> bool:
    """No control, format (direction marks, zero width), private or lone half sign."""
    return sign in "\t\n\r" or unicodedata.category(sign) not in (
        "Cc",
        "Cf",
        "Cs",
        "Co",
    )
