"""What a monthly bulletin says, gathered once; words and layout are in word.py."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate

from proposals.choices import Route, Satisfaction
from proposals.models import Proposal, ResultClass
from reports.counting import PROPOSALS, VISITS
from reports.dashboard import Dashboard
from reports.metrics import METRICS, Figure
from reports.models import Report
from reports.questions import Question, month_after
from reports.reading import MONTH, answer
from reports.scopes import of_area, of_station
from stations.choices import DayStatus, DutyState, Outcome
from stations.models import Duty, ReceptionDay, Visit
from stations.notices import issuer_of_area

MONTHS_DRAWN = 12
MOST_LATE, MOST_CASES, MOST_TOPICS, MOST_LISTED = 20, 3, 5, 50


@dataclass(frozen=True)
class Case:
    """A matter that was solved: what was said, who did what."""

    title: str
    unit: str
    text: str


class Facts:
    """Everything about one place and month, each asked for when first used."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.made_on = localdate()
        station = report.station
        self.question = Question(
            starts_on=report.starts_on,
            ends_on=report.ends_on,
            cutoff=self.made_on,
            scope=of_station(station.pk) if station else of_area(report.area_id),
            area="" if station else report.area_id,
        )

    @property
    def place(self) -> str:
        return str(self.report.station or self.report.area)

    @cached_property
    def organisation(self) -> str:
        """Who signs: the station, else the congress body of the area."""
        if self.report.station:
            return self.report.station.name
        return issuer_of_area(self.report.area_id)

    @property
    def month_label(self) -> str:
        return f"{self.report.starts_on.year}年{self.report.starts_on.month}月"

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return answer(METRICS, self.question)[""]

    @cached_property
    def month_before(self) -> dict[str, Figure]:
        start = month_after(self.report.starts_on, -1)
        asked = self.question.at(starts_on=start, ends_on=self.report.starts_on)
        return answer(METRICS, asked)[""]

    @cached_property
    def year_before(self) -> dict[str, Figure]:
        return answer(METRICS, self.question.a_year_before())[""]

    @cached_property
    def board(self) -> Dashboard:
        return Dashboard(self.question)

    def months(self) -> list[tuple[str, int, int, float | None]]:
        """Label, received, closed and closure rate of the twelve months to this one."""
        start = month_after(self.report.ends_on, -MONTHS_DRAWN)
        asked = self.question.at(starts_on=start)
        found = answer(("N01", "N02", "K07"), asked, MONTH)
        rows = []
        for n in range(MONTHS_DRAWN):
            month = month_after(start, n)
            figures = found.get(f"{month:%Y-%m}")
            label = month_words(month, is_first=n == 0)
            if figures is None:
                rows.append((label, 0, 0, None))
                continue
            rate = figures["K07"].value
            shown = None if rate is None else float(rate)
            received, closed = figures["N01"].numerator, figures["N02"].numerator
            rows.append((label, received, closed, shown))
        return rows

    # --- receptions ------------------------------------------------------------------

    @cached_property
    def days(self) -> dict[str, int]:
        """Reception days of the month by state, and deputies expected and come."""
        days = ReceptionDay.objects.filter(
            date__gte=self.report.starts_on, date__lt=self.report.ends_on
        )
        if self.report.station:
            days = days.filter(station=self.report.station)
        else:
            code = self.report.area_id
            days = days.filter(station__area__code__startswith=code)
        states = dict(
            days.order_by().values_list("status").annotate(n=Count("pk"))
        )  # fmt: skip
        held = Duty.objects.filter(day__in=days.filter(status=DayStatus.HELD))
        return {
            "held": states.get(DayStatus.HELD, 0),
            "cancelled": states.get(DayStatus.CANCELLED, 0),
            "expected": held.exclude(state=DutyState.ON_LEAVE).count(),
            "attended": held.filter(state=DutyState.ATTENDED).count(),
        }

    def visit_outcomes(self) -> list[tuple[str, int]]:
        """How many visits ended how, the most frequent first."""
        visits = Visit.objects.filter(
            self.question.rows(VISITS), self.question.within(VISITS, "visited_at")
        )
        return _counted(visits, "outcome", dict(Outcome.choices))

    # --- matters ---------------------------------------------------------------------

    @cached_property
    def _matters(self) -> QuerySet:
        return Proposal.objects.filter(self.question.rows(PROPOSALS))

    def _in_month(self, moment: str) -> QuerySet:
        return self._matters.filter(self.question.within(PROPOSALS, moment))

    def routes(self) -> list[tuple[str, int]]:
        """Matters accepted in the month by route."""
        accepted = self._in_month("accepted_at").exclude(route="")
        return _counted(accepted, "route", dict(Route.choices))

    def classes(self) -> list[tuple[str, int]]:
        """Matters replied to in the month by the class of the reply."""
        names = {row.pk: str(row) for row in ResultClass.objects.all()}
        replied = self._in_month("replied_at").exclude(result=None)
        return sorted(_counted(replied, "result", names))

    def late(self) -> list[Proposal]:
        """Matters past their date on the day of the report, the latest first."""
        found = self._matters.overdue(self.made_on).order_by("next_due_on", "pk")
        return list(found.select_related("unit")[:MOST_LATE])

    @cached_property
    def late_count(self) -> int:
        return self._matters.overdue(self.made_on).count()

    @cached_property
    def due_soon_count(self) -> int:
        """Matters whose next date lies within the thirty days to come."""
        return self._matters.due_soon(self.made_on, 30).count()

    def topics(self) -> list[tuple[str, int, float]]:
        """The headings that came in most: name, matters, share of all."""
        lines = [line for line in self.board.tables.by_category if line.first]
        total = sum(line.first for line in lines)
        return [
            (line.label, line.first, line.first / total) for line in lines[:MOST_TOPICS]
        ]

    def cases(self) -> list[Case]:
        """Up to three matters of the month that were solved and liked."""
        found = (
            self._in_month("closed_at")
            .filter(
                result__counts_as_solved=True,
                satisfaction=Satisfaction.SATISFIED,
                unit__isnull=False,
            )
            .select_related("unit")
            .prefetch_related("replies")
            .order_by("-closed_at", "-pk")
        )
        return [
            Case(row.title, row.unit.name, _last_reply(row))
            for row in found[:MOST_CASES]
        ]

    def ledger(self) -> QuerySet:
        """Matters handed in, handed over, replied to or closed in the month."""
        moments = ("submitted_at", "handed_over_at", "replied_at", "closed_at")
        touched = self.question.within(PROPOSALS, moments[0])
        for moment in moments[1:]:
            touched |= self.question.within(PROPOSALS, moment)
        return self._matters.filter(touched).order_by("submitted_at", "pk")


def _counted(
    rows: QuerySet, column: str, names: dict[str, str]
) -> list[tuple[str, int]]:
    counts = rows.order_by().values_list(column).annotate(n=Count("pk"))
    named = [(names.get(key, str(key)), n) for key, n in counts]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def _last_reply(proposal: Proposal) -> str:
    signed = [reply for reply in proposal.replies.all() if reply.signed_at]
    if not signed:
        return ""
    last = max(signed, key=lambda reply: reply.round)
    return (last.plain_text or last.text)[:200]


def month_words(month: dt.date, *, is_first: bool) -> str:
    """A month below a chart: with its year where a year begins."""
    year = f"{month:%y}年" if is_first or month.month == 1 else ""
    return f"{year}{month.month}月"


def day_words(day: dt.date, year: int) -> str:
    """A day in a table, with its year when it is another one."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"
