"""import_roster FILE: deputies and their seats from a roster as offices keep it."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from areas.choices import Level
from areas.models import Area
from common.errors import Refusal
from deputies.roster.values import Unclear, parse_levels
from deputies.services.roster import (
    RosterPlan,
    Target,
    apply_roster,
    plan_roster,
    write_report,
)

MOST_TOLD = 50  # refused rows on the screen


class Command(BaseCommand):
    help = "导入代表名册（.xlsx、.xls、.csv），自动识别表头；可先用 --dry-run 试算。"
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="名册文件")
        parser.add_argument("--level", help="表中未写级别的代表：全国、省、市、县、乡")
        parser.add_argument("--area", help="县（区）或乡镇的代码，如 420802")
        parser.add_argument("--term", type=int, help="表中未写届次的代表：第几届")
        parser.add_argument(
            "--starts-on",
            type=dt.date.fromisoformat,
            help="新建届次的开始日，如 2026-12-01",
        )
        parser.add_argument("--actor", help="以哪个账号的名义导入（记入操作记录）")
        parser.add_argument("--dry-run", action="store_true", help="只试算，不写入")
        parser.add_argument("--report", type=Path, help="把结果写成 .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Target(
            _area(options["area"]),
            _level(options["level"]),
            options["term"],
            options["starts_on"],
        )
        actor = _actor(options["actor"])
        try:
            with options["file"].open("rb") as file:
                plan = plan_roster(file, target, actor=actor)
            if not options["dry_run"]:
                name = options["file"].name
                plan = apply_roster(plan, actor=actor, source=name)
            if options["report"]:
                write_report(options["report"], plan)
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"打不开文件：{error.filename}") from error
        self._tell(plan, is_trial=options["dry_run"])

    def _tell(self, plan: RosterPlan, *, is_trial: bool) -> None:
        for sheet in plan.roster.sheets:
            self.stdout.write(f"工作表“{sheet.name}”：{_columns(sheet.header)}")
            for notice in sheet.notices:
                self.stdout.write(f"  {notice}")
            if sheet.hidden_rows:
                self.stdout.write(
                    f"  其中隐藏的行 {sheet.hidden_rows} 行，已照常读取。"
                )
        for label, count, is_new in plan.seats:
            note = "（原来没有这一届，新建）" if is_new else ""
            self.stdout.write(f"{label}：{count} 个代表资格{note}")
        refused = plan.of("refused")
        for planned in refused[:MOST_TOLD]:
            self.stdout.write(f"{planned.row.place}：{planned.note}")
        if len(refused) > MOST_TOLD:
            self.stdout.write(f"……还有 {len(refused) - MOST_TOLD} 行未导入。")
        self.stdout.write(("试算，未写入：" if is_trial else "") + plan.summary)


def _columns(header: Any) -> str:
    """姓名=B 性别=C…: which column was taken for what."""
    if header is None:
        return "未读取"
    told = [f"{c.field.label}={c.letter}" for c in header.columns if c.field]
    unknown = [f"“{c.heading}”" for c in header.unknown]
    text = f"第{header.first_row}～{header.last_row}行为表头，" + " ".join(told)
    return text + (f"；不认识的列：{'、'.join(unknown)}" if unknown else "")


def _area(code: str | None) -> Area:
    """The one asked for; without asking, the only county that has a congress."""
    if code:
        area = Area.objects.filter(pk=code).first()
        if area is None:
            raise CommandError(f"没有代码为 {code} 的地区，请先导入地区。")
        return area
    counties = Area.objects.filter(level=Level.COUNTY, congress__isnull=False)
    if counties.count() != 1:
        raise CommandError("请用 --area 写明县（区）或乡镇的代码。")
    return counties.get()


def _level(word: str | None) -> int | None:
    if not word:
        return None
    try:
        levels = parse_levels(word)
    except Unclear as unclear:
        raise CommandError(f"--level：{unclear}。") from unclear
    if len(levels) != 1:
        raise CommandError("--level 只能写一个级别。")
    return levels[0].value


def _actor(username: str | None) -> User | None:
    if not username:
        return None
    actor = User.objects.filter(username=username).first()
    if actor is None:
        raise CommandError(f"没有账号 {username}。")
    return actor
