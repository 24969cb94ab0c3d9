"""The conditions of the dashboard as pills: periods to choose, conditions to drop."""

from typing import Any

from django.http import HttpRequest, QueryDict

from areas.models import Area, Category, Unit
from proposals.choices import Kind
from reports.forms import PERIODS, FiguresForm
from stations.models import Station

MONTHS = ("from", "to", "period")


def _url(query: QueryDict, *without: str, **changes: str) -> str:
    kept = query.copy()
    for name in (*without, "cursor"):
        kept.pop(name, None)
    for name, value in changes.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def pills(request: HttpRequest, form: FiguresForm) -> list[dict[str, Any]]:
    """The periods of one click."""
    chosen = request.GET.get("period") or "year"
    if request.GET.get("from") or request.GET.get("to"):
        chosen = "custom"
    rows = [
        {
            "label": label,
            "url": _url(request.GET, *MONTHS, period=value),
            "on": value == chosen,
        }
        for value, label in PERIODS
        if value != "custom"
    ]
    if chosen == "custom":
        starts_on, ends_on = form.cleaned_data["months"]
        label = _span(starts_on, ends_on)
        rows.append({"label": label, "url": _url(request.GET), "on": True})
    return rows


def _span(starts_on: Any, ends_on: Any) -> str:
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    start = f"{starts_on.year}年{starts_on.month}月"
    return start if months == 1 else f"{start}起 {months} 个月"


def active(request: HttpRequest, form: FiguresForm) -> list[dict[str, str]]:
    """The conditions that are set, each with the address without it."""
    asked = form.cleaned_data
    rows = []
    if request.GET.get("area"):
        rows.append(("area", Area.objects.filter(pk=asked["area"]), ""))
    if asked["kind"]:
        rows.append(("kind", None, Kind(asked["kind"]).label))
    if asked["category"]:
        found = Category.objects.filter(pk=asked["category"][0])
        rows.append(("category", found, "未定类别"))
    if asked["station"] is not None:
        found = Station.objects.visible_to(request.user).filter(pk=asked["station"])
        rows.append(
            ("station", found, "不经联络站" if not asked["station"] else "联络站")
        )
    if asked["unit"] is not None:
        rows.append(("unit", Unit.objects.filter(pk=asked["unit"]), "尚无承办单位"))
    return [
        {
            "label": str((named.first() if named is not None else None) or otherwise),
            "url": _url(request.GET, name),
        }
        for name, named, otherwise in rows
    ]
