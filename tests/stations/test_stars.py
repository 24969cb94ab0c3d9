"""From points to stars: lines, vetoes, required items."""

from dataclasses import dataclass

import pytest

from stations.stars import USUAL_LINES, star_word, verdict


@dataclass
class Mark:
    score: int | None
    out_of: int = 100
    is_required: bool = False
    text: str = "场所"


@pytest.mark.parametrize(
    ("points", "star"),
    [
        (100, 5),
        (95, 5),
        (94, 4),
        (85, 4),
        (84, 3),
        (75, 3),
        (74, 0),
        (60, 0),
        (59, None),
    ],
)
def test_star_follows_the_lines(points, star):
    assert verdict([Mark(points)], USUAL_LINES).star == star


def test_veto_takes_every_star():
    found = verdict([Mark(100)], USUAL_LINES, veto="弄虚作假")

    assert (found.star, found.reasons) == (None, ("否决：弄虚作假",))


def test_missing_required_item_leaves_no_more_than_qualified():
    marks = [Mark(0, 4, is_required=True), Mark(96, 96)]

    found = verdict(marks, USUAL_LINES)

    assert (found.star, found.points, found.out_of) == (0, 96, 100)
    assert "必备" in found.reasons[0]


def test_missing_required_item_does_not_lift_a_bad_check():
    marks = [Mark(0, 50, is_required=True), Mark(40, 50)]

    assert verdict(marks, USUAL_LINES).star is None


def test_unmarked_items_have_no_points():
    found = verdict([Mark(None, 40), Mark(60, 60)], USUAL_LINES)

    assert (found.unmarked, found.share, found.star) == (1, 0.6, 0)


def test_no_items_are_no_star():
    found = verdict([], USUAL_LINES)

    assert (found.star, found.share) == (None, None)


def test_words():
    assert [star_word(star) for star in (None, 0, 1, 5)] == [
        "待提升",
        "合格",
        "一星",
        "五星",
    ]
