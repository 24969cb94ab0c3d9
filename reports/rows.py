"""The rows behind a figure: those that were counted, as a person may see them."""

from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from deputies.models import Deputy
from proposals.models import Proposal
from reports.counting import COLUMNS, PROPOSALS, VISITS
from reports.metrics import Metric
from reports.persons import attended, stationings
from reports.questions import Question
from reports.reading import kinds_of
from stations.models import ReceptionDay, Visit


def matters(metric: Metric, part: str, question: Question, user: User) -> QuerySet:
    """The matters counted above (numerator) or below the line (denominator)."""
    below = part == "denominator" and metric.is_rate
    columns = metric.bottom if below else metric.top
    counted = reduce(
        or_,
        (
            COLUMNS[name].condition & question.within(PROPOSALS, COLUMNS[name].moment)
            for name in columns
        ),
    )
    found = Proposal.objects.visible_to(user).filter(
        question.rows(PROPOSALS), counted, kinds_of(metric, q=question)
    )
    if below and metric.awaited:
        found = found.exclude(question.waiting(metric.awaited))
    return found


def visits(metric: Metric, question: Question, user: User) -> QuerySet:
    """The visits behind K02 and K03."""
    (name,) = metric.top
    return Visit.objects.visible_to(user).filter(
        question.rows(VISITS),
        question.within(VISITS, "visited_at"),
        COLUMNS[name].condition,
    )


def days(question: Question, user: User) -> QuerySet:
    """The reception days behind K01."""
    turns = attended(question)
    return ReceptionDay.objects.visible_to(user).filter(pk__in=turns.values("day"))


def persons(part: str, question: Question, user: User) -> QuerySet:
    """The stationed deputies behind K01R, with how often they came (`turn_count`).

    Numerator: those who came to a station they belong to.
    """
    turns = attended(question)
    here = turns.filter(day__station=OuterRef("station"), deputy=OuterRef("deputy"))
    belong = stationings(question)
    if part == "numerator":
        belong = belong.filter(Exists(here))
    found = Deputy.objects.visible_to(user).filter(pk__in=belong.values("deputy"))
    own = turns.filter(deputy=OuterRef("pk")).order_by().values("deputy")
    found = found.annotate(
        turn_count=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
    )
    return found.select_related("area")
