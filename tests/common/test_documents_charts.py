"""Charts for documents: the same picture every time, whatever words and figures."""

import gc
import io

import pytest
from matplotlib.figure import Figure
from PIL import Image

from common.documents import charts

SERIES = {"收集": [31, 28, None], "办结": [30, 25, 36]}
HOSTILE = "恶意\x00\x0b\ud800\u202e😀\r\n第二行" + "长" * 10_000


def test_column_line_chart_is_a_picture_that_is_always_the_same():
    line = ("办结率", [96.8, None, 90])
    pictures = {
        charts.column_line_chart("abc", SERIES, line, title="情况", unit="件")
        for _ in range(2)
    }

    picture = Image.open(io.BytesIO(pictures.pop()))
    assert pictures == set()
    assert set(picture.info) <= {"dpi"}
    drawn = {colour for _, colour in picture.convert("RGB").getcolors(100_000)}
    blue, orange, green = (0x17, 0x5B, 0xC4), (0xC2, 0x57, 0x0C), (0x0F, 0x76, 0x6E)
    assert {blue, orange, green} <= drawn


def test_bar_chart_grows_with_its_bars():
    few, many = (
        charts.bar_chart(["类"] * count, [1] * count, title="类别", unit="件")
        for count in (5, 25)
    )

    heights = [Image.open(io.BytesIO(png)).height for png in (few, many)]
    assert heights[1] > 2 * heights[0]


@pytest.mark.parametrize("value", [None, 0, -5, 10**9, 0.1])
def test_charts_take_any_figure(value):
    line = ("率", [value])
    drawn = (
        charts.column_line_chart(["一"], {"数": [value]}, line, title="图", unit="件"),
        charts.bar_chart(["一"], [value], title="图", unit="件"),
        charts.bar_chart([], [], title="图", unit="件"),
    )

    assert [png[:4] for png in drawn] == [b"\x89PNG"] * 3


def test_charts_take_any_words():
    drawn = (
        charts.bar_chart([HOSTILE, "$x_1$"], [1, 2], title=HOSTILE, unit=HOSTILE),
        charts.column_line_chart(
            [HOSTILE], {HOSTILE: [1]}, (HOSTILE, [2]), title="$\\bad{", unit="$"
        ),
    )

    assert [png[:4] for png in drawn] == [b"\x89PNG"] * 2


def test_charts_refuse_values_without_a_label():
    with pytest.raises(ValueError, match="2 values for 1 labels"):
        charts.bar_chart(["一"], [1, 2], title="图", unit="件")


def test_charts_leave_no_figure_in_memory():
    for _ in range(3):
        charts.bar_chart(["一"], [1], title="图", unit="件")
    gc.collect()

    assert not [found for found in gc.get_objects() if type(found) is Figure]
