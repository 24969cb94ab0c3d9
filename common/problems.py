"""Every error of the REST interface as problem details (RFC 9457), in Chinese."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from common.errors import Refusal, RuleViolation
from common.middleware import status_of

TITLES = {
    400: "请求有误",
    401: "请先提供有效令牌",
    403: "无权这样做",
    404: "没有找到",
    405: "不支持这种方法",
    406: "不支持这种格式",
    409: "现在不能这样做",
    415: "不支持这种内容类型",
    422: "内容不符合规则",
    429: "请求过于频繁",
}


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as application/problem+json (RFC 9457) with a Chinese text."""
    errors: dict[str, Any] = {}
    if isinstance(error, Refusal):
        code, detail = status_of(error), str(error)
        if isinstance(error, RuleViolation) and error.field:
            errors = {error.field: [detail]}
    elif isinstance(error, exceptions.ValidationError):
        code, detail = 422, "内容有误，请看 errors。"
        errors = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    else:
        answer = exception_handler(error, context)
        if answer is None:
            return None
        code = answer.status_code
        detail = TITLES.get(code, str(getattr(error, "detail", "")))
        if isinstance(error, (Http404, PermissionDenied)):
            detail = TITLES[code]
    body = {"type": "about:blank", "title": TITLES.get(code, "出错了"), "status": code}
    body |= {"detail": detail} | ({"errors": errors} if errors else {})
    response = Response(body, status=code, content_type="application/problem+json")
    if code == 401:
        response["WWW-Authenticate"] = "Token"
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response
