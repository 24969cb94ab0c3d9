"""The state diagram of a workflow as SVG: boxes, arrows, and what happens in place."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from xml.sax.saxutils import escape

from common.workflow import Workflow

Point = tuple[float, float]

COLUMN, ROW = 215, 165  # distances of box centres
MARGIN_X, MARGIN_Y = 85, 60
BOX_WIDTH, LINE = 120, 18
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" font-family="sans-serif" font-size="14">
<title>{title}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" \
markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#475569"/></marker></defs>
<rect width="{width}" height="{height}" fill="#ffffff"/>
"""


@dataclass(frozen=True)
class Box:
    """One state: where its centre is, how high it is, what is written in it."""

    x: float
    y: float
    height: float
    label: str
    in_place: tuple[str, ...]

    def edge_towards(self, x: float, y: float) -> Point:
        """Where the line from the centre to a point leaves the box."""
        dx, dy = x - self.x, y - self.y
        half_x, half_y = BOX_WIDTH / 2 + 3, self.height / 2 + 3
        scale = min(
            half_x / abs(dx) if dx else float("inf"),
            half_y / abs(dy) if dy else float("inf"),
        )
        return self.x + dx * scale, self.y + dy * scale

    def drawn(self) -> str:
        left, top = self.x - BOX_WIDTH / 2, self.y - self.height / 2
        lines = [
            f'<rect x="{left:g}" y="{top:g}" width="{BOX_WIDTH}" '
            f'height="{self.height:g}" rx="8" fill="#f1f5f9" stroke="#94a3b8"/>',
            f'<text x="{self.x:g}" y="{top + 25:g}" text-anchor="middle" '
            f'font-weight="bold" fill="#0f172a">{escape(self.label)}</text>',
        ]
        for number, text in enumerate(self.in_place):
            y = top + 25 + LINE * (number + 1)
            lines.append(
                f'<text x="{self.x:g}" y="{y:g}" text-anchor="middle" '
                f'font-size="12" fill="#475569">· {escape(text)}</text>'
            )
        return "\n".join(lines)


def _arrow(source: Box, target: Box, label: str, bend: float) -> str:
    """An arrow with its word; `bend` moves its middle aside, in pixels to the left."""
    middle = ((source.x + target.x) / 2, (source.y + target.y) / 2)
    dx, dy = target.x - source.x, target.y - source.y
    length = hypot(dx, dy) or 1
    turn = (middle[0] + dy / length * bend, middle[1] - dx / length * bend)
    start, end = source.edge_towards(*turn), target.edge_towards(*turn)
    at = (
        start[0] / 4 + turn[0] / 2 + end[0] / 4,
        start[1] / 4 + turn[1] / 2 + end[1] / 4,
    )
    wide = 14 * len(label) + 6
    return (
        f'<path d="M{start[0]:.1f} {start[1]:.1f} Q{turn[0]:.1f} {turn[1]:.1f} '
        f'{end[0]:.1f} {end[1]:.1f}" fill="none" stroke="#475569" '
        'marker-end="url(#tip)"/>\n'
        f'<rect x="{at[0] - wide / 2:.1f}" y="{at[1] - 10:.1f}" width="{wide}" '
        'height="20" fill="#ffffff"/>\n'
        f'<text x="{at[0]:.1f}" y="{at[1] + 5:.1f}" text-anchor="middle" '
        f'fill="#1d4ed8">{escape(label)}</text>'
    )


def state_diagram(
    title: str,
    flow: Workflow,
    labels: dict[str, str],
    places: Mapping[str, Point],
    bends: Mapping[tuple[str, str], float],
) -> str:
    """The whole picture. `places` gives each state its column and row.

    Raises KeyError for a state of the table without a place.
    """
    steps = flow.steps.values()
    states = {s for step in steps for s in (*step.sources, step.target) if s}
    boxes = {}
    for state in sorted(states, key=list(places).index):
        here = [s.label for s in steps if s.target is None and state in s.sources]
        column, row = places[state]
        boxes[state] = Box(
            x=MARGIN_X + COLUMN * column,
            y=MARGIN_Y + ROW * row,
            height=40 + LINE * len(here),
            label=labels[state],
            in_place=tuple(here),
        )
    arrows = [
        _arrow(
            boxes[source],
            boxes[step.target],
            step.label,
            bends.get((source, step.target), 0),
        )
        for step in steps
        if step.target
        for source in sorted(step.sources, key=list(places).index)
    ]
    width = MARGIN_X * 2 + COLUMN * max(column for column, _ in places.values())
    height = MARGIN_Y * 2 + ROW * max(row for _, row in places.values())
    head = HEAD.format(width=int(width), height=int(height), title=escape(title))
    drawn = [*arrows, *(box.drawn() for box in boxes.values())]
    return head + "\n".join(drawn) + "\n</svg>\n"
