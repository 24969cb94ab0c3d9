"""Writing the trail, sealing it into a chain, and proving the chain."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.timezone import now

from audit.models import Event, EventQuerySet

START = "0" * 64  # the hash before the first line

# In which role the present request acts; set by accounts' middleware.
acting_role: ContextVar[str] = ContextVar("acting_role", default="")


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Within it, lines say that their actor acted in this role (Chinese word)."""
    token = acting_role.set(role)
    try:
        yield
    finally:
        acting_role.reset(token)


def record(
    verb: str,
    obj: models.Model | None,
    *,
    actor: Any,
    label: str = "",
    was: str = "",
    now_: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Add one line to the trail, in the caller's transaction.

    `actor` is a user, or None for the system itself and for the public; `obj` is the
    record the deed was done to, or None for deeds without one (a failed sign-in).
    `data` must be plain JSON and hold no contact of a voter.
    """
    return Event.objects.create(
        at=now(),
        actor=actor,
        actor_name=str(actor)[:100] if actor else "系统",
        actor_role=acting_role.get(),
        verb=verb,
        label=label,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, int) else None,
        object_label=str(obj)[:200] if obj is not None else "",
        was=was,
        now=now_,
        note=note,
        data=data or {},
    )


def record_each(
    verb: str,
    objs: Sequence[models.Model],
    *,
    actor: Any,
    label: str = "",
    now_: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """One line for each of many records to which the same was done, in one write."""
    Event.objects.bulk_create(
        Event(
            at=now(),
            actor=actor,
            actor_name=str(actor)[:100] if actor else "系统",
            actor_role=acting_role.get(),
            verb=verb,
            label=label,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            object_label=str(obj)[:200],
            now=now_,
            data=data or {},
        )
        for obj in objs
    )


def history_of(obj: models.Model) -> EventQuerySet:
    """The lines of one record, oldest first."""
    return Event.objects.of(obj).order_by("at", "id")


def _line(event: Event) -> str:
    """What the hash of a line covers: all of it that people rely on."""
    return json.dumps(
        [
            event.pk,
            event.at.isoformat(),
            event.actor_id,
            event.actor_name,
            event.actor_role,
            event.verb,
            event.label,
            event.object_type,
            event.object_id,
            event.object_label,
            event.was,
            event.now,
            event.note,
            event.data,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def _chained(before: str, event: Event) -> str:
    return hashlib.sha256(f"{before}\n{_line(event)}".encode()).hexdigest()


def seal(limit: int = 20_000) -> int:
    """Chain the lines that are not yet chained; answers how many.

    Positions are unique, so of two sealers at once one does nothing. Lines become
    visible only when their transaction commits; sealing apart from writing spares
    every step a lock that would make all writers wait for each other.
    """
    last = Event.objects.exclude(position=None).order_by("-position").first()
    position, before = (last.position or 0, last.chain_hash) if last else (0, START)
    fresh = list(Event.objects.filter(position=None).order_by("id")[:limit])
    for event in fresh:
        position, before = position + 1, _chained(before, event)
        event.position, event.chain_hash = position, before
    try:
        with transaction.atomic():
            # The queryset class refuses updates; sealing is the one that is meant.
            rows: models.QuerySet[Event] = models.QuerySet(Event)
            rows.bulk_update(fresh, ("position", "chain_hash"), batch_size=500)
    except IntegrityError:
        return 0
    return len(fresh)


def verify() -> list[str]:
    """Walk the whole chain; answers in Chinese what is wrong (empty: whole)."""
    wrong: list[str] = []
    before, expected = START, 1
    for event in Event.objects.exclude(position=None).order_by("position").iterator():
        position = event.position or 0
        if position != expected:
            wrong.append(f"第 {expected} 行至第 {position - 1} 行缺失。")
        if _chained(before, event) != event.chain_hash:
            wrong.append(f"第 {position} 行（编号 {event.pk}）与校验值不符。")
        before, expected = event.chain_hash, position + 1
    return wrong
