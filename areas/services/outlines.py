"""Outlines of areas for maps: read from GeoJSON, checked, made small, or removed."""

import json
import math
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import transaction

from areas import permissions as may
from areas.models import Area, Outline
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line

MOST_BYTES = 3 * 1024 * 1024
MOST_POINTS = 200_000  # in a file
KEPT_POINTS = 4_000  # in the database
# Roughly China with its seas, as in the points of stations.
WEST, EAST, SOUTH, NORTH = 73, 136, 3, 54
FIRST_STEP = 0.0004  # degrees, some forty metres

Point = tuple[float, float]
Ring = list[Point]

NOT_GEOJSON = "这不是 GeoJSON 边界文件。"
BROKEN = "边界的坐标不对：应是经度、纬度，每圈至少四个点。"


@transaction.atomic
def load_outline(area: Area, data: bytes, *, actor: Any, note: str = "") -> Outline:
    """Take the outline of this area out of a file; an earlier one is replaced.

    `actor` None: the operator at the command line. Of several features the one with
    the area's code or name is taken. Raises RuleViolation (field `file` or `note`).
    """
    if actor is not None and not may.may_keep_outline(actor, area.code):
        raise PermissionDenied
    note = one_line(note, label="审图号", field="note", longest=100)
    try:
        polygons = _small(_polygons(_feature(_read(data), area)))
    except RuleViolation as refused:
        raise RuleViolation(str(refused), field="file") from refused
    geojson = {"type": "MultiPolygon", "coordinates": polygons}
    outline, is_new = Outline.objects.update_or_create(
        area=area, defaults={"geojson": geojson, "note": note}
    )
    points = sum(len(ring) for polygon in polygons for ring in polygon)
    told = {"points": points, "replaced": not is_new}
    record("load_outline", outline, actor=actor, label="读入边界", data=told)
    return outline


@transaction.atomic
def remove_outline(outline: Outline, *, actor: Any) -> None:
    """Maps of the area then draw a plain grid."""
    if not may.may_keep_outline(actor, outline.area_id):
        raise PermissionDenied
    record("remove_outline", outline, actor=actor, label="删除边界")
    outline.delete()


def _read(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise RuleViolation(f"文件超过 {most} MB，请先简化边界。")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RuleViolation(NOT_GEOJSON) from error


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are no coordinates


def _feature(found: Any, area: Area) -> Any:
    """The geometry of this area."""
    if not isinstance(found, dict):
        raise RuleViolation(NOT_GEOJSON)
    if found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list):
            raise RuleViolation(NOT_GEOJSON)
        found = _chosen([row for row in features if isinstance(row, dict)], area)
    if found.get("type") == "Feature":
        found = found.get("geometry")
    return found


def _chosen(features: list[dict[str, Any]], area: Area) -> dict[str, Any]:
    for wanted in (area.code, area.name):
        for feature in features:
            facts = feature.get("properties")
            if isinstance(facts, dict) and wanted in map(str, facts.values()):
                return feature
    if len(features) == 1:
        return features[0]
    raise RuleViolation(f"文件里有 {len(features)} 块边界，没有找到{area.name}的。")


def _polygons(geometry: Any) -> list[list[Ring]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    found = geometry.get("coordinates") if kind else None
    if kind == "Polygon":
        found = [found]
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(found, list):
        raise RuleViolation("只收 Polygon 或 MultiPolygon 的边界。")
    left = MOST_POINTS
    polygons = []
    for polygon in found:
        if not isinstance(polygon, list) or not polygon:
            raise RuleViolation(BROKEN)
        left -= sum(len(ring) for ring in polygon if isinstance(ring, list))
        if left < 0:
            raise RuleViolation(f"边界超过 {MOST_POINTS:,} 个点，请先简化。")
        polygons.append([_ring(ring) for ring in polygon])
    if not polygons:
        raise RuleViolation(BROKEN)
    return polygons


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4:
        raise RuleViolation(BROKEN)
    return [_point(point) for point in ring]


def _point(point: Any) -> Point:
    if not isinstance(point, list) or len(point) < 2:
        raise RuleViolation(BROKEN)
    numbers = [n for n in point[:2] if type(n) in (int, float)]
    if len(numbers) < 2:
        raise RuleViolation(BROKEN)
    longitude, latitude = numbers
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise RuleViolation("边界的坐标不在中国范围内，请检查经度、纬度的先后。")
    return float(longitude), float(latitude)


def _small(polygons: list[list[Ring]]) -> list[list[Ring]]:
    """Points nearer to each other than a step go; the step grows till it is enough."""
    step = FIRST_STEP
    while True:
        thin = [[_thinned(ring, step) for ring in polygon] for polygon in polygons]
        # What has shrunk to nothing is too small to be seen.
        kept = [[ring for ring in polygon if len(ring) > 3] for polygon in thin]
        kept = [polygon for polygon in kept if polygon]
        if not kept:
            raise RuleViolation("边界太小，画不出来。")
        if sum(len(ring) for polygon in kept for ring in polygon) <= KEPT_POINTS:
            return kept
        step *= 1.6


def _thinned(ring: Ring, step: float) -> Ring:
    kept = [ring[0]]
    for point in ring[1:-1]:
        if math.dist(point, kept[-1]) >= step:
            kept.append(point)
    kept.append(ring[0])
    return [(round(x, 5), round(y, 5)) for x, y in kept]
