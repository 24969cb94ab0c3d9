"""The map of stations as an SVG page draws it: outlines or a grid, and the points.

No tiles and no projection to speak of: degrees, with longitude shortened as it is at
that latitude. Precise enough for a county.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH, TALLEST, LOWEST = 1000, 1100, 360
MARGIN = 40  # of the drawing, in its own units
LEAST_SPAN = 0.04  # degrees: one point alone still has surroundings
GRID_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
MOST_LINES = 8  # of the grid, each way

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """What part of the country the drawing shows; `scale` units are a degree north."""

    west: float
    north: float
    scale: float
    squeeze: float  # a degree east, in degrees north
    height: int
    width: int = WIDTH

    def place(self, longitude: float, latitude: float) -> Point:
        x = (longitude - self.west) * self.squeeze * self.scale
        y = (self.north - latitude) * self.scale
        return round(x, 1), round(y, 1)


@dataclass
class Marker:
    """A point with the stations that stand there; the first gives its kind."""

    x: float
    y: float
    stations: list[Any] = field(default_factory=list)

    @property
    def label(self) -> str:
        names = "、".join(str(station) for station in self.stations[:5])
        more = len(self.stations) - 5
        return f"{names}等 {len(self.stations)} 个" if more > 0 else names


@dataclass(frozen=True)
class Line:
    """A line of the grid and the words at its end."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str


def frame_of(points: Iterable[Point]) -> Frame | None:
    """The frame that holds all these points; None without any."""
    points = list(points)
    if not points:
        return None
    west, east = (pick(x for x, _ in points) for pick in (min, max))
    south, north = (pick(y for _, y in points) for pick in (min, max))
    middle = (south + north) / 2
    squeeze = math.cos(math.radians(middle))
    wide = max((east - west) * squeeze, LEAST_SPAN)
    high = max(north - south, LEAST_SPAN)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    height = max(LOWEST, round(high * scale) + 2 * MARGIN)
    return Frame(
        west=(west + east) / 2 - WIDTH / scale / squeeze / 2,
        north=middle + height / scale / 2,
        scale=scale,
        squeeze=squeeze,
        height=height,
    )


def corners(outlines: Iterable[Any]) -> list[Point]:
    """All points of the outlines, to frame them."""
    return [
        (x, y)
        for outline in outlines
        for polygon in outline.geojson["coordinates"]
        for ring in polygon
        for x, y in ring
    ]


def paths(outlines: Iterable[Any], frame: Frame) -> list[tuple[str, str]]:
    """Name and path of each outline; holes by the even-odd rule."""
    return [
        (
            outline.area.name,
            "".join(
                _path(ring, frame)
                for polygon in outline.geojson["coordinates"]
                for ring in polygon
            ),
        )
        for outline in outlines
    ]


def _path(ring: Sequence[Sequence[float]], frame: Frame) -> str:
    places = (frame.place(x, y) for x, y in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places) + "Z"


def markers(stations: Iterable[Any], frame: Frame) -> list[Marker]:
    """One marker a place: guests and neighbours of the very same point share it."""
    found: dict[Point, Marker] = {}
    for station in stations:
        if station.point is None:
            continue
        x, y = frame.place(*station.point)
        found.setdefault((x, y), Marker(x, y)).stations.append(station)
    return list(found.values())


def grid(frame: Frame) -> list[Line]:
    """Round degrees, few enough to be read."""
    east = frame.west + frame.width / frame.scale / frame.squeeze
    south = frame.north - frame.height / frame.scale
    span = max(east - frame.west, frame.north - south)
    step = next((s for s in GRID_STEPS if span / s <= MOST_LINES), GRID_STEPS[-1])
    lines = []
    for degree in _rounds(frame.west, east, step):
        x, _ = frame.place(degree, south)
        lines.append(Line(x, 0, x, frame.height, f"东经 {degree:g}°"))
    for degree in _rounds(south, frame.north, step):
        _, y = frame.place(frame.west, degree)
        lines.append(Line(0, y, frame.width, y, f"北纬 {degree:g}°"))
    return lines


def _rounds(first: float, last: float, step: float) -> list[float]:
    low, high = math.ceil(first / step), math.floor(last / step)
    return [round(n * step, 2) for n in range(low, high + 1)]
