"""The wishes of a plan's deputies in words, one line a deputy."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from deputies.models import Deputy
from stations.models import PlanWish, ReceptionPlan

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class WishRow:
    """A deputy and what holds for him; empty words: nothing special."""

    deputy: Deputy
    words: str
    note: str = ""


def wish_rows(plan: ReceptionPlan, deputies: Iterable[Deputy]) -> list[WishRow]:
    """In the order of the deputies; two queries."""
    found = {wish.deputy_id: wish for wish in plan.wishes.all()}
    return [_row(deputy, found.get(deputy.pk)) for deputy in deputies]


def _row(deputy: Deputy, wish: PlanWish | None) -> WishRow:
    if wish is None:
        return WishRow(deputy, "")
    return WishRow(deputy, wish_words(wish), wish.note)


def wish_words(wish: PlanWish) -> str:
    """不排星期一；7月1日至15日不排；至多 2 次."""
    said = []
    if wish.off_weekdays:
        days = "、".join(f"星期{WEEKDAYS[day]}" for day in sorted(wish.off_weekdays))
        said.append(f"{days}不排")
    for first, last in wish.off_periods:
        said.append(f"{_short(first)}至{_short(last)}不排")
    if wish.least is not None:
        said.append(f"至少 {wish.least} 次")
    if wish.most is not None:
        said.append(f"至多 {wish.most} 次")
    return "；".join(said)


def _short(day: str) -> str:
    date = dt.date.fromisoformat(day)
    return f"{date.month}月{date.day}日"
