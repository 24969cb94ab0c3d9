"""draw_workflow: docs/workflow.md and docs/workflow.svg from the tables of steps."""

from django.db.models import TextChoices

from common.workflow import Workflow
from deputies.choices import MandateStatus
from deputies.workflow import FLOW as SEATS
from proposals.choices import Status as S
from proposals.management.commands._drawing import DrawCommand, table
from proposals.management.commands._picture import Point, state_diagram
from proposals.workflow.table import FLOW as MATTERS
from stations.choices import DayStatus
from stations.workflow import FLOW as DAYS

# Where the picture puts a state (column, row), and which arrows it bends aside.
PLACES: dict[str, Point] = {
    S.COSIGNING: (0, 0),
    S.DRAFT: (0, 1),
    S.RETURNED: (1, 0),
    S.SUBMITTED: (1, 1),
    S.WITHDRAWN: (2, 0),
    S.REFUSED: (0, 1.8),
    S.ACCEPTED: (2, 1),
    S.HANDLING: (3, 1),
    S.REPLIED: (4, 1),
    S.ESCALATED: (5, 0),
    S.CLOSED: (5, 1),
}
BENDS: dict[tuple[str, str], float] = {
    (S.SUBMITTED, S.RETURNED): 40,
    (S.RETURNED, S.SUBMITTED): 40,
    (S.SUBMITTED, S.REPLIED): -300,
    (S.ACCEPTED, S.REPLIED): -170,
    (S.REPLIED, S.HANDLING): -150,
}
PAGE = """\
<!-- Drawn by `manage.py draw_workflow`; edit the tables of steps, not this page. -->

# Steps

What may follow what, who may do it, and from which state. Pages, the REST interface,
their refusals and this page read the same tables. A step whose target is — leaves the
state as it is. Somebody else gets 403, the wrong state 409, a broken rule 422.

## Matters: opinions, suggestions, bills

Table: `FLOW` in `proposals/workflow/table.py`.

![States of a matter](workflow.svg)

Lines marked with · inside a box are steps taken in place. With several answering
units the matter stays 办理中 until the last of them has replied. No step leads yet
to: {unreached}.

{matters}
## Reception days

Table: `FLOW` in `stations/workflow.py`.

{days}
## Seats of deputies

Table: `FLOW` in `deputies/workflow.py`.

{seats}"""


def steps_table(flow: Workflow, states: type[TextChoices]) -> str:
    """One line a step, in the order of the table."""
    order = list(states.values)
    heads = ["verb", "步骤", "从", "到", "谁", "说明"]
    rows = []
    for step in flow.steps.values():
        sources = sorted(step.sources, key=order.index)
        rows.append(
            (
                f"`{step.verb}`",
                step.label,
                "、".join(states(source).label for source in sources),
                states(step.target).label if step.target else "—",
                step.who or "—",
                step.hint,
            )
        )
    return table(heads, rows)


class Command(DrawCommand):
    help = "按步骤表重画 docs/workflow.md 和 docs/workflow.svg；--check 只比较。"

    def draw(self) -> dict[str, str]:
        labels = {str(state): str(label) for state, label in S.choices}
        picture = state_diagram("事项的状态", MATTERS, labels, PLACES, BENDS)
        reached = {S.DRAFT, *(step.target for step in MATTERS.steps.values())}
        page = PAGE.format(
            unreached="、".join(labels[s] for s in PLACES if s not in reached) or "—",
            matters=steps_table(MATTERS, S),
            days=steps_table(DAYS, DayStatus),
            seats=steps_table(SEATS, MandateStatus),
        )
        return {"workflow.md": page, "workflow.svg": picture}
