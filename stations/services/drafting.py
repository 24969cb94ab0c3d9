"""Working out the days and turns of year plans, for one station or many jointly."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, now

from audit.services import record
from common.errors import Overtaken, RuleViolation, WrongState
from stations import permissions as may
from stations.choices import PlanStatus
from stations.models import ReceptionPlan
from stations.planning.board import Person, Rota
from stations.planning.reasons import GaveWay
from stations.planning.roster import Roster, assign
from stations.planning.shifting import Slot, Year, receptions_of
from stations.roster_facts import Facts, fingerprint, read_facts, rule_of

MOST_PLANS = 500


@transaction.atomic
def draft(
    plans: Iterable[ReceptionPlan], *, actor: Any, seed: int | None = None
) -> list[ReceptionPlan]:
    """Work out and store `plan.draft` of these plans of one year, jointly.

    Turns of one deputy at several stations are counted together; what other stations
    have published or drafted already stays and is counted too. The same input and
    seed (None: each plan's own, the first one's for several) give the same turns.
    The plans come back as stored. Read them with stations.drafts.draft_of.
    """
    found = sorted(plans, key=lambda plan: plan.pk)
    _check(found, actor)
    facts = read_facts(found)
    years = [_receptions(plan, facts) for plan in found]
    rotas = [_rota(*pair, facts) for pair in zip(found, years, strict=True)]
    people = _people(found, rotas, facts)
    chosen = found[0].seed if seed is None else seed
    roster = assign(people, rotas, seed=chosen)
    loads = Counter(key for turns in roster.turns for day in turns for key in day)
    for at, plan in enumerate(found):
        worked_out = {
            "of": fingerprint(plan, facts),
            "seed": chosen,
            "days": [
                _day(slot, turns)
                for slot, turns in zip(rotas[at].slots, roster.turns[at], strict=True)
            ],
            "given_way": [_given(one) for one in roster.given_way[at]],
            "dropped": years[at].dropped,
            "warnings": years[at].warnings,
            "people": _shares(at, rotas[at], people, roster, loads),
        }
        _store(plan, worked_out, chosen if seed is not None else plan.seed, actor)
    return found


def _check(plans: list[ReceptionPlan], actor: Any) -> None:
    if not plans:
        raise RuleViolation("请至少选一份计划。")
    if len(plans) > MOST_PLANS or len({plan.year for plan in plans}) > 1:
        raise RuleViolation(f"一起排班的须是同一年的计划，最多 {MOST_PLANS} 份。")
    for plan in plans:
        if not may.runs(actor, plan.station):
            raise PermissionDenied
        if plan.status != PlanStatus.DRAFT:
            raise WrongState(f"{plan.station.name}的计划已经公布，不能再排。")


def _receptions(plan: ReceptionPlan, facts: Facts) -> Year:
    rules = [rule_of(rule, plan) for rule in facts.rules.get(plan.pk, ())]
    if not rules:
        raise RuleViolation(
            f"{plan.station.name}还没有接待规则，不能排班。", field="rules"
        )
    return receptions_of(
        rules,
        plan.year,
        facts.calendar,
        not_before=localdate(),
        taken=facts.taken.get(plan.station_id, ()),
    )


def _rota(plan: ReceptionPlan, year: Year, facts: Facts) -> Rota:
    pairs = facts.pairs.get(plan.pk, ())
    spans = facts.spans.get(plan.station_id, {})
    both = [(p.first_id, p.second_id, p.together) for p in pairs]
    both = [one for one in both if one[0] in spans and one[1] in spans]
    return Rota(
        key=plan.pk,
        slots=year.slots,
        eligible=spans,
        mixes_levels=plan.mixes_levels,
        not_twice_running=plan.not_twice_running,
        together=[(first, second) for first, second, joined in both if joined],
        apart=[(first, second) for first, second, joined in both if not joined],
        before=_before(plan, year, facts),
    )


def _before(plan: ReceptionPlan, year: Year, facts: Facts) -> frozenset[int]:
    """Who sat at the station the time before the first reception of the plan."""
    if not year.slots:
        return frozenset()
    sat = facts.sat.get(plan.station_id, {})
    former = [date for date in sat if date < year.slots[0].date]
    return frozenset(sat[max(former)]) if former else frozenset()


def _people(
    plans: list[ReceptionPlan], rotas: list[Rota], facts: Facts
) -> dict[int, Person]:
    """Each deputy once: days off of all plans count, the strictest limits hold."""
    of: dict[int, list[ReceptionPlan]] = {}
    for plan, rota in zip(plans, rotas, strict=True):
        for key in rota.eligible:
            of.setdefault(key, []).append(plan)
    return {key: _person(key, own, facts) for key, own in of.items()}


def _person(key: int, plans: list[ReceptionPlan], facts: Facts) -> Person:
    wishes = facts.wishes.get(key, [])
    days = [date for date, _ in facts.duties.get(key, [])]
    least, is_own = _least(plans, wishes)
    most = [one.most for one in wishes if one.most is not None]
    usual = [plan.most for plan in plans if plan.most is not None]
    return Person(
        key=key,
        name=facts.names[key],
        level=facts.levels.get(key, ""),
        least=least,
        is_own_least=is_own,
        most=min(most or usual, default=None),
        base=len(days),
        busy=frozenset(days),
        off_weekdays=frozenset(day for one in wishes for day in one.off_weekdays),
        off_periods=tuple(
            (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
            for one in wishes
            for first, last in one.off_periods
        ),
    )


def _least(plans: list[ReceptionPlan], wishes: Iterable[Any]) -> tuple[int, bool]:
    """The fewest turns asked for, and whether the deputy's own wish says so."""
    own = [one.least for one in wishes if one.least is not None]
    if own:
        return max(own), True
    return max(plan.least for plan in plans), False


def _day(slot: Slot, turns: list[int]) -> dict[str, Any]:
    return {
        "date": slot.date.isoformat(),
        "planned_on": slot.planned_on.isoformat(),
        "explanation": slot.explanation,
        "is_provisional": slot.is_provisional,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "place": slot.place,
        "topic": slot.topic,
        "wanted": slot.wanted,
        "deputies": turns,
    }


def _given(one: GaveWay) -> list[str | None]:
    return [one.wish, one.sentence, one.date.isoformat() if one.date else None]


def _shares(
    at: int,
    rota: Rota,
    people: dict[int, Person],
    roster: Roster,
    loads: Counter[int],
) -> dict[str, list[int | None]]:
    """For each deputy: other turns of the year than these, least, most."""
    own = Counter(key for day in roster.turns[at] for key in day)
    return {
        str(key): [
            people[key].base + loads[key] - own[key],
            roster.least[key],
            people[key].most,
        ]
        for key in sorted(rota.eligible)
    }


def _store(
    plan: ReceptionPlan, worked_out: dict[str, Any], seed: int, actor: Any
) -> None:
    changes = {
        "draft": worked_out,
        "seed": seed,
        "drafted_at": now(),
        "updated_at": now(),
        "version": plan.version + 1,
    }
    same = ReceptionPlan.objects.filter(
        pk=plan.pk, status=PlanStatus.DRAFT, version=plan.version
    )
    if not same.update(**changes):
        raise Overtaken("别人刚刚改过这份计划，请刷新后再排。")
    for name, value in changes.items():
        setattr(plan, name, value)
    note = f"{len(worked_out['days'])} 次接待，排班号 {seed}"
    record("draft", plan, actor=actor, label="排班", note=note)
