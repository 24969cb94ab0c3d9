"""The list of matters as people see it: quick choices, active conditions, rows."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict

from proposals.choices import Status
from proposals.filters import ProposalFilter
from proposals.models import Proposal
from proposals.story import due_words, status_state

# The quick choices above the list: word, and the conditions it stands for.
QUICK: tuple[tuple[str, dict[str, str]], ...] = (
    ("全部", {}),
    ("已逾期", {"when": "overdue"}),
    ("将到期", {"when": "soon"}),
    ("待受理", {"status": Status.SUBMITTED}),
    ("待交办", {"status": Status.ACCEPTED}),
    ("办理中", {"status": Status.HANDLING}),
    ("已答复", {"status": Status.REPLIED}),
    ("已办结", {"status": Status.CLOSED}),
)
OWN = ("when", "status")  # what a quick choice replaces
FORM = "conditions"


def pills(request: HttpRequest) -> list[dict[str, Any]]:
    """The quick choices as links that keep the other conditions."""
    rows = []
    for label, conditions in QUICK:
        query = _without(request.GET, *OWN)
        query.update(conditions)
        on = all(request.GET.getlist(k) == [v] for k, v in conditions.items())
        if not conditions:
            on = not any(request.GET.getlist(name) for name in OWN)
        rows.append({"label": label, "url": f"?{query.urlencode()}", "on": on})
    return rows


def shows_form(request: HttpRequest, found: ProposalFilter) -> bool:
    """Whether the form of all conditions is on the page: asked for, or in error.

    Its hundreds of choices cost more than the rows; most visits never open it.
    """
    return FORM in request.GET or not found.is_valid()


def form_url(request: HttpRequest) -> str:
    """The same list with the form of all conditions."""
    query = _without(request.GET)
    query[FORM] = "1"
    return f"?{query.urlencode()}"


def active(request: HttpRequest, found: ProposalFilter) -> list[dict[str, str]]:
    """The conditions set beside the quick choice, each with the address without it."""
    data = getattr(found.form, "cleaned_data", {})
    rows = []
    for name, value in data.items():
        if name in OWN or value in (None, "", []):
            continue
        label = found.filters[name].label
        choices = () if hasattr(value, "pk") else found.form.fields[name]
        shown = dict(getattr(choices, "choices", ())).get(value, value)
        rows.append(
            {
                "label": f"{label}：{shown}",
                "url": f"?{_without(request.GET, name).urlencode()}",
            }
        )
    return rows


def _without(query: QueryDict, *names: str) -> QueryDict:
    kept = query.copy()
    for name in (*names, "cursor"):
        kept.pop(name, None)
    return kept


def decorate(rows: Iterable[Proposal]) -> None:
    """Give each row what its line shows: state, words of its date. No query."""
    for row in rows:
        due_on = None if row.is_over else row.next_due_on
        row.line_state = status_state(row.status, due_on)  # type: ignore[attr-defined]
        row.line_due = due_words(due_on)  # type: ignore[attr-defined]
