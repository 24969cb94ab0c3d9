"""Open the account of an administrator: how a new installation gets its first three."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.choices import PLATFORM_ROLES, Role
from accounts.services.grants import grant
from accounts.services.people import create_user
from common.errors import RuleViolation


class Command(BaseCommand):
    help = "开通一名管理员的账号（系统、安全、审计各由一人担任），显示初始密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=[str(role) for role in PLATFORM_ROLES])
        parser.add_argument("username", help="账号")
        parser.add_argument("name", help="姓名")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, password = create_user(
                actor=None, username=options["username"], name=options["name"]
            )
            grant(user, actor=None, role=options["role"])
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        role = Role(options["role"]).label
        self.stdout.write(f"{role} {user.name}：账号 {user.username}")
        self.stdout.write(f"初始密码 {password}（只显示这一次，登录后须先修改）")
