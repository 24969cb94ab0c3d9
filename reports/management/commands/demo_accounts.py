"""demo_accounts: who can sign in to the demo county, and with which password."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand

from accounts.choices import Role
from reports.demo.accounts import ACCOUNTS, PASSWORD, is_demo


class Command(BaseCommand):
    help = "列出演示账号；库中不是演示县时不输出。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demo():
            return
        rows = [("账号", "密码", "身份", "姓名", "所在")]
        rows += [
            (
                account.username,
                "—" if account.role == Role.CLIENT else PASSWORD,
                Role(account.role).label,
                account.name,
                account.place,
            )
            for account in ACCOUNTS
        ]
        widths = [max(_width(row[at]) for row in rows) for at in range(4)]
        for row in rows:
            cells = [
                text + " " * (width - _width(text))
                for text, width in zip(row, widths, strict=False)
            ]
            self.stdout.write("  ".join([*cells, row[4]]))
        self.stdout.write("注意：演示密码是公开的，请勿录入真实信息，勿用于正式环境。")


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
