"""verify_figures: prove that the roll-up says what the rows say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports import rollup

SHOWN = 20


class Command(BaseCommand):
    help = "比对汇总和明细；有差别时列出并以 1 退出。"

    def handle(self, *args: Any, **options: Any) -> None:
        differences = rollup.verify()
        if not differences:
            self.stdout.write("汇总与明细一致。")
            return
        for line in differences[:SHOWN]:
            self.stderr.write(line)
        raise CommandError(f"汇总与明细有 {len(differences)} 处不一致。", returncode=1)
