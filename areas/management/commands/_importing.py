"""What the import commands share: a file, a progress bar, the result in words."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from areas.services.tables import ImportResult
from common.errors import Refusal

BAR = 30
MOST_TOLD = 50  # refused lines on the screen


class ImportCommand(BaseCommand):
    """Reads a file, calls `bring_in`, tells what came of it. Exit 1: nothing read."""

    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV、CSV.gz、.xlsx 或 .xls 文件")

    def bring_in(self, data: bytes, options: dict[str, Any]) -> ImportResult:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"打不开文件：{options['file']}") from error
        try:
            result = self.bring_in(data, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(result)

    def show(self, percent: int) -> None:
        """Draw the bar; on a screen it stays on one line."""
        if not self.stderr.isatty():
            return
        done = BAR * percent // 100
        end = "\n" if percent >= 100 else "\r"
        self.stderr.write(
            f"[{'#' * done}{'.' * (BAR - done)}] {percent:3}%", ending=end
        )

    def _tell(self, result: ImportResult) -> None:
        for refused in result.refused[:MOST_TOLD]:
            self.stdout.write(
                f"第 {refused.line} 行（{refused.text}）：{refused.reason}"
            )
        if len(result.refused) > MOST_TOLD:
            self.stdout.write(f"……还有 {len(result.refused) - MOST_TOLD} 行被拒绝。")
        for note in result.notes[:MOST_TOLD]:
            self.stdout.write(note)
        self.stdout.write(result.summary)
