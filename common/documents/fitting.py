"""Sizes and indents that follow from the length of the words."""

import math

from common.documents.styles import TYPE_WIDTH
from common.documents.text import characters_wide

MASTHEAD_SIZES = (22, 44)  # in points; the standard leaves the choice to the office
TITLE_SIZE = 22
TITLE_CHARACTERS = 20  # that fit on a line


def masthead_size(name: str) -> int:
    """Points in which the name fills at most one line of the type area."""
    smallest, largest = MASTHEAD_SIZES
    fitting = TYPE_WIDTH / 20 / max(characters_wide(name), 1)
    return int(min(largest, max(smallest, fitting)))


def title_indent(title: str) -> int:
    """Twips to narrow a long title by on each side, so that its lines are alike."""
    wide = characters_wide(title)
    if "\n" in title or wide <= TITLE_CHARACTERS:
        return 0
    lines = math.ceil(wide / TITLE_CHARACTERS)
    spare = TITLE_CHARACTERS - math.ceil(wide / lines) - 1
    return max(0, spare * TITLE_SIZE * 10)


def attachment_indents(place: int, count: int) -> tuple[int, int]:
    """(left, first line) in characters of the place-th of `count` attachments.

    The first line starts two characters in with 附件：, the others below its number.
    """
    if count == 1:
        return 5, -3
    return 6, -4 if place == 1 else -1


def signature_indents(name: float, date: float) -> tuple[float, float]:
    """Characters from the right edge for name and date, both given in characters.

    The date stands four in and the name is centred over it (7.3.5.1); a name too
    long for that stands two in and the date is centred under it.
    """
    centred = 4 + (date - name) / 2
    if centred >= 2:
        return centred, 4
    return 2, 2 + max(0, (name - date) / 2)
