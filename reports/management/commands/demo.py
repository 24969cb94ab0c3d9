"""demo: fill an empty database with the demo county."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.demo.county import is_empty, make_county


class Command(BaseCommand):
    help = "在空库中建立演示县（荆门市东宝区，人名和事项均为虚构）。"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="已有数据时什么也不做"
        )
        parser.add_argument(
            "--scale", type=float, default=1.0, help="规模，1 为全县，测试用 0.05"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_empty():
            if options["if_empty"]:
                return
            raise CommandError("库中已有地区或用户，演示县只能建在空库里。")
        if not 0 < options["scale"] <= 1:
            raise CommandError("--scale 应大于 0，不超过 1。")
        self.started = time.monotonic()
        self.tell("建立演示县，约需一分钟；中途停止不会留下任何数据。")
        make_county(self.tell, scale=options["scale"])
        self.tell("演示县已建成。")

    def tell(self, text: str) -> None:
        seconds = time.monotonic() - self.started
        self.stdout.write(f"[{seconds:4.0f} 秒] {text}")
        self.stdout.flush()
