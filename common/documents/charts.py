"""Charts as PNG pictures for documents: quiet, Chinese, the same bytes every time.

Only who makes a report imports this module: matplotlib takes its time to load.
Values may be None, which leaves a gap. Every word is drawn with Noto Sans SC; a
letter the font lacks becomes a white square instead of a warning.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pylopdf_fonts_zh_cn
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.patheffects import withStroke

from common.documents.text import clean_line

Values = Sequence[float | None]

FONT = str(pylopdf_fonts_zh_cn.sans_path())
# The colours of the pages (tokens.css): --c1 … --c5, then ink, lines.
SERIES = ("#175bc4", "#c2570c", "#0f766e", "#7a5195", "#6e7781")
INK, INK_2, LINE = "#1f2328", "#57606a", "#e5e7eb"
WIDTH = 15.0 / 2.54  # inches; 150 mm, the width of a picture in a document
HEIGHT = 7.5 / 2.54
BAR_HEIGHT = 0.72 / 2.54
DOTS = 220
LONGEST_LABEL = 12
LONGEST_TITLE = 40
LABELLED_COLUMNS = 14  # with more of them figures over the columns would collide
MOST_BARS = 30
TITLE_SIZE, TEXT_SIZE, FIGURE_SIZE = 11, 8.5, 7.5
EMPTY = "本期没有数据"


def column_line_chart(
    labels: Sequence[str],
    columns: Mapping[str, Values],
    line: tuple[str, Values] | None,
    *,
    title: str,
    unit: str,
    line_unit: str = "%",
) -> bytes:
    """Columns side by side for each label, and a rate as a line on its own scale.

    `columns` maps the name of a series (at most four) to its values, one a label.
    """
    series = [*columns.values(), *([line[1]] if line else [])]
    _check(labels, series)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor="white")
    axes = figure.add_axes((0.07, 0.1, 0.9, 0.68))
    _head(figure, title, unit)
    _quieten(axes)
    if not any(value is not None for values in series for value in values):
        return _png_without_data(figure, axes)
    _draw_columns(axes, labels, columns)
    handles, names = axes.get_legend_handles_labels()
    if line:
        rate = _draw_line(axes, line, SERIES[min(len(columns), 4)], line_unit)
        more_handles, more_names = rate.get_legend_handles_labels()
        handles, names = handles + more_handles, names + more_names
    figure.legend(
        handles,
        names,
        loc="upper right",
        bbox_to_anchor=(0.985, 0.99),
        ncols=len(names),
        frameon=False,
        prop=_font(TEXT_SIZE),
        labelcolor=INK_2,
        handlelength=1.2,
    )
    return _png(figure)


def bar_chart(labels: Sequence[str], values: Values, *, title: str, unit: str) -> bytes:
    """Lying bars from top to bottom in the order given, each with its figure.

    More than 30 bars cannot be read; the rest is left out, so give the largest first.
    """
    _check(labels, [values])
    labels, values = labels[:MOST_BARS], values[:MOST_BARS]
    height = max(HEIGHT / 2, 1.6 / 2.54 + BAR_HEIGHT * len(labels))
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor="white")
    top = 1.5 / 2.54 / height
    axes = figure.add_axes((0.24, 0.1 / height, 0.68, 1 - top - 0.1 / height))
    _head(figure, title, unit)
    _quieten(axes)
    if not any(value is not None for value in values):
        return _png_without_data(figure, axes)
    places = range(len(labels))
    axes.barh(places, [value or 0 for value in values], 0.62, color=SERIES[0])
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(LINE)
    _label_ticks(axes.yaxis, places, labels)
    axes.invert_yaxis()
    axes.set_xlim(0, max([value or 0 for value in values]) * 1.12 or 1)
    for place, value in enumerate(values):
        if value is not None:
            _annotate(axes, value, place, _figure(value), dx=3, dy=0, align="left")
    return _png(figure)


def _draw_columns(
    axes: Axes, labels: Sequence[str], columns: Mapping[str, Values]
) -> None:
    width = 0.62 / max(len(columns), 1)
    for order, (name, values) in enumerate(columns.items()):
        shift = (order - (len(columns) - 1) / 2) * width
        places = [place + shift for place in range(len(labels))]
        heights = [value or 0 for value in values]
        axes.bar(places, heights, width * 0.94, color=SERIES[order], label=_word(name))
        if len(labels) * len(columns) <= LABELLED_COLUMNS:
            for place, value in zip(places, values, strict=True):
                if value is not None:
                    _annotate(axes, place, value, _figure(value), dy=2)
    _label_ticks(axes.xaxis, range(len(labels)), labels)
    known = [value or 0 for values in columns.values() for value in values]
    axes.set_ylim(min(0, *known, 0), (max(0, *known, 0) or 1) * 1.5)


def _draw_line(axes: Axes, line: tuple[str, Values], colour: str, unit: str) -> Axes:
    """The rate, with its figures at its points in place of a second scale."""
    name, values = line
    rate = axes.twinx()
    _quieten(rate)
    rate.grid(visible=False)
    points = [float("nan") if value is None else value for value in values]
    rate.plot(
        range(len(points)),
        points,
        color=colour,
        linewidth=1.6,
        marker="o",
        markersize=4,
        markerfacecolor="white",
        label=_word(name),
    )
    known = [value for value in values if value is not None]
    rate.set_ylim(min(0, *known, 0), max(100, *known, 100) * 1.15)
    rate.set_yticks([])
    if len(values) <= LABELLED_COLUMNS:
        for place, value in enumerate(values):
            if value is not None:
                said = _drawable(f"{_figure(value)}{unit}")
                _annotate(rate, place, value, said, dy=5, colour=colour)
    return rate


def _quieten(axes: Axes) -> None:
    """No box, no ticks: thin lines behind the data and grey figures."""
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(LINE)
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="y", color=LINE, linewidth=0.7)
    axes.tick_params(length=0, labelcolor=INK_2, pad=4)
    for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
        label.set_fontproperties(_font(TEXT_SIZE))


def _head(figure: Figure, title: str, unit: str) -> None:
    """The title, and the unit of the scale below it, both at the left edge."""
    inch = 1 / figure.get_figheight()
    short = _shortened(title, LONGEST_TITLE)
    _say(figure, 0.02, 1 - 0.1 * inch, short, TITLE_SIZE, INK, va="top")
    said = f"单位：{_word(unit)}"
    _say(figure, 0.02, 1 - 0.36 * inch, said, TEXT_SIZE, INK_2, va="top")


def _label_ticks(axis: Any, places: Sequence[int], labels: Sequence[str]) -> None:
    axis.set_ticks(
        list(places),
        labels=[_shortened(label, LONGEST_LABEL) for label in labels],
        fontproperties=_font(TEXT_SIZE),
        color=INK_2,
        parse_math=False,
    )


def _say(
    figure: Figure, x: float, y: float, text: str, size: float, colour: str, **how: Any
) -> None:
    """A text at a place of the picture, in parts of its width and height."""
    words = _drawable(text)
    font = _font(size)
    figure.text(x, y, words, fontproperties=font, color=colour, parse_math=False, **how)


def _annotate(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    dx: float = 0,
    dy: float = 0,
    align: str = "center",
    colour: str = INK_2,
) -> None:
    """A figure beside a bar, some points away from its end."""
    axes.annotate(
        text,
        (x, y),
        xytext=(dx, dy),
        textcoords="offset points",
        ha=align,
        va="center" if align == "left" else "bottom",
        fontproperties=_font(FIGURE_SIZE),
        color=colour,
        parse_math=False,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )


def _font(size: float) -> FontProperties:
    return FontProperties(fname=FONT, size=size)


def _figure(value: float) -> str:
    """12,345 or 3.2: whole numbers without decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _word(text: object) -> str:
    return _shortened(text, LONGEST_LABEL)


def _shortened(text: object, longest: int) -> str:
    line = clean_line(text)
    return _drawable(line if len(line) <= longest else f"{line[: longest - 1]}…")


def _drawable(text: str) -> str:
    """The text with a square for each letter that the font cannot draw."""
    known = get_font(FONT).get_char_index
    return "".join(letter if known(ord(letter)) else "□" for letter in text)


def _check(labels: Sequence[str], series: Sequence[Values]) -> None:
    for values in series:
        if len(values) != len(labels):
            raise ValueError(f"{len(values)} values for {len(labels)} labels")


def _png_without_data(figure: Figure, axes: Axes) -> bytes:
    axes.set_axis_off()
    _say(figure, 0.5, 0.42, EMPTY, TITLE_SIZE, INK_2, ha="center")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    """The picture without a word about when and with what it was drawn."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", metadata={"Software": None})
    figure.clear()
    return buffer.getvalue()
