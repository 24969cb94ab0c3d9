"""rebuild_figures: make the roll-up anew from the rows."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError

from reports import rollup

TRIES = 5


class Command(BaseCommand):
    help = "按明细重新汇总全部数据；期间系统照常使用。"

    def handle(self, *args: Any, **options: Any) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                count = rollup.rebuild()
                break
            except OperationalError:
                # The folding task met us; it is done by the next try.
                if attempt == TRIES:
                    raise
        self.stdout.write(f"已重新汇总，共 {count} 格。")
