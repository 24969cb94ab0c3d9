"""Outlines of areas: what is taken out of a file, what is refused, who may."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from areas.models import Outline
from areas.services.outlines import (
    KEPT_POINTS,
    MOST_BYTES,
    load_outline,
    remove_outline,
)
from audit.services import history_of
from common.errors import RuleViolation

RING = [[112.0, 31.0], [112.4, 31.0], [112.4, 31.4], [112.0, 31.4], [112.0, 31.0]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
PAGE = "/outlines/"


def as_file(shape):
    return json.dumps(shape).encode()


def feature(shape=POLYGON, **facts):
    return {"type": "Feature", "properties": facts, "geometry": shape}


@pytest.fixture
def office(sign_in, officer):
    return sign_in(officer)


def test_load_keeps_a_polygon_with_its_note(county, officer):
    outline = load_outline(county, as_file(POLYGON), actor=officer, note="鄂S1号")

    assert outline.geojson["type"] == "MultiPolygon"
    assert len(outline.geojson["coordinates"][0][0]) == 5
    assert outline.note == "鄂S1号"
    assert history_of(outline).get().verb == "load_outline"


def test_load_again_replaces(county, officer):
    load_outline(county, as_file(POLYGON), actor=officer)
    load_outline(county, as_file(feature()), actor=officer, note="新")

    assert Outline.objects.get().note == "新"


@pytest.mark.parametrize("facts", [{"adcode": 420802}, {"name": "东宝区"}])
def test_load_finds_the_feature_by_code_or_name(county, officer, facts):
    far = {"type": "Polygon", "coordinates": [[[100, 20]] * 4]}
    found = {
        "type": "FeatureCollection",
        "features": [feature(far, name="别处"), feature(**facts)],
    }

    outline = load_outline(county, as_file(found), actor=officer)

    assert outline.geojson["coordinates"][0][0][0] == (112.0, 31.0)


def test_load_makes_a_large_outline_small(county, officer):
    ring = [[112 + n / 60_000, 31 + (n % 7) / 1000] for n in range(50_000)]

    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    outline = load_outline(county, as_file(shape), actor=officer)

    assert 100 < len(outline.geojson["coordinates"][0][0]) <= KEPT_POINTS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"[1,2]",
        b'"text"',
        b"[" * 100_000,
        b'{"type":"Polygon","coordinates":[[[NaN,31],[1,2],[1,2],[1,2]]]}',
        b'{"type":"Polygon","coordinates":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"type":"Polygon","coordinates":[[[' + b"9" * 6000 + b",31]]]}",
        as_file({"type": "Point", "coordinates": [112, 31]}),
        as_file({"type": "GeometryCollection", "geometries": [POLYGON]}),
        as_file({"type": "Polygon", "coordinates": []}),
        as_file({"type": "Polygon", "coordinates": [[]]}),
        as_file({"type": "Polygon", "coordinates": "x"}),
        as_file({"type": "MultiPolygon", "coordinates": []}),
        as_file({"type": "MultiPolygon", "coordinates": [7]}),
        as_file({"type": "Polygon", "coordinates": [RING[:3]]}),
        as_file({"type": "Polygon", "coordinates": [[[31.0, 112.0]] * 5]}),
        as_file({"type": "Polygon", "coordinates": [[["112", "31"]] * 5]}),
        as_file({"type": "Polygon", "coordinates": [[[True, False]] * 5]}),
        as_file({"type": "Polygon", "coordinates": [[[112.0, 31.0]] * 5]}),
        as_file({"type": "Polygon", "coordinates": [[[1e400, 31]] * 5]}),
        as_file({"type": "FeatureCollection", "features": [1, None]}),
        as_file({"type": "FeatureCollection", "features": {"a": 1}}),
        as_file({"type": "FeatureCollection", "features": [feature(), feature()]}),
        as_file({"type": "Feature", "geometry": None}),
        b" " * (MOST_BYTES + 1),
    ],
)
def test_load_refuses_what_is_no_outline(county, officer, data):
    with pytest.raises(RuleViolation) as refused:
        load_outline(county, data, actor=officer)

    assert refused.value.field == "file"
    assert not Outline.objects.exists()


def test_load_and_remove_are_for_the_office_of_the_area(
    county, officer, township, stranger
):
    for actor in (township, stranger):
        with pytest.raises(PermissionDenied):
            load_outline(county, as_file(POLYGON), actor=actor)
    outline = load_outline(county, as_file(POLYGON), actor=officer)
    with pytest.raises(PermissionDenied):
        remove_outline(outline, actor=stranger)


def test_command_loads_a_file(county, tmp_path):
    path = tmp_path / "county.geojson"
    path.write_bytes(as_file(POLYGON))

    call_command("load_outline", path, area="420802", note="鄂S1号")

    assert Outline.objects.get().area == county


def test_command_says_what_is_wrong(county, tmp_path):
    path = tmp_path / "county.geojson"
    for area in ("999999", "420802"):
        with pytest.raises(CommandError):
            call_command("load_outline", path, area=area)
    path.write_text("x")
    with pytest.raises(CommandError):
        call_command("load_outline", path, area="420802")


def test_page_loads_and_removes(office, county, sign_in, sys_admin):
    file = SimpleUploadedFile("x.geojson", as_file(POLYGON))
    loaded = office.post(PAGE, {"area": county.code, "file": file, "note": "鄂S1号"})
    outline = Outline.objects.get()
    url = reverse("areas:outline_remove", args=[outline.pk])

    assert loaded.status_code == 302
    assert "鄂S1号" in office.get(PAGE).content.decode()
    assert office.get(url).status_code == 200
    assert sign_in(sys_admin).post(url).status_code == 302
    assert not Outline.objects.exists()


@pytest.mark.parametrize(
    ("area", "data"), [("420804", b"x"), ("\x00", b"x"), ("420802", b""), ("", b"x")]
)
def test_page_refuses_hostile_input(office, county, other_county, area, data):
    file = SimpleUploadedFile("x.geojson", data)

    assert office.post(PAGE, {"area": area, "file": file}).status_code == 422


def test_pages_are_closed_to_others(
    office, sign_in, county, officer, township, stranger, deputy_user
):
    outline = load_outline(county, as_file(POLYGON), actor=officer)
    url = reverse("areas:outline_remove", args=[outline.pk])

    for somebody in (township, deputy_user):
        assert sign_in(somebody).get(PAGE).status_code == 403
        assert sign_in(somebody).get(url).status_code == 403
    assert sign_in(stranger).get(url).status_code == 404
