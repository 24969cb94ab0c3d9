"""seed: what every installation needs before the first person works in it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from areas.services import seed_calendar, seed_categories
from areas.services.calendar import default_years
from stations.services.checklists import seed_checklists


class Command(BaseCommand):
    help = "录入工作日历、默认类别和检查标准；可以反复运行，已有的不动"
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        days = seed_calendar(default_years(localdate()))
        categories = seed_categories()
        lists = seed_checklists()
        self.stdout.write(
            f"工作日历新增 {days} 天，"
            f"类别新增 {categories} 个，检查标准新增 {lists} 个。"
        )
