"""What all parts of the REST interface share: JSON, pages, ETags."""

import hashlib
from typing import Any

import orjson
from rest_framework import authentication
from rest_framework.pagination import CursorPagination
from rest_framework.renderers import BaseRenderer


class OrjsonRenderer(BaseRenderer):
    """JSON by orjson; dates as ISO 8601."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser session, answering 401 (not 403) to strangers."""

    def authenticate_header(self, request: Any) -> str:
        return "Token"


class CursorPages(CursorPagination):
    """Pages by position, newest first; no count, flat at any depth."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    invalid_cursor_message = "分页游标无效。"


class ETagMixin:
    """Answers 304 when the client already holds the same answer."""

    def finalize_response(
        self, request: Any, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if request.method != "GET" or response.status_code != 200:
            return response
        response.render()
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        if etag in request.headers.get("If-None-Match", ""):
            response.content = b""
            response.status_code = 304
        return response
