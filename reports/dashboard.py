"""The dashboard: each part is figures with the address of their rows, and a finding.

A title says what the numbers say; it is worked out here and never written by hand.
"""

import datetime as dt
from functools import cached_property
from typing import Any

from reports.counting import first_of
from reports.metrics import Figure
from reports.questions import Question, month_after
from reports.reading import MONTH, answer
from reports.tables import Tables, heat_table, rows_url

RATES = ("K07", "K08", "K09", "K15", "K12")
ASIDE = (
    *("K13", "K26", "K06", "K10"),
    *("K01", "K01R", "K02", "K03", "K04", "K05"),
)
OF_VISITS = ("K01", "K01R", "K02", "K03")
MONTHS_SHOWN = 24
# Rates of what was handed over grow while the matters are in hand: of a period that
# ended less than so many months ago they say nothing beside last year's.
GROWING, SETTLED_MONTHS = ("K07", "K09"), 3


class Dashboard:
    """All parts of the page for one question; each asked for once."""

    def __init__(self, question: Question) -> None:
        self.question = question
        present = first_of(question.cutoff)
        self.last_full = month_after(present, -1)

    @cached_property
    def of_rates(self) -> dict[str, Figure]:
        return answer(RATES, self.question)[""]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The rates and what stands below them."""
        return self.of_rates | answer(ASIDE, self.question)[""]

    @cached_property
    def before(self) -> dict[str, Figure]:
        return answer(RATES, self.question.a_year_before())[""]

    @property
    def is_settled(self) -> bool:
        """Whether the period is long enough ago to compare all its rates."""
        settled_on = month_after(self.question.ends_on, SETTLED_MONTHS)
        return settled_on <= self.question.cutoff

    def rates(self) -> list[dict[str, Any]]:
        """The five of the strip, as components/_rate.html takes them."""
        return [self._rate(self.of_rates[code]) for code in RATES]

    def _rate(self, figure: Figure) -> dict[str, Any]:
        change, low = "", False
        if self.is_settled or figure.metric.code not in GROWING:
            change, low = compared(figure, self.before[figure.metric.code])
        return {
            "name": figure.metric.name,
            "share": figure.share,
            "percent_label": figure.text,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "formula": figure.metric.formula,
            "url": rows_url(figure, self.question),
            "base_url": rows_url(figure, self.question, "denominator"),
            "change": change,
            "low": low,
        }

    def aside(self) -> list[dict[str, Any]]:
        """Counts and further rates below the strip."""
        rows = []
        for code in ASIDE:
            figure = self.figures[code]
            if code in OF_VISITS and not self._shows_visits():
                continue
            rows.append(
                {
                    "name": figure.metric.name,
                    "text": figure.text,
                    "base": figure.base,
                    "url": rows_url(figure, self.question),
                    "why": figure.metric.definition,
                }
            )
        return rows

    def _shows_visits(self) -> bool:
        """Not beside one kind of matters, nor to those who see no visits."""
        scope = self.question.scope
        return not self.question.kind and bool(scope.visit_areas or scope.stations)

    # --- months ----------------------------------------------------------------------

    @cached_property
    def months(self) -> list[dict[str, Any]]:
        """Received and closed of the last 24 whole months, whatever the period."""
        starts_on = month_after(self.last_full, 1 - MONTHS_SHOWN)
        asked = self.question.at(
            starts_on=starts_on, ends_on=month_after(self.last_full)
        )
        found = answer(("N01", "N02"), asked, MONTH)
        return [
            self._month(asked, month_after(starts_on, n), found)
            for n in range(MONTHS_SHOWN)
        ]

    def _month(
        self, asked: Question, month: dt.date, found: dict[str, dict[str, Figure]]
    ) -> dict[str, Any]:
        one = asked.at(starts_on=month, ends_on=month_after(month))
        figures = found.get(f"{month:%Y-%m}", {})
        return {
            "month": month,
            "label": f"{month:%y}年{month.month}月",
            "received": figures["N01"].numerator if figures else 0,
            "closed": figures["N02"].numerator if figures else 0,
            "received_url": rows_url("N01", one),
            "closed_url": rows_url("N02", one),
        }

    @cached_property
    def months_finding(self) -> str:
        """More or fewer than a year before, and whether closing keeps up."""
        if not any(m["received"] or m["closed"] for m in self.months):
            return "近 24 个月没有收到事项"
        now, then = self.compared_months
        year = self.last_full.year
        if now == then:
            said = "收到的件数与去年同期一样"
        else:
            more = "多" if now > then else "少"
            said = f"{year}年比去年同期{more}收 {abs(now - then)} 件"
        behind = self._behind_since()
        if behind:
            return f"{said}，办结从{behind.month}月起落后"
        return f"{said}，办结跟得上"

    @cached_property
    def compared_months(self) -> tuple[int, int]:
        """Received this year up to the last whole month, and the same months before."""
        year, last = self.last_full.year, self.last_full.month

        def received(of: int) -> int:
            return sum(
                m["received"]
                for m in self.months
                if m["month"].year == of and m["month"].month <= last
            )

        return received(year), received(year - 1)

    def _behind_since(self) -> dt.date | None:
        """The month since which less was closed than came in, if two or more."""
        since, count = None, 0
        for month in reversed(self.months):
            if month["closed"] >= month["received"]:
                break
            since, count = month["month"], count + 1
        return since if count >= 2 else None

    # --- the parts of tables.py ------------------------------------------------------

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.question, self.of_rates)

    @cached_property
    def heat(self) -> dict[str, Any]:
        return heat_table(self.question, self.tables.categories)

    @property
    def period_label(self) -> str:
        """2026年1月1日至11月22日."""
        start = self.question.starts_on
        end = self.question.ends_on - dt.timedelta(days=1)
        end = min(end, max(self.question.cutoff, start))
        said = f"{start.year}年{start.month}月{start.day}日至"
        year = f"{end.year}年" if end.year != start.year else ""
        return f"{said}{year}{end.month}月{end.day}日"


def compared(figure: Figure, before: Figure) -> tuple[str, bool]:
    """By how many points a rate moved within a year, and whether it fell."""
    if figure.value is None or before.value is None:
        return "", False
    points = figure.value - before.value
    if not points:
        return "与去年同期持平", False
    return f"较去年同期 {'↑' if points > 0 else '↓'}{abs(points):.1f}", points < 0
