"""Words, dates and small parts of the pages; a built-in library of all templates."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NOTHING = "—"
WEEKDAYS = "一二三四五六日"

# The five states (interface rule 2): word and icon; the colour is the class's.
STATES = {
    "draft": ("草稿", "pencil"),
    "doing": ("办理中", "arrow-repeat"),
    "soon": ("将到期", "clock-fill"),
    "overdue": ("已逾期", "exclamation-triangle-fill"),
    "done": ("已办结", "check-circle-fill"),
}

# Line drawings for voters' pages, which load no icon font (24 × 24, stroke only).
DRAWINGS = {
    "pen": '<path d="M4 20h4L19 9l-4-4L4 16z"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "phone": '<path d="M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a2 2 0 0 1-2 2'
    'A16 16 0 0 1 4 5a2 2 0 0 1 2-2"/>',
    "check": '<path d="M5 12.500l4.500 4.500L19 7.500"/>',
    "alert": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.500v.2"/>',
    "camera": '<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
    "next": '<path d="M9 6l6 6-6 6"/>',
    "back": '<path d="M15 6l-6 6 6 6"/>',
    "place": '<path d="M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.800 7 11 7 11z"/>'
    '<circle cx="12" cy="10" r="2.5"/>',
    "print": '<path d="M7 9V4h10v5M7 18H4v-8h16v8h-3M7 15h10v5H7z"/>',
}


def local_day(value: Any) -> date | None:
    """The day in China of a date or a moment; None for anything else."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else None


@register.filter
def zh_date(value: Any) -> str:
    """11月5日, with the year when it is not the present one; — for no date."""
    day = local_day(value)
    if day is None:
        return NOTHING
    text = f"{day.month}月{day.day}日"
    return text if day.year == timezone.localdate().year else f"{day.year}年{text}"


@register.filter
def zh_lines(value: Any) -> SafeString:
    """As zh_date, with the year on a line of its own, for narrow columns."""
    year, mark, rest = zh_date(value).partition("年")
    return (
        format_html("{}{}<br>{}", year, mark, rest) if mark else format_html("{}", year)
    )


@register.filter
def zh_day(value: Any) -> str:
    """11月5日 星期四."""
    day = local_day(value)
    if day is None:
        return NOTHING
    return f"{zh_date(day)} 星期{WEEKDAYS[day.weekday()]}"


@register.filter
def zh_full(value: Any) -> str:
    """2026年11月5日, the year always."""
    day = local_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else NOTHING


@register.filter
def zh_time(value: Any) -> str:
    """9:05, of a moment (in China) or a time of day."""
    if isinstance(value, datetime) and value.tzinfo:
        value = timezone.localtime(value)
    if not hasattr(value, "hour"):
        return NOTHING
    return f"{value.hour}:{value.minute:02d}"


@register.filter
def zh_moment(value: Any) -> str:
    """11月5日 9:05."""
    if not isinstance(value, datetime):
        return NOTHING
    return f"{zh_date(value)} {zh_time(value)}"


@register.filter
def percent(value: Any) -> str:
    """0.89157 as 89.16%; — where the denominator was zero (None)."""
    number = as_number(value)
    return NOTHING if number is None else f"{number * 100:.2f}%"


@register.filter
def bar_width(value: Any) -> str:
    """A share (0 … 1) as the width of a bar in a view box 100 wide."""
    number = as_number(value) or 0.0
    return f"{min(max(number, 0.0), 1.0) * 100:.1f}"


@register.filter
def num(value: Any) -> str:
    """12345 as 12,345; — for None."""
    number = as_number(value)
    if number is None:
        return NOTHING
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def as_number(value: Any) -> float | None:
    """The value as a float, or None when it is no finite number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(Decimal(str(value)))
    except ArithmeticError:
        return None
    return number if abs(number) < float("inf") else None


@register.filter
def state_icon(state: str) -> str:
    """The Bootstrap icon of one of the five states."""
    return STATES.get(state, STATES["draft"])[1]


@register.filter
def state_word(state: str) -> str:
    """The word of one of the five states."""
    return STATES.get(state, STATES["draft"])[0]


@register.inclusion_tag("components/_state.html", name="state")
def state_tag(state: str, label: str = "", icon: str = "") -> dict[str, str]:
    """{% state "overdue" "逾期 5 天" %}; label and icon default by state."""
    return {"state": state, "label": label, "icon": icon}


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "printer" %}: a Bootstrap icon, silent for screen readers."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.inclusion_tag("components/_drawing.html")
def drawing(name: str) -> dict[str, str]:
    """{% drawing "pen" %}: a line drawing for voters' pages, as inline SVG."""
    return {"paths": SafeString(DRAWINGS[name])}


@register.simple_tag
def menu_current(menu: Iterable[Mapping[str, Any]], path: str, key: str = "") -> str:
    """The key of the menu entry one is in: as told by the page, else by the address.

    The entry with the longest address that the path begins with wins.
    """
    if key:
        return key
    found = ""
    length = 0
    for entry in menu or []:
        url = str(entry["url"]).split("?")[0]
        within = path == url or (url != "/" and path.startswith(url))
        if within and len(url) > length:
            found, length = str(entry["key"]), len(url)
    return found


@register.filter
def is_tick(field: BoundField) -> bool:
    """True for a single check box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def first_control(field: BoundField) -> str:
    """The id of what a link in the error summary should jump to."""
    if field.use_fieldset:
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id
