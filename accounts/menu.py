"""The way to the pages: which entries each role has, in the order of the rail."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.choices import PLATFORM_ROLES, Role
from accounts.models import User

R = Role
OFFICE = {R.OFFICER, R.TOWNSHIP}
WATCHING = {R.LEADER, R.COORDINATOR}
UNIT = {R.UNIT_HANDLER, R.UNIT_LEADER}
PLATFORM = set(PLATFORM_ROLES)
KEEPERS = {R.OFFICER, R.SYS_ADMIN}
ALL = set(R) - {R.CLIENT}


@dataclass(frozen=True)
class Entry:
    """One entry: its page (URL name or path), its word, its icon, and who has it.

    `is_more` ones stand under 更多 on a phone. `words` gives a role another word.
    """

    page: str
    label: str
    icon: str
    roles: set[Role]
    is_more: bool = False
    words: tuple[tuple[str, str], ...] = ()

    def label_for(self, user: User) -> str:
        """The word for this person: that of a role if no other brings them here too."""
        roles = {grant.role for grant in user.held} & self.roles
        told = {dict(self.words).get(role, self.label) for role in roles}
        return told.pop() if len(told) == 1 else self.label


RAIL = (
    Entry("/", "今日", "sun", ALL),
    Entry("proposals:desk_today", "接待台", "person-lines-fill", {R.STATION}),
    Entry("proposals:inbox", "收件箱", "inbox", UNIT),
    Entry("proposals:commitments", "承诺", "calendar-check", UNIT),
    Entry(
        "proposals:list",
        "事项",
        "card-checklist",
        OFFICE | WATCHING | {R.STATION, R.DEPUTY},
        words=((R.STATION, "意见"), (R.DEPUTY, "我的事项")),
    ),
    Entry(
        "stations:day_list",
        "接待",
        "calendar3",
        OFFICE | {R.STATION, R.LEADER},
    ),
    Entry(
        "stations:plan_list",
        "轮值",
        "calendar2-range",
        OFFICE | {R.STATION, R.LEADER},
        True,
    ),
    Entry("deputies:schedule", "日程", "calendar-week", {R.DEPUTY}),
    Entry("deputies:list", "代表", "people", OFFICE | {R.LEADER}),
    Entry("deputies:list", "代表", "people", {R.STATION, R.COORDINATOR}, True),
    Entry("deputies:groups", "小组", "diagram-3", OFFICE, True),
    Entry(
        "stations:list",
        "联络站",
        "geo-alt",
        OFFICE | {R.LEADER, R.STATION},
        True,
        ((R.STATION, "本站"),),
    ),
    Entry(
        "activities:list",
        "活动",
        "calendar-event",
        OFFICE | {R.LEADER, R.STATION, R.DEPUTY},
        True,
    ),
    Entry("reports:ledgers", "台账", "journal-text", OFFICE | {R.STATION}, True),
    Entry(
        "reports:dashboard",
        "看板",
        "bar-chart",
        OFFICE | WATCHING | UNIT | {R.STATION},
        True,
    ),
    Entry(
        "reports:list",
        "报告",
        "file-earmark-text",
        OFFICE | {R.LEADER, R.STATION},
        True,
    ),
    Entry("accounts:user_list", "用户", "person-badge", PLATFORM - {R.AUDIT_ADMIN}),
    Entry("accounts:token_list", "令牌", "key", {R.SEC_ADMIN}),
    Entry("accounts:audit", "审计", "shield-check", {R.AUDIT_ADMIN}),
    Entry("accounts:settings", "设置", "gear", KEEPERS, True),
)

# What the settings page leads to: page, word, icon, roles, and one line about it.
SETTINGS = (
    (
        Entry("accounts:user_list", "用户", "person-badge", KEEPERS),
        "开账号、授权、停用、重设密码。",
    ),
    (
        Entry("areas:unit_list", "承办单位", "building", KEEPERS),
        "名称、别名、负责人和常办类别。",
    ),
    (
        Entry("areas:policy", "期限规则", "clock-history", KEEPERS),
        "受理、交办、答复、评价各几天，从哪天起施行。",
    ),
    (
        Entry("areas:calendar", "工作日历", "calendar2-week", KEEPERS),
        "节假日和调休，推算期限都按它。",
    ),
    (
        Entry("areas:category_list", "类别", "tags", KEEPERS),
        "意见和建议的分类、首字母和关键词。",
    ),
    (
        Entry("areas:list", "地区", "diagram-2", KEEPERS),
        "省、市、县、乡、村，各有多少单位。",
    ),
    (
        Entry("areas:outline_list", "地图边界", "map", KEEPERS),
        "联络站地图上的县、乡轮廓和审图号。",
    ),
    (
        Entry("stations:checklist_list", "检查标准", "list-check", KEEPERS),
        "六有、十有、星级评分等，逐项内容和分值。",
    ),
    (
        Entry("areas:import", "导入", "upload", KEEPERS),
        "从表格读入地区、单位和类别。",
    ),
    (
        Entry("accounts:token_list", "接口令牌", "key", {R.OFFICER}),
        "给别的系统读数据用，有期限和范围。",
    ),
)


def address(page: str) -> str:
    """The address of a page; raises NoReverseMatch if there is none of that name."""
    return page if page.startswith("/") else reverse(page)


def rail(user: User) -> list[dict[str, object]]:
    """The entries of this person's rail: the union of those of their roles."""
    roles = {grant.role for grant in user.held}
    entries, seen = [], set()
    for entry in RAIL:
        if entry.page in seen or not roles & entry.roles:
            continue
        seen.add(entry.page)
        entries.append(
            {
                "key": entry.page,
                "url": address(entry.page),
                "label": entry.label_for(user),
                "icon": entry.icon,
                "is_more": entry.is_more,
            }
        )
    return entries


def settings_links(user: User) -> list[dict[str, str]]:
    """The lines of this person's settings page."""
    roles = {grant.role for grant in user.held}
    return [
        {
            "url": address(entry.page),
            "label": entry.label,
            "icon": entry.icon,
            "text": text,
        }
        for entry, text in SETTINGS
        if roles & entry.roles
    ]


def is_settings_page(user: User, path: str) -> bool:
    """Whether this page is reached through 设置, not by an entry of its own."""
    own = {entry["url"] for entry in rail(user)}
    links = [link["url"] for link in settings_links(user)]
    return any(path.startswith(url) for url in links if url not in own)
