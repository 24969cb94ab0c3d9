"""seed_checklists: the checklists every installation begins with."""

from typing import Any

from django.core.management.base import BaseCommand

from stations.services.checklists import seed_checklists


class Command(BaseCommand):
    help = "录入常用检查标准（六有、十有、六统一、八有、星级评分）；可以反复运行"
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"检查标准新增 {seed_checklists()} 个。")
