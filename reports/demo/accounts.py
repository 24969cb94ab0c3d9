"""The demo accounts: their names and their one, public password."""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils.timezone import now

from accounts.choices import Role
from accounts.models import User

PASSWORD = "Donglian-2026"  # noqa: S105 -- public on purpose, for the demo county alone


class Account(NamedTuple):
    """One who can sign in: the others of the county have no password."""

    username: str
    name: str
    role: str
    place: str


ACCOUNTS = (
    Account("officer", "陈立新", Role.OFFICER, "东宝区人大常委会代表工委"),
    Account("leader", "梁正和", Role.LEADER, "东宝区人大常委会"),
    Account("township", "冯秋实", Role.TOWNSHIP, "泉口街道人大工委"),
    Account("station", "何雨晴", Role.STATION, "泉口社区代表联络站"),
    Account("deputy", "周敏", Role.DEPUTY, "区人大代表，驻泉口社区代表联络站"),
    Account("unit", "何志远", Role.UNIT_HANDLER, "区水利和湖泊局"),
    Account("unitleader", "许正明", Role.UNIT_LEADER, "区水利和湖泊局"),
    Account("coordinator", "段明川", Role.COORDINATOR, "区政府督查室"),
    Account("sysadmin", "姚系安", Role.SYS_ADMIN, "平台"),
    Account("secadmin", "岑安全", Role.SEC_ADMIN, "平台"),
    Account("auditadmin", "解审清", Role.AUDIT_ADMIN, "平台"),
    Account("client", "数据平台", Role.CLIENT, "东宝区（接口，无密码，用令牌）"),
)


def open_doors(users: dict[str, User]) -> None:
    """Give the demo accounts their password; a REST client has none.

    One hash serves them all: it protects nothing, and hashing is slow on purpose.
    """
    hashed = make_password(PASSWORD)
    for account in ACCOUNTS:
        if account.role != Role.CLIENT:
            user = users[account.username]
            user.password, user.password_changed_at = hashed, now()
            user.must_change_password = False
            user.save(
                update_fields=[
                    "password",
                    "password_changed_at",
                    "must_change_password",
                ]
            )


def is_demo() -> bool:
    """Whether the data are those of the demo county: its accounts, by these names."""
    names = {account.username: account.name for account in ACCOUNTS}
    held = User.objects.filter(username__in=names).values_list("username", "name")
    return dict(held) == names
