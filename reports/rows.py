"""The rows behind a figure: those that were counted, as a person may see them."""

from functools import reduce
from operator import or_

from django.db.models import QuerySet

from accounts.models import User
from proposals.models import Proposal
from reports.counting import COLUMNS, DUTIES, PROPOSALS, VISITS
from reports.metrics import Metric
from reports.questions import Question
from reports.reading import kinds_of
from stations.models import Duty, ReceptionDay, Visit


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


def visits(question: Question, user: User) -> QuerySet:
    """The visits behind K02."""
    return Visit.objects.visible_to(user).filter(
        question.rows(VISITS), question.within(VISITS, "visited_at")
    )


def days(question: Question, user: User) -> QuerySet:
    """The reception days behind K01."""
    duties = Duty.objects.filter(
        question.rows(DUTIES), question.within(DUTIES, "day__date")
    )
    return ReceptionDay.objects.visible_to(user).filter(pk__in=duties.values("day"))
