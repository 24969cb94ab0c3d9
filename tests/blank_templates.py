"""A template engine that renders nothing: for tests that ask for statuses alone."""

from typing import Any

from django.template.backends.base import BaseEngine


class Blank:
    """Every template, and empty."""

    def render(self, context: Any = None, request: Any = None) -> str:
        return ""


class BlankTemplates(BaseEngine):
    """Finds every template."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params.pop("OPTIONS", None)
        super().__init__(params)

    def get_template(self, template_name: str) -> Blank:
        return Blank()

    def from_string(self, template_code: str) -> Blank:
        return Blank()
