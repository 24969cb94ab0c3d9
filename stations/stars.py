"""From points to stars: one function, asked by the check, its page and its sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MOST_STARS = 5
QUALIFIED = 0  # 合格, without a star
# From which share of the points (percent) which star is due; editable per checklist.
USUAL_LINES = ((95, 5), (85, 4), (75, 3), (60, QUALIFIED))
WORDS = ("合格", "一星", "二星", "三星", "四星", "五星")
BELOW = "待提升"


def star_word(star: int | None) -> str:
    """三星, 合格; 待提升 for None."""
    return BELOW if star is None else WORDS[star]


@dataclass(frozen=True)
class Verdict:
    """What the marks come to; `reasons` say in Chinese why the star is not higher."""

    points: int
    out_of: int
    unmarked: int
    star: int | None
    reasons: tuple[str, ...]

    @property
    def share(self) -> float | None:
        return self.points / self.out_of if self.out_of else None


def verdict(
    marks: Iterable[Any], lines: Sequence[Sequence[int]], *, veto: str = ""
) -> Verdict:
    """Points, and the star they earn by these lines.

    An item not marked has no points. A veto takes every star (待提升); a required item
    without points leaves no more than 合格.
    """
    marks = list(marks)
    points = sum(mark.score or 0 for mark in marks)
    out_of = sum(mark.out_of for mark in marks)
    unmarked = sum(mark.score is None for mark in marks)
    missing = [mark.text for mark in marks if mark.is_required and not mark.score]
    star = _star(points, out_of, lines)
    reasons = []
    if veto:
        star = None
        reasons.append(f"否决：{veto}")
    if missing and star is not None and star > QUALIFIED:
        star = QUALIFIED
        reasons.append(f"必备项没有得分（{'、'.join(missing[:3])}），最高合格")
    return Verdict(points, out_of, unmarked, star, tuple(reasons))


def _star(points: int, out_of: int, lines: Sequence[Sequence[int]]) -> int | None:
    for percent, star in sorted(((p, s) for p, s in lines), reverse=True):
        if out_of and points * 100 >= percent * out_of:
            return star
    return None
