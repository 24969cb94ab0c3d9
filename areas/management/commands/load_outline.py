"""load_outline FILE --area CODE: the outline that maps of an area draw."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from areas.models import Area
from areas.services.outlines import MOST_BYTES, load_outline
from common.errors import Refusal


class Command(BaseCommand):
    help = "从 GeoJSON 读入一个地区的边界，供联络站地图使用；再读入即替换"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON 文件")
        parser.add_argument("--area", required=True, help="地区代码，如 420802")
        parser.add_argument("--note", default="", help="审图号，显示在地图下面")

    def handle(self, *args: Any, **options: Any) -> None:
        area = Area.objects.filter(pk=options["area"]).first()
        if area is None:
            raise CommandError(f"没有代码为 {options['area']} 的地区。")
        try:
            with options["file"].open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"打不开文件：{options['file']}") from error
        try:
            load_outline(area, data, actor=None, note=options["note"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已读入{area.name}的边界。")
