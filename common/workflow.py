"""The one writer of `status`: a table of steps, and the compare-and-set behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.models import Event
from audit.services import record
from common.errors import Overtaken, WrongState

Allowed = Callable[[Any, Any], bool]


def always(actor: Any, obj: Any) -> bool:
    """Nothing but the status decides whether it is time for the step."""
    return True


@dataclass(frozen=True)
class Step:
    """One allowed move: its verb, its Chinese word, from where to where, and who may.

    `target` None: the step is taken in place and leaves the status as it is.
    `allowed` says who (else 403), `ready` whether it is time beyond what the status
    tells (else 409). `who` and `hint` say the same in Chinese.
    """

    verb: str
    label: str
    sources: frozenset[str]
    target: str | None
    allowed: Allowed
    who: str = ""
    hint: str = ""
    ready: Allowed = always


class Workflow:
    """All steps of one kind of record; pages, API, refusals and drawings read it."""

    def __init__(self, *steps: Step) -> None:
        self.steps = {step.verb: step for step in steps}

    def check(self, verb: str, obj: Any, *, actor: Any) -> Step:
        """The step, if this person may take it now; else the reason why not."""
        step = self.steps[verb]
        if not step.allowed(actor, obj):
            raise PermissionDenied
        if obj.status not in step.sources or not step.ready(actor, obj):
            raise WrongState(f"当前状态下不能“{step.label}”，请刷新后再看。")
        return step

    def open_to(self, obj: Any, *, actor: Any) -> list[Step]:
        """The steps this person may take on this record now."""
        return [
            step
            for step in self.steps.values()
            if obj.status in step.sources
            and step.allowed(actor, obj)
            and step.ready(actor, obj)
        ]

    def possible(self, obj: Any) -> Iterable[Step]:
        """The steps anybody could take now: what is being waited for."""
        return (step for step in self.steps.values() if obj.status in step.sources)

    @transaction.atomic
    def take(
        self,
        verb: str,
        obj: Any,
        *,
        actor: Any,
        note: str = "",
        data: dict[str, Any] | None = None,
        to: str | None = None,
        only_if: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Event:
        """Take one step: change the row, then write the line of the trail.

        `to` overrides the target where a step has two ends; `only_if` names further
        columns that must still hold these values for the step to be taken.
        """
        step, source = self.check(verb, obj, actor=actor), obj.status
        target = to or step.target or source
        if target != source:
            changes["status"] = target
        changes["version"] = obj.version + 1
        # Compare and set: right on PostgreSQL and on SQLite, without a lock.
        unmoved = type(obj)._base_manager.filter(
            pk=obj.pk, status=source, version=obj.version, **(only_if or {})
        )
        if not unmoved.update(**changes):
            raise Overtaken("别人刚刚处理过，请刷新后再看。")
        for name, value in changes.items():
            setattr(obj, name, value)
        return record(
            verb,
            obj,
            actor=actor,
            label=step.label,
            was=source,
            now_=target,
            note=note,
            data=data,
        )
