"""The OpenAPI document: who may call, what each call is for, how refusals look.

drf-spectacular reads the views; what they cannot say is added here, in Chinese.
"""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from activities.workflow import FLOW as ACTIVITIES
from common.problems import TITLES
from proposals.workflow.table import FLOW as PROPOSALS

RESOURCES = {
    "metrics": "指标口径",
    "stats": "统计数字",
    "proposals": "事项",
    "stations": "联络站",
    "checks": "站点检查",
    "receptions": "接待日",
    "visits": "来访",
    "activities": "活动",
    "deputies": "代表",
    "groups": "代表小组",
}
FLOWS = {"proposals": PROPOSALS, "activities": ACTIVITIES}
PROBLEM = {
    "type": "object",
    "description": "出错时的说明（RFC 9457），文字为中文。",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {},
            "description": "每个参数的问题",
        },
    },
    "required": ["type", "title", "status", "detail"],
}
READING = (401, 403, 404, 406, 422, 429)
WRITING = (400, 401, 403, 404, 406, 409, 415, 422, 429)
Operation = dict[str, Any]


@cache
def document() -> Operation:
    """The whole document; the code decides it, so once a process is enough."""
    found: Operation = SchemaGenerator().get_schema(request=None, public=True)
    return found


class TokenScheme(OpenApiAuthenticationExtension):
    """Our hashed, expiring tokens."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "写作 “Token …”；有期限和范围（stats、records、steps）。",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The browser's session."""

    target_class = "common.api.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def complete(result: dict[str, Any], generator: Any, **_: Any) -> dict[str, Any]:
    """Post-processing hook: Chinese summaries, and the refusals of each operation."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(path, method, operation)
    return result


def _complete(path: str, method: str, operation: Operation) -> None:
    resource, verb = _place(path)
    name = RESOURCES.get(resource, resource)
    operation["tags"] = [name]
    flow = FLOWS.get(resource)
    step = flow.steps.get(verb) if flow else None
    if step:
        operation["summary"] = step.label
        operation["description"] = f"{step.hint}由：{step.who}。"
    else:
        one = "{" in path
        operation["summary"] = f"一条{name}" if one else name
        operation["description"] = "" if one else "按位置分页，最新的在前。"
        if resource in ("metrics", "stats"):
            operation["description"] = "分子、分母、口径与看板、报告相同。"
    for status in WRITING if method == "post" else READING:
        operation["responses"].setdefault(str(status), _refusal(status))


def _place(path: str) -> tuple[str, str]:
    """The resource of a path, and its verb if it is a step."""
    parts = [part for part in path.split("/") if part]
    return parts[2], parts[4] if len(parts) > 4 else ""


def _refusal(status: int) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": TITLES[status],
        "content": {"application/problem+json": {"schema": reference}},
    }


# --- the same as a page ------------------------------------------------------------


def groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The document as the page shows it: per resource its operations."""
    found: dict[str, list[dict[str, Any]]] = {}
    known = schema["components"]["schemas"]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if "responses" in operation:
                shown = _shown(path, method, operation, known)
                found.setdefault(operation["tags"][0], []).append(shown)
    return [{"name": name, "operations": shown} for name, shown in found.items()]


def _shown(
    path: str, method: str, operation: Operation, known: dict[str, Any]
) -> dict[str, Any]:
    body = _content(operation.get("requestBody", {}))
    answer = next(
        (_content(r) for code, r in operation["responses"].items() if code < "300"), {}
    )
    return {
        "method": method.upper(),
        "path": path,
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [
            {
                "name": p["name"],
                "kind": _kind(p["schema"], known),
                "required": p.get("required", False),
                "text": p.get("description", "").partition("\n")[0],
            }
            for p in operation.get("parameters", ())
        ],
        "body": _fields(body, known),
        "answer": _fields(answer, known),
        "refusals": [
            (code, r["description"])
            for code, r in sorted(operation["responses"].items())
            if code >= "400"
        ],
    }


def _content(part: dict[str, Any]) -> dict[str, Any]:
    for content in part.get("content", {}).values():
        return content.get("schema", {})
    return {}


def _resolved(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """A schema without references; of several alternatives the first."""
    for several in ("allOf", "oneOf"):
        if several in schema:
            return _resolved(schema[several][0], known)
    if "$ref" in schema:
        return _resolved(known[schema["$ref"].rpartition("/")[2]], known)
    return schema


def _fields(schema: dict[str, Any], known: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a body: those of the rows when it is a page or a list of them."""
    schema = _resolved(schema, known)
    if schema.get("type") == "array":
        return _fields(schema["items"], known)
    fields = schema.get("properties", {})
    if "results" in fields:
        return _fields(fields["results"], known)
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "kind": _kind(field, known),
            "required": name in required,
            "text": field.get("description", "").partition("\n")[0],
        }
        for name, field in fields.items()
    ]


KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
}
FORMATS = {"date": "日期", "date-time": "时间", "uri": "网址", "uuid": "标识"}


def _kind(schema: dict[str, Any], known: dict[str, Any]) -> str:
    """What to write there, in a word; choices in full when they are few."""
    schema = _resolved(schema, known)
    choices = [str(choice) for choice in schema.get("enum", ()) if choice]
    if 0 < len(choices) <= 15:
        return "、".join(choices)
    kind = KINDS.get(str(schema.get("type", "")), "文字")
    return FORMATS.get(str(schema.get("format", "")), kind)
