"""Year plans: published once; after that swaps and moves, each on record."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from audit.models import Event
from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import one_line
from common.workflow import Step, Workflow
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import NOT_COMING, OPEN_DAYS, DutyState, PlanStatus
from stations.drafts import busy_with, is_stale
from stations.mails import tell_moved, tell_of_calls, tell_planned, tell_swapped
from stations.models import Duty, DutySwap, ReceptionDay, ReceptionPlan
from stations.roster_facts import Facts, read_facts
from stations.slots import follow_move


def _runs(actor: Any, plan: ReceptionPlan) -> bool:
    return may.runs(actor, plan.station)


FLOW = Workflow(
    Step(
        "publish",
        "公布",
        frozenset({PlanStatus.DRAFT}),
        PlanStatus.PUBLISHED,
        _runs,
        "联络站",
        "按草案生成接待日和值班，有排班的代表会收到通知；之后只能换班、改期、请假或取消。",
    ),
)

SWAPPED = (DutyState.INVITED, DutyState.CONFIRMED)  # turns that may be exchanged


@transaction.atomic
def publish(plan: ReceptionPlan, *, actor: Any) -> Event:
    """The draft becomes reception days with duties; each deputy is told once.

    One transaction. WrongState when it is published already (also by somebody else
    just now); RuleViolation (field `draft`) when there is no draft, it is stale, or a
    deputy has got another duty at the same time since.
    """
    FLOW.check("publish", plan, actor=actor)
    days = plan.draft.get("days", [])
    if not days:
        raise RuleViolation("还没有排班，不能公布。", field="draft")
    facts = read_facts([plan])
    if is_stale(plan, facts):
        raise RuleViolation("排班以后有了变动，请重新排班再公布。", field="draft")
    _check_free(days, facts)
    counted = {"days": len(days), "duties": sum(len(day["deputies"]) for day in days)}
    event = FLOW.take(
        "publish",
        plan,
        actor=actor,
        data=counted,
        published_at=now(),
        published_by=actor,
        updated_at=now(),
    )
    _create_days(plan, days, actor)
    return event


def _check_free(days: list[dict[str, Any]], facts: Facts) -> None:
    """Nobody drafted has got another duty on one of these days since."""
    for day in days:
        date = dt.date.fromisoformat(day["date"])
        for key in day["deputies"]:
            if any(date == busy for busy, _ in facts.duties.get(key, ())):
                name = facts.names.get(key, "代表")
                raise RuleViolation(
                    f"{date.month}月{date.day}日{name}已另有接待，请重新排班再公布。",
                    field="draft",
                )


def _create_days(plan: ReceptionPlan, days: list[dict[str, Any]], actor: Any) -> None:
    station = plan.station
    usual = station.venue or station.address or station.name
    rows = [
        ReceptionDay(
            station=station,
            plan=plan,
            date=dt.date.fromisoformat(day["date"]),
            planned_on=dt.date.fromisoformat(day["planned_on"]),
            starts_at=dt.time.fromisoformat(day["starts_at"]),
            ends_at=dt.time.fromisoformat(day["ends_at"]),
            place=day["place"] or usual,
            topic=day["topic"],
            shift_note=day["explanation"][:300],
            is_provisional=day["is_provisional"],
        )
        for day in days
    ]
    try:
        with transaction.atomic():
            made = ReceptionDay.objects.bulk_create(rows)
    except IntegrityError as twice:
        raise RuleViolation(
            "有一天同一时间已安排接待，请重新排班再公布。", field="draft"
        ) from twice
    turns: dict[int, list[ReceptionDay]] = defaultdict(list)
    for row, day in zip(made, days, strict=True):
        record("create", row, actor=actor, label="安排接待日", now_=row.status)
        for key in day["deputies"]:
            turns[key].append(row)
    Duty.objects.bulk_create(
        Duty(day=row, deputy_id=key) for key, rows in turns.items() for row in rows
    )
    people = Deputy.objects.filter(pk__in=turns).select_related("user")
    for deputy in people.order_by("pk"):
        tell_planned(plan, deputy, turns[deputy.pk])


@transaction.atomic
def swap(
    day_a: ReceptionDay,
    deputy_a: Deputy,
    day_b: ReceptionDay,
    deputy_b: Deputy,
    *,
    actor: Any,
) -> DutySwap:
    """The turns of `deputy_a` on `day_a` and of `deputy_b` on `day_b` are exchanged.

    Both days must be open and to come; both deputies are told. RuleViolation fields:
    day_a, deputy_a, day_b, deputy_b.
    """
    if not (may.runs_day(actor, day_a) and may.runs_day(actor, day_b)):
        raise PermissionDenied
    if day_a.pk == day_b.pk or deputy_a.pk == deputy_b.pk:
        raise RuleViolation("请选两次不同的接待、两位不同的代表。", field="day_b")
    for day, field in sorted(((day_a, "day_a"), (day_b, "day_b")), key=_by_key):
        _claim_coming(day, field)
    _check_comes(deputy_a, "deputy_a", to=day_b, instead_of=day_a)
    _check_comes(deputy_b, "deputy_b", to=day_a, instead_of=day_b)
    _hand_over(day_a, deputy_a, deputy_b, "deputy_a")
    _hand_over(day_b, deputy_b, deputy_a, "deputy_b")
    made = DutySwap.objects.create(
        first_day=day_a,
        first=deputy_a,
        second_day=day_b,
        second=deputy_b,
        plan=day_a.plan or day_b.plan,
        swapped_by=actor,
    )
    for day, other, went, came in (
        (day_a, day_b, deputy_a, deputy_b),
        (day_b, day_a, deputy_b, deputy_a),
    ):
        note = f"{went.name}与{came.name}换班（{other.date:%Y-%m-%d}），改由{came.name}"
        record("swap", day, actor=actor, label="换班", note=note)
    tell_swapped(deputy_a, was=day_a, now_on=day_b)
    tell_swapped(deputy_b, was=day_b, now_on=day_a)
    return made


def _by_key(one: tuple[ReceptionDay, str]) -> int:
    """Two who swap at once claim in one order, so neither waits for the other."""
    return one[0].pk


def _claim_coming(day: ReceptionDay, field: str) -> None:
    """Hold the day until commit; it must be open and not over."""
    if day.date < localdate():
        raise RuleViolation("接待日已经过了，不能换班。", field=field)
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.filter(date=day.date).update(updated_at=now()):
        raise WrongState("这次接待已经结束、取消或改期，请刷新后再看。")


def _check_comes(
    deputy: Deputy, field: str, *, to: ReceptionDay, instead_of: ReceptionDay
) -> None:
    """The deputy has a seat on that day, and nothing else at that time."""
    if not Deputy.objects.active(to.date).filter(pk=deputy.pk).exists():
        raise RuleViolation(
            f"{deputy.name}在{to.date}没有代表资格，不能值班。", field=field
        )
    others = busy_with(to).filter(deputy=deputy).exclude(day=instead_of)
    other = others.select_related("day__station").first()
    if other is None:
        return
    if other.day_id != to.pk:
        where = other.day.station.name
        text = f"{deputy.name}{to.date}在{where}另有接待。"
    elif other.state in NOT_COMING:
        text = f"{deputy.name}{to.date}已请假。"
    else:
        text = f"{deputy.name}{to.date}已在当班。"
    raise RuleViolation(text, field=field)


def _hand_over(day: ReceptionDay, out: Deputy, into: Deputy, field: str) -> None:
    """The turn passes on; nobody else writes duties of a day that is claimed."""
    turn = Duty.objects.filter(day=day, deputy=out, state__in=SWAPPED)
    if not turn.update(deputy=into, state=DutyState.INVITED):
        raise RuleViolation(
            f"{out.name}{day.date}没有可换的值班（请假、替班的不能换）。", field=field
        )


@transaction.atomic
def move_day(
    day: ReceptionDay, *, actor: Any, date: dt.date, reason: str
) -> ReceptionDay:
    """Another date for an open day, with the reason; the deputies on duty are told.

    RuleViolation fields: date, reason.
    """
    if not may.runs_day(actor, day):
        raise PermissionDenied
    if day.status not in OPEN_DAYS:
        raise WrongState("这次接待已经结束或取消，不能改期。")
    reason = one_line(
        reason, label="改期原因", field="reason", longest=200, required=True
    )
    _check_new_date(day, date)
    was = day.date
    values = {
        "date": date,
        "moved_from": day.moved_from or was,
        "moved_reason": reason,
        "is_provisional": False,
        "version": day.version + 1,
        "updated_at": now(),
    }
    same = ReceptionDay.objects.filter(
        pk=day.pk, version=day.version, status__in=OPEN_DAYS
    )
    try:
        with transaction.atomic():
            moved = same.update(**values)
    except IntegrityError as twice:
        raise RuleViolation("这一站在这一时间已有接待日。", field="date") from twice
    if not moved:
        raise Overtaken("别人刚刚改过这一接待日，请刷新后再改。")
    day.refresh_from_db()
    changes = {"changes": {"date": [str(was), str(date)]}}
    record("move_day", day, actor=actor, label="改期", note=reason, data=changes)
    tell_moved(day)
    tell_of_calls(day, follow_move(day, was_starts_at=day.starts_at))
    return day


def _check_new_date(day: ReceptionDay, date: dt.date) -> None:
    today = localdate()
    if date == day.date:
        raise RuleViolation("请选另一天。", field="date")
    if not today <= date <= today + dt.timedelta(days=731):
        raise RuleViolation("改期应在今天以后两年以内。", field="date")
    if day.visits.exists():
        raise RuleViolation("这一天已登记来访，不能改期。", field="date")
    then = ReceptionDay(
        pk=day.pk, date=date, starts_at=day.starts_at, ends_at=day.ends_at
    )
    coming = day.duties.exclude(state__in=NOT_COMING).values("deputy")
    busy = busy_with(then).filter(deputy__in=coming).exclude(day=day.pk)
    other = busy.select_related("deputy", "day__station").first()
    if other is not None:
        text = f"{other.deputy.name}当天在{other.day.station.name}另有接待，请先换人。"
        raise RuleViolation(text, field="date")
