"""import_units FILE --area CODE: the handling units of an area from a table."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from areas.management.commands._importing import ImportCommand
from areas.models import Area
from areas.services import import_units
from areas.services.tables import ImportResult


class Command(ImportCommand):
    help = "从表格导入一个地区的承办单位（列名 name、short_name、aliases、category_l1）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--area", required=True, help="地区代码，如 420802")

    def bring_in(self, data: bytes, options: dict[str, Any]) -> ImportResult:
        area = Area.objects.filter(pk=options["area"]).first()
        if area is None:
            raise CommandError(f"没有代码为 {options['area']} 的地区，请先导入地区。")
        return import_units(data, area=area, actor=None, progress=self.show)
