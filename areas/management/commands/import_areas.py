"""import_areas FILE: the administrative tree from a table."""

from typing import Any

from areas.management.commands._importing import ImportCommand
from areas.services import import_areas
from areas.services.tables import ImportResult


class Command(ImportCommand):
    help = "从表格导入地区（列名 code12、level、name、parent_code12）"

    def bring_in(self, data: bytes, options: dict[str, Any]) -> ImportResult:
        return import_areas(data, actor=None, progress=self.show)
