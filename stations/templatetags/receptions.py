"""Parts that several pages about receptions share; {{ station|short_name }}."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from stations import permissions as may

register = template.Library()

# Page, word, and who has it; the order is that of the tabs.
TABS = (
    ("stations:day_list", "接待日", may.may_see_stations),
    ("stations:county_calendar", "日历", may.may_see_stations),
    ("stations:plan_list", "年度计划", may.may_see_stations),
    ("stations:visit_list", "来访登记", may.may_see_visits),
    ("reports:receptions", "各站各月", may.may_compare_stations),
    ("stations:quiet_list", "需要帮一把的站", may.may_see_quiet),
)


@register.inclusion_tag("stations/_tabs.html", takes_context=True)
def reception_tabs(context: Any, here: str) -> dict[str, Any]:
    """The pages about receptions that this person has; `here` is the present one."""
    user = context["request"].user
    tabs = [
        {"label": label, "url": _url(page), "on": page == here}
        for page, label, allowed in TABS
        if allowed(user)
    ]
    return {"tabs": [tab for tab in tabs if tab["url"]]}


def _url(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


@register.filter
def short_name(station: Any) -> str:
    """文峰社区站 for 文峰社区代表联络站: what fits into a cell."""
    name = str(station)
    for long in ("人大代表联络站", "代表联络站", "联络站"):
        if name.endswith(long) and len(name) > len(long):
            return name.removesuffix(long) + "站"
    return name
