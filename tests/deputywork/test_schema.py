"""The OpenAPI document is true: all calls, all refusals, no guesses."""

import json
import warnings

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = SchemaGenerator().get_schema(request=None, public=True)
        # Not a real call of the library's: keys must be text as in the file.
        return json.loads(json.dumps(found, default=str))


def operations(schema):
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_schema_is_valid_openapi(schema):
    validate_schema(schema)


def test_schema_names_every_resource(schema):
    resources = {path.split("/")[3] for path in schema["paths"]}

    assert resources == {
        "metrics", "stats", "proposals", "stations", "receptions", "visits",
        "deputies", "groups", "activities", "plans", "checks",
    }  # fmt: skip


def test_schema_is_told_in_chinese_with_refusals(schema):
    for path, method, operation in operations(schema):
        assert operation["summary"], path
        assert {"401", "403", "422", "429"} <= operation["responses"].keys(), path
        if method == "post":
            assert "409" in operation["responses"], path
        assert operation["security"], path


def test_schema_is_served_and_the_page_shows_it(schema, officer, sign_in, client):
    served = client.get(reverse("api:schema"), {"format": "json"})
    page = sign_in(officer).get(reverse("api:docs"))

    assert served.json()["paths"].keys() == schema["paths"].keys()
    text = page.content.decode()
    for path, _, operation in operations(schema):
        assert path in text
        assert operation["operationId"] in text
    assert '<script src="http' not in text


def test_docs_page_asks_to_sign_in(client):
    assert client.get(reverse("api:docs")).status_code == 302
