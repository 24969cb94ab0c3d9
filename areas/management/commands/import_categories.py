"""import_categories FILE: categories from a table."""

from typing import Any

from areas.management.commands._importing import ImportCommand
from areas.services import import_categories
from areas.services.tables import ImportResult


class Command(ImportCommand):
    help = "从表格导入类别（编号、名称、上级编号、关键词；或信访、信箱分类表）"

    def bring_in(self, data: bytes, options: dict[str, Any]) -> ImportResult:
        return import_categories(data, actor=None, progress=self.show)
