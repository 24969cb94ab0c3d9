"""What the commands share that draw pages of docs/ from tables in the code."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

DOCS = Path(settings.BASE_DIR) / "docs"


class DrawCommand(BaseCommand):
    """Writes the files that `draw` answers; with --check compares them instead."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比较，不写入")
        parser.add_argument("--to", type=Path, default=DOCS, help="写到哪个目录")

    def draw(self) -> dict[str, str]:
        """The files by name, with their whole content."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        for name, content in self.draw().items():
            path = folder / name
            held = path.read_text(encoding="utf-8") if path.is_file() else ""
            if held == content:
                self.stdout.write(f"{name}：没有变化")
            elif options["check"]:
                command = type(self).__module__.rpartition(".")[2]
                raise CommandError(
                    f"{name} 与代码不一致，请运行 manage.py {command} 后提交。"
                )
            else:
                path.write_text(content, encoding="utf-8")
                self.stdout.write(f"{name}：已写入")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
